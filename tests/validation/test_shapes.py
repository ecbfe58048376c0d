"""Shapes: each rule is broken by a case of its own, is worded in two languages and agrees with context and ontology.

A case is a SPARQL update of ``cases/valid.ttl``, a publication of two states and a municipality. The folder names the
shapes that the case breaks, joined with ``+`` where one mistake must break several. The prefixes and the base of
``valid.ttl`` hold in it.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyshacl
import pytest
import yaml
from pyshacl.errors import ReportableRuntimeError
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS, VOID
from rdflib.term import Node

from efa_lod.model.publication import read_publication

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
EFA = Namespace("https://w3id.org/efa-lod/ontology#")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
SCHEMA = Namespace("https://schema.org/")
SHAPES = Namespace("https://w3id.org/efa-lod/shapes#")

RECORD = ("record", "references")

UPDATES = sorted(CASES.glob("*/*.ru"))
INVALID = [case for case in UPDATES if case.stem.startswith("invalid-")]
VALID = [case for case in UPDATES if case.stem.startswith("valid-")]
STATES = sorted((ROOT / "data" / "states").glob("*.yaml"))

# Parts of a shape that constrain nothing by themselves.
NOT_CONSTRAINTS = {
    RDF.type,
    SH.flags,
    SH.ignoredProperties,
    SH.message,
    SH.name,
    SH.path,
    SH.property,
    SH.qualifiedValueShape,
    SH.severity,
    SH.targetClass,
    SH.targetNode,
    SH.targetSubjectsOf,
}

# What a build adds in the graph file.
SUPPLEMENTED = {RDFS.label, VOID.inDataset}

# Shapes that allow a part of a code list only.
PART_OF_LIST = {"Provision-framework"}


class Result(NamedTuple):
    """A validation result: the fragment of its source shape, and the constraint component."""

    shape: str
    component: Node | None


def fragment(iri: Node | None) -> str:
    """Return the part of *iri* after its #."""
    return str(iri).rpartition("#")[2]


def is_own(term: Node) -> bool:
    """Return whether *term* is an IRI of the project's ontology."""
    return isinstance(term, URIRef) and term in EFA


def case_name(case: Path) -> str:
    """Return how a failure names *case*."""
    return f"{case.parent.name}/{case.stem}"


@cache
def shapes(*names: str) -> Graph:
    """Return the shapes files *names* as one graph."""
    graph = Graph(bind_namespaces="none")
    publication = read_publication(ROOT)
    for name in names:
        for file in publication.shapes_files(f"shapes/{name}.ttl"):
            graph.parse(data=publication.read_chapter(file), format="turtle")
    return graph


@cache
def valid() -> Graph:
    """Return the publication that every case changes."""
    return Graph(bind_namespaces="none").parse(CASES / "valid.ttl")


@cache
def context() -> dict[str, Any]:
    """Return the terms of the context."""
    document = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))
    return dict(document["@context"])


