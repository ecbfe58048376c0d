"""The documents of things: what they hold, where they stand, and the table of what leads to them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from efa_lod.catalog.catalogue_context import PREFIXES
from efa_lod.errors import BadSetting, BrokenInput
from efa_lod.io.reading import Document, Place
from efa_lod.model.context import Context
from efa_lod.model.expansion import of_triples
from efa_lod.model.publication import Publication
from efa_lod.rdf.documents import document_files, numbered_statements
from efa_lod.rdf.formats import OutputFile
from efa_lod.rdf.graphs import Triples, ontology_triples, parsed_triples
from efa_lod.sparql.cookbook import cookbook_triples
from efa_lod.web.document_formats import MEDIA_TYPES, NAMED_TYPES
from efa_lod.web.error_documents import failure_documents
from efa_lod.web.record_documents import RecordDocuments, is_reserved_path
from efa_lod.web.redirect_table import REDIRECT_RULES, RedirectTable, is_path, redirect_table

ROW = {"id": "source/page#x", "type": "SourceRow", "about": "state/x", "rowKind": "contact"}
STATE: dict[str, Any] = {
    "id": "state/x",
    "type": "State",
    "name": {"de": "X"},
    "record": {"id": "state/x#record", "rows": [ROW]},
}
SOURCE: dict[str, Any] = {"id": "source/page", "type": "WebPage", "name": {"de": "Seite"}}


def document(value: dict[str, Any]) -> Document:
    """Return *value* as a record."""
    return Document(value, Place("x.yaml", 1), dict)


def files(made: Iterable[OutputFile]) -> dict[str, bytes]:
    """Return the content of files by path."""
    return {file.path: file.data for file in made}


def graph(data: bytes, path: str, base: str) -> frozenset[ox.Triple]:
    """Return the triples of a document."""
    kind = ox.RdfFormat.from_extension(path.rpartition(".")[2])
    assert kind
    return frozenset(quad.triple for quad in ox.parse(data, format=kind, base_iri=base))


@pytest.fixture(scope="module")
def made(documents: list[Document], context: Context) -> dict[str, bytes]:
    """Return the documents of all records."""
    made = RecordDocuments(context)
    return files([*made.of(documents), *made.rest()])


SUFFIXES = (".ttl", ".jsonld", ".nt", ".rdf")


def test_each_record_has_its_documents(made: dict[str, bytes], documents: list[Document]) -> None:
    """Each format of RDF stands beside the page, under the identifier of the record."""
    assert {f"{one.value['id']}{suffix}" for one in documents for suffix in SUFFIXES} == made.keys()


def test_the_documents_hold_the_data_and_nothing_else(
    made: dict[str, bytes], triples: Triples, context: Context
) -> None:
    """All documents together say what the dumps say."""
    said = [graph(data, path, context.base_iri) for path, data in made.items() if path.endswith(".ttl")]

    assert frozenset(triples) == frozenset().union(*said)


def test_all_formats_say_the_same(made: dict[str, bytes], context: Context) -> None:
    """A document has the same statements in every format."""
    for path in (path for path in made if path.endswith(".ttl")):
        for suffix in SUFFIXES:
            other = path.replace(".ttl", suffix)
            assert graph(made[path], path, context.base_iri) == graph(made[other], other, context.base_iri), other


def test_a_document_says_all_of_its_parts(made: dict[str, bytes], triples: Triples, context: Context) -> None:
    """What the data says of an IRI stands in the document that the IRI leads to, whoever's record it is in."""
    by_document: dict[str, set[ox.Triple]] = {}
    for triple in triples:
        assert isinstance(triple.subject, ox.NamedNode)
        path = triple.subject.value.removeprefix(context.base_iri).partition("#")[0]
        by_document.setdefault(f"{path}.ttl", set()).add(triple)
    for path, expected in by_document.items():
        assert expected <= graph(made[path], path, context.base_iri), path


def test_the_number_of_statements_is_told(documents: list[Document], context: Context) -> None:
    """The count of each file is that of its statements."""
    making = RecordDocuments(context)
    for file in [*making.of(documents), *making.rest()]:
        assert file.triples == len(graph(file.data, file.path, context.base_iri)), file.path


