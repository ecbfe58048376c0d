"""Write a graph as JSON-LD: an object for each subject, in their order."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from efa_lod.model.expansion import TYPE


def json_ld(triples: Iterable[Any], prefixes: Mapping[str, str]) -> bytes:
    """Return *triples* as JSON-LD: an object for each subject, in their order; a blank node keeps its label.

    The text is that of ``json.dumps`` with an indent of 1, which takes many times as long for objects as flat as these.
    """
    nodes: dict[str, dict[str, list[str]]] = {}
    short = _Short(prefixes)
    for subject, predicate, value in triples:
        node = nodes.setdefault(_reference(subject), {})
        if f"<{predicate.value}>" == TYPE:
            node.setdefault("@type", []).append(f"    {_text(short[value.value])}")
        else:
            node.setdefault(short[predicate.value], []).append(_value(value, short))
    listed = _COMMA.join(_node(name, said) for name, said in nodes.items())
    context = json.dumps(dict(prefixes), ensure_ascii=False, indent=1).replace("\n", "\n ")
    graph = f"[\n{listed}\n ]" if nodes else "[]"
    return f'{{\n "@context": {context},\n "@graph": {graph}\n}}\n'.encode()


_COMMA = ",\n"
_text = json.JSONEncoder(ensure_ascii=False).encode


def _node(name: str, said: Mapping[str, Sequence[str]]) -> str:
    """Return the object of the subject *name*, whose values by key are written already."""
    keys = [f'   "@id": {_text(name)}']
    keys += [f"   {_text(key)}: [\n{_COMMA.join(values)}\n   ]" for key, values in said.items()]
    return f"  {{\n{_COMMA.join(keys)}\n  }}"


def _reference(term: Any) -> str:
    """Return an IRI, or the label of a blank node as JSON-LD writes it."""
    return str(term) if str(term).startswith("_:") else str(term.value)


def _value(value: Any, short: "_Short") -> str:
    if not hasattr(value, "datatype"):
        return f'    {{\n     "@id": {_text(_reference(value))}\n    }}'
    if value.language:
        more = f'"@language": {_text(value.language)}'
    elif value.datatype.value.endswith("XMLSchema#string"):
        return f"    {_text(value.value)}"
    else:
        more = f'"@type": {_text(short[value.datatype.value])}'
    return f'    {{\n     "@value": {_text(value.value)},\n     {more}\n    }}'


class _Short(dict[str, str]):
    """IRIs as JSON-LD may write them as keys and types: with a prefix where there is one."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}

    def __missing__(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._prefixes.get(iri[:cut])
        self[iri] = written = f"{prefix}:{iri[cut:]}" if prefix and iri[cut:] else iri
        return written
