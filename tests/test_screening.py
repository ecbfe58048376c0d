"""Screening: what the fast engine clears is what pySHACL finds nothing in, and with it the results are the same."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from rdflib import SH

import efa_lod.validation as validation
from conftest import Cli, missing
from efa_lod.catalog import check_catalogue
from efa_lod.checks import Options, check_publication
from efa_lod.context import Context
from efa_lod.errors import BadSetting
from efa_lod.memory import OneGraph
from efa_lod.publication import Publication, read_publication
from efa_lod.rdf import Triples, graph_of, parsed_triples, record_statements, triples_of
from efa_lod.reading import Document, Place
from efa_lod.results import Result
from efa_lod.screening import Screen, _without_qualified_values, is_installed
from efa_lod.statements import n_triples, of_triples
from efa_lod.tracing import in_rdf_file
from efa_lod.validation import RECOMMENDED_SHAPES, RECORD_SHAPES, Engine, Shapes, Validated, Validation, rdf_results
from generator import BY_SHAPES, DAMAGES, Record, damaged, drawn, records
from test_shapes import CASES, INVALID, UPDATES, case_name, named_shapes

if not is_installed():
    missing("shacl-rust, the fast engine, is not installed")

ALL = (RECORD_SHAPES, RECOMMENDED_SHAPES)
DAYS = tuple(name for name in BY_SHAPES if name.startswith("day "))
"""Damages that leave a day that is none; pySHACL compares no days beside it."""
WITHOUT_DAYS = tuple(name for name in BY_SHAPES if name not in DAYS)
DAMAGED = 1000
PANICS = "99999999999999999999-01-01"
"""A day of a year that the engine cannot count to."""


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
        self.screen = Screen(self.shapes.triples)
        self.by = {
            engine: Validation(publication, context, Shapes(publication, ALL, engine), beside) for engine in Engine
        }

    def judged(self, triples: Triples) -> set[str]:
        """Return the focus nodes of what pySHACL finds in *triples*."""
        _, report = validation._validated(graph_of(triples, OneGraph()), self.shapes.graph)
        return {focus.n3() for focus in report.objects(None, SH.focusNode)}

    def suspected(self, triples: Triples) -> set[str] | None:
        """Return the focus nodes of what the fast engine finds in *triples*, or None where it gave up."""
        found = self.screen.suspects(n_triples(of_triples(triples)))
        return None if found is None else {focus for focus, _ in found}


@pytest.fixture(scope="module")
def sides(publication: Publication, context: Context, documents: list[Document]) -> Sides:
    """Return the two sides, with the records of the publication beside what is validated."""
    return Sides(publication, context, documents)


def told(found: Validated) -> list[Result]:
    """Return the results of a validation."""
    return found.results


@pytest.mark.parametrize("case", INVALID, ids=case_name)
def test_no_broken_case_is_cleared(case: Path, sides: Sides) -> None:
    """In each broken case there is, the fast engine suspects something, or gives up."""
    assert set() != sides.suspected(changed(case))


@pytest.mark.parametrize("case", [*UPDATES[::6], *CASES.glob("State*/*.ru")], ids=case_name)
def test_cases_are_judged_alike(case: Path, sides: Sides) -> None:
    """In a case, the fast engine suspects the things that pySHACL finds wrong, and no others.

    For a literal in the focus, it suspects who has it.
    """
    triples = changed(case)
    judged, suspected = sides.judged(triples), sides.suspected(triples)
    if suspected is None:
        return
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
    """In a thousand damaged records, the fast engine suspects the things that pySHACL finds wrong, and no others."""
    wrong = with_damages(DAMAGED // 2, seed=part, rate=1)
    triples = triples_of(record_statements([*sides.beside, *wrong], context))
    suspected = sides.suspected(triples)

    assert sides.judged(triples) == suspected
    assert suspected is not None
    assert len(suspected) >= DAMAGED // 2


@pytest.mark.parametrize("name", BY_SHAPES)
def test_damage_is_suspected(name: str, sides: Sides) -> None:
    """Each damage that a shape finds is suspected in a record that is otherwise in order, or the engine gives up."""
    wrong = damaged(next(records(1, seed=11)), name, Random(0))
    found = sides.screen.suspects(n_triples(record_statements([*sides.beside, *documents_of([wrong])], sides.context)))

    assert found is None or any(focus.startswith(f"<{sides.context.base_iri}{wrong['id']}") for focus, _ in found)


@pytest.mark.parametrize("engine", [Engine.AUTO, Engine.SHACL_RUST])
def test_results_do_not_depend_on_the_engine(engine: Engine, sides: Sides) -> None:
    """A batch of which some records are damaged has the same results with and without a fast look."""
    some = with_damages(60, seed=3, rate=0.3)
    few_days = documents_of([*records(4, seed=4), damaged(next(records(1, seed=5)), DAYS[0], Random(1))])

    for batch in (some, few_days):
        expected = told(sides.by[Engine.PYSHACL](batch))
        assert expected
        assert expected == told(sides.by[engine](batch))


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
    found = {engine: check_publication(read_publication(copy), Options(engine=engine)) for engine in Engine}

    assert "Publication-states" not in {result.rule for result in found[Engine.AUTO]}
    assert "State-th-codes" in {result.rule for result in found[Engine.AUTO]}
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
    monkeypatch.setattr(validation, "_validated", lambda *_: pytest.fail("pySHACL was asked"))

    assert [] == told(sides.by[Engine.AUTO](documents_of([*records(300, seed=8)])))


def test_only_suspects_are_judged(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.parametrize("engine", [Engine.AUTO, Engine.SHACL_RUST])
def test_rdf_is_judged_alike(engine: Engine, publication: Publication, context: Context, triples: Triples) -> None:
    """RDF as it stands has the same results, whichever engine is chosen."""
    wrong = [
        *(triple for triple in triples if not triple.predicate.value.endswith("audience")),
        ox.Triple(triples[0].subject, ox.NamedNode("https://schema.org/email"), ox.Literal("mailto:a@b.de")),
    ]
    locate = in_rdf_file("x.nt", context)
    expected = rdf_results(wrong, Shapes(publication, ALL, Engine.PYSHACL), locate)

    assert len(expected) >= 17
    assert expected == rdf_results(wrong, Shapes(publication, ALL, engine), locate)
    assert [] == rdf_results(triples, Shapes(publication, [RECORD_SHAPES], engine), locate)


# --- when the engine gives up ---------------------------------------------------------------------------------------

RUDE = """
from efa_lod.publication import read_publication
from efa_lod.screening import Screen
from efa_lod.validation import RECORD_SHAPES, Shapes

