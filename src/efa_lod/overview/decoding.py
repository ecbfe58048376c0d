"""Turn the bytes of a copy of the page into text, and say of what is no page what it looks like."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage

from efa_lod.errors import BrokenInput

MAX_PAGE_BYTES = 5_000_000
"""Most bytes that a page may have; the real one has about 10,000 of text."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,4}=\s{0,4}[\"']?([A-Za-z0-9_:-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,80}encoding\s*=\s*[\"']([A-Za-z0-9_:-]{1,40})")
_QUOTED_PRINTABLE = re.compile(rb"charset=3D|=\r?\n[^\n]*=3D\"|<[a-z]+ [a-z]+=3D[\"']", re.IGNORECASE)
_MAIL = re.compile(
    rb"(?:From:[^\n]*|MIME-Version:|Content-Type:\s*(?:multipart|text)/|Snapshot-Content-Location:|Subject:|Date:|Return-Path:|Received:)",
    re.IGNORECASE,
)
_MARKS = (  # how files begin that are no page; what they are in English and German
    (b"%PDF", "a PDF file", "eine PDF-Datei"),
    (b"PK\x03\x04", "a ZIP archive or an office document", "ein ZIP-Archiv oder Office-Dokument"),
    (b"\x89PNG", "a picture", "ein Bild"),
    (b"\xff\xd8\xff", "a picture", "ein Bild"),
    (b"GIF8", "a picture", "ein Bild"),
    (b"RIFF", "a picture", "ein Bild"),
    (b"\x1f\x8b", "a compressed file (gzip)", "eine gepackte Datei (gzip)"),
    (b"BZh", "a compressed file (bzip2)", "eine gepackte Datei (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)", "eine gepackte Datei (xz)"),
    (b"7z\xbc\xaf", "a compressed file (7z)", "eine gepackte Datei (7z)"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "ein altes Office-Dokument"),
    (b"\x7fELF", "a program", "ein Programm"),
    (b"bplist00", "a web archive of Safari", "ein Webarchiv von Safari"),
    (b"WARC/", "a web archive (WARC)", "ein Webarchiv (WARC)"),
    (b"{\\rtf", "a document in Rich Text Format", "ein Dokument im Rich Text Format"),
    (b"L\0\0\0\x01\x14\x02", "a shortcut", "eine Verknüpfung"),
    (b"[InternetShortcut]", "a shortcut to a page", "eine Verknüpfung zu einer Seite"),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MOJIBAKE = re.compile("Ã[¤¶¼\u0084\u0096\u009cŸ„–œ]|â€[ž“\u009c]")


@dataclass(frozen=True)
class DecodedPage:
    """The text of a copy, and the address that the copy itself says it was made from."""

    text: str
    url: str = ""


def decoded_page(data: bytes, name: str, charset: str = "") -> DecodedPage:
    """Return the text of *data*: by its byte order mark, what the server or the page says, or UTF-8.

    A page that a browser saved as one file (MHTML) is unpacked. Raise BrokenInput for what is no text.
    """
    _refuse_size(data, name)
    if kinds := next(((kind, art) for mark, kind, art in _MARKS if data.startswith(mark)), None):
        kind, art = kinds
        raise BrokenInput(
            f"{name}: looks like {kind}, not like a page – save the page as text or HTML",
            f"{name}: sieht aus wie {art}, nicht wie eine Seite – die Seite als Text oder HTML speichern",
        )
    if _MAIL.match(data.lstrip()):
        return _unpacked(data, name)
    if _QUOTED_PRINTABLE.search(data[:4000]):
        raise BrokenInput(
            f"{name}: looks like a part of a single-file web page (MHTML, quoted-printable) – save the page as HTML",
            f"{name}: sieht aus wie ein Teil einer Webseite in einer Datei (MHTML) – die Seite als HTML speichern",
        )
    return DecodedPage(_decoded(data, name, charset))


def _refuse_size(data: bytes, name: str) -> None:
    if len(data) > MAX_PAGE_BYTES:
        raise BrokenInput(
            f"{name}: longer than {MAX_PAGE_BYTES:,} bytes, far more than the overview page",
            f"{name}: länger als {MAX_PAGE_BYTES:,} Bytes, weit mehr als die Übersichtsseite",
        )
    if not data.strip():
        raise BrokenInput(f"{name}: the page is empty", f"{name}: die Seite ist leer")


def _unpacked(data: bytes, name: str) -> DecodedPage:
    """Return the page in the archive *data* (RFC 2557): the part with the address of the whole, or the first page."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    parts = list(message.walk()) if isinstance(message, EmailMessage) else []
    saved = message.get("Snapshot-Content-Location")
    parts.sort(key=lambda part: saved is None or part.get("Content-Location") != saved)
    for kind in ("text/html", "application/xhtml+xml", "text/plain"):
        for part in parts:
            content = part.get_payload(decode=True) if part.get_content_type() == kind else None
            if isinstance(content, bytes) and content.strip():
                charset = str(part.get_param("charset") or "")
                address = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
                return DecodedPage(_decoded(content, name, charset), address if "://" in address else "")
    raise BrokenInput(
        f"{name}: looks like a single-file web page (MHTML) or an e-mail without a page in it – save the page as HTML",
        f"{name}: sieht aus wie eine Webseite in einer Datei (MHTML) oder eine E-Mail, ohne Seite darin – die Seite als"
        " HTML speichern",
    )


def _by_nulls(data: bytes) -> str:
    """Return the form of UTF-16 without a mark in which Latin letters have the NUL bytes of *data*, or nothing."""
    head = data[:1000]
    return next((name for name, at in (("utf-16-le", 1), ("utf-16-be", 0)) if head[at::2].count(0) * 4 > len(head)), "")


def _decoded(data: bytes, name: str, charset: str) -> str:
    said = _META_CHARSET.search(data[:4000]) or _XML_ENCODING.match(data)
    by_mark = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), "") or _by_nulls(data)
    encoding = by_mark or charset or (said[1].decode() if said else "") or "utf-8"
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise BrokenInput(
            f"{name}: says its encoding is '{encoding[:40]}', which nobody knows",
            f"{name}: nennt als Kodierung '{encoding[:40]}', die niemand kennt",
        ) from error
    except UnicodeDecodeError as error:
        place = f"0x{data[error.start]:02X}", f"{error.start:,}", encoding.removesuffix("-sig").upper()
        raise BrokenInput(
            f"{name}: not readable as {place[2]} (byte {place[0]} at {place[1]}) – probably saved as windows-1252, or"
            " no text; save it as UTF-8",
            f"{name}: nicht lesbar als {place[2]} (Byte {place[0]} an Stelle {place[1]}) – wohl als windows-1252"
            " gespeichert, oder kein Text; als UTF-8 speichern",
        ) from error
    if "\0" in text:
        raise BrokenInput(
            f"{name}: holds NUL characters – a binary file, or UTF-16 without a byte order mark",
            f"{name}: enthält NUL-Zeichen – eine Binärdatei, oder UTF-16 ohne Bytereihenfolge-Marke",
        )
    if _MOJIBAKE.search(text):
        raise BrokenInput(
            f"{name}: letters such as 'Ã¼' stand for umlauts – UTF-8 read as another encoding",
            f"{name}: Zeichen wie 'Ã¼' stehen für Umlaute – UTF-8, als andere Kodierung gelesen",
        )
    return text
