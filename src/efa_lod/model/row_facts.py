"""What is known of the rows of the overview page without a copy of it: digests, and marks of their words.

``efa-lod source facts`` writes it, under ``data/facts/``.
"""

import json
from dataclasses import dataclass

from efa_lod.io.messages import Messages, reason
from efa_lod.model.publication import Publication

_ERRORS = Messages(__file__, "errors")

FACTS_FILES = "data/facts/*.json"
"""The files that hold the marks of a page's rows."""


@dataclass(frozen=True)
class RowFacts:
    """What is known of a row: the digest of its text, and the marks of the words and link targets in it."""

    sha256: str
    marks: frozenset[str]


def read_facts(publication: Publication) -> dict[str, RowFacts]:
    """Return what is known of the rows of *publication*, by id; nothing where no such file is there.

    Raise BrokenInput where a file is none of facts.
    """
    found: dict[str, RowFacts] = {}
    for name in publication.glob(FACTS_FILES):
        try:
            rows = json.loads(publication.read(name))["rows"]
            found |= {row: RowFacts(one["sha256"], frozenset(one["marks"])) for row, one in rows.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _ERRORS.broken("no-facts", name, reason=reason(error)) from error
    return found