screen = Screen(Shapes(read_publication(), [RECORD_SHAPES]).triples)
print(screen.suspects(open(0).read()))
"""


def panicking() -> list[Document]:
    """Return a record with a day at which the engine panics, among others of which one is wrong too."""
    found = with_damages(4, seed=12, rate=0.5)
    found[1].value["record"]["issued"] = PANICS
    return found


def test_a_panic_is_silent(context: Context, documents: list[Document]) -> None:
    """Where the engine panics, nothing is on stderr, stderr works afterwards, and the engine has given up."""
    data = n_triples(record_statements([*documents, *panicking()], context))
    code = RUDE + "\nimport sys\nprint('heard', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], input=data.encode(), capture_output=True, check=False)

    assert (0, b"None\n", b"heard\n") == (done.returncode, done.stdout, done.stderr)


def test_a_panic_costs_no_result(sides: Sides) -> None:
    """A batch at which the engine panics has the results that pySHACL finds."""
    expected = told(sides.by[Engine.PYSHACL](panicking()))

    assert PANICS in {result.found for result in expected}
    assert expected == told(sides.by[Engine.AUTO](panicking()))


def test_a_panic_is_survived(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the engine raises, what it gives up on is judged by pySHACL as a whole."""
    import shacl_rust

    class Panic(BaseException):
        """What a panic in Rust becomes in Python: no Exception."""

    def panic(*_: object, **__: object) -> None:
        os.write(2, b"thread '<unnamed>' panicked")
        raise Panic

    batch = with_damages(6, seed=14, rate=0.5)
    expected = told(sides.by[Engine.PYSHACL](batch))
    monkeypatch.setattr(shacl_rust, "validate", panic)

    assert expected
    assert None is sides.screen.suspects("")
    assert expected == told(sides.by[Engine.AUTO](batch))


