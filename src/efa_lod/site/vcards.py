"""Write the contact points of a record as vCards (RFC 6350), for an address book."""

from collections.abc import Iterator, Mapping
from typing import Any

from efa_lod.model.context import Context

Thing = Mapping[str, Any]

VCARD = "text/vcard"
_WIDTH = 75
"""Most bytes of a line (RFC 6350, section 3.2)."""
_NAMES = {"de": "Ansprechstelle für EfA-Nachnutzung", "en": "Contact for EfA reuse"}


def vcards(record: Thing, shared: Mapping[str, Thing], context: Context) -> bytes:
    """Return a vCard for each contact point in *record* that can be reached; empty when none can.

    The cards are in German, the language of the names. *shared* resolves the organisations that contacts belong to.
    """
    contacts = _list((record.get("reuse") or {}).get("contacts"))
    reachable = [one for one in contacts if isinstance(one, dict) and (one.get("email") or one.get("telephone"))]
    lines = (line for contact in reachable for line in _card(contact, record, shared, context))
    return "".join(_folded(line) for line in lines).encode()


def _card(contact: Thing, record: Thing, shared: Mapping[str, Thing], context: Context) -> Iterator[str]:
    place = _text(record.get("name"))
    name = _text(contact.get("name")) or _text(contact.get("topic")) or _NAMES["de"]
    yield from ("BEGIN:VCARD", "VERSION:4.0")
    yield f"UID;VALUE=uri:{context.resolve(contact['id'])}"
    yield "KIND:org"
    yield f"FN:{_escaped(f'{name} ({place})' if place and place not in name else name)}"
    organisations = (_text(shared.get(one, {}).get("name")) for one in _list(contact.get("belongsTo")))
    yield from (f"ORG:{_escaped(one)}" for one in organisations if one)
    yield from (f"EMAIL;TYPE=work:{_escaped(one)}" for one in _list(contact.get("email")))
    yield from (f'TEL;TYPE="work,voice";VALUE=uri:tel:{one}' for one in _list(contact.get("telephone")))
    yield from (f"URL:{_line(one)}" for one in _list(contact.get("homepage")))
    if note := _text(contact.get("editorialNote")):
        yield f"NOTE;LANGUAGE=de:{_escaped(note)}"
    yield f"SOURCE:{context.resolve(record['id'])}"
    if modified := (record.get("record") or {}).get("modified"):
        yield f"REV:{_line(str(modified)).replace('-', '')}T000000Z"
    yield "END:VCARD"


def _text(texts: Any) -> str:
    """Return the German text of *texts*, or else the first."""
    if not isinstance(texts, dict):
        return ""
    return " / ".join(map(str, _list(texts.get("de", next(iter(texts.values()), "")))))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _line(text: str) -> str:
    """Return *text* without what ends a line or cannot be seen."""
    return "".join(sign for sign in text if sign >= " " and sign not in "\x7f\x85\u2028\u2029")


def _escaped(text: str) -> str:
    """Return *text* as the value of a property (RFC 6350, section 3.4)."""
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
