"""Screening: what a fast look clears is what pySHACL finds nothing in, and with it the results are the same."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import SH, Graph

from efa_lod.build.check import CheckOptions, check_publication
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.expansion import of_triples
from efa_lod.model.publication import Publication, read_publication
from efa_lod.model.records import publication_records
from efa_lod.model.results import Result
from efa_lod.rdf.graphs import Triples, graph_of, record_statements, triples_of
from efa_lod.rdf.predicate_index import PredicateIndex
from efa_lod.rdf.single_graph import OneGraph
from efa_lod.validation import shacl, shacl_engine
from efa_lod.validation.constraints import UnsupportedConstraint
from efa_lod.validation.prefilter import Prefilter
from efa_lod.validation.shacl import (
    RECOMMENDED_SHAPES,
    RECORD_SHAPES,
    BatchValidation,
    Engine,
    Shapes,
    Validation,
    rdf_results,
)
from efa_lod.validation.tracing import in_rdf_file
from support.generator import BY_SHAPES, DAMAGES, Record, damaged, drawn, records
from validation.test_shapes import CASES, INVALID, UPDATES, case_name, named_shapes

ALL = (*RECORD_SHAPES, RECOMMENDED_SHAPES)
DAYS = tuple(name for name in BY_SHAPES if name.startswith("day "))
"""Damages that leave a day that is none; pySHACL compares no days beside it."""
WITHOUT_DAYS = tuple(name for name in BY_SHAPES if name not in DAYS)
DAMAGED = 1000


def documents_of(found: Sequence[Record]) -> list[Document]:
    """Return records as documents, one a line."""
    return [Document(record, Place("test.jsonl", number), dict) for number, record in enumerate(found, 1)]


def with_damages(count: int, seed: int, rate: float, kinds: Sequence[str] = WITHOUT_DAYS) -> list[Document]:
    """Return *count* records, a share of them, *rate*, with a damage of one of *kinds*."""
    random = Random(seed)
    found = (
        damaged(record, drawn(kinds, random), random) if random.random() < rate else record
        for record in records(count, seed)
    )
    return documents_of([*found])


class Sides:
    """The same validation with and without the fast look."""

    def __init__(self, publication: Publication, context: Context, beside: list[Document]) -> None:
        self.context, self.beside = context, beside
        self.shapes = Shapes(publication, ALL, Engine.PYSHACL)
        self.screen = Prefilter(of_triples(self.shapes.triples))
        self.by = {
            engine: Validation(publication, context, Shapes(publication, ALL, engine), beside) for engine in Engine
        }

    def judged(self, triples: Triples) -> set[str]:
        """Return the focus nodes of what pySHACL finds in *triples*."""
        _, report = shacl_engine._validated(graph_of(triples, OneGraph()), self.shapes.graph)
        return {focus.n3() for focus in report.objects(None, SH.focusNode)}

    def suspected(self, triples: Triples) -> set[str]:
        """Return what is suspected in *triples*."""
        found = self.screen.candidates(PredicateIndex(of_triples(triples)))
        assert found is not None
        return found


@pytest.fixture(scope="module")
def sides(publication: Publication, context: Context, documents: list[Document]) -> Sides:
    """Return the two sides, with the records of the publication beside what is validated."""
    return Sides(publication, context, documents)


def told(found: BatchValidation) -> list[Result]:
    """Return the results of a validation."""
    return found.results


@pytest.mark.parametrize("case", INVALID, ids=case_name)
def test_no_broken_case_is_cleared(case: Path, sides: Sides) -> None:
    """In each broken case there is, something is suspected."""
    assert sides.suspected(changed(case))


@pytest.mark.parametrize("case", [*UPDATES[::6], *CASES.glob("State*/*.ru")], ids=case_name)
def test_cases_are_judged_alike(case: Path, sides: Sides) -> None:
    """In a case, the things that pySHACL finds wrong are suspected, and no others.

    For a literal in the focus, who has it is suspected.
    """
    triples = changed(case)
    judged, suspected = sides.judged(triples), sides.suspected(triples)
    things = {focus for focus in judged if focus[0] != '"'}
    having = {str(t.subject) for t in triples if str(t.object) in judged}

    assert things <= suspected <= things | having
    assert bool(judged) == bool(suspected)


def changed(case: Path) -> Triples:
    """Return the valid graph after the SPARQL update *case*."""
    text = (CASES / "valid.ttl").read_text("utf-8")
    parser = ox.parse(text, format=ox.RdfFormat.TURTLE)
    store = ox.Store()
    store.extend(parser)
    store.update(case.read_text("utf-8"), prefixes=parser.prefixes, base_iri="https://w3id.org/efa-lod/")
    return [quad.triple for quad in store]


@pytest.mark.parametrize("part", range(2))
def test_damaged_records_are_judged_alike(part: int, sides: Sides, context: Context) -> None:
    """In a thousand damaged records, the things that pySHACL finds wrong are suspected, and no others."""
    wrong = with_damages(DAMAGED // 2, seed=part, rate=1)
    triples = triples_of(record_statements([*sides.beside, *wrong], context))
    suspected = sides.suspected(triples)

    assert sides.judged(triples) == suspected
    assert len(suspected) >= DAMAGED // 2


@pytest.mark.parametrize("name", BY_SHAPES)
def test_damage_is_suspected(name: str, sides: Sides) -> None:
    """Each damage that a shape finds is suspected in a record that is otherwise in order."""
    wrong = damaged(next(records(1, seed=11)), name, Random(0))
    found = sides.screen.candidates(
        PredicateIndex(record_statements([*sides.beside, *documents_of([wrong])], sides.context))
    )

    assert any(thing.startswith(f"<{sides.context.base_iri}{wrong['id']}") for thing in found or ())


def test_results_do_not_depend_on_the_engine(sides: Sides) -> None:
    """A batch of which some records are damaged has the same results with and without a fast look."""
    some = with_damages(60, seed=3, rate=0.3)
    few_days = documents_of([*records(4, seed=4), damaged(next(records(1, seed=5)), DAYS[0], Random(1))])

    for batch in (some, few_days):
        expected = told(sides.by[Engine.PYSHACL](batch))
        assert expected
        assert expected == told(sides.by[Engine.AUTO](batch))


def test_records_that_refer_to_each_other_are_judged_together(sides: Sides) -> None:
    """A record that is wrong is not held to miss what another record of the batch has, whichever refers to which."""
    batch = documents_of([*records(6, seed=16)])
    for wrong, other in ((0, 1), (3, 2)):
        marketplace = {
            "id": f"marketplace/m{wrong}",
            "type": "OfferCatalog",
            "name": {"de": "Markt"},
            "origin": "source/x",
        }
        batch[other].value["reuse"]["subjectOf"] = marketplace
        batch[wrong].value["reuse"]["furtherMarketplaces"] = marketplace["id"]
        batch[wrong].value["reuse"]["contacts"][0]["email"] = "mailto:a@b.example"
    expected = told(sides.by[Engine.PYSHACL](batch))

    assert {1, 4} <= {result.place.line for result in expected}
    assert expected == told(sides.by[Engine.AUTO](batch))


def test_a_publication_is_judged_as_a_whole(copy: Path) -> None:
    """One record of a publication that is wrong does not make the others missing."""
    path = copy / "data" / "states" / "th.yaml"
    path.write_text(path.read_text("utf-8").replace("abbreviation: TH", "abbreviation: XX"), "utf-8")
    found = {engine: check_publication(read_publication(copy), CheckOptions(engine=engine)) for engine in Engine}

    assert "Publication-states" not in {result.rule for result in found[Engine.AUTO]}
    assert "State-th-codes" in {result.rule for result in found[Engine.AUTO]}
    assert found[Engine.PYSHACL] == found[Engine.AUTO]


def test_a_whole_is_held_against_the_shapes_that_are_not_cleared(publication: Publication, context: Context) -> None:
    """Of records with none beside them pySHACL finds the same where it is asked for the shapes in question alone."""
    whole = [*publication_records(publication), *with_damages(12, seed=21, rate=0.8)]
    found = {
        engine: told(Validation(publication, context, Shapes(publication, ALL, engine))(whole)) for engine in Engine
    }

    assert len({result.rule for result in found[Engine.PYSHACL]}) > 3
    assert found[Engine.PYSHACL] == found[Engine.AUTO]


def test_results_of_broken_records_do_not_depend_on_the_engine(sides: Sides) -> None:
    """Nor has a batch other results in which some records cannot be expanded at all."""
    rules = [name for name, damage in DAMAGES.items() if damage.rule[0].islower()]
    batch = with_damages(20, seed=6, rate=0.7, kinds=rules)
    expected = told(sides.by[Engine.PYSHACL](batch))

    assert {DAMAGES[name].rule for name in rules} > {"bad-iri"}
    assert {result.rule for result in expected} <= {DAMAGES[name].rule for name in rules} | set(named_shapes("record"))
    assert expected == told(sides.by[Engine.AUTO](batch))


def test_nothing_is_found_in_clean_records(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean records are cleared, and pySHACL is not asked."""
    monkeypatch.setattr(shacl_engine, "_validated", lambda *_: pytest.fail("pySHACL was asked"))

    assert [] == told(sides.by[Engine.AUTO](documents_of([*records(300, seed=8)])))