@pytest.mark.parametrize("with_source", [True, False])
def test_parts_in_other_records_are_gathered(with_source: bool, context: Context) -> None:
    """A row in a state's record stands in the document of its page, which need not have a record of its own."""
    making = RecordDocuments(context)
    records = [document(STATE), *([document(SOURCE)] if with_source else [])]
    found = files([*making.of(records), *making.rest()])

    for path in ("source/page.ttl", "source/page.jsonld"):
        subjects = {str(triple.subject)[1:-1] for triple in graph(found[path], path, context.base_iri)}
        expected = {"source/page#x", *(["source/page"] if with_source else [])}
        assert {context.base_iri + path for path in expected} == subjects


def test_parts_come_from_other_processes(context: Context) -> None:
    """What another process has found elsewhere is taken over, with the same bytes as if it had been found here."""
    there, here, alone = (RecordDocuments(context) for _ in range(3))
    written = files(there.of([document(STATE)]))
    here.add(there.parts(), ["state/x"])

    assert files(alone.of([document(STATE), document(SOURCE)])) == written | files(here.of([document(SOURCE)]))
    with pytest.raises(BrokenInput, match="whose document is written already"):
        list(here.of([document({**SOURCE, "id": "source/b", "parts": [{"id": "state/x#y"}]})]))


def test_a_part_after_its_document_is_told(context: Context) -> None:
    """What comes too late for a document that is written already is refused, not lost."""
    making = RecordDocuments(context)
    with pytest.raises(BrokenInput, match=r"x\.yaml:1: describes a part of source/page, whose document is written"):
        list(making.of([document(SOURCE), document(STATE)]))


def test_many_parts_need_no_memory(context: Context) -> None:
    """Parts of one document wait in a file, and come in their order."""
    making = RecordDocuments(context)
    states = [
        {
            "id": f"state/{n}",
            "type": "State",
            "record": {"id": f"state/{n}#r", "rows": [{**ROW, "id": f"source/page#{n}"}]},
        }
        for n in range(3000)
    ]
    for state in states:
        for _ in making.of([document(state)]):
            pass
    found = files(making.of([document(SOURCE)]))["source/page.jsonld"]
    rows = [node["id"] for node in json.loads(found)["@graph"]]

    assert ["source/page", *(f"source/page#{n}" for n in range(3000))] == rows


@pytest.mark.parametrize(
    "identifier",
    ["https://example.org/x", "state/x#part"],
)
def test_what_is_not_ours_has_no_document(identifier: str, context: Context) -> None:
    """A record about a thing of others, or about a part, makes no document of that name."""
    making = RecordDocuments(context)
    found = files([*making.of([document({**STATE, "id": identifier})]), *making.rest()])

    assert {"state/x.ttl", "source/page.ttl"} == {path for path in found if path.endswith(".ttl")}


@pytest.mark.parametrize(
    "identifier",
    [
        *(
            "state/x.ttl",
            "x.csv-metadata.json",
            "state/ä",
            "state/.x",
            ".htaccess",
            "state//x",
            "state/x/",
            "state/x?y",
        ),
        *("state/%2e%2e", "a" * 300, "https://w3id.org/efa-lod/../x", "https://w3id.org/efa-lod/a/../../x"),
    ],
)
def test_what_cannot_be_a_path_is_refused(identifier: str, context: Context) -> None:
    """An identifier whose document would be another file, hidden, or out of the folder is refused with its place."""
    with pytest.raises(BrokenInput, match=r"x\.yaml:1: id: found '.*', which cannot be the name of a document"):
        list(RecordDocuments(context).of([document({**SOURCE, "id": identifier})]))


