"""What a maintainer says of the next release, as values and as it is written in options."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from efa_lod.errors import BadSetting
from efa_lod.model.settings_check import is_date
from efa_lod.releases.wording import TONGUES


@dataclass(frozen=True)
class ReleaseWishes:
    """What the maintainer says of the next release; what is left out is proposed.

    *version*; *day* as YYYY-MM-DD; *notes* by language; *reasons* why IRIs vanish, by IRI and language; *successors* by
    the IRI that they replace. IRIs may be written below the base.
    """

    day: str
    version: str | None = None
    notes: Mapping[str, str] | None = None
    reasons: Mapping[str, Mapping[str, str]] | None = None
    successors: Mapping[str, str] | None = None


def read_pairs(texts: Iterable[str], option: str) -> Iterator[tuple[str, str]]:
    """Yield what *texts* of the form ``IRI=VALUE`` say; raise BadSetting, naming *option*, for another form."""
    for text in texts:
        iri, equals, value = text.partition("=")
        if not equals or not iri.strip() or not value.strip():
            raise BadSetting(
                f"{option}: expected IRI=VALUE such as organisation/old=organisation/new, found '{text}'",
                f"{option}: erwartet IRI=WERT wie organisation/alt=organisation/neu, gefunden '{text}'",
            )
        yield iri.strip(), value.strip()


def read_reasons(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return reasons by IRI and language from texts such as ``organisation/x=was dissolved@en``."""
    found: dict[str, dict[str, str]] = {}
    for iri, value in read_pairs(texts, "--reason"):
        reason, _, tag = value.rpartition("@")
        if tag not in TONGUES or not reason:
            raise BadSetting(
                f"--reason: expected a text that ends in @de or @en, found '{value}'",
                f"--reason: erwartet ein Text, der auf @de oder @en endet, gefunden '{value}'",
            )
        found.setdefault(iri, {})[tag] = reason
    return found


def checked_day(text: str, option: str) -> str:
    """Return *text*; raise BadSetting, naming *option*, where it is no day."""
    if not is_date(text):
        raise BadSetting(
            f"{option}: expected a day such as 2026-11-28, found '{text}'",
            f"{option}: erwartet ein Tag wie 2026-11-28, gefunden '{text}'",
        )
    return text
