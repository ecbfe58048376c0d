"""Set, add and remove values in YAML texts: what is not touched stays byte for byte, comments and quotes included.

PyYAML's marks say where each value stands, and only that place is written anew. Libraries that write a whole file from
a tree lay it out anew: ruamel.yaml keeps none of the 16 records as it is. The outcome is read back; where it would say
anything else than what was asked for, nothing is changed and BrokenInput is raised.
"""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from efa_lod.errors import BrokenInput
from efa_lod.io.documents import KeyPath
from efa_lod.io.messages import Messages
from efa_lod.io.yaml import read_yaml
from efa_lod.io.yaml_changes import YamlChange, changes_for
from efa_lod.io.yaml_nodes import YamlNode, document_starts, line_start, next_line, yaml_roots
from efa_lod.io.yaml_scalars import block_lines

LAST_KEYS = ("origin", "namedIn", "additions", "record")
"""Keys that stay at the end of a mapping, in this order, when another is added."""
_TEXTS = Messages(__file__, "yaml_edits")
_NOTHING: object = object()


def with_value(
    text: str, path: KeyPath, value: object, document: int = 0, name: str = "", before: Sequence[str] = LAST_KEYS
) -> str:
    """Return *text* with *value* at *path* of the *document* of that number; None removes what is there.

    What holds the value is made where it is missing, and goes with its last value. A new key is put before the first
    of the keys *before*. Raise BrokenInput, naming *name*, where that cannot be done without changing something else.
    """
    asked = _with(_value(text, document, name), path, value)
    made = _edited(text, lambda root: changes_for(root, path, value, before), document)
    return _checked(text, made, document, asked, name)


def with_item(text: str, path: KeyPath, value: object, document: int = 0, name: str = "") -> str:
    """Return *text* with *value* added at the end of the list at *path*; a single value becomes the first of a list.

    A text that is the only one stands by itself.
    """
    held = _at(_value(text, document, name), path)
    values = [] if held is _NOTHING else held if isinstance(held, list) else [held]
    is_single = not values and isinstance(value, str)
    return with_value(text, path, value if is_single else [*values, value], document, name)


def with_document(text: str, value: Mapping[str, object], name: str = "") -> str:
    """Return *text* with a further document at its end."""
    before = _documents(text, name)
    start = "" if not before else "---\n"
    end = "" if not text or text.endswith("\n") else "\n"
    newline = _newline(text)
    made = text + (end + start + block_lines(value, 0) + "\n").replace("\n", newline)
    if _documents(made, name) != [*before, value]:
        raise _TEXTS.broken("not-in-place", name)
    return made


def without_document(text: str, document: int, name: str = "") -> str:
    """Return *text* without the *document* of that number."""
    before = _documents(text, name)
    roots, starts = yaml_roots(text), document_starts(text)
    root = roots[document]
    start = max((at for at in starts if at <= root.start), default=line_start(text, root.start))
    end = min((at for at in starts if at > root.start), default=len(text))
    if start == line_start(text, root.start) and end < len(text):
        end = next_line(text, end)  # the first document has no line of its own, but the second has
    made = text[:start] + text[end:]
    if _documents(made, name) != [*before[:document], *before[document + 1 :]]:
        raise _TEXTS.broken("not-in-place", name)
    return made


def _documents(text: str, name: str) -> list[dict[str, object]]:
    return [one.value for one in read_yaml(BytesIO(text.encode()), name)]


def _value(text: str, document: int, name: str) -> dict[str, object]:
    found = _documents(text, name)
    return found[document] if document < len(found) else {}


def _checked(text: str, made: str, document: int, asked: object, name: str) -> str:
    """Return *made* if it says what is *asked* in its *document*, and the same as *text* in the others."""
    before = _documents(text, name)
    try:
        after = _documents(made, name)
    except BrokenInput as error:
        raise _TEXTS.broken("not-in-place", name) from error
    wanted = [*before[:document], asked, *before[document + 1 :]]
    if after != [one for one in wanted if one != {}]:
        raise _TEXTS.broken("not-in-place", name)
    return made


def _at(value: object, path: KeyPath) -> object:
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else _NOTHING
        else:
            value = value.get(step, _NOTHING) if isinstance(value, dict) else _NOTHING
    return value


def _with(held: object, path: KeyPath, value: object) -> object:
    """Return *held* with *value* at *path*; what would be left empty goes."""
    if not path:
        return value
    step, *rest = path
    if isinstance(step, int):
        if not isinstance(held, list) or step >= len(held):
            raise _TEXTS.broken("no-such-place", key=step)
        inner = _with(held[step], tuple(rest), value)
        return [*held[:step], *([] if inner in (None, {}, []) else [inner]), *held[step + 1 :]]
    if not isinstance(held, dict):
        if value in (None, {}, []):
            return held  # nothing is there to be taken away
        held = {}
    inner = _with(held.get(step), tuple(rest), value)
    if inner in (None, {}, []):
        return {key: member for key, member in held.items() if key != step}
    return {**held, step: inner}


def _newline(text: str) -> str:
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _edited(text: str, changes: Callable[[YamlNode], Sequence[YamlChange]], document: int) -> str:
    """Return *text* after the *changes* that are made of its *document*."""
    roots = yaml_roots(text)
    if document >= len(roots):  # nothing but comments
        roots.append(YamlNode("mapping", text, len(text), len(text)))
    newline = _newline(text)
    made = text
    for start, end, fresh in sorted(changes(roots[document]), reverse=True):
        made = made[:start] + fresh.replace("\n", newline) + made[end:]
    return made
