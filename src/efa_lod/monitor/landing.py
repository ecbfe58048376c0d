"""Judge what an address leads to: a page that answers with success may still be none of what was linked.

Servers answer 200 where a page is gone (a soft 404), send visitors on to a login or a page that asks for consent, show
that a domain is for sale, or redirect in the page itself. Only title and first heading count, so that a page *about*
such things is none of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from efa_lod.io.http import PERMANENT, Answer, Fetcher, NotFetched
from efa_lod.overview.html import has_password_field

MAX_PAGE_BYTES = 2_000_000
"""Most bytes of a page that are read."""
MAX_REFRESHES = 3
"""Most redirects in pages that are followed."""
_ASK_ANYWAY = ("timeout", "broken", "redirects")
"""What may keep a server from answering HEAD that answers GET."""


@dataclass(frozen=True)
class Landing:
    """Where an address leads: the last *answer*, the *outcome* if it is no plain success, and the words for it."""

    answer: Answer
    outcome: str = ""
    detail: str = ""

    @property
    def moved_to(self) -> str:
        """Return where the address has moved for good, or an empty text.

        Only the permanent redirects at the beginning count; what follows a temporary one, or is a session, does not
        last.
        """
        target = ""
        for status, step in self.answer.steps:
            if status not in PERMANENT:
                break
            target = step
        return "" if _SESSION.search(target) else target


_SESSION = re.compile(r"[;?&/](jsessionid|phpsessid|aspsessionid\w*|sessionid|session_?id|sid|cfid|cftoken)=", re.I)


def land(fetcher: Fetcher, url: str) -> Landing:
    """Return where *url* leads; raise NotFetched when neither HEAD nor GET is answered.

    HEAD is asked first. GET follows where HEAD fails in whatever way, and where a page has to be read.
    """
    head = _head(fetcher, url)
    if head is not None and head.status < 400 and not _is_page(head):
        return Landing(head)
    try:
        answer = fetcher.ask("GET", url, MAX_PAGE_BYTES)
    except NotFetched as error:
        if head is not None and head.status < 400:
            return Landing(head)
        if error.reason == "size":
            return Landing(Answer(url, 200, {}, b""))
        raise
    return _read(fetcher, answer)


def _head(fetcher: Fetcher, url: str) -> Answer | None:
    """Return what *url* answers to HEAD, or None where it does not answer that."""
    try:
        return fetcher.ask("HEAD", url)
    except NotFetched as error:
        if error.reason in _ASK_ANYWAY:
            return None
        raise


def _is_page(answer: Answer) -> bool:
    """Tell whether *answer* is a web page, or may be one for all that it says."""
    kind = answer.media_type.lower()
    return kind in ("text/html", "application/xhtml+xml") or (not kind and answer.headers.get("content-length") != "0")


def _read(fetcher: Fetcher, answer: Answer) -> Landing:
    """Judge the page in *answer*, after the redirects that stand in it."""
    first = answer
    for _ in range(MAX_REFRESHES):
        target = _refresh(answer)
        if not target:
            break
        try:
            answer = fetcher.ask("GET", target, MAX_PAGE_BYTES)
        except NotFetched:
            break
        steps = (*first.steps, (302, target), *answer.steps)
        first = Answer(answer.url, answer.status, answer.headers, answer.content, steps, first.seconds + answer.seconds)
    if first.status >= 400 or not _is_page(first):
        return Landing(first)
    outcome, detail = _judged(first)
    return Landing(first, outcome, detail)


_META_REFRESH = re.compile(
    r"<meta\b(?=[^>]{0,400}http-equiv\s*=\s*[\"']?refresh)[^>]{0,400}?content\s*=\s*"
    r"(?:\"\s*(\d+)[^\"]{0,40}?url\s*=\s*'?([^\"']{1,2000})|'\s*(\d+)[^']{0,40}?url\s*=\s*\"?([^\"']{1,2000}))",
    re.IGNORECASE,
)
_LONGEST_REFRESH_S = 10


def _refresh(answer: Answer) -> str:
    """Return where the page itself redirects to at once, or an empty text."""
    if not _is_page(answer) or answer.status >= 400:
        return ""
    found = _META_REFRESH.search(_text(answer))
    if not found or int(found[1] or found[3]) > _LONGEST_REFRESH_S:
        return ""
    try:
        target = urljoin(answer.url, unescape(found[2] or found[4]).strip())
    except ValueError:
        return ""
    return "" if target == answer.url else target


def _text(answer: Answer) -> str:
    """Return the page as text, without comments and scripts."""
    try:
        text = answer.content.decode(answer.charset or "utf-8", "replace")
    except LookupError:
        text = answer.content.decode("utf-8", "replace")
    return _UNSEEN.sub(" ", text)


_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|template|noscript)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_HEADLINE = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)


def _headlines(text: str) -> Iterator[str]:
    """Yield the title and the first heading of a page."""
    seen = set()
    for found in _HEADLINE.finditer(text):
        name = found[1].lower()
        if name not in seen:
            seen.add(name)
            yield " ".join(unescape(re.sub(r"<[^>]*>", " ", found[2])).split())


_LOGIN_WORDS = re.compile(
    r"\b(log[- ]?in|sign[- ]?in|log[- ]?on|anmelden|anmeldung|einloggen|single sign[- ]on)\b", re.IGNORECASE
)
_LOGIN_ADDRESS = re.compile(
    r"(^|[/._?&-])(login|logon|signin|sign-in|anmelden|anmeldung|sso|saml2?|cas|oauth2?|openid-connect|auth|idp)"
    r"([/._?&=-]|$)",
    re.IGNORECASE,
)
_CONSENT_ADDRESS = re.compile(
    r"(^|[/.])(consent|cookie-?consent|cookie-?wall|consentmanager|privacywall)([/.?]|$)", re.I
)
_HEADLINES = (
    (
        re.compile(
            r"\b(error|fehler|code|http)?[\s:-]*404\b(?!\s*(euro|€|mio|einwohner))"
            r"|\b(seite|dokument|datei|inhalt|adresse|artikel|ressource)\b.{0,40}"
            r"\b(nicht gefunden|nicht (mehr )?(vorhanden|verfügbar)|existiert nicht( mehr)?|gibt es nicht( mehr)?)\b"
            r"|\b(page|document|file|content|resource|url)\b.{0,40}"
            r"\b(not found|can(not|.t) be found|could not be found|(doesn.t|does not) exist)\b"
            r"|\b(page|document|file|content|resource)\b.{0,40}\bno longer (available|exists)\b"
            r"|^(nicht gefunden|not found)\b",
            re.IGNORECASE,
        ),
        "not-found-page",
        "answers {status}, but the page says '{headline}' – the page is probably gone",
    ),
    (
        re.compile(
            r"\b(domain|webseite|website)\b.{0,30}\b(is for sale|steht zum verkauf|zu verkaufen|is parked|geparkt)\b"
            r"|\bbuy this domain\b|\bdiese domain kaufen\b|\bdomain parking\b",
            re.IGNORECASE,
        ),
        "parked",
        "the page says '{headline}' – the domain is for sale",
    ),
)
"""What a title or heading says that makes a page none of what was linked: outcome and words."""
LONGEST_HEADLINE = 120
"""A longer title or heading is a sentence about something else."""


def _judged(answer: Answer) -> tuple[str, str]:
    """Return the outcome that a page which answers with success stands for, and words; both empty for a plain page."""
    text = _text(answer)
    headlines = [one for one in _headlines(text) if len(one) <= LONGEST_HEADLINE]
    if _asks_for_login(answer, text, headlines):
        return "login", f"asks for a login at {urlsplit(answer.url).netloc}"
    if answer.steps and _CONSENT_ADDRESS.search(_place(answer.url)):
        return "consent", f"leads to a page that asks for consent at {urlsplit(answer.url).netloc}"
    for pattern, outcome, words in _HEADLINES:
        for headline in headlines:
            if pattern.search(headline):
                return outcome, words.format(status=answer.status, headline=headline)
    return "", ""


def _asks_for_login(answer: Answer, text: str, headlines: Sequence[str]) -> bool:
    """Tell whether a page asks for a login instead of showing what was linked.

    A password field alone is none: many a start page has one. It is where a visitor was sent for the moment, or where
    title or address say what the page is.
    """
    if not has_password_field(text):
        return bool(answer.steps) and bool(_LOGIN_ADDRESS.search(_place(answer.url))) and _is_login(headlines)
    temporary = any(status not in PERMANENT for status, _ in answer.steps)
    return temporary or _is_login(headlines) or (bool(answer.steps) and bool(_LOGIN_ADDRESS.search(_place(answer.url))))


def _is_login(headlines: Sequence[str]) -> bool:
    return any(_LOGIN_WORDS.search(headline) for headline in headlines)


def _place(url: str) -> str:
    """Return host and path of *url*."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
