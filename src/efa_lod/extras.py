"""Libraries that only some commands need: a missing one is told as an error with its remedy."""

from collections.abc import Iterator
from contextlib import contextmanager

from efa_lod.errors import BadSetting


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Turn a failed import inside the block into BadSetting that names the extra to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"this command needs the library {error.name}, which is not installed – pip install 'efa-lod[{name}]'",
            f"dieser Befehl braucht die Bibliothek {error.name}, die nicht installiert ist – pip install"
            f" 'efa-lod[{name}]'",
        ) from error
