"""What a check of a site finds: where, what was expected, and what was there, in German and English."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from efa_lod.errors import EfaLodError
from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.http import HttpResponse
from efa_lod.model.languages import Texts


@dataclass(frozen=True)
class SiteFinding:
    """Something that is not as it should be at *url*; *values* fill in the lines of the remedy."""

    url: str
    expected: Texts
    found: Texts
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProbeResult:
    """One look for the check of that name: with a finding, or well."""

    check: str
    finding: SiteFinding | None = None


def both(text: object) -> Texts:
    """Return a text that is the same in both languages."""
    return {"de": str(text), "en": str(text)}


def one_line(text: str) -> str:
    """Return *text*, which a site may have sent, as one line without characters that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def bilingual(de: str, en: str, **values: object) -> Texts:
    """Return a text in both languages with *values* filled in."""
    return {"de": de.format(**values), "en": en.format(**values)}


NO_HEADER = {"de": "kein solcher Kopf", "en": "no such header"}


def of(value: str) -> Texts:
    """Return the *value* of a header as what was found."""
    return both(value[:200]) if value else NO_HEADER


def outcome(
    check: str, url: str, good: bool, expected: Texts, found: Texts, values: Mapping[str, str] | None = None
) -> ProbeResult:
    """Return that all is well, or the finding."""
    return ProbeResult(check, None if good else SiteFinding(url, expected, found, values or {}))


_P = ParamSpec("_P")
Probe = Callable[_P, Iterator[ProbeResult]]


def needs_answers(check: str) -> Callable[[Probe[_P]], Probe[_P]]:
    """Return a decorator of probes: an address that gives no complete answer is a finding of *check*, and their end."""

    def decorate(probe: Probe[_P]) -> Probe[_P]:
        @wraps(probe)
        def decorated(*arguments: _P.args, **named: _P.kwargs) -> Iterator[ProbeResult]:
            try:
                yield from probe(*arguments, **named)
            except NotFetched as error:
                expected = bilingual("eine Antwort", "an answer")
                yield outcome(check, error.asked, False, expected, error_texts(error, error.asked))

        return decorated

    return decorate


def error_texts(error: EfaLodError, url: str = "") -> Texts:
    """Return the message of *error* by language, without the *url* in front."""
    return {language: error.in_language(language).removeprefix(f"{url}: ") for language in ("de", "en")}


def status(answer: HttpResponse) -> Texts:
    """Return status and, of a redirect, target of *answer* as what was found."""
    where = answer.headers.get("location", "")
    return both(f"{answer.status}{f' → {where[:200]}' if where else ''}")
