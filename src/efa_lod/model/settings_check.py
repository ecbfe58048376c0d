"""Check the settings that the catalogue of a publication needs."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from efa_lod.errors import BadSetting
from efa_lod.io.reading import Document, KeyPath
from efa_lod.model import code_lists
from efa_lod.model.code_lists import CodeList
from efa_lod.model.publication import _SETTINGS

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
    """What the setting at *path* must be: its message in the table, the test, and whether it may be left out."""

    path: KeyPath
    expected: str
    fits: Callable[[object], bool]
    optional: bool = False


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.match(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_in_two_languages(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"de", "en"} and all(map(_is_text, value.values()))


def is_date(value: object) -> bool:
    """Return whether *value* is a day as YYYY-MM-DD."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _are(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    """Return the test whether a value is a list, not empty, of different values that each fit."""
    return lambda value: (
        isinstance(value, list) and bool(value) and all(map(fits, value)) and len({*value}) == len(value)
    )


def _are_keywords(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"de", "en"} and all(map(_are(_matches(_KEYWORD)), value.values()))


def _is_address(value: object) -> bool:
    keys = {"street", "postalCode", "city", "country"}
    return isinstance(value, dict) and set(value) == keys and all(map(_is_text, value.values()))


def _is_place(value: object) -> bool:
    lists = (f"{code_lists.COUNTRY.iri}/", code_lists.GEONAMES)
    return _matches(_ADDRESS)(value) and str(value).startswith(lists)


_RULES = (
    _Rule(("status",), "status", lambda value: value in ("sample", "official")),
    _Rule(("title",), "texts", _is_in_two_languages),
    _Rule(("description",), "texts", _is_in_two_languages),
    _Rule(
        ("keywords",),
        "keywords",
        _are_keywords,
    ),
    _Rule(
        ("languages",),
        "languages",
        _are(lambda tag: isinstance(tag, str) and tag in code_lists.LANGUAGE_CODES),
    ),
    _Rule(("provenance",), "texts", _is_in_two_languages),
    _Rule(("versionNotes",), "texts", _is_in_two_languages, optional=True),
    _Rule(("catalog", "title"), "texts", _is_in_two_languages),
    _Rule(("catalog", "description"), "texts", _is_in_two_languages),
    _Rule(("publisher", "id"), "web", _matches(_ADDRESS), optional=True),
    _Rule(("publisher", "name"), "text", _is_text),
    _Rule(("publisher", "homepage"), "web", _matches(_ADDRESS)),
    _Rule(("publisher", "email"), "email", _matches(_EMAIL)),
    _Rule(("contact", "name"), "one-contact", _is_text),
    _Rule(("contact", "email"), "email", _matches(_EMAIL)),
    _Rule(("contact", "url"), "web", _matches(_ADDRESS)),
    _Rule(("contact", "telephone"), "telephone", _matches(_TELEPHONE), optional=True),
    _Rule(("contact", "address"), "address", _is_address, optional=True),
    _Rule(("attribution",), "text", _is_text, optional=True),
    _Rule(("issued",), "day", is_date),
    _Rule(("modified",), "day", is_date),
    _Rule(("temporal", "start"), "day", is_date),
    _Rule(("temporal", "end"), "day", is_date),
    _Rule(
        ("spatial", "id"),
        "place",
        _is_place,
    ),
    _Rule(("spatial", "name"), "text", _is_text),
    _Rule(
        ("spatial", "bbox"),
        "bbox",
        _matches(_BBOX),
    ),
    _Rule(("spatial", "centroid"), "centroid", _matches(_CENTROID)),
    _Rule(("endpoint", "url"), "web", _matches(_ADDRESS), optional=True),
    _Rule(("endpoint", "description"), "web", _matches(_ADDRESS), optional=True),
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


def _setting(settings: Document, path: Iterable[str | int]) -> object:
    """Return the value at *path*, or None where there is none."""
    value: object = settings.value
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _unusable(
    settings: Document, path: KeyPath, expected: str, found: object, remedy: str = "", **words: object
) -> BadSetting:
    """Return the error for the setting at *path*; *expected* and *remedy* are messages of the table."""
    key = ".".join(map(str, path))
    shown = (
        ("nothing", "nichts")
        if found is None
        else (f"'{found}'", f"„{found}“")
        if isinstance(found, str)
        else f"{found}"
    )
    told = _SETTINGS(expected, country=code_lists.COUNTRY.iri, geonames=code_lists.GEONAMES, **words)
    mend = _SETTINGS(remedy, **words) if remedy else ("", "")
    return _SETTINGS.unusable("wrong", settings.place_of(path), key=key, expected=told, found=shown, remedy=mend)


def _check_membership(settings: Document, path: KeyPath, code_list: CodeList, as_iri: bool) -> None:
    """Raise BadSetting when the value at *path* – or one of its values, if it is a list – is not in *code_list*."""
    also = settings.value.get("alsoListed", [])
    value = _setting(settings, path)
    values = value if path == ("themes",) and isinstance(value, list) and value else [value]
    for single in values:
        concept = single if as_iri else code_list.concept(str(single))
        if concept in also or (isinstance(single, str) and code_list.code(str(concept)) in code_list.codes):
            continue
        import difflib

        close = difflib.get_close_matches(
            code_list.code(str(concept)).casefold(), {code.casefold(): code for code in code_list.codes}, n=1
        )
        near = next((code for code in code_list.codes if [code.casefold()] == close), "")
        meant = code_list.concept(near) if as_iri else near
        expected = "listed-iri" if as_iri else "listed-code"
        words = {"list": code_list.iri, "version": code_list.version, "near": meant}
        raise _unusable(settings, path, expected, single, "near" if near else "see-list", **words)


def _check_together(settings: Document) -> None:
    """Raise BadSetting where one setting does not go with another."""
    value = settings.value
    if code_lists.asks_for_attribution(value["licence"]) and not value.get("attribution"):
        raise _unusable(settings, ("attribution",), "attribution", None, licence=value["licence"])
    for first, last in ((("issued",), ("modified",)), (("temporal", "start"), ("temporal", "end"))):
        if str(_setting(settings, last)) < str(_setting(settings, first)):
            words = {"first": ".".join(first), "day": str(_setting(settings, first))}
            raise _unusable(settings, last, "not-before", _setting(settings, last), **words)
    if value["status"] == "official":
        for path in (("publisher", "homepage"), ("publisher", "email"), ("contact", "email"), ("contact", "url")):
            if RESERVED_DOMAINS.search(str(_setting(settings, path))):
                raise _unusable(settings, path, "own", _setting(settings, path), "replace")
