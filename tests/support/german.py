"""English words in what ought to be German."""

import re

ENGLISH = re.compile(
    r"\b(the|is|are|be|not|found|expected|cannot|of|no|with|which|and|such|to|must|nothing|that|does|for|from|or|by|it"
    r"|has|may|than|only|this|there|what|where|when|but|error|missing|invalid|unexpected|line|give|take|use|name it)\b"
)
QUOTED = re.compile(r"„[^“]*“|'[^']*'|\S*[/@<>_=]\S*|--\S+|pip install \S+|[A-Z-]{4,}|\S+:\d+|efa-lod \w+")
"""What a German message quotes: values, addresses, options, commands."""


def english(text: str) -> list[str]:
    """Return the lines of *text* in which English words stand outside of what is quoted."""
    return [line for line in text.splitlines() if ENGLISH.search(QUOTED.sub("", line))]