@pytest.mark.parametrize(
    "identifier",
    [
        *("catalog", "efa-lod", "ontology", "en/state/x", "rules/x", "assets/x", "404", "query/x", "find/08", "sparql"),
        *("index", "state/index", "municipality/index-2", "a/b/index", "INDEX", "En/state/x", "cookbook/who-pays"),
    ],
)
def test_no_record_can_take_a_place_of_the_site(identifier: str, context: Context) -> None:
    """The name of a page that the site has itself is refused, in any case, with its place and what to do."""
    with pytest.raises(BrokenInput, match=r"x\.yaml:1: id: found '.*', a name that the site needs .* – choose one"):
        list(RecordDocuments(context).of([document({**SOURCE, "id": identifier})]))


@pytest.mark.parametrize("identifier", ["state/indexes", "state/index-a", "a/index/x", "a/en/x", "state/catalog"])
def test_names_that_are_only_similar_can_be_taken(identifier: str, context: Context) -> None:
    """What merely reminds of a page of the site can be a record."""
    assert list(RecordDocuments(context).of([document({**SOURCE, "id": identifier})]))


def test_parts_of_the_ontology_stay_there(context: Context) -> None:
    """What a record says of a term goes to no document of the records."""
    making = RecordDocuments(context)
    value = {**SOURCE, "parts": [{"id": "ontology#X", "type": "Dataset"}]}

    made = files([*making.of([document(value)]), *making.rest()])
    assert {f"source/page{suffix}" for suffix in SUFFIXES} == made.keys()


@pytest.fixture
def table(publication: Publication, documents: list[Document], made: dict[str, bytes]) -> RedirectTable:
    """Return what leads where in the packaged publication."""
    states = [one.value for one in documents if one.value["type"] == "State"]
    fixed = ("ontology.ttl", "shapes.ttl", "cookbook.ttl", "catalog.ttl", "efa-lod.ttl", "void.ttl")
    return redirect_table(publication, "2026-11-23", states, [*made, *fixed])


def test_the_table_survives_being_a_file(table: RedirectTable) -> None:
    """What is written can be read again; what is no table is refused."""
    assert table.to_json() == RedirectTable.from_json(table.to_json(), "x").to_json()
    for broken in (b"", b"[]", b"{}", table.to_json().replace(b'"base_iri"', b'"base"')):
        with pytest.raises(BrokenInput, match="x: expected what leads where"):
            RedirectTable.from_json(broken, "x")


def test_municipality_keys_lead_to_their_state(table: RedirectTable) -> None:
    """The first two digits of a key are those of a state; there are keys for all 16."""
    assert ("state/bw", "state/bw") == table.stems("find/08111000")
    assert ("state/sh", "state/sh") == table.stems("find/010510011011")
    assert ("find/99111000", "find/99111000") == table.stems("find/99111000")
    assert 16 == len(table.ways) - len(REDIRECT_RULES)


@pytest.mark.parametrize(
    ("withdrawn", "paths"),
    [
        (["state/old", "https://w3id.org/efa-lod/organisation/x"], ("state/old", "organisation/x")),
        ("state/old", ("state/old",)),
    ],
)
def test_withdrawn_iris_are_in_the_table(withdrawn: object, paths: tuple[str, ...], publication: Publication) -> None:
    """They stand in the settings, absolute or below the base."""
    assert paths == with_withdrawn(publication, withdrawn).withdrawn


@pytest.mark.parametrize("withdrawn", [["https://example.org/x"], [""], [7], ["../x"], [{"a": "b"}], {"a": "b"}, "x y"])
def test_withdrawn_iris_must_be_ours(withdrawn: object, publication: Publication) -> None:
    """Anything else is refused with its place."""
    with pytest.raises(BadSetting, match=r"withdrawn: expected IRIs below https://w3id\.org/efa-lod/, such as"):
        with_withdrawn(publication, withdrawn)


def with_withdrawn(publication: Publication, withdrawn: object) -> RedirectTable:
    """Return the table of *publication* with other IRIs withdrawn."""
    value = {**publication.settings.value, "withdrawn": withdrawn}
    return redirect_table(
        replace(publication, settings=replace(publication.settings, value=value)), "2026-11-23", (), ()
    )


@pytest.mark.parametrize("path", ["state/sh", "a", "a.b/c-d/e_f~g", "ontology/1.0.0"])
def test_paths(path: str) -> None:
    """Names that need no escape anywhere can be paths."""
    assert is_path(path)


