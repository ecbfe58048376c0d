"""Write edited texts: all of them or none, and only over what they were made from."""

from collections.abc import Mapping
from pathlib import Path

from efa_lod.editing.texts_at_hand import text_of_file
from efa_lod.errors import CannotWrite, in_german
from efa_lod.io.files import refuse_links_out, write_whole
from efa_lod.io.messages import Messages
from efa_lod.model.publication import Publication

_MESSAGES = Messages(__file__, "edits")


def write_edited(publication: Publication, texts: Mapping[str, str], made_from: Mapping[str, str]) -> list[str]:
    """Write *texts* to their files of *publication* and return the names of these.

    *made_from* are the texts that stood there when the edits were made. Raise CannotWrite, with every file as it was,
    where another text stands there by now or one of the files cannot be written.
    """
    for name in texts:
        refuse_links_out(publication.folder / name, publication.folder, name)
        if text_of_file(publication, name) != made_from.get(name, ""):
            raise CannotWrite(*_MESSAGES("changed-on-disk", name))
    written: dict[Path, bytes | None] = {}
    try:
        for name, text in texts.items():
            path = publication.folder / name
            before = path.read_bytes() if path.exists() else None
            write_whole(path, text.encode())
            written[path] = before
    except OSError as error:
        _restore(written)
        reason = (error.strerror or str(error), in_german(error))
        raise CannotWrite(*_MESSAGES("not-written", name, reason=reason)) from error
    except KeyboardInterrupt:
        _restore(written)
        raise
    return sorted(texts)


def _restore(written: Mapping[Path, bytes | None]) -> None:
    for path, before in written.items():
        if before is None:
            path.unlink()
        else:
            write_whole(path, before)
