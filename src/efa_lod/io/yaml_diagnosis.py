"""Say in a person's words why a text cannot be read as YAML: what is wrong on which line, and how it should look.

The parser says where it stopped, which is often a line after the mistake, and what it expected, in words of its own.
Here the lines up to there are looked at as a person does: indentation, key, colon, quotation marks, brackets. The
first line on which a rule finds something is the answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

Diagnosis = tuple[int, str, dict[str, object]]
"""The line, the message of ``texts/reading.toml`` and its words."""

_PARTS = re.compile(r"(?P<indent>[ \t\xa0]*)(?P<dashes>(?:- +)*)(?P<rest>.*)", re.DOTALL)
_KEY = re.compile(r"""(?P<key>"[^"]*"|'[^']*'|[^\s:#\[{"'][^:#]*?)\s*:(?:[ \t]+(?P<value>.*))?$""", re.DOTALL)
_GLUED = re.compile(r"""(?P<key>"[^"]*"|@?[A-Za-z]\w*):(?P<value>[^\s/:].*)""")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(#.*)?$")
_IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"')
_WRONG_ESCAPE = re.compile(
    r'(?<!\\)(?:\\\\)*\\(?:[^0abtnvfre "/\\N_LPxuU]|x(?![0-9A-Fa-f]{2})|u(?![0-9A-Fa-f]{4})|u[Dd][89A-Fa-f]'
    r"|U(?!000[0-9A-Fa-f]{5}|0010[0-9A-Fa-f]{4}))"
)
_CLOSINGS = {"[": "]", "{": "}"}
_MOST = 60


@dataclass(frozen=True)
class _Line:
    """A line outside of texts that go over several lines: number, indentation, dashes of a list, key and value."""

    number: int
    indent: str
    dashes: str
    rest: str
    key: str = ""
    value: str = ""
    block: tuple[int, int] | None = None  # the columns of the text of several lines that it breaks, and of its key

    @property
    def column(self) -> int:
        """Return the column at which the line's own text begins, after the dashes of a list."""
        return len(self.indent) + len(self.dashes)


def diagnosis(text: str, stopped: int) -> Diagnosis:
    """Return what is wrong with *text*, which the parser could not read further than the line *stopped*."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    last = min(stopped or len(lines), len(lines))
    above: list[_Line] = []
    for line in _structure(lines):
        if line.number > last:
            break
        found = next((found for rule in _RULES if (found := rule(line, above, lines))), None)
        if found:
            return line.number, found[0], found[1]
        above.append(line)
    return _stopped_at(lines, last)


def _stopped_at(lines: list[str], last: int) -> Diagnosis:
    """Return the message for a line on which no rule finds anything: the last one that says something."""
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    return last, "odd", {"text": _short(lines[last - 1])}


def _structure(lines: list[str]) -> Iterator[_Line]:
    """Yield the *lines* that have structure: no comments, no block texts, no quoted texts of several lines."""
    skip_to, block, text = 0, -1, 0
    for number, written in enumerate(lines, 1):
        if number < skip_to or not written.strip() or written.lstrip().startswith("#"):
            continue
        parts = _PARTS.match(written)
        assert parts  # every text has these parts
        if 0 <= block < len(parts["indent"]):
            text = text or len(parts["indent"])
            if "\t" in parts["indent"] or len(parts["indent"]) < text:
                yield _Line(number, parts["indent"], "", parts["rest"], block=(text, block))
            continue
        block, text = -1, 0
        if written.startswith(("---", "...")):
            continue
        key = _KEY.match(parts["rest"])
        line = _Line(number, parts["indent"], parts["dashes"], parts["rest"].rstrip())
        if key:
            line = _Line(number, parts["indent"], parts["dashes"], parts["rest"].rstrip(), key["key"], _value(key))
        yield line
        value = line.value if key else line.rest
        if _BLOCK.match(value):
            block = len(parts["indent"]) + (len(parts["dashes"]) if key else 0)
        elif value[:1] in ('"', "'"):
            end = _end_of_text(lines, number, value)
            skip_to = end[0] + 1 if end else number + 1
        elif value[:1] in _CLOSINGS:
            skip_to = _end_of_flow(lines, number, value) + 1


def _value(key: re.Match[str]) -> str:
    value = (key["value"] or "").strip()
    return "" if value.startswith("#") else value


def _end_of_text(lines: list[str], number: int, value: str) -> tuple[int, str] | None:
    """Return the line on which the quoted text *value* ends and what follows it there; None where it does not end."""
    quote, rest, here = value[0], value[1:], number
    end = re.compile(r'(?:[^"\\]|\\.)*"|' if quote == '"' else r"(?:[^']|'')*'(?!')|", re.DOTALL)
    while True:
        found = end.match(rest)
        if found and found[0]:
            return here, rest[found.end() :].strip()
        if here >= len(lines):
            return None
        rest = lines[here]
        here += 1


def _end_of_flow(lines: list[str], number: int, value: str) -> int:
    """Return the line on which the brackets of *value* are closed, or *number* where they are not."""
    depth, rest, here = 0, value, number
    while True:
        bare = re.sub(r"""(?<![^\s\[{,:])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""", "", rest)
        depth += sum((sign in "[{") - (sign in "]}") for sign in bare)
        if depth <= 0:
            return here
        if here >= len(lines) or (
            _KEY.match(lines[here].strip()) and not lines[here].rstrip().endswith((",", "]", "}"))
        ):
            return number
        rest = lines[here]
        here += 1


# Rules: each returns a message with its words, or nothing. They are asked in the order of ``_RULES``.
_Found = tuple[str, dict[str, object]] | None


def _indentation(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    if "\t" in line.indent:
        return "tab", {}
    if line.block:
        return "block-indent", {"width": len(line.indent), "text": line.block[0], "key": line.block[1]}
    return ("hard-space", {}) if "\xa0" in line.indent or line.rest[:2] == "-\xa0" else None


def _signs(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    if re.match(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)", line.rest):
        return "two-versions", {"sign": line.rest[:7]}
    if line.rest[:1] in ("–", "—") and line.rest[1:2].isspace():
        return "long-dash", {"value": _short(line.rest[1:])}
    if re.match(r"""-["'\w]""", line.rest) and not line.key and above and not _continues(line, above):
        return "no-dash-space", {"value": _short(line.rest[1:])}
    if line.rest.startswith("%"):
        return "directive", {}
    if line.rest[:1] in "&*,>|}]`@!" and not (line.dashes and not line.key):
        return "sign-first", {"sign": line.rest[:1]}
    return None


def _colon(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    if line.key or line.rest[:1] in ("[", "{", "-", "?", "|", ">", "]", "}"):
        return None
    if re.match(r"[^\s:]+:\xa0", line.rest):
        return "hard-space", {}
    if _continues(line, above) or (line.dashes and not _belongs_to_keys(line, lines[line.number : line.number + 1])):
        return None
    if glued := _GLUED.match(line.rest):
        return "no-space", {"key": glued["key"], "value": _short(glued["value"])}
    if line.rest[:1] in ('"', "'") or not _belongs_to_keys(line, lines):
        return None
    key, _, value = line.rest.partition(" ")
    return "no-colon", {"key": key, "value": _short(value or "…")}


def _belongs_to_keys(line: _Line, lines: list[str]) -> bool:
    """Return whether *line* stands among lines that have keys: at its column, or above it at the beginning."""
    beside = (
        one.strip() for one in lines if len(one) - len(one.lstrip(" ")) == line.column and one.strip() != line.rest
    )
    return any(_KEY.match(one) for one in beside)


def _continues(line: _Line, above: list[_Line]) -> bool:
    """Return whether *line* may go on with a plain text that began above it."""
    before = above[-1] if above else None
    if before is None:
        return False
    if before.key:
        return bool(before.value) and before.value[:1] not in "\"'[{|>" and len(line.indent) > before.column
    return before.number + 1 == line.number and len(line.indent) >= len(before.indent) and not before.dashes


def _level(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    before = above[-1] if above else None
    if before is None or (not (line.key or line.dashes) and _continues(line, above)):
        return None
    width, begin = len(line.indent), before.column
    if width > begin and before.key and before.value:
        return "too-far-in", {"above": before.number}
    levels = _levels(above)
    if width > begin and not before.key:
        return "too-far-in", {"above": before.number}
    if width < begin and width not in levels:
        near = [max((one for one in levels if one < width), default=None), min(one for one in levels if one > width)]
        known = [str(one) for one in near if one is not None]
        return "no-level", {"width": width, "levels": (" or ".join(known), " oder ".join(known))}
    same = next((one for one in reversed(above) if len(one.indent) <= width or one.column <= width), None)
    if same and _mixes(line, same, before):
        return "list-and-keys", {}
    return None


def _mixes(line: _Line, same: _Line, before: _Line) -> bool:
    """Return whether *line*, below *before*, is of another kind than *same*, the last that begins at its column."""
    width = len(line.indent)
    if len(same.indent) == width and bool(same.dashes) != bool(line.dashes):
        return bool(same.dashes) or bool(same.value) or same is not before
    return same.column == width and bool(line.dashes) and bool(same.key and same.value)


def _levels(above: list[_Line]) -> set[int]:
    """Return the columns at which a line may begin again."""
    levels: list[int] = []
    for line in above:
        for column in (len(line.indent), line.column):
            levels = [level for level in levels if level < column] + [column]
    return set(levels)


def _quotes(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    value = line.value if line.key else line.rest
    if value[:1] not in ('"', "'"):
        return None
    quote = value[0]
    end = _end_of_text(lines, line.number, value)
    if end is None or (end[0] > line.number and (end[1] or _KEY.match(lines[end[0] - 1].strip()))):
        return "open-quote", {"quote": quote}
    here, rest = end
    if here == line.number and rest and not rest.startswith("#") and not (rest.startswith(":") and not line.key):
        inside = '\\"' if quote == '"' else "''"
        return "after-quote", {"rest": _short(rest), "inside": inside}
    return None


def _escapes(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    return ("backslash", {}) if any(map(_WRONG_ESCAPE.search, _IN_QUOTES.findall(line.rest))) else None


def _brackets(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    value = line.value if line.key else line.rest
    if value[:1] not in _CLOSINGS:
        return None
    end = _end_of_flow(lines, line.number, value)
    bare = re.sub(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""", "x", value)
    depth = sum((sign in "[{") - (sign in "]}") for sign in bare)
    if end == line.number and depth > 0:
        return "open-bracket", {"bracket": value[0], "closing": _CLOSINGS[value[0]]}
    if end == line.number and (rest := _after_flow(bare)):
        return "after-bracket", {"rest": _short(rest)}
    if re.search(r",\s*,|\[\s*,|\{\s*,", bare):
        return "in-bracket", {}
    return None


def _after_flow(bare: str) -> str:
    """Return what follows the bracket that closes the first one."""
    depth = 0
    for position, sign in enumerate(bare):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            rest = bare[position + 1 :].strip()
            return "" if rest.startswith("#") else rest
    return ""


def _plain_value(line: _Line, above: list[_Line], lines: list[str]) -> _Found:
    key, value = line.key, line.value
    if line.dashes and not key:
        value = line.rest
    if not value or value[:1] in "\"'[{":
        return None
    if _BLOCK.match(value):
        return None
    if re.match(r"[|>][-+0-9]*\s+[^#\s]", value):
        return "block-text", {"key": key or "…"}
    if key and re.match(r"-\s", value):
        return "list-on-line", {"key": key, "value": _short(value[1:])}
    if value[0] in "@`%*&!|>,]}":
        return "special-start", {"key": key or "-", "sign": value[0], "value": _short(value).replace('"', '\\"')}
    if key and re.search(r":(\s|$)", value.partition(" #")[0]):
        return "colon-in-value", {"key": key, "value": _short(value).replace('"', '\\"')}
    return None


_RULES = (_indentation, _signs, _quotes, _escapes, _brackets, _plain_value, _colon, _level)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
