"""Warn of what may be about a person: names, mailboxes and mobile numbers where those of an office are expected.

A warning has its reason and stops nothing: an office may have a dotted mailbox, and a person's name may be public.
"""

import re
from collections.abc import Iterable, Iterator

from efa_lod.io.reading import Document, KeyPath
from efa_lod.model.record_values import is_mapping
from efa_lod.model.records import key_text
from efa_lod.model.results import Result, Severity


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MESSAGES = {
    "personal-name": {
        "de": "Das sieht nach dem Namen einer Person aus ({reason}). Nennen Sie die Stelle; Namen wechseln, und sie"
        " sind personenbezogen.",
        "en": "This looks like the name of a person ({reason}). Name the office; persons change, and their names are"
        " personal data.",
    },
    "personal-mailbox": {
        "de": "Das sieht nach dem Postfach einer Person aus ({reason}). Nennen Sie ein Funktionspostfach wie ozg@….",
        "en": "This looks like the mailbox of a person ({reason}). Give a function mailbox such as ozg@….",
    },
    "mobile-number": {
        "de": "Das ist eine Mobilnummer ({reason}); meist gehört sie einer Person. Nennen Sie die der Stelle.",
        "en": "This is a mobile number ({reason}); it mostly belongs to one person. Give the number of the office.",
    },
}

FUNCTION_WORDS = _words(
    "amt anfrage beratung buero bürgerservice buergerservice cio digital digitalisierung digitales dienste efa egov"
    " egovernment fit geschaeftsstelle hilfe hotline info it kommunal kommunalberatung kommunen kontakt koordination"
    " kreis land leitstelle mail management marktplatz office onlinedienste organisation ozg portal post poststelle"
    " presse programm projekt redaktion referat rollout service serviceportal shop sekretariat stadt stelle support"
    " team verwaltung vertrieb zentrale zsa"
)
"""Words of mailboxes that belong to an office."""
FREE_MAIL = _words(
    "aol.com arcor.de freenet.de gmail.com gmx.de gmx.net googlemail.com hotmail.com hotmail.de icloud.com live.de"
    " mail.de mailbox.org me.com outlook.com outlook.de posteo.de proton.me protonmail.com t-online.de web.de"
    " yahoo.com yahoo.de"
)
"""Hosts where anybody may have a mailbox."""
FIRST_NAMES = _words(
    "alexander ali andrea andreas angelika anja anke anna anne annette antje barbara beate bernd birgit björn"
    " brigitte carsten charlotte christa christian christiane christina christine christoph claudia claus cornelia"
    " daniel daniela david dennis detlef dieter dirk dominik doris elena elisabeth elke emma erika esther eva"
    " fabian fatma felix florian frank franziska friedrich gabriele georg gerd gerhard gisela gudrun günter"
    " günther hannah hans harald heike heiko heinrich heinz helga helmut henrik herbert holger horst ines inge"
    " ingo ingrid iris jan jana jannik jasmin jens joachim johanna johannes jonas josef judith julia jutta jörg"
    " jürgen kai karin karl karsten katharina kathrin katja katrin kerstin kevin klaus kristin lars laura lea lena"
    " lisa lukas manfred manuela marc marcel marco marcus maria marie mario marion markus martin martina matthias"
    " max maximilian mehmet melanie michael michaela monika mustafa nadine nicole nils nina norbert olaf oliver"
    " patrick paul peter petra philipp rainer ralf rebecca regina reinhard renate robert roland rolf sabine sandra"
    " sara sarah sascha sebastian silke simon simone sonja stefan stefanie steffen stephan susanne sven swen tanja"
    " thomas thorsten tim timo tobias tom torsten udo ulrich ulrike ursula ute uwe vanessa vera verena volker"
    " werner wilhelm winfried wolfgang yvonne"
)
"""First names that are frequent in Germany."""

_TITLE = re.compile(r"\b(?:Frau|Herrn?|Dr\.|Prof\.|Dipl\.-\w+\.?|z\. ?Hd\.)\s(?:Dr\.\s)?[A-ZÄÖÜ][a-zäöüß]+")
_SIGNS_OF_A_TITLE = ("Frau", "Herr", "Dr.", "Prof.", "Dipl.", "Hd.")
"""One of them stands in everything that _TITLE finds."""
_CAPITALIZED = re.compile("[A-ZÄÖÜ][a-zäöüß]+")
_CAPITALIZED_NAMES = frozenset(name.capitalize() for name in FIRST_NAMES)
_WORDS = re.compile(r"\b([A-ZÄÖÜ][a-zäöüß]+)(?:-[A-ZÄÖÜ][a-zäöüß]+)? (?=(?:von |van |zu )?[A-ZÄÖÜ][a-zäöüß]{2,})")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MOBILE = re.compile(
    r"[+0](?<![\d+].)(?:(?<=\+)49|(?<=0)(?:049)?)[ ()/.-]*(?:\(0\)[ ]?)?1(?:5\d|6[023]|7\d)(?:[ ()/.-]*\d){6,9}(?!\d)"
)  # begins with the sign that is looked for: what else stands before a text is passed over quickly

NAMES = frozenset(["name", "alternateName", "statedBy", "topic"])
"""Keys that name who can be asked, or who has stated something."""
SKIPPED = frozenset(["@context", "id", "type", "sha256", "sameAs", "foundAt", "origin", "about", "stateKey"])
"""Keys whose values are identifiers, codes or addresses of pages."""


