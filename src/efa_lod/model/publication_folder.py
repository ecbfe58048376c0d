"""Where a publication is: the one that comes with this package, or the one around a folder."""

from pathlib import Path

PARTS = ("data", "ontology", "shapes")
"""The folders that a publication has."""


def packaged_folder() -> Path:
    """Return the folder of the publication that comes with this package, installed or in its source tree."""
    installed = Path(__file__).parents[1] / "_packaged"
    return installed if installed.is_dir() else Path(__file__).parents[3]


def working_folder(start: Path) -> Path | None:
    """Return the publication that *start* is or lies in, the nearest one; None where there is none."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if _is_publication(folder)), None)


def _is_publication(folder: Path) -> bool:
    """Return True if *folder* has all parts of a publication and its settings."""
    return (folder / "data/publication.yaml").is_file() and all((folder / part).is_dir() for part in PARTS)
