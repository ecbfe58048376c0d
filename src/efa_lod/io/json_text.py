"""Write JSON as the files of a publication have it: in lines, each level indented by a space."""

import json
from json.encoder import encode_basestring

_text = json.JSONEncoder(ensure_ascii=False).encode


def json_text(value: object) -> str:
    """Return *value* as ``json.dumps`` writes it with an indent of 1, with an end of line; keys are texts.

    With an indent, the module of Python goes over each value in Python, with a generator at each level; this takes a
    fraction of the time.
    """
    return _indented(value, "\n") + "\n"


def _indented(value: object, line: str) -> str:
    """Return *value*, whose closing bracket stands behind *line*: an end of line and the spaces of its level."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = line + " "
    if isinstance(value, dict) and value:
        members = [f"{encode_basestring(key)}: {_indented(one, inner)}" for key, one in value.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{line}}}"
    if isinstance(value, list | tuple) and value:
        return f"[{inner}{f',{inner}'.join([_indented(one, inner) for one in value])}{line}]"
    return _text(value)
