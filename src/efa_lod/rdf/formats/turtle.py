"""Write statements as Turtle: a paragraph for each subject, with prefixes and relative to the base."""

import re

from efa_lod.model.context import Context
from efa_lod.model.expansion import TYPE
from efa_lod.rdf.formats.writer import RecordBatch, encoded

_LOCAL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*$")
_RELATIVE_PART = r"[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.~-]+)*(?:#[A-Za-z0-9_.~-]*)?"
_RELATIVE = re.compile(_RELATIVE_PART + "$")


def turtle_head(context: Context) -> bytes:
    """Return the base and the prefixes."""
    lines = [f"@base <{context.base_iri}> .", *(f"@prefix {p}: <{n}> ." for p, n in context.prefixes.items())]
    return ("\n".join(lines) + "\n").encode()


def turtle_body(batch: RecordBatch, context: Context) -> bytes:
    """Return a paragraph for each subject, one object a line; *batch* must have a subject's statements together."""
    terms = TurtleTerms(context)
    pieces: list[str] = []
    add = pieces.append
    subject = predicate = ""
    for this, verb, found in batch.statements:
        written = found if found[0] == '"' and found[-1] != ">" else terms[found]
        if this != subject:
            end = " .\n\n" if subject else "\n"
            add(f"{end}{terms[this]}\n    {'a' if verb == TYPE else terms[verb]} {written}")
            subject, predicate = this, verb
        elif verb == predicate:
            add(f" ,\n        {written}")
        else:
            add(f" ;\n    {'a' if verb == TYPE else terms[verb]} {written}")
            predicate = verb
    if subject:
        add(" .\n")
    return encoded(pieces)


class TurtleTerms(dict[str, str]):
    """IRIs and typed literals as Turtle writes them: with a prefix or relative to the base where that is safe."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._base = context.base_iri
        below = "|".join(
            re.escape(name[len(self._base) :]) for name in context.prefixes.values() if name.startswith(self._base)
        )
        self._plain = re.compile(f"<{re.escape(self._base)}(?!{below or '$'})({_RELATIVE_PART})>").fullmatch
        self._prefixes = {namespace: prefix for prefix, namespace in context.prefixes.items()}

    def __missing__(self, term: str) -> str:
        if term[0] == '"':
            text, _, datatype = term.rpartition("^^")
            self[term] = written = f"{text}^^{self[datatype]}"
        elif plain := self._plain(term):  # most are
            self[term] = written = f"<{plain[1]}>"
        elif term[0] == "<":
            self[term] = written = self._iri(term[1:-1])
        else:
            written = term
        return written

    def _iri(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        if (prefix := self._prefixes.get(iri[:cut])) and _LOCAL_NAME.match(iri, cut):
            return f"{prefix}:{iri[cut:]}"
        if iri.startswith(self._base) and _RELATIVE.match(iri, len(self._base)):
            return f"<{iri[len(self._base) :]}>"
        return f"<{iri}>"
