"""JSON in lines: what Python's own module writes, in less time."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efa_lod.io.json_text import json_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@given(VALUES)
def test_a_value_is_written_as_python_writes_it(value: Any) -> None:
    """Whatever a value holds, its bytes are those of ``json.dumps`` with an indent of one space."""
    assert json.dumps(value, ensure_ascii=False, indent=1) + "\n" == json_text(value)


@pytest.mark.parametrize("value", [{}, [], (), {"a": []}, {"a": {}}, [[], {}], ("a", ("b",)), '"\\\n\u2028ä'])
def test_what_is_empty_stands_in_one_line(value: Any) -> None:
    """Empty lists and mappings have no lines within, tuples are lists, and text is escaped as little as may be."""
    assert json.dumps(value, ensure_ascii=False, indent=1) + "\n" == json_text(value)
