"""Text from files, graphs and other hosts on a terminal: shown, never obeyed.

A value may hold control sequences that move the cursor, ring the bell, write into the title or turn the order of
letters round. Characters of these kinds are replaced by a sign that shows them; formats for programs keep them.
"""

import unicodedata

_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""For each control character of ASCII, the sign that Unicode has to show it."""
_KINDS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""General categories of Unicode that steer and are not seen: controls, formats, surrogates, separators of lines."""
_SEEN = {"\u00ad", "\u200c", "\u200d"}
"""Soft hyphens and joiners: they belong to words, and turn nothing round."""


def visible(text: str, keep: str = "\n\t") -> str:
    """Return *text* with each character that would steer a terminal replaced by a sign for it, but for *keep*.

    Controls of ASCII become their pictures (U+2400 to U+2421), others their number, as in ``⟨U+202E⟩``.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign in keep else _sign(sign) for sign in text)


def _sign(character: str) -> str:
    code = ord(character)
    if code in _PICTURES:
        return chr(_PICTURES[code])
    if unicodedata.category(character) in _KINDS and character not in _SEEN:
        return f"⟨U+{code:04X}⟩"
    return character