def test_only_candidates_are_judged(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many records, pySHACL is asked about the one that is wrong."""
    asked: list[int] = []
    batch = documents_of([*records(50, seed=8)])
    batch[20] = documents_of([damaged(batch[20].value, "address with mailto", Random(0))])[0]
    judged = Validation._judged

    def counted(self: Validation, documents: list[Document], *more: object) -> list[Result]:
        asked.append(len(documents))
        return judged(self, documents, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Validation, "_judged", counted)

    assert ["ContactPoint-email"] == [result.rule for result in told(sides.by[Engine.AUTO](batch))]
    assert [1] == asked


def test_only_shapes_that_may_be_broken_are_asked(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """PySHACL gets, of the shapes, those that a wrong record may break and what they name; the result is the same."""
    asked: list[Graph] = []
    wrong = documents_of([damaged(next(iter(records(1, seed=8))), "address with mailto", Random(0))])
    judge = shacl_engine.shacl_results

    def noted(triples: Triples, shapes: Graph, *more: Any) -> Iterator[Result]:
        asked.append(shapes)
        return judge(triples, shapes, *more)

    monkeypatch.setattr(shacl, "shacl_results", noted)
    found = [told(sides.by[engine](wrong)) for engine in (Engine.AUTO, Engine.PYSHACL)]

    assert found[0] == found[1] != []
    assert len(asked[0]) < len(asked[1]) / 4
    assert {SH.targetClass, SH.targetSubjectsOf} & {*asked[0].predicates()}


PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://x.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix geo: <http://www.opengis.net/ont/geosparql#> ."""
TARGETS = {
    "class": "sh:targetClass :C",
    "subjects": "sh:targetSubjectsOf :p",
    "objects": "sh:targetObjectsOf :p",
    "node": "sh:targetNode :x",
    "literal": 'sh:targetNode "a"',
}
PATHS = {
    "node shape": "",
    "property": "sh:path :p ;",
    "inverse": "sh:path [ sh:inversePath :p ] ;",
    "either": "sh:path [ sh:alternativePath ( :p :q ) ] ;",
    "steps": "sh:path ( :p :q ) ;",
    "there and back": "sh:path ( :p [ sh:inversePath :p ] ) ;",
    "either back": "sh:path [ sh:alternativePath ( [ sh:inversePath :q ] ( :p :q ) ) ] ;",
}
RULES = [
    "sh:nodeKind sh:IRI",
    "sh:nodeKind sh:Literal",
    "sh:datatype xsd:string",
    "sh:datatype rdf:langString",
    'sh:and ( [ sh:class :C ] [ sh:not [ sh:pattern "z" ] ] )',
    "sh:class :C",
    "sh:class :C, :D",
    'sh:in ( "a" :y 7 "a"@de )',
    'sh:pattern "^a"',
    'sh:pattern "X$" ; sh:flags "i"',
    'sh:pattern "\\\\S"',
    "sh:not [ sh:in ( :y :z ) ]",
    'sh:not [ sh:pattern "a" ]',
    "sh:not [ sh:path :q ; sh:minCount 1 ]",
    "sh:or ( [ sh:class :C ] [ sh:nodeKind sh:IRI ] )",
    'sh:or ( [ sh:pattern "b" ] [ sh:not [ sh:class :C ] ] )',
    "sh:node [ sh:class :C ]",
    "sh:property [ sh:path :q ; sh:minCount 1 ]",
    "sh:property [ sh:path :p ; sh:maxCount 1 ] ; sh:property [ sh:path :q ; sh:class :C ]",
    "sh:closed true ; sh:ignoredProperties ( :q )",
    "sh:closed true ; sh:property [ sh:path :p ]",
    "sh:closed false",
]
ONE_SIDED = [
    'sh:languageIn ( "de" "en" )',
    "sh:datatype xsd:date",
    "sh:datatype xsd:gYearMonth",
    "sh:datatype xsd:hexBinary",
    "sh:datatype xsd:nonNegativeInteger",
    "sh:datatype geo:wktLiteral",
    "sh:minInclusive 1",
]
"""Rules of which something may be suspected that is in order."""
COUNTS = [
    "sh:minCount 1",
    "sh:minCount 2",
    "sh:maxCount 0",
    "sh:maxCount 1",
    "sh:hasValue :y",
    'sh:hasValue "a"',
    "sh:uniqueLang true",
    "sh:equals :q",
    "sh:lessThanOrEquals :q",
    'sh:qualifiedValueShape [ sh:pattern "^a" ] ; sh:qualifiedMinCount 1',
    "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 2",
]
VALUES = [
    ":x a :C .",
    ":x :p :y .",
    ":x :p :y, :z . :y a :C .",
    ':x :p "a" .',
    ':x :p "a"@de, "A"@de, "ab"@en-GB .',
    ':x :p "b", " " . :y :p "b" .',
    ":y :p :x ; :q :z . :z :q :x .",
    ':x :q "a" . :y :q "a" .',
    ":z a :C, :D ; :r :x .",
    ':x :p "2024-02-29"^^xsd:date ; :q "2024-03-01"^^xsd:date .',
    ':x :p "2024-02-30"^^xsd:date ; :q "2024-01-01"^^xsd:date .',
    ':x :p "2024-02"^^xsd:gYearMonth, "0A"^^xsd:hexBinary, "0"^^xsd:hexBinary, 7 .',
    ':x :p "a\\tb\\"X", "<a>" . _:b :p :x, "a" .',
    ":y :p _:b .",
    ':x :p "0"^^xsd:nonNegativeInteger, "POINT(0 0)"^^geo:wktLiteral .',
    ':x :p "12"^^xsd:nonNegativeInteger .',
    ':y :p "-1"^^xsd:nonNegativeInteger, "1.5"^^xsd:decimal .',
]


def turtle(text: str) -> Triples:
    """Return the triples of *text*."""
    return [quad.triple for quad in ox.parse(f"{PREFIXES}\n{text}", format=ox.RdfFormat.TURTLE)]


def graphs() -> Iterator[Triples]:
    """Yield graphs: each of VALUES, and some of them together."""
    random = Random(1)
    for some in [[one] for one in VALUES] + [random.sample(VALUES, random.randint(2, 6)) for _ in range(20)]:
        yield list(dict.fromkeys(turtle(" ".join(some))))


GRAPHS = list(graphs())


def verdicts(data: Triples, shapes: Triples) -> tuple[bool, bool]:
    """Return whether *data* conforms, and whether it is cleared."""
    cleared = Prefilter(of_triples(shapes)).candidates(PredicateIndex(of_triples(data))) == set()
    try:
        return shacl_engine._validated(graph_of(data), graph_of(shapes))[0], cleared
    except shacl_engine.Incomparable:
        return False, cleared
    except BrokenInput:  # pySHACL compares no blank nodes and has no verdict, even if there is nothing to compare with
        return cleared, cleared


def shape(target: str, path: str, rule: str) -> Triples:
    """Return a shape."""
    kind = "sh:PropertyShape" if path else "sh:NodeShape"
    return turtle(f":S a {kind} ; {target} ; {path} {rule} .")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("path", PATHS)
def test_values_are_judged_alike(path: str, rule: str) -> None:
    """What is not cleared is what pySHACL finds fault with: values, by every way to them, from every target."""
    shapes = [shape(target, PATHS[path], rule) for target in TARGETS.values()]
    found = [verdicts(data, one) for one in shapes for data in GRAPHS]

    assert [] == [i for i, (conforms, cleared) in enumerate(found) if conforms != cleared]


@pytest.mark.parametrize("rule", COUNTS)
@pytest.mark.parametrize("path", [path for path in PATHS if PATHS[path]])
def test_all_values_together_are_judged_alike(path: str, rule: str) -> None:
    """Constraints on all values of a node are judged alike, but days may be suspected that are in order."""
    shapes = [shape(target, PATHS[path], rule) for target in TARGETS.values()]
    found = [verdicts(data, one) for one in shapes for data in GRAPHS]
    wrong = [i for i, (conforms, cleared) in enumerate(found) if conforms != cleared]

    assert [] == [i for i in wrong if found[i][1] or "lessThan" not in rule]


@pytest.mark.parametrize("rule", ONE_SIDED)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_wrong_is_cleared(path: str, rule: str) -> None:
    """What is in order may be suspected under some rules; what is not is never cleared."""
    shapes = [shape(target, PATHS[path], rule) for target in TARGETS.values()]
    found = [verdicts(data, one) for one in shapes for data in GRAPHS]

    assert [] == [i for i, (conforms, cleared) in enumerate(found) if cleared and not conforms]
    assert (True, True) in found


UNKNOWN = {
    "sh:sparql": 'sh:sparql [ sh:select "SELECT $this WHERE { }" ]',
    "a length": "sh:minLength 1",
    "a path that repeats": "sh:path [ sh:zeroOrMorePath :p ] ; sh:minCount 1",
    "the inverse of steps": "sh:path [ sh:inversePath [ sh:alternativePath ( :p :q ) ] ] ; sh:minCount 1",
    "another kind of node": "sh:path :p ; sh:nodeKind sh:BlankNode",
    "another datatype": "sh:path :p ; sh:datatype xsd:decimal",
    "any language": 'sh:path :p ; sh:languageIn ( "*" )',
    "other flags": 'sh:path :p ; sh:pattern "a" ; sh:flags "x"',
    "a pattern that is none": 'sh:path :p ; sh:pattern "("',
    "not what is not less, which is not known exactly": "sh:not [ sh:and ( [ sh:path :p ; sh:minInclusive 1 ] ) ]",
    "not what is not known exactly": "sh:path :p ; sh:not [ sh:datatype xsd:date ]",
    "not what is deep down not known": "sh:not [ sh:or ( [ sh:node [ sh:path :p ; sh:lessThanOrEquals :q ] ] ) ]",
    "a most of qualified values": "sh:path :p ; sh:qualifiedValueShape :T ; sh:qualifiedMaxCount 1",
    "a count that is none": 'sh:path :p ; sh:minCount "x"',
    "an IRI for a number": "sh:path :p ; sh:minCount :one",
    "an IRI for a text": "sh:path :p ; sh:pattern :p",
    "an IRI for a language": "sh:path :p ; sh:languageIn ( :de )",
    "an IRI for flags": 'sh:path :p ; sh:pattern "a" ; sh:flags :i',
    "an IRI for yes": "sh:closed :yes",
    "itself": "sh:path :p ; sh:node :S",
    "shapes nested very deep": "sh:not [ " * 2000 + 'sh:pattern "a"' + " ]" * 2000,
    "a list without end": "sh:path :p ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l",
    "a list without rest": "sh:path :p ; sh:in _:l . _:l rdf:first 1",
    "deactivated": "sh:path :p ; sh:deactivated false",
    "a class": "a rdfs:Class ; sh:path :p",
}


@pytest.mark.parametrize("rule", UNKNOWN)
def test_what_is_not_known_is_not_looked_at(rule: str, publication: Publication) -> None:
    """Shapes with more than is known here are named, and pySHACL is left to judge."""
    shapes = turtle(f":S sh:targetClass :C ; {UNKNOWN[rule]} .")

    with pytest.raises(UnsupportedConstraint):
        Prefilter(of_triples(shapes))


def test_classes_below_classes_are_not_looked_at() -> None:
    """Data that names classes below others says more of what belongs to a class than each thing does."""
    shapes, data = shape(TARGETS["class"], "", "sh:nodeKind sh:IRI"), turtle(":D rdfs:subClassOf :C . _:x a :D .")

    assert None is Prefilter(of_triples(shapes)).candidates(PredicateIndex(of_triples(data)))


def test_all_shapes_for_records_are_known(publication: Publication) -> None:
    """The shapes that many records are held against can be looked at."""
    assert Shapes(publication, ALL).prefilter
    assert None is Shapes(publication, ALL, Engine.PYSHACL).prefilter


def test_what_stands_beside_is_seen_and_not_looked_at() -> None:
    """Values may stand beside the records; what is wrong there alone is no matter of theirs."""
    shapes = of_triples(shape(TARGETS["class"], "sh:path :p ;", "sh:class :C"))
    beside = PredicateIndex(of_triples(turtle(":y a :C ; :p :nothing .")))
    screen = Prefilter(shapes)

    assert set() == screen.candidates(PredicateIndex(of_triples(turtle(":x a :C ; :p :y .")), beside))
    assert {"<http://x.example/x>"} == screen.candidates(
        PredicateIndex(of_triples(turtle(":x a :C ; :p :z .")), beside)
    )
    assert {"<http://x.example/y>"} == screen.candidates(PredicateIndex(of_triples(turtle(":y a :C .")), beside))


def test_a_code_stands_for_those_who_have_it() -> None:
    """Where the focus is a code, the things by which it fails are suspected: one of them, or all together."""
    each = of_triples(
        shape("sh:targetNode :x", "sh:path [ sh:inversePath :p ] ;", "sh:property [ sh:path :q ; sh:minCount 1 ]")
    )
    together = of_triples(shape("sh:targetNode :x", "sh:path [ sh:inversePath :p ] ;", "sh:maxCount 1"))
    alone = of_triples(shape("sh:targetNode :x", "sh:path [ sh:inversePath :p ] ;", "sh:minCount 3"))
    data = PredicateIndex(of_triples(turtle(":a :p :x ; :q 1 . :b :p :x .")))
    a, b, x = (f"<http://x.example/{name}>" for name in "abx")

    assert {b} == Prefilter(each).candidates(data)
    assert {a, b} == Prefilter(together).candidates(data) == Prefilter(alone).candidates(data)
    assert {x} == Prefilter(alone).candidates(PredicateIndex([]))


def test_an_rdf_file_is_looked_at(publication: Publication, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an RDF file pySHACL is asked only when something is suspicious; then it sees all."""
    documents = documents_of([*records(12, seed=2)])
    triples = triples_of(record_statements([*publication_records(publication), *documents], context))
    shapes, locate = Shapes(publication, ALL), in_rdf_file("x.nt", context)
    wrong = triples_of([*of_triples(triples), (str(triples[0].subject), "<https://schema.org/email>", '"a"')])
    expected = rdf_results(wrong, Shapes(publication, ALL, Engine.PYSHACL), locate)

    assert expected
    assert expected == rdf_results(wrong, shapes, locate)
    monkeypatch.setattr(shacl_engine, "_validated", lambda *_: pytest.fail("pySHACL was asked"))
    assert [] == rdf_results(triples, Shapes(publication, RECORD_SHAPES), locate)


def test_statements_about_statements_are_left_to_pyshacl(publication: Publication, context: Context) -> None:
    """An RDF 1.2 file with triple terms is refused, as pySHACL's graphs have none, and not cleared."""
    triples = [quad.triple for quad in ox.parse("<a:b> <a:c> <<( <a:b> <a:c> <a:d> )>> .", format=ox.RdfFormat.TURTLE)]

    with pytest.raises(BrokenInput):
        rdf_results(triples, Shapes(publication, ALL), in_rdf_file("x.ttl", context))


def test_the_publication_is_cleared_without_pyshacl(tmp_path: Path) -> None:
    """A build of a clean publication loads neither pySHACL nor rdflib, and with --engine pyshacl it is judged by it."""
    program = (
        "import sys\nfrom efa_lod.cli import main\ntry:\n    main(sys.argv[1:])\n"
        "finally:\n    print(*sorted({'rdflib', 'pyshacl', 'efa_lod.overview.due'} & sys.modules.keys()))\n"
    )
    for engine, expected in (("auto", ""), ("pyshacl", "pyshacl rdflib")):
        command = [sys.executable, "-c", program, "build", "--no-site", "--engine", engine, "-o", str(tmp_path / "out")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

        assert expected == done.stdout.rpartition("/build.json\n")[2].strip(), done.stdout


def test_a_message_that_is_no_text_breaks_nothing(context: Context) -> None:
    """Where a shape has an IRI for a message, the result is told by the name of the shape."""
    shapes = shape(TARGETS["class"], "sh:path :p ;", "sh:message :m ; sh:minCount 1")
    [found] = shacl_engine.shacl_results(turtle(":x a :C ."), graph_of(shapes), in_rdf_file("x.ttl", context))

    assert {} == found.messages
    assert found.rule == found.message("en")


def test_a_missing_state_is_found_by_every_engine(copy: Path) -> None:
    """What all records together lack is found with a fast look, too."""
    (copy / "data" / "states" / "th.yaml").unlink()
    read = read_publication(copy)
    found = {engine: check_publication(read, CheckOptions(engine=engine)) for engine in Engine}

    assert "Publication-states" in {result.rule for result in found[Engine.PYSHACL]}
    assert found[Engine.PYSHACL] == found[Engine.AUTO]