def validate(data: Graph, shapes_graph: Graph) -> set[Result]:
    """Return the results of *data* against *shapes_graph*."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes_graph, inplace=True)
    assert isinstance(report, Graph)
    return {
        Result(fragment(report.value(result, SH.sourceShape)), report.value(result, SH.sourceConstraintComponent))
        for result in report.objects(None, SH.result)
    }


def edited(update: str) -> Graph:
    """Return the valid graph after the SPARQL *update*."""
    graph = Graph(bind_namespaces="none") + valid()
    graph.update(f"BASE <https://w3id.org/efa-lod/>\n{update}", initNs=dict(valid().namespaces()))
    return graph


@cache
def results(case: Path) -> set[Result]:
    """Return what the shapes find in *case*; recommendations take part where the case is about one."""
    recommended = set(named_shapes("recommended"))
    both = recommended & set(case.parent.name.split("+"))
    return validate(edited(case.read_text("utf-8")), shapes(*RECORD, "recommended") if both else shapes(*RECORD))


@cache
def named_shapes(*files: str) -> dict[str, URIRef]:
    """Return the shapes of the *files* by fragment."""
    graph = shapes(*files)
    found = {shape for kind in (SH.NodeShape, SH.PropertyShape) for shape in graph.subjects(RDF.type, kind)}
    return {fragment(shape): shape for shape in found if isinstance(shape, URIRef)}


def component(parameter: Node) -> Node:
    """Return the constraint component of a *parameter* such as sh:minCount."""
    name = fragment(parameter)
    return SH[("SPARQL" if name == "sparql" else name[0].upper() + name[1:]) + "ConstraintComponent"]


@cache
def declared(*files: str) -> set[Result]:
    """Return what the shapes can report; a condition without target that another shape asks for reports nothing."""
    graph = shapes(*files)
    return {
        Result(name, component(parameter))
        for name, shape in named_shapes(*files).items()
        if not is_condition(shape, graph)
        for parameter in set(graph.predicates(shape)) - NOT_CONSTRAINTS
    }


def is_condition(shape: Node, graph: Graph) -> bool:
    """Return whether *shape* is only asked for by others (sh:or, sh:not, sh:qualifiedValueShape)."""
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf)
    return (None, SH.property, shape) not in graph and not any((shape, target, None) in graph for target in targets)


def lists(graph: Graph) -> Iterator[tuple[str, set[Node]]]:
    """Yield the name of each shape with sh:in, and the members of that list."""
    for shape, members in graph.subject_objects(SH["in"]):
        yield fragment(shape), set(graph.items(members))


@cache
def of_state(record: Path) -> tuple[dict[str, Any], Graph]:
    """Return the codes of a state as its *record* has them, and the valid graph turned into one about that state."""
    codes = yaml.safe_load(record.read_text("utf-8"))
    codes["wikidata"] = next(iri for iri in codes["sameAs"] if "wikidata" in iri)
    text = (CASES / "valid.ttl").read_text("utf-8")
    if codes["abbreviation"] not in ("HH", "SH"):
        for old, new in (
            ("state/sh", codes["id"]),
            ('"SH"', f'"{codes["abbreviation"]}"'),
            ('"01"', f'"{codes["stateKey"]}"'),
            ('"DEF"', f'"{codes["nutsCode"]}"'),
            ('"DE-SH"', f'"{codes["isoCode"]}"'),
            ("http://www.wikidata.org/entity/Q1194", codes["wikidata"]),
        ):
            text = text.replace(old, new)
    return codes, Graph(bind_namespaces="none").parse(data=text, format="turtle")


@pytest.mark.parametrize("case", INVALID, ids=case_name)
def test_invalid_case_breaks_its_shape_alone(case: Path) -> None:
    """A case in cases/<shape>/ gives results from that shape and from no other."""
    assert set(case.parent.name.split("+")) == {result.shape for result in results(case)}


def test_valid_graph_conforms() -> None:
    """The graph that the cases start from fulfils all shapes and all recommendations."""
    assert set() == validate(valid(), shapes(*RECORD, "recommended"))


@pytest.mark.parametrize("case", VALID, ids=case_name)
def test_valid_case_conforms(case: Path) -> None:
    """A case named valid-… fulfils the shapes that it stands with."""
    assert set() == results(case)


each_state = pytest.mark.parametrize("record", STATES, ids=lambda record: record.stem)


@each_state
def test_codes_of_a_state_are_accepted(record: Path) -> None:
    """The codes that the record of a state has are those that the shapes ask for."""
    assert set() == validate(of_state(record)[1], shapes(*RECORD))


@each_state
def test_wrong_code_of_a_state_is_found(record: Path) -> None:
    """Another id, another state's key and another country's Wikidata address are three results of the state's shapes."""
    codes, graph = of_state(record)
    state = next(graph.subjects(EFA.isoCode, Literal(codes["isoCode"])))
    names = {f"State-{record.stem}{part}" for part in ("", "-codes", "-wikidata")}
    wrong = {
        URIRef(codes["wikidata"]): URIRef("http://www.wikidata.org/entity/Q183"),
        Literal(codes["stateKey"]): Literal("01" if codes["stateKey"] == "16" else "16"),
        state: URIRef(f"{state}-2"),
    }
    mistaken = Graph(bind_namespaces="none")
    for subject, predicate, value in graph:
        mistaken.add((wrong.get(subject, subject), predicate, wrong.get(value, value)))

    assert names == {result.shape for result in validate(mistaken, shapes(*RECORD))}