def privacy_results(documents: Iterable[Document]) -> list[Result]:
    """Return a warning for everything in *documents* that may be about a person."""
    return [result for document in documents for result in _document(document)]


def _document(document: Document) -> Iterator[Result]:
    if not _may_hold_something(document.value):
        return
    for path, text in _texts(document.value):
        for rule, found, reasons in _findings(path, text):
            messages = {
                language: template.format(reason=reasons[language]) for language, template in _MESSAGES[rule].items()
            }
            place = document.place_of(path)
            yield Result(Severity.WARNING, place, key_text(path), found, messages, rule)


def _may_hold_something(record: object) -> bool:
    """Return whether a *record* may hold what ``_findings`` tells of: most hold nothing, and that is seen at once."""
    texts, names = _strings(record)
    text = "\n".join(texts)
    return bool(
        (any(sign in text for sign in _SIGNS_OF_A_TITLE) and _TITLE.search(text))
        or _MOBILE.search(text)
        or not _CAPITALIZED_NAMES.isdisjoint(_CAPITALIZED.findall("\n".join(names)))
        or ("@" in text and any(mailbox_reason(one) for line in texts if "@" in line for one in _EMAIL.findall(line)))
    )


def _strings(record: object) -> tuple[list[str], list[str]]:
    """Return the texts in *record* that may speak of a person, and those of them that name who can be asked."""
    named: list[object] = []
    texts = _leaves([record], named)
    names = _leaves(named, named)
    return texts + names, names


def _leaves(waiting: list[object], named: list[object]) -> list[str]:
    """Return the texts in *waiting*, which is emptied; what stands under one of NAMES is put to *named*.

    With the same list for both, that is among them too.
    """
    texts: list[str] = []
    while waiting:
        one = waiting.pop()
        if type(one) is str:
            texts.append(one)
        elif type(one) is dict:
            for key, member in one.items():
                if key not in SKIPPED:
                    (named if key in NAMES else waiting).append(member)
        elif type(one) is list:
            waiting += one
    return texts


def _findings(path: KeyPath, text: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield rule, what was found, and the reason in each language."""
    if reason := person_reason(text, anywhere=bool(NAMES & set(path))):
        yield "personal-name", text, reason
    for address in _EMAIL.findall(text):
        if reason := mailbox_reason(address):
            yield "personal-mailbox", address, reason
    for number in _MOBILE.finditer(text):
        yield "mobile-number", number[0], _reason("mobile")


def person_reason(name: str, anywhere: bool = True) -> dict[str, str]:
    """Return why *name* looks like a person's, in each language, or nothing.

    Prose is searched for titles only; with *anywhere*, first names count too.
    """
    if title := _TITLE.search(name):
        return _reason("title", found=title[0])
    for match in _WORDS.finditer(name) if anywhere else ():
        if match[1] in _CAPITALIZED_NAMES:
            return _reason("first-name", found=match[1])
    return {}


def mailbox_reason(address: str) -> dict[str, str]:
    """Return why the mailbox *address* looks like a person's, in each language, or nothing."""
    local, _, host = address.casefold().rpartition("@")
    if host in FREE_MAIL:
        return _reason("free-mail", found=host)
    words = [word for word in re.split(r"[._+-]|\d+", local) if word]
    if FUNCTION_WORDS & set(words):
        return {}
    parts = [part for part in local.split(".") if part]
    if len(parts) == 2 and all(re.fullmatch(r"[a-zäöüß]+(-[a-zäöüß]+)?", part) for part in parts):
        return _reason("dotted", found=local)
    if len(words) > 1 and words[0] in _AS_IN_ADDRESSES:
        return _reason("first-name", found=words[0])
    return {}


_REASONS = {
    "title": ("mit Anrede oder Titel: „{found}“", 'with a form of address or a title: "{found}"'),
    "first-name": ("„{found}“ ist ein Vorname", '"{found}" is a first name'),
    "free-mail": ("bei {found} kann jeder ein Postfach haben", "anybody may have a mailbox at {found}"),
    "dotted": ("„{found}“ ist gebaut wie vorname.nachname", '"{found}" is built like first.last'),
    "mobile": ("Vorwahl 015, 016 oder 017", "prefix 015, 016 or 017"),
}


def _reason(name: str, **words: str) -> dict[str, str]:
    return {language: text.format(**words) for language, text in zip(("de", "en"), _REASONS[name], strict=True)}


def _ascii(name: str) -> str:
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.replace(letter, letters)
    return name


_AS_IN_ADDRESSES = FIRST_NAMES | {_ascii(name) for name in FIRST_NAMES}


def _texts(value: object) -> Iterator[tuple[KeyPath, str]]:
    """Yield the texts in *value* that may speak of a person, each with its path."""
    waiting: list[tuple[KeyPath, object]] = [((), value)]
    while waiting:
        path, one = waiting.pop()
        if is_mapping(one):
            waiting += [((*path, key), member) for key, member in one.items() if key not in SKIPPED]
        elif isinstance(one, list):
            waiting += [((*path, i), member) for i, member in enumerate(one)]
        elif isinstance(one, str):
            yield path, one
