"""Copies of the publication that a test may change."""

import shutil
from pathlib import Path

from efa_lod.model.publication import packaged_folder


def copied_publication(folder: Path) -> Path:
    """Copy the publication that comes with the program to *folder* and return it."""
    for part in ("data", "ontology", "shapes"):
        shutil.copytree(packaged_folder() / part, folder / part)
    return folder
