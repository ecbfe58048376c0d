"""What templates can call: texts, names, links, dates and numbers of one page in one language."""

import re
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from efa_lod.model.answers import LOST, LOST_NAMES, mention, shown_status
from efa_lod.model.code_lists import ACCESS_RIGHT, LICENCE
from efa_lod.model.languages import LANGUAGES, MONTHS
from efa_lod.model.record_values import Thing, is_mapping, listed
from efa_lod.site.addresses import address_of, is_web_address, path_in_language, quoted_path
from efa_lod.site.comparison import USEFULNESS, USEFULNESS_SIGNS
from efa_lod.site.names import SITE_NAMES
from efa_lod.site.templating import shown, without_invisible

if TYPE_CHECKING:
    from markupsafe import Markup

    from efa_lod.site.page import Site

MAX_NAME_CHARACTERS = 200
"""Most characters of a name that a heading, a list or a link shows; the data and ``said`` have all of them."""
NAVIGATION = tuple((path, names["de"], names["en"]) for path, names in SITE_NAMES["navigation"].items())
"""The pages that every page leads to, with their names in German and English."""

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
_PHONE = re.compile(r"\+[0-9]{5,15}$")
_SLASH = re.compile(r"(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})")
"""A stroke between two words, after which a line may end."""
_DAY = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])(?:-([0-3][0-9]))?$")


class TemplateMacro(Protocol):
    """A macro of a template, by its *name*: what it makes is markup, since templates escape."""

    name: str

    def __call__(self, *values: object) -> "Markup":
        """Return what it makes of *values*."""


