"""Write the contact points of a record as vCards 3.0 (RFC 2426), for an address book.

Version 3.0 is what Outlook, iOS and Android all read; version 4.0 (RFC 6350) is refused or misread by some.
"""

from collections.abc import Iterator, Mapping

from efa_lod.model.context import Context
from efa_lod.model.origins import added_keys, things_added
from efa_lod.model.record_values import Thing, best_texts, listed
from efa_lod.model.record_views import ContactPoint, ReuseRecord
from efa_lod.site.names import SITE_NAMES

VCARD = "text/vcard"
_WIDTH = 75
"""Most bytes of a line (RFC 2426, section 2.6)."""
_WORDS = {"name": "Name", "telephone": "Telefon", "email": "E-Mail", "homepage": "Webseite"}
"""The keys of a contact whose values a card has, in the words of a person."""


def vcards(record: Thing, shared: Mapping[str, Thing], context: Context) -> bytes:
    """Return a vCard for each contact point in *record* that can be reached; empty when none can.

    The cards are in German, the language of the names. *shared* resolves the organisations that contacts belong to.
    """
    of_state = ReuseRecord(record)
    reachable = [contact for contact in of_state.contacts if contact.is_reachable]
    lines = (line for contact in reachable for line in _card(contact, of_state, shared, context))
    return "".join(_folded(line) for line in lines).encode()


def _card(contact: ContactPoint, record: ReuseRecord, shared: Mapping[str, Thing], context: Context) -> Iterator[str]:
    place = _text(record.names)
    name = _text(contact.names) or _text(contact.values.get("topic")) or SITE_NAMES["files"]["contact"]["de"]
    yield from ("BEGIN:VCARD", "VERSION:3.0")
    shown = _escaped(f"{name} ({place})" if place and place not in name else name)
    yield f"UID:{context.resolve(contact.id)}"
    yield f"FN:{shown}"
    yield f"N:{shown};;;;"
    organisations = [_text(shared.get(one, {}).get("name")) for one in contact.organisations]
    yield f"ORG:{next((_escaped(one) for one in organisations if one), shown)}"
    yield "X-ABSHOWAS:COMPANY"
    yield from (f"EMAIL;TYPE=INTERNET,WORK:{_escaped(one)}" for one in contact.emails)
    yield from (f"TEL;TYPE=WORK,VOICE:{_line(one)}" for one in contact.telephones)
    yield from (f"URL:{_line(one)}" for one in listed(contact.values.get("homepage")))
    if notes := [one for one in (_text(contact.values.get("editorialNote")), _additions_note(contact, record)) if one]:
        yield f"NOTE:{_escaped(chr(10).join(notes))}"
    yield f"SOURCE:{context.resolve(record.id)}"
    if modified := record.record.values.get("modified"):
        yield f"REV:{_line(str(modified))}T00:00:00Z"
    yield "END:VCARD"


def _additions_note(contact: ContactPoint, record: ReuseRecord) -> str:
    """Return which parts of *contact* are additions with evidence, not statements of the overview page, or nothing."""
    is_whole = contact.id in things_added(record.values)
    keys = added_keys(contact.values)
    words = ["die ganze Ansprechstelle"] if is_whole else [word for key, word in _WORDS.items() if key in keys]
    if not words:
        return ""
    joined = " und ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    return f"Von uns ergänzt, nicht von der Übersichtsseite: {joined}."


def _text(texts: object) -> str:
    """Return the German text of *texts*, or else the first."""
    return " / ".join(best_texts(texts))


def _line(text: str) -> str:
    """Return *text* without what ends a line or cannot be seen."""
    return "".join(sign for sign in text if sign >= " " and sign not in "\x7f\x85\u2028\u2029")


def _escaped(text: str) -> str:
    """Return *text* as the value of a property (RFC 2426, section 4)."""
    parts = (_line(part) for part in text.replace("\\", "\\\\").splitlines())
    return "\\n".join(parts).replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> str:
    """Return *line* in pieces of at most 75 bytes that begin with a space from the second on."""
    if len(line.encode()) <= _WIDTH:
        return f"{line}\r\n"
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _WIDTH:
            pieces.append(piece)
            piece, size = " ", 1
        piece += sign
        size += width
    return "\r\n".join([*pieces, piece]) + "\r\n"
