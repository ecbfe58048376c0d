"""Remember what links answered, as measurements of the Data Quality Vocabulary in N-Triples."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from efa_lod.errors import CannotWrite
from efa_lod.io.files import whole_file, write_whole
from efa_lod.io.messages import Messages, reason

if TYPE_CHECKING:
    import pyoxigraph as ox
from efa_lod.monitor.links import History, Observation

_ERRORS = Messages(__file__, "errors")

_DQV = "http://www.w3.org/ns/dqv#"
_DCT = "http://purl.org/dc/terms/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_HTTP = "http://www.w3.org/2011/http#"
_TYPES = {"day": "date", "status": "integer", "seconds": "decimal", "certificate_ends": "date"}
_METRIC = "urn:efa-lod:metric:answers"
_FIELDS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("outcome", _DQV + "value", str),
    ("day", _DCT + "date", date.fromisoformat),
    ("status", _HTTP + "statusCodeValue", int),
    ("target", _DCT + "isReplacedBy", str),
    ("seconds", _DCT + "extent", float),
    ("certificate_ends", _DCT + "valid", str),
    ("detail", _RDFS + "comment", str),
)
"""Each field of an observation, the property it is remembered under, and how its text is read."""


def read_history(path: Path) -> dict[str, tuple[Observation, ...]]:
    """Return what is remembered in the N-Triples file *path*; nothing when it is not there or not readable.

    Raise BrokenInput where it is no file.
    """
    import pyoxigraph as ox

    if not path.exists():
        return {}
    try:
        return _remembered(list(ox.parse(whole_file(path), format=ox.RdfFormat.N_TRIPLES)))
    except (OSError, SyntaxError, ValueError, TypeError, AttributeError):
        return {}


def _remembered(triples: Sequence[Any]) -> dict[str, tuple[Observation, ...]]:
    """Return the observations that *triples* hold; raise ValueError or TypeError where they are not as written here."""
    told: dict[str, dict[str, str]] = {}
    for triple in triples:
        told.setdefault(str(triple.subject), {})[triple.predicate.value] = triple.object.value
    found: dict[str, list[Observation]] = {}
    for values in told.values():
        if _DQV + "computedOn" in values:
            read = {name: convert(values[iri]) for name, iri, convert in _FIELDS if iri in values}
            found.setdefault(values[_DQV + "computedOn"], []).append(Observation(**read))
    return {url: tuple(sorted(seen, key=lambda one: one.day)) for url, seen in found.items()}


def write_history(path: Path, history: History) -> None:
    """Write *history* to *path* as N-Triples, sorted by link and day."""
    import pyoxigraph as ox

    text = ox.serialize(_history_triples(history), format=ox.RdfFormat.N_TRIPLES) or b""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise CannotWrite(*_ERRORS("unwritable", path, reason=reason(error))) from error


def _history_triples(history: History) -> "Iterator[ox.Triple]":
    """Yield a dqv:QualityMeasurement for each observation, and the one metric that they share."""
    import pyoxigraph as ox

    def node(iri: str) -> ox.NamedNode:
        return ox.NamedNode(iri)

    rdf_type = node("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    yield ox.Triple(node(_METRIC), rdf_type, node(_DQV + "Metric"))
    for tag, text in (("de", "Ob eine Adresse antwortet"), ("en", "Whether an address answers")):
        yield ox.Triple(
            node(_METRIC), node("http://www.w3.org/2004/02/skos/core#definition"), ox.Literal(text, language=tag)
        )
    for url, seen in sorted(history.items()):
        for one in seen:
            measurement = node(f"urn:efa-lod:link:{hashlib.sha256(url.encode()).hexdigest()[:32]}:{one.day}")
            yield ox.Triple(measurement, rdf_type, node(_DQV + "QualityMeasurement"))
            yield ox.Triple(measurement, node(_DQV + "isMeasurementOf"), node(_METRIC))
            yield ox.Triple(measurement, node(_DQV + "computedOn"), node(url))
            for name, iri, _ in _FIELDS:
                if value := getattr(one, name):
                    datatype = node(_XSD + _TYPES.get(name, "string"))
                    yield ox.Triple(measurement, node(iri), ox.Literal(str(value), datatype=datatype))
