"""Set values in the settings without losing their comments."""

from collections.abc import Mapping

from efa_lod.io.yaml_edits import with_value


def edited_settings(text: str, values: Mapping[str, object], name: str) -> str:
    """Return *text* with the entries of *values* set at its top level, and all else as it was; None removes an entry.

    Raise BrokenInput, naming *name*, when the outcome would say anything else than that.
    """
    for key, value in values.items():
        text = with_value(text, (key,), value, name=name, before=())
    return text
