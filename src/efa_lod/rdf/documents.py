"""Write statements as documents: the same in each format in which things are told."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from efa_lod.model.context import Context
from efa_lod.model.expansion import Statement, by_subject, of_triples
from efa_lod.rdf.formats import BY_NAME, TURTLE, Format, OutputFile, RecordBatch
from efa_lod.rdf.json_ld import json_ld

if TYPE_CHECKING:
    import pyoxigraph as ox

_JSON_LD = BY_NAME["json-ld"]
DOCUMENT_FORMATS = (TURTLE, _JSON_LD, BY_NAME["n-triples"], BY_NAME["rdf-xml"])
"""The formats in which a thing, and whatever tells of many things, is told."""


def document_files(stem: str, statements: Sequence[Statement], context: Context, *besides: str) -> Iterator[OutputFile]:
    """Yield the document *stem*, which says *statements*, in each format but those with the suffixes *besides*."""
    for form in DOCUMENT_FORMATS:
        if form.suffix not in besides:
            content = _content(form, statements, context)
            yield OutputFile(f"{stem}{form.suffix}", form.media_type, content, len(statements))


def _content(form: Format, statements: Sequence[Statement], context: Context) -> Iterable[bytes]:
    if form is _JSON_LD:  # whose writer takes records
        from efa_lod.rdf.graphs import triples_of

        return [json_ld(triples_of(statements), context.prefixes)]
    return form.write([RecordBatch((), statements)], context)


def numbered_statements(triples: "Iterable[ox.Triple]") -> list[Statement]:
    """Return *triples* as statements by subject; blank nodes are numbered as they come, the same in each build."""
    names: dict[str, str] = {}

    def name(term: str) -> str:
        return names.setdefault(term, f"_:b{len(names) + 1}") if term.startswith("_:") else term

    return by_subject((name(subject), predicate, name(found)) for subject, predicate, found in of_triples(triples))
