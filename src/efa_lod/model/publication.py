"""The settings of a publication: where its files are and what ``data/publication.yaml`` says.

A publication is a folder with ``data/``, ``ontology/`` and ``shapes/``. The one that comes with this package is used
unless another is named. Whoever publishes under another base IRI changes ``baseIri``; the files keep the IRI they
were written with, and it is replaced as they are read.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.io.files import refuse_links_out, whole_file
from efa_lod.io.reading import MAX_BYTES, Document, KeyPath, read_documents
from efa_lod.model import code_lists
from efa_lod.model.code_lists import CodeList

WRITTEN_BASE = "https://w3id.org/efa-lod/"
"""The base IRI that stands in the files of ontology/ and shapes/ and in the queries."""

_BASE_IRI = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/([A-Za-z0-9._~-]+/)*$")
_PARTS = ("data", "ontology", "shapes")


@dataclass(frozen=True)
class Publication:
    """A publication: its *folder* and the *settings* read from ``data/publication.yaml``."""

    folder: Path
    settings: Document

    @property
    def base_iri(self) -> str:
        """Return the base of all IRIs of the publication; it ends in a slash."""
        return str(self.settings.value["baseIri"])

    @property
    def version(self) -> str:
        """Return the version of the published data."""
        return str(self.settings.value["version"])

    @property
    def is_sample(self) -> bool:
        """Tell whether publisher, contact and contributor are the sample that comes with the package."""
        return self.settings.value.get("status") != "official"

    def texts(self, language: str) -> Mapping[str, str]:
        """Return title and description in *language* (de or en)."""
        return {key: self.settings.value[key][language] for key in ("title", "description")}

    @cached_property
    def state_files(self) -> list[Path]:
        """Return the files of the states, sorted by name."""
        files = (self.folder / "data/states").glob("*")
        return sorted(self._own(file) for file in files if file.suffix in (".yaml", ".yml", ".jsonl"))

    @cached_property
    def shared_files(self) -> list[Path]:
        """Return the files of what several states refer to: organisations, marketplaces, sources."""
        data = self.folder / "data"
        files = [data / "organisations.yaml", data / "marketplaces.yaml", *sorted((data / "sources").glob("*.yaml"))]
        return [self._own(file) for file in files]

    def name_of(self, path: Path) -> str:
        """Return how messages call *path*: relative to the publication where it lies inside."""
        return str(path.relative_to(self.folder)) if path.is_relative_to(self.folder) else str(path)

    def read(self, path: str) -> str:
        """Return the text of a file of the publication, with the base IRI replaced by this publication's."""
        data = whole_file(self._own(self.folder / path), path, MAX_BYTES)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BrokenInput(f"{path}: cannot be read: not UTF-8") from error
        return text.replace("\r\n", "\n").replace(WRITTEN_BASE, self.base_iri)

    def _own(self, path: Path) -> Path:
        """Return *path*; raise BrokenInput when it is a way out of the publication."""
        _refuse_way_out(path, self.folder)
        return path

    def glob(self, pattern: str) -> Iterator[str]:
        """Yield the names of the files that match *pattern*, relative to the folder, sorted."""
        return (str(path.relative_to(self.folder)) for path in sorted(self.folder.glob(pattern)))


def packaged_folder() -> Path:
    """Return the folder of the publication that comes with this package, installed or in its source tree."""
    installed = Path(__file__).parents[1] / "_packaged"
    return installed if installed.is_dir() else Path(__file__).parents[3]


