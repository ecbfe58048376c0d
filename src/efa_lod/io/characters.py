"""Characters that no text of a record should have: they are not seen, and change what is read, found or compared.

Soft hyphens and zero-width characters come along when text is copied from pages and documents; directional characters
turn the order of letters round; private ones are bullets of one font; U+FFFD stands where a character was lost.
"""

import re
import unicodedata

_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ue000-\uf8ff\U000e0000-\U0010ffff"
)
UNSEEN = re.compile(f"[{_UNSEEN}]")
"""Controls, format characters, variation selectors, private characters, and those that are none."""
SUSPECT = re.compile(f'["\\\\<&\n\r\t{_UNSEEN}\u0300-\u036f\u1100-\u11ff\u3099\u309a]').search
"""What is in every text that needs a closer look: an escape, markup, an unseen character or one that combines."""
MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--|&(?:#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]+);")
"""Tags, comments and character references of HTML."""
_CONTROLS = {0x00: "NUL", 0x07: "BELL", 0x08: "BACKSPACE", 0x0B: "LINE TABULATION", 0x0C: "FORM FEED", 0x1B: "ESCAPE"}
_CONTROLS |= {0x7F: "DELETE", 0x85: "NEXT LINE"}


def character_name(character: str) -> str:
    """Return number and name that Unicode has for *character*, as in ``U+00AD SOFT HYPHEN``."""
    code = ord(character)
    name = unicodedata.name(character, "") or _CONTROLS.get(code, "")
    if not name:
        kinds = {"Cc": "CONTROL CHARACTER", "Co": "PRIVATE USE CHARACTER"}
        name = kinds.get(unicodedata.category(character), "NO CHARACTER")
    return f"U+{code:04X} {name}"


def composed(text: str) -> str:
    """Return *text* with letters and their marks as one character where there is one (NFC), as most programs write."""
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def is_clean(text: str) -> bool:
    """Return whether *text* has nothing unseen, no markup, and its letters composed."""
    return not (UNSEEN.search(text) or MARKUP.search(text)) and unicodedata.is_normalized("NFC", text)
