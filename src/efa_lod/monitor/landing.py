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

from efa_lod.io.fetch_errors import NotFetched
from efa_lod.io.http import PERMANENT, Fetcher, HttpResponse
from efa_lod.overview.html import has_password_field

_MAX_PAGE_BYTES = 2_000_000
"""Most bytes of a page that are read."""
MAX_REFRESHES = 3
"""Most redirects in pages that are followed."""
_ASK_ANYWAY = ("timeout", "broken", "redirects")
"""What may keep a server from answering HEAD that answers GET."""


@dataclass(frozen=True)
class Landing:
    """Where an address leads: the last *answer*, the *outcome* if it is no plain success, and the words for it."""

    answer: HttpResponse
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
            if status not in PERMANENT or _SESSION.search(step):
                break
            target = step
        return target


_SESSION = re.compile(
    r"[;?&/](jsessionid|phpsessid|aspsessionid\w*|session_?id|sess_?id|sid|cfid|cftoken|oscsid|zenid)="
    r"|[?&](ticket=st-|cookie_?test|aspxautodetectcookiesupport)|/\(([a-z]\([^)/]{1,60}\))+\)",
    re.IGNORECASE,
)
"""What an address has that stands for one visit only: a session, a ticket, or a test whether cookies are kept."""


def land(fetcher: Fetcher, url: str) -> Landing:
    """Return where *url* leads; raise NotFetched when neither HEAD nor GET is answered.

    HEAD is asked first. GET follows where HEAD fails in whatever way, and where a page has to be read.
    """
    head = _head(fetcher, url)
    if head is not None and head.status < 400 and not _is_page(head):
        return Landing(head)
    try:
        answer = fetcher.ask("GET", url, _MAX_PAGE_BYTES)
    except NotFetched as error:
        if head is not None and head.status < 400:
            return Landing(head)
        if error.reason == "size":
            return Landing(HttpResponse(url, 200, {}, b""))
        raise
    return _read(fetcher, answer)


def _head(fetcher: Fetcher, url: str) -> HttpResponse | None:
    """Return what *url* answers to HEAD, or None where it does not answer that."""
    try:
        return fetcher.ask("HEAD", url)
    except NotFetched as error:
        if error.reason in _ASK_ANYWAY:
            return None
        raise


def _is_page(answer: HttpResponse) -> bool:
    """Return whether *answer* is a web page, or may be one for all that it says."""
    kind = answer.media_type.lower()
    return kind in ("text/html", "application/xhtml+xml") or (not kind and answer.headers.get("content-length") != "0")


def _read(fetcher: Fetcher, answer: HttpResponse) -> Landing:
    """Judge the page in *answer*, after the redirects that stand in it."""
    first = answer
    for _ in range(MAX_REFRESHES):
        target = _refresh(answer)
        if not target:
            break
        try:
            answer = fetcher.ask("GET", target, _MAX_PAGE_BYTES)
        except NotFetched:
            break
        steps = (*first.steps, (302, target), *answer.steps)
        first = HttpResponse(
            answer.url, answer.status, answer.headers, answer.content, steps, first.seconds + answer.seconds
        )
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
_SCRIPTED = re.compile(
    r"\blocation(\.href)?\s*(?:=|\.(?:replace|assign)\()\s*([\"'])((?:https?:/|/|\./)[^\"'\s]{1,2000})\2", re.IGNORECASE
)
_MOST_BEFORE_SCRIPT = 100
"""Most characters that a page shows which is nothing but a redirect by script."""


def _refresh(answer: HttpResponse) -> str:
    """Return where the page itself redirects to at once, or an empty text."""
    if not _is_page(answer) or answer.status >= 400:
        return ""
    text = _text(answer)
    found = _META_REFRESH.search(text)
    scripted = None if found or len(plain_text(text)) > _MOST_BEFORE_SCRIPT else _SCRIPTED.search(_decoded(answer))
    if scripted:
        where = scripted[3]
    elif found and int(found[1] or found[3]) <= _LONGEST_REFRESH_S:
        where = unescape(found[2] or found[4])
    else:
        return ""
    try:
        target = urljoin(answer.url, where.strip())
    except ValueError:
        return ""
    return "" if target == answer.url else target