def test_missing_state_is_found() -> None:
    """The publication has all 16 states: a missing one is a result that names its ISO code."""
    graph = Graph()
    for record in STATES:
        graph.add((URIRef(f"urn:{record.stem}"), EFA.isoCode, Literal(f"DE-{record.stem.upper()}")))
    complete = validate(graph, shapes("dataset"))
    graph.remove((URIRef("urn:th"), None, None))
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes("dataset"))
    assert isinstance(report, Graph)

    assert set() == complete
    assert [Literal("DE-TH")] == list(report.objects(None, SH.focusNode))
    assert [SHAPES["Publication-states"]] == list(report.objects(None, SH.sourceShape))


def test_every_shape_has_a_case() -> None:
    """A shape that can report something has a case that breaks it alone; the 16 states have the test above."""
    reporting = {result.shape for result in declared(*RECORD, "recommended")}
    cases = {case.parent.name for case in INVALID} | {name for name in reporting if re.match(r"State-[a-z]{2}\b", name)}

    assert set() == reporting - cases


def test_every_constraint_is_broken_by_a_case() -> None:
    """No number, pattern, list or class of a shape is idle: some case breaks it."""
    broken = {result for case in INVALID for result in results(case)}
    expected = {
        result for result in declared(*RECORD, "recommended") if not re.match(r"State-[a-z]{2}\b", result.shape)
    }

    assert set() == expected - broken


def test_cases_belong_to_shapes() -> None:
    """A folder of cases names shapes that exist, and a case is named valid-… or invalid-…."""
    names = {name for case in UPDATES for name in case.parent.name.split("+")}

    assert set() == names - set(named_shapes(*RECORD, "recommended"))
    assert set(UPDATES) == set(INVALID) | set(VALID)


@pytest.mark.parametrize("name", sorted(named_shapes(*RECORD, "recommended", "dataset")))
def test_shape_is_worded_in_two_languages(name: str) -> None:
    """A shape that reports has a severity, a name and a message; each text is there once in German and once in English."""
    graph = shapes(*RECORD, "recommended", "dataset")
    shape = SHAPES[name]
    reports = any(result.shape == name for result in declared(*RECORD, "recommended", "dataset"))
    languages = {
        predicate: sorted(text.language or "" for text in graph.objects(shape, predicate) if isinstance(text, Literal))
        for predicate in (SH.message, SH.name)
    }

    assert [["de", "en"]] * (2 if reports else 1) == [found for found in languages.values() if found]
    assert int(reports) == len(list(graph.objects(shape, SH.severity)))


def test_shapes_have_iris() -> None:
    """A blank node is a cell of a list or a path, nothing else: every result names its shape."""
    graph = shapes(*RECORD, "recommended", "dataset")
    cells = {RDF.first, RDF.rest}
    paths = ({SH.inversePath}, {SH.alternativePath})
    blank = {node for node in graph.subjects() if isinstance(node, BNode)}

    assert [] == [node for node in blank if (found := set(graph.predicates(node))) != cells and found not in paths]


def test_code_lists_agree_with_the_ontology() -> None:
    """A list of codes in a shape is a whole code list of the ontology, or a part where that is meant."""
    ontology = Graph().parse(ROOT / "ontology" / "efa.ttl")
    schemes: dict[str, set[Node]] = {}
    for concept, scheme in ontology.subject_objects(SKOS.inScheme):
        schemes.setdefault(fragment(scheme), set()).add(concept)
    used = {name: codes for name, codes in lists(shapes(*RECORD)) if any("-" in fragment(code) for code in codes)}
    codes = {name: members for name, members in used.items() if all(is_own(member) for member in members)}
    whole = [members for name, members in codes.items() if name not in PART_OF_LIST]

    assert [] == [members for members in whole if members not in schemes.values()]
    assert [] == [name for name, members in schemes.items() if members not in whole]
    assert [] == [name for name in PART_OF_LIST if not any(codes[name] < members for members in schemes.values())]


def test_own_terms_are_in_the_ontology() -> None:
    """A shape uses no term of our own that the ontology lacks."""
    ontology = Graph().parse(ROOT / "ontology" / "efa.ttl")
    terms = {term for triple in shapes(*RECORD, "recommended") for term in triple if is_own(term)}

    assert set() == terms - set(ontology.subjects())


