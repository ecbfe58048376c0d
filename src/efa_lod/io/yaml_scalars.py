"""Write single values as YAML that is read back as the same text: plain where that is safe, else quoted or folded."""

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from efa_lod.errors import BrokenInput

LINE_WIDTH = 120
"""Most characters of a line, where words allow it."""
_WORD = re.compile(r"(\.\./)*[^\W\d_][^\n]*$")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*$")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_TO_ESCAPE = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]')
_NOT_FOLDED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BREAKABLE = re.compile(r"(?<! ) (?! )")


def scalar_text(text: str, indent: int, style: str | None = None, room: int = LINE_WIDTH, inline: bool = False) -> str:
    """Return *text* as a scalar in a block whose parent is indented by *indent*.

    *style* is how it was written before, None where it is new. *room* is what is left on the line; what is longer is
    folded, unless it must stand *inline*.
    """
    if not inline and (style == ">" or (style not in ('"', "'") and len(text) > room)) and _can_fold(text):
        return folded_text(text, indent)
    return _on_one_line(text, style, is_plain_scalar)


def flow_scalar(text: str, style: str | None = None) -> str:
    """Return *text* as a scalar within brackets."""
    return _on_one_line(text, style, _is_plain_in_flow)


def _on_one_line(text: str, style: str | None, is_plain: Callable[[str], object]) -> str:
    if style == "'" and not _TO_ESCAPE.search(text.replace('"', "").replace("\\", "")):
        return "'" + text.replace("'", "''") + "'"
    may_be_plain = style == "" or _WORD.match(text) or _DAY.match(text)
    return text if style != '"' and may_be_plain and is_plain(text) else quoted_text(text)


def quoted_text(text: str) -> str:
    """Return *text* in double quotes."""
    return '"' + _TO_ESCAPE.sub(lambda sign: _ESCAPES.get(sign[0]) or f"\\u{ord(sign[0]):04x}", text) + '"'


def folded_text(text: str, indent: int) -> str:
    """Return *text* as a folded block, its lines indented by two more than *indent*."""
    pad = " " * (indent + 2)
    lines = [""]
    for word in _BREAKABLE.split(text):
        if lines[-1] and len(pad) + len(lines[-1]) + 1 + len(word) > LINE_WIDTH:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join([">-", *(pad + line for line in lines)])


def _can_fold(text: str) -> bool:
    return bool(text) and text == text.strip() and not _NOT_FOLDED.search(text)


def is_plain_scalar(text: str) -> bool:
    """Return True if *text* is read as itself where it stands behind a key, without quotes."""
    return "\n" not in text and _read(f"key: {text}\n") == {"key": text}


def _is_plain_in_flow(text: str) -> bool:
    return "\n" not in text and _read(f"key: [{text}, {text}]\nmap: {{a: {text}, b: {text}}}\n") == {
        "key": [text, text],
        "map": {"a": text, "b": text},
    }


def _read(text: str) -> Mapping[str, object] | None:
    from efa_lod.io.yaml import read_yaml

    try:
        found = list(read_yaml(BytesIO(text.encode()), ""))
    except (BrokenInput, UnicodeEncodeError):
        return None
    return found[0].value if len(found) == 1 else None


def rendered_value(value: object, indent: int, room: int = LINE_WIDTH, inline: bool = False) -> str:
    """Return *value*, of mappings, lists and texts, as it stands behind the colon of a key that is at *indent*.

    It begins with a blank or a line break. Where it must stand *inline*, it is written in one line.
    """
    if isinstance(value, str):
        return f" {scalar_text(value, indent, room=room, inline=inline)}"
    if inline or not value or (isinstance(value, list) and _are_codes(value)):
        return f" {flow_text(value)}"
    return "\n" + block_lines(value, indent + 2)


def block_lines(value: object, indent: int) -> str:
    """Return the lines of a mapping or list at *indent*, without the last line break."""
    pad = " " * indent
    if isinstance(value, Mapping):
        return "\n".join(entry_lines(key, member, indent) for key, member in value.items())
    return "\n".join(pad + item_lines(member, indent) for member in list_members(value))


def entry_lines(key: str, value: object, indent: int) -> str:
    """Return *key* and *value* as lines at *indent*."""
    start = f"{' ' * indent}{flow_scalar(key)}:"
    return start + rendered_value(value, indent, LINE_WIDTH - len(start) - 1)


def item_lines(value: object, indent: int) -> str:
    """Return *value* as an item of a list at *indent*, from its dash on."""
    if isinstance(value, str):
        return f"- {scalar_text(value, indent, room=LINE_WIDTH - indent - 2)}"
    if not value or isinstance(value, list):
        return f"- {flow_text(value)}"
    return f"- {block_lines(value, indent + 2).lstrip(' ')}"


def flow_text(value: object) -> str:
    """Return *value* in one line, in brackets."""
    if isinstance(value, str):
        return flow_scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow_scalar(key)}: {flow_text(member)}" for key, member in value.items()) + "}"
    return "[" + ", ".join(map(flow_text, list_members(value))) + "]"


def list_members(value: object) -> Sequence[object]:
    """Return *value* as the list that it is; raise TypeError for what no file of records holds."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"neither text, mapping nor list: {value!r}")
    return value


def _are_codes(values: list[object]) -> bool:
    return all(isinstance(one, str) and _CODE.match(one) for one in values)
