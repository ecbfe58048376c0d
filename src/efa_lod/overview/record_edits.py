"""Set single values in the files of records, so that comments, layout and line ends stay as they are."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from efa_lod.errors import BrokenInput, CannotWrite, in_german
from efa_lod.io.files import write_whole
from efa_lod.io.reading import Document, KeyPath, read_yaml
from efa_lod.io.yaml_edits import with_value
from efa_lod.model.publication import Publication


def edited(document: Document, publication: Publication, values: Mapping[KeyPath, str]) -> tuple[Path, bytes]:
    """Return the file of *document* and its text with *values* in the places of those that stand there.

    Raise BrokenInput where no value stands there yet, or the file is no YAML.
    """
    path = publication.folder / document.place.path
    if path.suffix not in (".yaml", ".yml"):
        raise BrokenInput(
            f"{document.place}: values are set in YAML files only – set them by hand here",
            f"{document.place}: Werte werden nur in YAML-Dateien gesetzt – hier von Hand setzen",
        )
    text = path.read_bytes().decode("utf-8")
    lines = [one.place.line for one in read_yaml(BytesIO(text.encode()), document.place.path)]
    for key_path, value in values.items():
        if key_path not in document.lines:
            place, expected = document.place_of(key_path), f"{key_path[-1]}: {value}"
            raise BrokenInput(
                f"{place}: expected a line such as {expected}, found none",
                f"{place}: erwartet wird eine Zeile wie {expected}, gefunden keine",
            )
        text = with_value(text, key_path, value, lines.index(document.place.line), document.place.path)
    return path, text.encode()


def write_edits(texts: Iterable[tuple[Path, bytes]]) -> list[Path]:
    """Write *texts* where they differ from what stands there; return the files that were changed.

    All texts are made and checked before the first is written.
    """
    changed = {path: text for path, text in dict(texts).items() if not path.exists() or path.read_bytes() != text}
    for path, text in changed.items():
        try:
            write_whole(path, text)
        except OSError as error:
            raise CannotWrite(
                f"{path}: cannot be written: {error.strerror}", f"{path}: nicht schreibbar: {in_german(error)}"
            ) from error
    return list(changed)