def test_an_interrupt_is_no_panic(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the engine works ends the job."""
    import shacl_rust

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shacl_rust, "validate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sides.screen.suspects("")


def test_a_closed_stderr_does_no_harm() -> None:
    """Without a stderr to keep silent, the engine is asked all the same."""
    command = ["sh", "-c", 'exec "$0" "$@" 2>&-', sys.executable, "-c", RUDE]
    done = subprocess.run(command, input=b"", capture_output=True, check=False)

    assert (0, b"set()\n") == (done.returncode, done.stdout)


# --- without the engine ---------------------------------------------------------------------------------------------


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the engine look as if it were not installed."""
    monkeypatch.setattr(validation, "is_installed", lambda: False)
    monkeypatch.setitem(sys.modules, "shacl_rust", None)


@pytest.mark.usefixtures("without_engine")
def test_without_the_engine_pyshacl_does_all(publication: Publication, sides: Sides) -> None:
    """Where the engine is not installed, ``auto`` is pySHACL."""
    batch = with_damages(6, seed=15, rate=0.5)
    alone = Validation(publication, sides.context, Shapes(publication, ALL), sides.beside)

    assert told(sides.by[Engine.PYSHACL](batch)) == told(alone(batch))


@pytest.mark.usefixtures("without_engine")
def test_without_the_engine_it_cannot_be_chosen(publication: Publication, cli: Cli, tmp_path: Path) -> None:
    """``--engine shacl-rust`` says in one line what to install."""
    with pytest.raises(BadSetting, match="pip install 'efa-lod\\[fast\\]'"):
        Shapes(publication, ALL, Engine.SHACL_RUST)
    file = tmp_path / "x.jsonl"
    file.write_text(json.dumps(next(records(1))) + "\n")
    for command in (("validate", file), ("build", file, "-o", tmp_path / "dist", "--no-site")):
        found = cli(*command, "--engine", "shacl-rust")
        [line] = [line for line in found.stderr.splitlines() if line.startswith("efa-lod:")]

        assert 2 == found.exit_code
        assert (
            "efa-lod: the engine shacl-rust is not installed – pip install 'efa-lod[fast]', or --engine pyshacl" == line
        )
        assert 0 == cli(*command, "--engine", "auto").exit_code


# --- how shapes are told to the engine ------------------------------------------------------------------------------

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://x.example/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."""
QUALIFIED = """:S a sh:PropertyShape ; sh:targetClass :C ; sh:path :p ; sh:minCount 0 ;
    sh:qualifiedValueShape [ sh:pattern "^a" ] ; sh:qualifiedMinCount 1 ."""
VALUES = {"": False, '"a"': True, '"b"': False, '"a", "b"': True, '"b", "c"': False, '"ab"@de, 7': True, ":a": False}


def turtle(text: str) -> Triples:
    """Return the triples of *text*."""
    return [quad.triple for quad in ox.parse(f"{PREFIXES}\n{text}", format=ox.RdfFormat.TURTLE)]


def conforms_by_pyshacl(data: Triples, shapes: Triples) -> bool:
    """Tell whether pySHACL finds nothing."""
    return validation._validated(graph_of(data), graph_of(shapes))[0]


@pytest.mark.parametrize("values", VALUES)
def test_at_least_one_value_is_told_as_not_all_others(values: str) -> None:
    """The rule as the engine gets it means what it meant, for no value, for one and for several."""
    said = f":x a :C . {f':x :p {values} .' if values else ''}"
    data, shapes = turtle(said), turtle(QUALIFIED)

    assert VALUES[values] == conforms_by_pyshacl(data, shapes)
    assert VALUES[values] == conforms_by_pyshacl(data, _without_qualified_values(shapes))
    assert VALUES[values] == (Screen(shapes).suspects(n_triples(of_triples(data))) == set())


@pytest.mark.parametrize("rule", ["sh:qualifiedMinCount 2", "sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 3"])
def test_other_counts_are_refused(rule: str) -> None:
    """A rule that would be told wrongly is an error, which shapes with it meet in this very test suite."""
    with pytest.raises(NotImplementedError, match="other than at least one"):
        _without_qualified_values(turtle(QUALIFIED.replace("sh:qualifiedMinCount 1", rule)))


def test_all_shapes_can_be_told(publication: Publication) -> None:
    """Nothing in the publication's shapes is left out but what is for readers."""
    shapes = Shapes(publication, publication_shapes(publication)).triples
    left = {triple.predicate.value.rpartition("#")[2] for triple in {*shapes} - {*_without_qualified_values(shapes)}}

    assert left <= {"qualifiedValueShape", "qualifiedMinCount"}


def publication_shapes(publication: Publication) -> list[str]:
    """Return the names of the publication's own shapes files."""
    return [str(name) for name in publication.glob("shapes/*.ttl")]


BACK = {
    "a literal": ':S a sh:PropertyShape ; sh:targetNode "a" ; sh:path [ sh:inversePath :p ] ; %s .',
    "all values": ":S a sh:PropertyShape ; sh:targetObjectsOf :p ; sh:path [ sh:inversePath :p ] ; %s .",
    "values of another property": ":S a sh:PropertyShape ; sh:targetObjectsOf :q ; sh:path [ sh:inversePath :p ] ; %s .",
}
RULES = ["sh:maxCount 1", "sh:minCount 1", 'sh:pattern "x$"', "sh:property [ sh:path :q ; sh:minCount 1 ]"]
GRAPHS = ['', ':x :p "a" .', ':x :p "a" . :y :p "a", "b" .', ':y :p "a"@de ; :q "a" .', ":y :p :a . :z :p :a ; :q :a .", ':x :p " <http://x.example/p> a ." ; :q "b" .']  # fmt: skip


@pytest.mark.parametrize("shape", BACK)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("graph", GRAPHS)
def test_the_way_back_from_a_value_is_gone(shape: str, rule: str, graph: str) -> None:
    """A path from a literal to those that have it, which the engine does not go, is judged as pySHACL judges it."""
    data, shapes = turtle(graph), turtle(BACK[shape] % rule)
    suspects = Screen(shapes).suspects(n_triples(of_triples(data)))

    assert conforms_by_pyshacl(data, shapes) == (suspects == set())


def test_a_missing_state_is_found_by_every_engine(copy: Path) -> None:
    """What all records together lack is found with a fast look, too."""
    (copy / "data" / "states" / "th.yaml").unlink()
    read = read_publication(copy)
    found = {engine: check_publication(read, Options(engine=engine)) for engine in Engine}

    assert "Publication-states" in {result.rule for result in found[Engine.PYSHACL]}
    assert found[Engine.PYSHACL] == found[Engine.AUTO] == found[Engine.SHACL_RUST]


def test_a_catalogue_is_judged_alike(publication: Publication, dist: Path) -> None:
    """An identifier that two datasets of a catalogue share is found by every engine."""
    text = (dist / "catalog.ttl").read_text("utf-8")
    twice = parsed_triples(text + '<x> dct:identifier "https://w3id.org/efa-lod/dataset" .', ".ttl", "x.ttl", "x:")
    found = [check_catalogue(twice, publication, "x.ttl", engine) for engine in Engine]

    assert "Portal-identifierOnce" in {result.rule for result in found[0]}
    assert found[0] == found[1] == found[2]
