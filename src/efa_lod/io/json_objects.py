"""Objects of JSON: the form of those that others made, and small files that programs keep for themselves."""

import json
from collections.abc import Mapping
from typing import Any

JsonObject = Mapping[str, Any]
"""An object of JSON as it was read, such as a node of JSON-LD: what stands under a key, its reader knows."""


def json_object(data: bytes | str | None) -> dict[str, Any]:
    """Return the JSON object in *data*, or an empty one where there is none: what is broken says nothing."""
    try:
        found = json.loads(data or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