@pytest.mark.parametrize("suffix", [".ttl", ".jsonld", ".nt", ".rdf"])
def test_documents_about_many_things_say_the_same_in_each_format(
    suffix: str, publication: Publication, context: Context
) -> None:
    """Ontology and cookbook have the same statements in each format, and terms are written with prefixes."""
    given = {"ontology": ontology_triples(publication), "cookbook": cookbook_triples(publication)}
    prefixed = Context({**context.prefixes, **PREFIXES}, context.base_iri)
    for name, triples in given.items():
        found = files(document_files(name, of_triples(triples), prefixed))

        assert frozenset(triples) == graph(found[name + suffix], f"x{suffix}", context.base_iri)
        assert suffix == ".nt" or b"skos:prefLabel" in found[name + suffix] or name == "cookbook"


@pytest.mark.parametrize("suffix", [".ttl", ".jsonld", ".nt", ".rdf"])
def test_blank_nodes_are_numbered_the_same_each_time(suffix: str, context: Context) -> None:
    """Lists, as shapes have them, come whole through each format, which is the same in each build."""
    text = "@prefix : <https://x.example/> . :a :in ( 1 [ :b ( :c ) ] ) , ( 2 ) . :d :in ( ) ."
    made = [
        files(document_files("x", numbered_statements(parsed_triples(text, ".ttl", "x", context.base_iri)), context))[
            f"x{suffix}"
        ]
        for _ in range(2)
    ]

    assert made[0] == made[1]
    read = ox.Dataset(ox.parse(made[0], format=ox.RdfFormat.from_extension(suffix[1:]), base_iri=context.base_iri))
    plain = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    for one in (read, plain):
        one.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert plain == read


def test_failures_are_told_in_each_language_and_format(publication: Publication, context: Context) -> None:
    """There is a page in each language and the same as RDF; none needs another file, wherever it stands."""
    found = files(failure_documents(publication, context))

    for status in ("404", "406", "410"):
        turtle, other = (graph(found[f"{status}{s}"], f"x{s}", context.base_iri) for s in (".ttl", ".jsonld"))
        assert turtle == other
        assert len(turtle) == 9
        for path in (f"{status}.html", f"en/{status}.html"):
            assert b"href=" in found[path]
            assert not {b"src=", b"<link", b"<script"} & {
                part for part in (b"src=", b"<link", b"<script") if part in found[path]
            }
    assert 12 == len(found)


def test_hostile_titles_stay_text(publication: Publication, context: Context) -> None:
    """A title cannot become markup."""
    title = {"de": "<script>alert(1)</script>", "en": '"><img src=x>'}
    hostile = replace(
        publication, settings=replace(publication.settings, value={**publication.settings.value, "title": title})
    )
    found = files(failure_documents(hostile, context))

    assert b"<script" not in found["404.html"]
    assert b"<img" not in found["en/404.html"]


def test_media_types_are_those_of_the_build(dist: Path) -> None:
    """The table of media types by suffix names every file of a build, as the build does."""
    for file in json.loads((dist / "build.json").read_bytes())["files"]:
        if file["path"].startswith(("rules/", ".")) and file["path"] not in NAMED_TYPES:
            continue
        suffixes = sorted((suffix for suffix in MEDIA_TYPES if file["path"].endswith(suffix)), key=len)
        name = file["path"].rpartition("/")[2]
        expected = NAMED_TYPES.get(file["path"]) or NAMED_TYPES.get(name) or MEDIA_TYPES[suffixes[-1]]
        assert (file["path"], expected) == (file["path"], file["mediaType"])


def test_names_of_the_site_are_reserved(dist: Path, documents: list[Document]) -> None:
    """No record can take the name of a page or document that is about no record."""
    own = {one.value["id"] for one in documents}
    files = (path.relative_to(dist).with_suffix("") for path in dist.rglob("*.*") if path.suffix in (".html", ".ttl"))
    names = {str(path).removeprefix("en/") for path in files} - own

    assert [] == [name for name in names if not is_reserved_path(name)]
