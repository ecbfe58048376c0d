"""Let a person overrule what ``completeness`` reads wrongly: a reading, with its reason, kept beside the records.

A reading speaks of one finding about one text. It is told in each report, and has no effect on another text of its row.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Place
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result, Severity
from efa_lod.overview.record_index import RecordedRow

READING_FILES = "data/readings/*.toml"
FEWEST_DIGITS = 12
"""How many digits of a digest are enough to tell one text of a row from another."""
_TODO = "TODO"

_MESSAGES = {
    "overruled": {
        "de": "Von Hand anders gelesen: {reason} ({message})",
        "en": "Read otherwise by hand: {reason} ({message})",
    },
    "reading-of-another-text": {
        "de": "Die Seite hat in diesem Feld inzwischen einen anderen Text; die Lesart gilt nicht mehr. Neu lesen, dann"
        " die Lesart erneuern oder entfernen.",
        "en": "The page has another text in this row by now; the reading does not hold any more. Read it again, then"
        " renew or remove the reading.",
    },
    "reading-of-nothing": {
        "de": "Diese Lesart überstimmt nichts mehr. Entfernen.",
        "en": "This reading overrules nothing any more. Remove it.",
    },
}


@dataclass(frozen=True, eq=False)
class Reading:
    """What a person reads in the *row* otherwise: the *rule* and what it *found*, and the *reason* by language.

    *sha256* is the digest of the text that was read, or its first digits; *place* is where the reading stands.
    """

    place: Place
    row: str
    rule: str
    found: str
    sha256: str
    reason: Mapping[str, str]

    def is_of(self, row: RecordedRow) -> bool:
        """Return True if *row* has the text that was read."""
        digests = (row.row.sha256, row.row.text_sha256) if row.row else ()
        return row.id == self.row and any(digest.startswith(self.sha256.upper()) for digest in digests)


@dataclass(frozen=True)
class RowResult:
    """A result, and the rows that it comes from: one, or all of a state."""

    rows: Sequence[RecordedRow]
    result: Result


def read_readings(publication: Publication) -> tuple[Reading, ...]:
    """Return the readings of *publication*; raise BrokenInput for one that lacks something."""
    return tuple(one for file in publication.glob(READING_FILES) for one in _readings(publication, file))


def with_readings(found: Sequence[RowResult], readings: Sequence[Reading], rows: Sequence[RecordedRow]) -> list[Result]:
    """Return the results, those as mere information that one of *readings* overrules; *rows* are all that there are."""
    used: set[Reading] = set()
    results = []
    for one in found:
        reading = next((reading for reading in readings if _overrules(reading, one)), None)
        results.append(_overruled(one.result, reading) if reading else one.result)
        used |= {reading} if reading else set()
    for reading in readings:
        if reading not in used:
            rule = "reading-of-nothing" if any(map(reading.is_of, rows)) else "reading-of-another-text"
            results.append(Result(Severity.WARNING, reading.place, "", reading.row, _MESSAGES[rule], rule))
    return results


def drafted_readings(found: Sequence[RowResult]) -> str:
    """Return a reading for each of *found*, with the reason still to be given."""
    return "\n".join(_draft(row, one.result) for one in found if (row := next(iter(one.rows), None)) and row.row)


def _overrules(reading: Reading, one: RowResult) -> bool:
    is_same = (reading.rule, reading.found) == (one.result.rule, one.result.found)
    return is_same and any(map(reading.is_of, one.rows))


def _overruled(result: Result, reading: Reading) -> Result:
    messages = {
        language: text.format(reason=reading.reason[language], message=result.messages[language])
        for language, text in _MESSAGES["overruled"].items()
    }
    return replace(result, severity=Severity.INFO, messages=messages, rule="overruled")


def _draft(row: RecordedRow, result: Result) -> str:
    assert row.row is not None
    found = result.found.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'[[readings]]\nrow = "{row.id}"\nsha256 = "{row.row.sha256[:FEWEST_DIGITS]}"\nrule = "{result.rule}"\n'
        f'found = "{found}"\nreason.de = "{_TODO}"\nreason.en = "{_TODO}"\n'
    )


def _readings(publication: Publication, file: str) -> Iterator[Reading]:
    text = publication.read(file)
    numbers = [i for i, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*readings\s*\]\]", line)]
    try:
        said: object = tomllib.loads(text).get("readings", [])
    except tomllib.TOMLDecodeError as error:
        raise BrokenInput(
            f"{file}: cannot be used: {error} – mend this line", f"{file}: nicht verwendbar: {error} – berichtigen"
        ) from error
    for i, one in enumerate(said if isinstance(said, list) else []):
        place = Place(file, numbers[i] if i < len(numbers) else 0)
        try:
            texts = [str(one[key]) for key in ("row", "rule", "found", "sha256")]
            reason = {language: str(one["reason"][language]) for language in ("de", "en")}
        except (KeyError, TypeError) as error:
            raise BrokenInput(
                f"{place}: a reading needs row, rule, found, sha256, reason.de and reason.en; {error} is missing",
                f"{place}: eine Lesart braucht row, rule, found, sha256, reason.de und reason.en; es fehlt {error}",
            ) from error
        row, rule, found, digest = texts
        if not re.fullmatch(rf"[0-9A-Fa-f]{{{FEWEST_DIGITS},64}}", digest):
            raise BrokenInput(
                f"{place}: sha256: expected {FEWEST_DIGITS} to 64 hexadecimal digits, found '{digest[:70]}'",
                f"{place}: sha256: erwartet werden {FEWEST_DIGITS} bis 64 Hexadezimalziffern, gefunden '{digest[:70]}'",
            )
        if any(not text.strip() or text == _TODO for text in reason.values()):
            raise BrokenInput(
                f"{place}: reason: expected why this is read otherwise, in German and English",
                f"{place}: reason: erwartet wird, warum das anders zu lesen ist, deutsch und englisch",
            )
        yield Reading(place, row, rule, found, digest, reason)
