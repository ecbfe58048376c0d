"""Account for what stands on the page outside of its rows: above the states, between rows, below them.

Of what was accepted, a publication keeps digests and the first words, not the sentences, in a file beside the record of
the page. What is on the page and not among them, or the other way round, is news.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from efa_lod.errors import BrokenInput
from efa_lod.model.publication import Publication
from efa_lod.overview.page import OverviewPage
from efa_lod.overview.rows import Passage, digest_of

ACCEPTED_FILES = "data/accepted/*.json"
WORDS_KEPT = 3
"""How many words of a line are kept, for people to know it by."""


@dataclass(frozen=True)
class KnownPassage:
    """A passage as it was: its *kind*, its first words, its digest, and that of its text alone."""

    kind: str
    begins: str
    sha256: str
    text_sha256: str


@dataclass(frozen=True)
class KnownOutside:
    """What stood outside of the rows, in its order.

    *introduction* holds the digests of all words above the states, with and without the targets of links, so that line
    breaks make no difference. *row_texts* are the digests of the texts of rows whose recorded digest covers targets.
    """

    passages: tuple[KnownPassage, ...] = ()
    introduction: tuple[str, str] = ("", "")
    row_texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PassageChange:
    """A passage that is ``new`` or ``gone``, or whose links have ``changed``, as *text*, or what is known of it."""

    change: str
    kind: str
    text: str
    line: int = 0
    state: str = ""
    targets: tuple[str, ...] = ()


def known_outside(page: OverviewPage) -> KnownOutside:
    """Return what stands outside of the rows of *page*, as something to compare with."""
    passages = tuple(KnownPassage(one.kind, _begins(one.text), one.sha256, one.text_sha256) for one in page.passages)
    return KnownOutside(passages, _introduction(page))


def _begins(text: str) -> str:
    """Return the first words of *text*, as it is kept."""
    words = text.split()
    return " ".join(words[:WORDS_KEPT]) + (" …" if len(words) > WORDS_KEPT else "")


def read_outside(publication: Publication) -> KnownOutside | None:
    """Return what *publication* has accepted of its page, or None where it has accepted nothing yet.

    Raise BrokenInput where the file cannot be used.
    """
    file = next(publication.glob(ACCEPTED_FILES), None)
    if file is None:
        return None
    try:
        said = json.loads(publication.read(file))
        passages = tuple(KnownPassage(**{key: str(one[key]) for key in _KEYS}) for one in said["passages"])
        words, texts = said["introduction"], said["rowTexts"]
        return KnownOutside(passages, (str(words["sha256"]), str(words["text_sha256"])), dict(texts))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenInput(
            f"{file}: cannot be used: {error} – remove it and write it anew with efa-lod source accept",
            f"{file}: nicht verwendbar: {error} – entfernen und mit efa-lod source accept neu schreiben",
        ) from error


_KEYS = ("kind", "begins", "sha256", "text_sha256")


def outside_text(known: KnownOutside) -> str:
    """Return *known* as the text of its file."""
    sha256, text_sha256 = known.introduction
    said: dict[str, object] = {
        "introduction": {"sha256": sha256, "text_sha256": text_sha256},
        "passages": [{key: getattr(one, key) for key in _KEYS} for one in known.passages],
        "rowTexts": dict(sorted(known.row_texts.items())),
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def outside_changes(known: KnownOutside | None, page: OverviewPage) -> Iterator[PassageChange]:
    """Yield how the passages of *page* differ from those *known*; with None, all but those above the states are new."""
    if known is None:
        yield from (_new(one) for one in page.passages if one.kind not in ("introduction", "contents"))
        return
    old, new = list(known.passages), list(page.passages)
    left_out = {"contents"} if {"contents"} & ({p.kind for p in old} ^ {p.kind for p in new}) else set[str]()
    if _is_same_introduction(known, page):
        left_out.add("introduction")
    old = [one for one in old if one.kind not in left_out]
    new = [one for one in new if one.kind not in left_out]
    for change in _compared(old, new, page.has_links):
        if page.has_links or change.change != "gone" or not _had_only_links(change, page):
            yield change


def _had_only_links(change: PassageChange, page: OverviewPage) -> bool:
    """Return True if a label or a state's name as it should be was told for a link on it only."""
    names = {"label": page.about.labels.values(), "state": page.about.states}.get(change.kind, ())
    return any(_begins(name) == change.text for name in names)


def _compared(old: Sequence[KnownPassage], new: Sequence[Passage], has_links: bool) -> Iterator[PassageChange]:
    texts = [one.text_sha256 for one in old], [one.text_sha256 for one in new]
    for tag, a, b, c, d in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag == "equal":
            for before, now in zip(old[a:b], new[c:d], strict=True):
                if not now.is_as_in(before.sha256, before.text_sha256, has_links):
                    yield _new(now, "changed")
            continue
        yield from (PassageChange("gone", one.kind, one.begins) for one in old[a:b])
        yield from (_new(one) for one in new[c:d])


def _new(passage: Passage, change: str = "new") -> PassageChange:
    targets = tuple(f"{link.label} -> {link.target}" for link in passage.links)
    return PassageChange(change, passage.kind, passage.text, passage.line, passage.state, targets)


def _above(page: OverviewPage) -> list[Passage]:
    return [one for one in page.passages if one.kind == "introduction"]


def _joined(page: OverviewPage) -> Passage:
    """Return all that stands above the states of *page* as one passage."""
    above = _above(page)
    links = tuple(link for one in above for link in one.links)
    return Passage("introduction", " ".join(one.text for one in above), links=links)


def _introduction(page: OverviewPage) -> tuple[str, str]:
    joined = _joined(page)
    return joined.sha256, digest_of(joined.text)


def _is_same_introduction(known: KnownOutside, page: OverviewPage) -> bool:
    return _joined(page).is_as_in(*known.introduction, page.has_links)
