"""Make up histories of a small publication: records are added, changed, renamed, taken out and brought back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import yaml

WORDS = ("Nord", "Süd", "„Ost“", 'West "1"', "a\\b", "Mitte (1 < 2)", "Zeile & Spalte", "ﬀ ü 😀")


@dataclass
class Step:
    """What a step did: *replaced* are IRIs with what replaces them, *gone* those without."""

    replaced: dict[str, str]
    gone: list[str]


class HistoryMaker:
    """Changes further sources of the publication in *folder* step by step, by chance and always valid."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._path = folder / "data/sources/own.yaml"
        self._random = Random(seed)
        self._own: dict[str, dict[str, object]] = {}
        self._gone: list[dict[str, object]] = []
        self._number = 0

    def step(self) -> Step:
        """Change something and write the file."""
        done = Step({}, [])
        published = set(self._own)
        for _ in range(self._random.randint(1, 4)):
            self._random.choice([self._add, self._add, self._change, self._rename, self._remove, self._return])(done)
        done.gone = [iri for iri in done.gone if iri in published and iri not in self._own]
        done.replaced = {old: new for old, new in done.replaced.items() if old not in self._own and new in self._own}
        self._add(done)
        documents = [self._own[key] for key in sorted(self._own)]
        self._path.write_text(
            "".join("---\n" + yaml.safe_dump(one, allow_unicode=True, sort_keys=False) for one in documents), "utf-8"
        )
        return done

    def _add(self, done: Step) -> None:
        self._number += 1
        self._put(f"source/own-{self._number}", f"{self._random.choice(WORDS)} {self._number}")

    def _put(self, iri: str, name: str) -> None:
        self._own[iri] = {
            "@context": "../../ontology/context.jsonld",
            "id": iri,
            "type": "Dataset",
            "name": {"de": name, "en": f"{name} (en)"},
            "summary": {"de": f"Über {name}.", "en": f"About {name}."},
        }

    def _any(self) -> str | None:
        return self._random.choice(sorted(self._own)) if self._own else None

    def _change(self, done: Step) -> None:
        if iri := self._any():
            self._put(iri, f"{self._random.choice(WORDS)} neu {self._random.randint(0, 99)}")

    def _rename(self, done: Step) -> None:
        if iri := self._any():
            self._number += 1
            new = f"source/own-{self._number}"
            self._own[new] = {**self._own.pop(iri), "id": new}
            done.replaced[iri] = new
            done.gone.append(iri)

    def _remove(self, done: Step) -> None:
        if iri := self._any():
            self._gone.append(self._own.pop(iri))
            done.gone.append(iri)

    def _return(self, done: Step) -> None:
        if self._gone:
            back = self._gone.pop(self._random.randrange(len(self._gone)))
            self._own[str(back["id"])] = back


def options_of(done: Step) -> Iterator[str]:
    """Yield the options that say why things went."""
    for iri in done.gone:
        if iri in done.replaced:
            yield from ("--replaced", f"{iri}={done.replaced[iri]}")
        else:
            yield from ("--reason", f"{iri}=aufgelöst@de", "--reason", f"{iri}=dissolved@en")
