"""Name what pages lead to and are made of: other pages, registers, columns, classes, files."""

from collections.abc import Mapping

from efa_lod.io.messages import text_table
from efa_lod.model.languages import Texts

SITE_NAMES: Mapping[str, Mapping[str, Texts]] = text_table(__file__, "names")
"""The names by kind, by what is named, and by language."""
