"""Say where pages stand: their paths by language, their full addresses, and which addresses a link may lead to."""

import re
from functools import lru_cache
from urllib.parse import quote

_WEB = re.compile(r"https?://[^\s<>\"'`{}|\\^]+$", re.IGNORECASE)


def path_in_language(path: str, language: str) -> str:
    """Return the path of the page at *path* in *language*."""
    return path if language == "de" else f"{language}/{path}"


def address_of(base_iri: str, path: str, language: str) -> str:
    """Return the full address of the page at *path* (that of the German page) in *language*."""
    return base_iri + quoted_path(path_in_language(path, language).removesuffix("index.html"))


@lru_cache(4096)
def quoted_path(path: str) -> str:
    """Return a path as it stands in a link; identifiers may hold characters that mean something there."""
    way, mark, fragment = path.partition("#")
    return quote(way, safe="/~!$&'()*+,;=@") + (mark + quote(fragment, safe="/~!$&'()*+,;=@:") if mark else "")


def is_web_address(text: object) -> bool:
    """Return whether *text* is an address that a link may lead to."""
    return isinstance(text, str) and bool(_WEB.match(text))