def working_folder(start: Path) -> Path | None:
    """Return the publication that *start* is or lies in, the nearest one; None where there is none."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if _is_publication(folder)), None)


def _is_publication(folder: Path) -> bool:
    """Return True if *folder* has all parts of a publication and its settings."""
    return (folder / "data/publication.yaml").is_file() and all((folder / part).is_dir() for part in _PARTS)


def read_publication(folder: Path | None = None, base_iri: str | None = None) -> Publication:
    """Read the publication in *folder*, or the packaged one; *base_iri* overrides the one it sets.

    Raise BadSetting when the folder is no publication or a setting has no usable value.
    """
    folder = folder or packaged_folder()
    missing = [part for part in _PARTS if not (folder / part).is_dir()]
    if missing:
        raise BadSetting(
            f"{folder}: expected a publication with the folders {', '.join(_PARTS)}; missing: {', '.join(missing)}"
        )
    file = folder / "data/publication.yaml"
    _refuse_way_out(file, folder)
    settings = next(read_documents(file, "data/publication.yaml"), None)
    if settings is None:
        raise BadSetting("data/publication.yaml: expected the settings of the publication, found an empty file")
    if base_iri is not None:
        settings = replace(settings, value={**settings.value, "baseIri": base_iri})
    _check(settings)
    return Publication(folder, settings)


def _refuse_way_out(path: Path, folder: Path) -> None:
    """Raise BrokenInput when a link leads from *path* out of the publication in *folder*, which may be a stranger's.

    The packaged one is trusted as it was installed; some installers put links in the place of files.
    """
    if folder != packaged_folder():
        refuse_links_out(path, folder, str(path.relative_to(folder)))


def _check(settings: Document) -> None:
    """Raise BadSetting for the first setting that every command needs and that is missing or of the wrong form."""
    base = settings.value.get("baseIri")
    if not isinstance(base, str) or not _BASE_IRI.match(base):
        raise BadSetting(
            f"{settings.place_of(('baseIri',))}: baseIri: expected an address that starts with https:// and ends in a"
            f" slash, such as {WRITTEN_BASE}, found '{base}'"
        )
    for key in ("title", "description"):
        texts: Any = settings.value.get(key)
        for language in ("de", "en"):
            if not isinstance(texts, dict) or not isinstance(texts.get(language), str):
                raise BadSetting(f"{settings.place_of((key,))}: {key}: expected a text under '{language}'")
    if not isinstance(settings.value.get("version"), str):
        raise BadSetting(f'{settings.place_of(("version",))}: version: expected a version in quotes, such as "1.0.0"')


# --- what a catalogue needs -----------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+$")
_EMAIL = re.compile(r"[^\s@<>\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
_TELEPHONE = re.compile(r"\+[1-9][0-9]{5,14}$")
_KEYWORD = re.compile(r"[\w .-]{2,100}$")
_POINT = r"-?[0-9]{1,3}(\.[0-9]+)? -?[0-9]{1,2}(\.[0-9]+)?"
_CENTROID = re.compile(rf"POINT\({_POINT}\)$")
_BBOX = re.compile(rf"POLYGON\(\({_POINT}(, {_POINT}){{4}}\)\)$")
RESERVED_DOMAINS = re.compile(r"(^|[@/.])example\.(org|com|net)\b|\.(example|invalid|test)\b")
"""Domains that belong to nobody (RFC 2606)."""


@dataclass(frozen=True)
class _Rule:
    """What the setting at *path* must be: the words for a message, the test, and whether it may be left out."""

    path: KeyPath
    expected: str
    fits: Callable[[Any], bool]
    optional: bool = False


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.match(value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_in_two_languages(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"de", "en"} and all(map(_is_text, value.values()))


def is_date(value: Any) -> bool:
    """Tell whether *value* is a day as YYYY-MM-DD."""
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def _are(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return the test whether a value is a list, not empty, of different values that each fit."""
    return lambda value: (
        isinstance(value, list) and bool(value) and all(map(fits, value)) and len({*value}) == len(value)
    )


def _are_keywords(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"de", "en"} and all(map(_are(_matches(_KEYWORD)), value.values()))


def _is_address(value: Any) -> bool:
    keys = {"street", "postalCode", "city", "country"}
    return isinstance(value, dict) and set(value) == keys and all(map(_is_text, value.values()))


def _is_place(value: Any) -> bool:
    lists = (f"{code_lists.COUNTRY.iri}/", code_lists.GEONAMES)
    return _matches(_ADDRESS)(value) and str(value).startswith(lists)


_TEXTS = "a text under 'de' and one under 'en'"
_WEB = "an address that starts with https:// or http://"
_DAY = "a day such as 2026-11-23"

_RULES = (
    _Rule(("status",), "sample or official", lambda value: value in ("sample", "official")),
    _Rule(("title",), _TEXTS, _is_in_two_languages),
    _Rule(("description",), _TEXTS, _is_in_two_languages),
    _Rule(
        ("keywords",),
        "keywords under 'de' and 'en', each of 2 to 100 letters, digits, spaces or -_. and only once",
        _are_keywords,
    ),
    _Rule(
        ("languages",),
        "a list of de and en",
        _are(lambda tag: isinstance(tag, str) and tag in code_lists.LANGUAGE_CODES),
    ),
    _Rule(("provenance",), _TEXTS, _is_in_two_languages),
    _Rule(("versionNotes",), _TEXTS, _is_in_two_languages, optional=True),
    _Rule(("catalog", "title"), _TEXTS, _is_in_two_languages),
    _Rule(("catalog", "description"), _TEXTS, _is_in_two_languages),
    _Rule(("publisher", "id"), _WEB, _matches(_ADDRESS), optional=True),
    _Rule(("publisher", "name"), "a text", _is_text),
    _Rule(("publisher", "homepage"), _WEB, _matches(_ADDRESS)),
    _Rule(("publisher", "email"), "an e-mail address", _matches(_EMAIL)),
    _Rule(("contact", "name"), "a text, and one contact only, since portals show no second one", _is_text),
    _Rule(("contact", "email"), "an e-mail address", _matches(_EMAIL)),
    _Rule(("contact", "url"), _WEB, _matches(_ADDRESS)),
    _Rule(("contact", "telephone"), "a number such as +493012345678", _matches(_TELEPHONE), optional=True),
    _Rule(("contact", "address"), "the keys street, postalCode, city and country", _is_address, optional=True),
    _Rule(("attribution",), "a text", _is_text, optional=True),
    _Rule(("issued",), _DAY, is_date),
    _Rule(("modified",), _DAY, is_date),
    _Rule(("temporal", "start"), _DAY, is_date),
    _Rule(("temporal", "end"), _DAY, is_date),
    _Rule(
        ("spatial", "id"),
        f"a country of {code_lists.COUNTRY.iri} or a place of {code_lists.GEONAMES}",
        _is_place,
    ),
    _Rule(("spatial", "name"), "a text", _is_text),
    _Rule(
        ("spatial", "bbox"),
        "a rectangle such as POLYGON((5.87 47.27, 15.04 47.27, 15.04 55.06, 5.87 55.06, 5.87 47.27))",
        _matches(_BBOX),
    ),
    _Rule(("spatial", "centroid"), "a point such as POINT(10.45 51.16)", _matches(_CENTROID)),
    _Rule(("endpoint", "url"), _WEB, _matches(_ADDRESS), optional=True),
    _Rule(("endpoint", "description"), _WEB, _matches(_ADDRESS), optional=True),
)

