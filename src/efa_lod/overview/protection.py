"""Read addresses that others have changed: protected from robots where people can read them, or led through a service.

What cannot be read is not guessed: a page with such an address is refused, since its text would be told as a change.
"""

import re
from urllib.parse import parse_qs, urlsplit

PLACEHOLDER = re.compile(r"\[\s?e-?mail\s(?:protected|geschützt)\s?\]|\be-?mail\sgeschützt\b", re.IGNORECASE)
"""What stands in the place of an address until a script has decoded it."""
_BAITS = "(?:no-?spam|anti-?spam|remove-?this|entfernen|dont-want-spam)"
BAIT = re.compile(rf"[\w.+-]*{_BAITS}[\w.+-]*@|@[\w.-]*{_BAITS}", re.IGNORECASE)
"""An address with words in it that are there for robots."""
_CODE = re.compile(r"[0-9a-fA-F]{6,800}")
_ARCHIVE = re.compile(r"^(?:https?://web\.archive\.org)?/web/\d{4,14}(?:[a-z]{2}_)?/(?=[a-z]+:)")
_SAFE_LINKS = ".safelinks.protection.outlook.com"
_PATH = "/cdn-cgi/l/email-protection"
_AT = re.compile(r"(?<=[\w.+-])\s?(?:\[|\(|\{|<)\s?(?:at|ät|@|bei)\s?(?:\]|\)|\}|>)\s?(?=\w)", re.IGNORECASE)
_DOT = re.compile(r"(?<=\w)\s?(?:\[|\()\s?(?:dot|punkt|\.)\s?(?:\]|\))\s?(?=\w)", re.IGNORECASE)


def decoded_address(code: str) -> str:
    """Return the address that Cloudflare's *code* stands for, or an empty text where it is none.

    The first byte is a key; each other byte is one of the address, combined with it by exclusive or.
    """
    if not _CODE.fullmatch(code) or len(code) % 2:
        return ""
    key, *rest = bytes.fromhex(code)
    try:
        address = bytes(byte ^ key for byte in rest).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return address if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+(\?[^\s<>]*)?", address) else ""


def decoded_target(target: str) -> str:
    """Return *target*, or what it stands for: a protected ``mailto:`` (empty if unreadable), an archived address."""
    target = _ARCHIVE.sub("", target)
    try:
        parts = urlsplit(target)
    except ValueError:
        return target
    if (parts.hostname or "").endswith(_SAFE_LINKS):
        return next(iter(parse_qs(parts.query).get("url", [])), target)
    if not parts.path.endswith(_PATH):
        return target
    address = decoded_address(parts.fragment)
    return f"mailto:{address}" if address else ""


def with_plain_addresses(text: str) -> str:
    """Return *text* with ``(at)`` and ``[dot]`` in addresses as the signs that they stand for."""
    if not _AT.search(text):
        return text
    return _DOT.sub(".", _AT.sub("@", text))


def unreadable_address(text: str) -> str:
    """Return what stands in *text* in the place of an address that this copy cannot tell, or an empty text."""
    found = PLACEHOLDER.search(text) or BAIT.search(text)
    return found[0] if found else ""