def test_every_field_and_type_of_the_context_has_a_shape() -> None:
    """What the context lets people write is what the shapes check: no field or type is known to one of them only."""
    graph = shapes(*RECORD)
    allowed = {item for cells in graph.objects(None, SH.ignoredProperties) for item in graph.items(cells)} - {RDF.type}
    terms = expanded_context()
    fields = {iri for name, iri in terms.items() if name[0].islower()}
    types = {iri for name, iri in terms.items() if name[0].isupper()}
    telling = {iri for iri in fields if iri in EFA or iri in SCHEMA}

    assert fields == allowed - (set(implied().values()) - fields) - (SUPPLEMENTED - fields)
    assert types == next(members for name, members in lists(graph) if name == "IsKnownType")
    assert types == set(graph.objects(SHAPES.Id, SH.targetClass))
    assert telling == set(graph.objects(SHAPES.Type, SH.targetSubjectsOf))


def test_closed_shape_allows_what_follows_from_its_fields() -> None:
    """A closed shape allows the superproperty of each field, so that data with what follows from them conforms too."""
    graph = shapes(*RECORD)
    follows = implied()
    for shape, cells in graph.subject_objects(SH.ignoredProperties):
        allowed = set(graph.items(cells))
        assert set() == {follows[field] for field in allowed if field in follows} - allowed, shape


@cache
def implied() -> dict[Node, Node]:
    """Return the superproperty of each property of the ontology that has one."""
    return dict(Graph().parse(ROOT / "ontology" / "efa.ttl").subject_objects(RDFS.subPropertyOf))


def test_message_of_a_closed_shape_lists_its_fields() -> None:
    """The message of a closed shape names exactly the fields that the shape allows."""
    graph = shapes(*RECORD)
    terms = expanded_context()
    reverse = {"additions", "record", "reuse"}
    for shape, cells in graph.subject_objects(SH.ignoredProperties):
        allowed = set(graph.items(cells)) - {RDF.type}
        implicit = {implied()[field] for field in allowed if field in implied()}
        for message in graph.objects(shape, SH.message):
            fields = set(str(message).partition(": ")[2].rstrip(".").split(", "))
            named = {terms[field] for field in fields - reverse}
            assert set() == named - allowed, message
            assert set() == allowed - named - implicit - SUPPLEMENTED - {terms[field] for field in reverse}, message


def expanded_context() -> dict[str, URIRef]:
    """Return the IRI of each field and type of the context."""
    terms = {}
    for name, term in context().items():
        curie = term.get("@id", term.get("@reverse")) if isinstance(term, dict) else term
        if not name.startswith("@") and isinstance(curie, str) and re.fullmatch(r"\w+:\w+", curie):
            prefix, _, local = curie.partition(":")
            terms[name] = URIRef(context()[prefix] + local)
    return terms


@pytest.mark.parametrize("name", ["record", "references", "recommended", "dataset"])
def test_shapes_are_well_formed(name: str) -> None:
    """The shapes fulfil the shapes for shapes of the SHACL specification: pySHACL raises an error where they do not."""
    pyshacl.validate(Graph(), shacl_graph=shapes(name), meta_shacl=True)


def test_malformed_shape_is_noticed() -> None:
    """The check above refuses a shape with a number where a text belongs."""
    malformed = Graph() + shapes("dataset")
    malformed.add((SHAPES["Publication-states"], SH.message, Literal(1)))

    with pytest.raises(ReportableRuntimeError, match="SHACL File does not validate"):
        pyshacl.validate(Graph(), shacl_graph=malformed, meta_shacl=True)


@pytest.mark.parametrize("name", ["record", "references", "recommended", "dataset"])
def test_file_has_its_own_ontology_header(name: str) -> None:
    """A shapes file is an ontology of its own, with version and licence."""
    header = URIRef(f"https://w3id.org/efa-lod/shapes/{name}")
    graph = shapes(name)

    assert [header] == list(graph.subjects(RDF.type, OWL.Ontology))
    assert [Literal("1.0.0")] == list(graph.objects(header, OWL.versionInfo))
    assert [CC0] == list(graph.objects(header, DCTERMS.license))
