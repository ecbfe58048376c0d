"""Keep the lists of IRIs that were published, and of parts, terms and shapes that went, with each release."""

import json
from collections.abc import Iterable, Iterator

from efa_lod.model.publication import Publication
from efa_lod.model.withdrawals import PUBLISHED, WITHDRAWN, Withdrawal, published_iris, withdrawals
from efa_lod.releases.ledger import DataRelease

_HEAD = "# Parts of things, terms and shapes that were published and went, with reason and successor.\n"


def list_files(
    publication: Publication, release: DataRelease, now: Iterable[bytes], vocabulary: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the lists that change with *release*, as path and content.

    *now* are the statements of the release, *vocabulary* the IRIs of its terms, shapes and queries below the base. A
    publication that keeps no list of published IRIs is not given one.
    """
    known = published_iris(publication)
    subjects = {line[1 : line.index(b">")].decode() for line in now}
    base = publication.base_iri
    present = {iri.removeprefix(base) for iri in subjects if iri.startswith(base)} | {*vocabulary}
    if known and not present <= {*known}:
        yield PUBLISHED, "".join(f"{iri}\n" for iri in sorted({*known} | present)).encode()
    listed = {one.iri for one in withdrawals(publication)}
    gone = [one for one in release.withdrawn if "#" in one.iri and "://" not in one.iri and one.iri not in listed]
    if gone:
        yield WITHDRAWN, _with_entries(publication, gone).encode()


def _with_entries(publication: Publication, gone: Iterable[Withdrawal]) -> str:
    """Return the list of what went with entries for *gone* at its end; what stood there stays as it is."""
    path = publication.folder / WITHDRAWN
    text = path.read_bytes().decode("utf-8-sig") if path.is_file() else ""
    if "\n  - " not in f"\n{text}":
        text = f"{_HEAD}withdrawn:\n"
    return text.rstrip("\n") + "\n" + "".join(_entry(one) for one in gone)


def _entry(one: Withdrawal) -> str:
    lines = [f"  - id: {one.iri}"]
    lines += [f"    replacedBy: {one.replaced_by}"] if one.replaced_by else []
    lines += ["    reason:"] if one.reason else []
    lines += [f"      {language}: {_text(said)}" for language, said in one.reason.items()]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """Return *value* as YAML writes a text in quotes, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False)
