"""Read small files of JSON that programs keep for themselves: inventories, marks, notes."""

import json
from typing import Any


def json_object(data: bytes | str | None) -> dict[str, Any]:
    """Return the JSON object in *data*, or an empty one where there is none: what is broken says nothing."""
    try:
        found = json.loads(data or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