class PageHelpers:
    """One page in one language; its public methods are what templates call."""

    def __init__(self, site: "Site", language: str, path: str) -> None:
        from markupsafe import Markup, escape

        self.site = site
        self.language = language
        self.path = path
        self._markup = Markup
        self._escape = escape
        self._up = "../" * path_in_language(path, language).count("/")
        self._home = "../" * path.count("/")

    @property
    def names(self) -> dict[str, object]:
        """Return what a template can use, by name."""
        methods = {name: getattr(self, name) for name in HELPER_NAMES}
        publication = self.site.publication
        return methods | {
            "site": self.site,
            "language": self.language,
            "path": self.path,
            "settings": publication.settings.value,
            "about": publication.texts(self.language),
            "base_iri": publication.base_iri,
            "navigation": NAVIGATION,
            "languages": LANGUAGES,
            "signs": USEFULNESS_SIGNS,
            "usefulness": USEFULNESS,
            "alternates": (),
            "data": None,
        }

    # texts

    def t(self, de: str, en: str, **values: object) -> "str | Markup":
        """Return the text in the language of the page, with *values* filled in by name."""
        text = de if self.language == "de" else en
        if not values:
            return text
        parts = [self._escape(shown(values[one] if is_name else one)) for one, is_name in _parts(text)]
        return self._markup("".join(parts))

    def said(self, texts: object) -> "Markup":
        """Return the best text of *texts* (by language), marked with its language where that is not the page's."""
        language, text = self._best(texts)
        if language in (self.language, ""):
            return self._escape(without_invisible(text))
        return self._made('<span lang="', language, '">', without_invisible(text), "</span>")

    def _made(self, *parts: object) -> "Markup":
        """Return markup of *parts*: every second one is a value, which is escaped."""
        return self._markup("".join([self._escape(one) if index % 2 else str(one) for index, one in enumerate(parts)]))

    def called(self, names: object) -> "Markup":
        """Return the best of *names* (by language) as ``said`` does, but never so long that it hides the page."""
        language, name = self._best(names)
        said = self.said({language or self.language: self.short(name, MAX_NAME_CHARACTERS)})
        return self._markup(_SLASH.sub("/<wbr>", said)) if "/" in name else said

    def plain(self, texts: object) -> str:
        """Return the best text of *texts* (by language) for a place where no element can stand."""
        return without_invisible(self._best(texts)[1])

    def other_language(self, texts: object) -> str:
        """Return the language of the best text of *texts* where that is not the page's, else an empty text."""
        language = self._best(texts)[0]
        return "" if language == self.language else language

    def _best(self, texts: object) -> tuple[str, str]:
        """Return language and text: that of the page, or else the first there is."""
        if not is_mapping(texts):
            return "", "" if texts is None else str(texts)
        language = self.language if self.language in texts else next(iter(texts), "")
        return language if _TAG.match(language) else "", " / ".join(map(str, listed(texts.get(language))))

    def short(self, text: str, most: int = 160) -> str:
        """Return *text*, cut at a space where it has more than *most* characters."""
        text = without_invisible(" ".join(str(text).split()))
        return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"

    # names of things and terms

    def label(self, key: str, code: object) -> str:
        """Return the name of *code* as a value of *key*, as the ontology gives it."""
        known = self.site.context.keys.get(key)
        names = self.site.labels.get(f"{known.vocabulary if known else ''}{code}", {})
        names = names or ACCESS_RIGHT.codes.get(str(code), {}) or (LOST_NAMES if code == LOST else {})
        return names.get(self.language) or str(code)

    def status_of(self, thing: object) -> str:
        """Return the status of *thing* that readers are told."""
        return shown_status(thing) if is_mapping(thing) else ""

    def mentioned(self, thing: object) -> dict[str, str]:
        """Return the generic word by which the page speaks of *thing*, in quotation marks, by language."""
        return mention(thing) if is_mapping(thing) else {}

    def term(self, iri: str) -> str:
        """Return the name of the ontology term *iri*, or *iri* itself."""
        return self.site.labels.get(self.site.context.resolve(iri), {}).get(self.language) or iri

    def named(self, reference: str | Thing) -> "Markup":
        """Return the name of what *reference* refers to, as a link where there is a page about it."""
        if not isinstance(reference, str):
            return self.called(reference.get("name") or reference.get("id"))
        thing = self.site.shared.get(reference)
        name = (thing.get("name") or mention(thing)) if thing else self.site.derived(_state_names, reference)
        if not name and (found := self.site.entry_of.get(reference)):
            name = found.name
        if name:
            return self._made('<a href="', self.url(f"{reference}.html"), '">', self.called(name), "</a>")
        iri = self.site.context.resolve(reference)
        if iri in self.site.labels:
            return self._escape(self.site.labels[iri].get(self.language, iri))
        return self.link(iri)

    def reference_of(self, thing: object) -> str:
        """Return the id of *thing*, which is given whole or by its id."""
        return str(thing.get("id", "") if is_mapping(thing) else thing)

    def made_once(self, macro: TemplateMacro, thing: object) -> "Markup":
        """Return what *macro* makes of *thing*; of a shared record it is made once for all pages of a depth.

        It must not depend on the page but for its language and the way from it to others.
        """
        if not isinstance(thing, str) or thing not in self.site.shared:
            return macro(thing)
        made, key = self.site.made, (self.language, self._up, macro.name, thing)
        if key not in made:
            made[key] = macro(thing)
        return made[key]

    def made_for_all(self, macro: TemplateMacro, *values: object) -> "Markup":
        """Return what *macro* makes of *values* that are the same on all pages of a site; made once for each depth.

        It must not depend on the page but for its language and the way from it to others.
        """
        made, key = self.site.made, (self.language, self._up, macro.name)
        if key not in made:
            made[key] = macro(*values)
        return made[key]

    # links

    def url(self, path: str) -> str:
        """Return the way from this page to the page at *path* in the same language."""
        return self._home + quoted_path(path)

    def file(self, path: str) -> str:
        """Return the way from this page to a file that has no language."""
        return self._up + quoted_path(path)

    def in_other(self, language: str) -> str:
        """Return the way from this page to the same page in *language*."""
        return self._up + quoted_path(path_in_language(self.path, language))

    def address(self, path: str | None = None, language: str | None = None) -> str:
        """Return the full address of the page at *path* (this one) in *language* (this one)."""
        base = self.site.publication.base_iri
        return address_of(base, self.path if path is None else path, language or self.language)

    def iri(self, reference: str) -> str:
        """Return the IRI of *reference*."""
        return self.site.context.resolve(reference)

    def link(self, address: object, text: object = None) -> "Markup":
        """Return a link to a page elsewhere; what is no web address is shown as text."""
        shown = without_invisible(str(text or address)) if not hasattr(text, "__html__") else text
        if is_web_address(address):
            return self._made('<a href="', address, '" rel="external">', shown, "</a>")
        if not text:
            return self._made("<code>", shown, "</code>")
        return self._escape(shown)

    def mail(self, address: object, subject: str = "") -> "Markup":
        """Return a link to write to *address*; what is no e-mail address is shown as text."""
        text = without_invisible(str(address))
        if not _MAIL.match(text):
            return self._made("<span>", text, "</span>")
        user, _, host = text.partition("@")
        return self._made('<a href="', self.mailto(text, subject), '">', user, "@<wbr>", host, "</a>")

    def mailto(self, address: str, subject: str = "") -> str:
        """Return the address of a link to write to *address*."""
        return f"mailto:{quote(address, safe='@')}" + (f"?subject={quote(subject)}" if subject else "")

    def phone(self, number: object, printed: object = None) -> "Markup":
        """Return a link to call *number*, shown as it is *printed*; what is no number is shown as text."""
        shown = without_invisible(str(printed or number))
        if not isinstance(number, str) or not _PHONE.match(number):
            return self._made("<span>", shown, "</span>")
        return self._made('<a href="tel:', number, '">', shown, "</a>")

    def is_web(self, address: object) -> bool:
        """Return whether a link may lead to *address*."""
        return is_web_address(address)

    def anchor(self, reference: object) -> str:
        """Return what stands behind ``#`` in *reference*: the place of a part of a thing on its page."""
        return without_invisible(str(reference)).partition("#")[2].replace(" ", "-")

    def host(self, address: str) -> str:
        """Return the name of the host in *address*, without ``www.``."""
        return without_invisible(address).partition("://")[2].partition("/")[0].removeprefix("www.")

    def register(self, address: str) -> str:
        """Return the name of the register or list that *address* belongs to, or else its host."""
        for start, names in SITE_NAMES["registers"].items():
            if re.match(rf"https?://(www\.|sws\.)?{re.escape(start)}", address):
                return names[self.language]
        return self.host(address) or address

    def licence(self) -> str:
        """Return the name of the licence of the publication."""
        licence = str(self.site.publication.settings.value["licence"])
        return LICENCE.codes.get(LICENCE.code(licence), {}).get(self.language) or licence

    def report(self) -> str:
        """Return the address of a link to report an error on this page, by e-mail to the publisher's contact."""
        subject = self.t("Fehler auf der Seite {address}", "Error on the page {address}", address=self.address())
        return self.mailto(self.site.publication.settings.value["contact"]["email"], str(subject))

    # dates and numbers

    def day(self, date: object) -> "Markup":
        """Return a date or month in words, readable by programs; anything else as it is."""
        text = without_invisible(str(date))
        if not _DAY.match(text):
            return self._escape(text)
        return self._made('<time datetime="', text, '">', self.day_text(text), "</time>")

    def day_text(self, date: str) -> str:
        """Return a date or month in words."""
        found = _DAY.match(str(date))
        if not found:
            return without_invisible(str(date))
        year, month, day = found.groups()
        words = f"{MONTHS[self.language][int(month) - 1]} {year}"
        point = "." if self.language == "de" else ""
        return f"{int(day)}{point} {words}" if day else words

    def size(self, size: int | None) -> str:
        """Return a number of bytes as people say it; an empty text where it is not known."""
        if size is None:
            return ""
        for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
            if size >= scale:
                return f"{self.number(size / scale, 0 if size >= 100 * scale else 1)} {unit}"
        return f"{size} {self.t('Byte', 'bytes')}"

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as it is written in the language of the page."""
        text = f"{value:,.{digits}f}"
        return text.translate(_GERMAN_NUMBER) if self.language == "de" else text

    def counted(self, count: int) -> str:
        """Return a whole number as it is written in the language of the page."""
        return self.number(count)

    def term_of_key(self, key: str) -> str:
        """Return what *key* of a record is called: the name that the ontology gives its property, or the key."""
        known = self.site.context.keys.get(key)
        return self.site.labels.get(known.iri if known else "", {}).get(self.language) or key


@lru_cache(1024)
def _parts(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the parts of a *text* with names in braces: its words, and its names, which are told by True."""
    found = (
        (part, is_name)
        for words, name, *_ in Formatter().parse(text)
        for part, is_name in ((words, False), (name, True))
    )
    return tuple((part, is_name) for part, is_name in found if part)


_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$")
_GERMAN_NUMBER = str.maketrans(",.", ".,")
HELPER_NAMES = frozenset(
    name for name, member in vars(PageHelpers).items() if callable(member) and not name.startswith("_")
)


def _state_names(site: "Site", identifier: str) -> object:
    """Return the names of the state with this *identifier*; None where there is none."""
    state = site.state_of.get(identifier)
    return (state.get("name") or mention(state)) if state else None