_LISTS: tuple[tuple[KeyPath, CodeList, bool], ...] = (
    (("publisher", "type"), code_lists.PUBLISHER_TYPE, False),
    (("licence",), code_lists.LICENCE, True),
    (("contributor",), code_lists.CONTRIBUTOR, True),
    (("themes",), code_lists.THEME, False),
    (("politicalLevel",), code_lists.POLITICAL_LEVEL, False),
    (("frequency",), code_lists.FREQUENCY, False),
)
"""The settings whose value stands in a list, and whether they are written as an IRI or as a code."""


def check_catalogue_settings(settings: Document) -> None:
    """Raise BadSetting for the first setting that would make a portal refuse the catalogue or lose a part of it.

    The message names file, line, key, what was expected – the list, if there is one – and what was found.
    """
    for rule in _RULES:
        found = _setting(settings, rule.path)
        if not rule.fits(found) and not (rule.optional and found is None):
            raise _unusable(settings, rule.path, rule.expected, found)
    for path, code_list, as_iri in _LISTS:
        _check_membership(settings, path, code_list, as_iri)
    _check_together(settings)


def _setting(settings: Document, path: Iterable[str | int]) -> Any:
    """Return the value at *path*, or None where there is none."""
    value: Any = settings.value
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _unusable(settings: Document, path: KeyPath, expected: str, found: Any, remedy: str = "") -> BadSetting:
    shown = "nothing" if found is None else f"'{found}'" if isinstance(found, str) else f"{found}"
    key = ".".join(map(str, path))
    return BadSetting(f"{settings.place_of(path)}: {key}: expected {expected}, found {shown}{remedy}")


def _check_membership(settings: Document, path: KeyPath, code_list: CodeList, as_iri: bool) -> None:
    """Raise BadSetting when the value at *path* – or one of its values, if it is a list – is not in *code_list*."""
    also = settings.value.get("alsoListed", [])
    value = _setting(settings, path)
    values = value if path == ("themes",) and isinstance(value, list) and value else [value]
    for single in values:
        concept = single if as_iri else code_list.concept(str(single))
        if concept in also or (isinstance(single, str) and code_list.code(concept) in code_list.codes):
            continue
        close = difflib.get_close_matches(
            code_list.code(str(concept)).casefold(), {code.casefold(): code for code in code_list.codes}, n=1
        )
        near = next((code for code in code_list.codes if [code.casefold()] == close), "")
        meant = code_list.concept(near) if as_iri else near
        expected = f"{'an IRI' if as_iri else 'a code'} of the list {code_list.iri} (version {code_list.version})"
        remedy = f" – perhaps {meant}" if near else " – see the list, or name what it has gained in alsoListed"
        raise _unusable(settings, path, expected, single, remedy)


def _check_together(settings: Document) -> None:
    """Raise BadSetting where one setting does not go with another."""
    value = settings.value
    if code_lists.asks_for_attribution(value["licence"]) and not value.get("attribution"):
        expected = f"the text that users must quote, since {value['licence']} asks for attribution"
        raise _unusable(settings, ("attribution",), expected, None)
    for first, last in ((("issued",), ("modified",)), (("temporal", "start"), ("temporal", "end"))):
        if _setting(settings, last) < _setting(settings, first):
            expected = f"a day not before {'.'.join(first)}, {_setting(settings, first)}"
            raise _unusable(settings, last, expected, _setting(settings, last))
    if value["status"] == "official":
        for path in (("publisher", "homepage"), ("publisher", "email"), ("contact", "email"), ("contact", "url")):
            if RESERVED_DOMAINS.search(_setting(settings, path)):
                remedy = " – replace the sample, or set status to sample"
                raise _unusable(settings, path, "a value of your own", _setting(settings, path), remedy)