def _text(answer: HttpResponse) -> str:
    """Return the page as text, without comments and scripts."""
    return _UNSEEN.sub(" ", _decoded(answer))


def _decoded(answer: HttpResponse) -> str:
    try:
        return answer.content.decode(answer.charset or "utf-8", "replace")
    except LookupError:
        return answer.content.decode("utf-8", "replace")


_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|template|noscript)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_HEADLINE = re.compile(r"<(title|h1|h2)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)


def _headlines(text: str) -> Iterator[str]:
    """Yield the title and the first heading of a page; that is of the second level where there is none of the first."""
    first: dict[str, str] = {}
    for found in _HEADLINE.finditer(text):
        first.setdefault(found[1].lower(), plain_text(found[2]))
    yield from (first[name] for name in ("title", "h1" if "h1" in first else "h2") if name in first)


def plain_text(markup: str) -> str:
    """Return what *markup* shows, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


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
_GERMAN_PAGE = (
    "(web)?seite|dokument|datei|inhalt|adresse|url|artikel|beitrag|eintrag|ressource|objekt|angebot|verzeichnis"
)
_ENGLISH_PAGE = "(web ?)?page|document|file|content|resource|url|object|article|site"
_HEADLINES = (
    (
        re.compile(
            r"(^|[-–—|:(]\s*|\b(error|fehler|code|fehlercode|http|status|statuscode)[\s:#-]*)404\b"
            r"(?!\s*(euro|€|mio|einwohner|von|of|bgb|\d))|[-–—|:]\s*404\s*$"
            rf"|\b({_GERMAN_PAGE})\b.{{0,40}}\b(nicht( mehr)? (gefunden|vorhanden|verfügbar|auffindbar|finden)"
            r"|existiert (leider )?nicht|gibt es (leider )?nicht|unbekannt)\b"
            rf"|\b({_GERMAN_PAGE})\b( (ist|wurde)\b.{{0,30}})? (gelöscht|entfernt)\b"
            rf"|\b({_ENGLISH_PAGE})\b.{{0,40}}\b(not found|can(not|.t) be found|could not be found"
            r"|(doesn.t|does not) exist|no longer (available|exists)|(was|has been|been) (removed|deleted))\b"
            rf"|\b(could ?n.t|could not|can ?not|can.t) find\b.{{0,30}}\b({_ENGLISH_PAGE})\b"
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


def _judged(answer: HttpResponse) -> tuple[str, str]:
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


def _asks_for_login(answer: HttpResponse, text: str, headlines: Sequence[str]) -> bool:
    """Return whether a page asks for a login instead of showing what was linked.

    A password field alone is none: many a start page has one. It is where a visitor was sent for the moment, or where
    title or address say what the page is.
    """
    if _HANDED_OVER.search(text) or any(_HANDED_OVER.search(step) for _, step in answer.steps):
        return True
    if not has_password_field(text):
        return bool(answer.steps) and bool(_LOGIN_ADDRESS.search(_place(answer.url))) and _is_login(headlines)
    temporary = any(status not in PERMANENT for status, _ in answer.steps)
    return temporary or _is_login(headlines) or (bool(answer.steps) and bool(_LOGIN_ADDRESS.search(_place(answer.url))))


_HANDED_OVER = re.compile(
    r"name\s*=\s*[\"']?SAMLRequest\b|[?&](SAMLRequest|wtrealm)=|[?&]client_id=[^\"'<>\s]*&(amp;)?response_type=|"
    r"[?&]response_type=[^\"'<>\s]*&(amp;)?client_id=",
    re.IGNORECASE,
)
"""What hands a visitor over to a login elsewhere: SAML, WS-Federation, OAuth and OpenID Connect."""


def _is_login(headlines: Sequence[str]) -> bool:
    return any(_LOGIN_WORDS.search(headline) for headline in headlines)


def _place(url: str) -> str:
    """Return host and path of *url*."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
