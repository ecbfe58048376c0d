"""Values as YAML for a person to go on with. Reading YAML is left to :mod:`efa_lod.io.reading`."""

import json
from collections.abc import Mapping

from efa_lod.io.yaml_scalars import list_members


def as_yaml(value: object, depth: int = 0) -> str:
    """Return *value*, of mappings, lists and texts, as YAML with every text in double quotes."""
    pad = "  " * depth
    if isinstance(value, Mapping):
        return "".join(f"{pad}{key}:{_yaml_member(member, depth)}" for key, member in value.items())
    return "".join(f"{pad}- {as_yaml(member, depth + 1).lstrip()}" for member in list_members(value))


def _yaml_member(value: object, depth: int) -> str:
    if isinstance(value, Mapping | list):
        return f"\n{as_yaml(value, depth + 1)}" if value else " []\n"
    return f" {json.dumps(value, ensure_ascii=False)}\n"
