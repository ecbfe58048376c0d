"""The pages of the cookbook: the queries with the answers that the same graph gives elsewhere."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

import efa_lod
from efa_lod.errors import BrokenInput
from efa_lod.model.publication import Publication, read_publication
from efa_lod.site.cookbook import MAX_SHOWN_ROWS, QueryAnswer, cookbook_pages
from efa_lod.site.page import Entry, Site
from efa_lod.sparql.guard import form_of
from efa_lod.sparql.queries import named_queries
from support.read_sites import read_site
from support.site_pages import Html, made


@pytest.fixture(scope="module")
def site(publication: Publication) -> Site:
    """Return the site of the packaged publication."""
    return read_site(publication)[0]


@pytest.fixture(scope="module")
def files(site: Site) -> dict[str, bytes]:
    """Return the files of the cookbook."""
    return made(cookbook_pages(site))


def test_each_named_query_has_a_page_with_its_text(site: Site, files: dict[str, bytes]) -> None:
    """Question, explanation and query stand there in both languages, and the list leads there."""
    listed = Html(files["cookbook.html"])
    for query in named_queries(site.publication):
        assert f"cookbook/{query.name}.html" in listed.links
        for language, folder in (("de", ""), ("en", "en/")):
            page = Html(files[f"{folder}cookbook/{query.name}.html"])
            for what in ("title", "question", "explanation"):
                assert " ".join(query.says(what, language).split()) in page.text
            assert " ".join(query.body.split()) in page.text


def test_answers_are_those_of_the_packaged_data(site: Site, files: dict[str, bytes]) -> None:
    """Each table beside a page holds the rows that the Python interface gives for the same name, in their order."""
    checked = 0
    for query in named_queries(site.publication):
        if form_of(query.text) != "SELECT":
            continue
        table = efa_lod.query(query.name)
        found = list(csv.reader(io.StringIO(files[f"cookbook/{query.name}.csv"].decode(), newline="")))
        assert list(table.columns) == found[0]
        assert [["" if row[name] is None else str(row[name]) for name in table.columns] for row in table] == found[1:]
        checked += 1

    assert checked > 15


def test_a_graph_and_a_truth_value_are_shown_as_what_they_are(files: dict[str, bytes]) -> None:
    """CONSTRUCT stands there as Turtle with a file, ASK as a word."""
    graph = Html(files["en/cookbook/contact-directory.html"])

    assert "a vcard:Kind" in graph.text
    assert "The beginning is shown" not in graph.text
    assert b"vcard:hasEmail" in files["cookbook/contact-directory.ttl"]
    assert "No" in Html(files["en/cookbook/every-state-reachable.html"]).text_of("p")


def test_iris_of_the_data_lead_to_their_pages(copy: Path) -> None:
    """A cell with the IRI of a thing is a link to the page about it, with the place on it."""
    (copy / "data/queries/iris.rq").write_text(
        "SELECT * { <state/sh#contact-itvsh> efa:belongsTo ?who ; efa:contactKind ?kind ; prov:wasDerivedFrom ?row }\n"
    )
    path = "en/cookbook/iris.html"
    page = Html(made(cookbook_pages(read_site(read_publication(copy))[0]))[path])

    assert {
        "en/organisation/itvsh.html",
        "en/ontology.html#ContactKind-organisation",
        "en/source/efa-nachnutzung.html#sh-contact",
    } <= set(page.pages(path))


def test_of_columns_in_both_languages_that_of_the_page_is_shown(files: dict[str, bytes]) -> None:
    """The table of the German page has no English column beside the German one; the file has both."""
    german, english = (Html(files[f"{folder}cookbook/who-pays.html"]).text_of("th") for folder in ("", "en/"))

    assert ("payerDe" in german, "payerEn" in german) == (True, False)
    assert ("payerDe" in english, "payerEn" in english) == (False, True)
    assert b"payerDe,payerEn" in files["cookbook/who-pays.csv"].splitlines()[0]


def test_a_long_answer_is_cut_and_says_so(copy: Path) -> None:
    """The page shows the first rows and leads to the file with all of them."""
    (copy / "data/queries/all.rq").write_text("SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o\n")
    files = made(cookbook_pages(read_site(read_publication(copy))[0]))
    page = Html(files["en/cookbook/all.html"])

    assert f"{MAX_SHOWN_ROWS} of " in page.text
    assert len(files["cookbook/all.csv"].splitlines()) > 2_000
    assert len(files["en/cookbook/all.html"]) < 200_000


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }",
        "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?d && ?d != ?a) }",
        "CONSTRUCT { ?a ?b ?o } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o FILTER(STRLEN(CONCAT(STR(?a), STR(?m))) < 0) }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?a",
    ],
)
def test_a_query_that_never_ends_is_told(query: str, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A named query that takes too long, or too much memory, stops the build in one line that names its file."""
    (copy / "data/queries/endless.rq").write_text(f"{query}\n")
    monkeypatch.setattr("efa_lod.site.cookbook.ANSWER_TIMEOUT_S", 2)
    site = read_site(read_publication(copy))[0]

    with pytest.raises(BrokenInput) as refused:
        made(cookbook_pages(site))
    assert "data/queries/endless.rq" in str(refused.value)
    assert "data/queries/endless.rq" in refused.value.in_language("de")


def test_a_query_about_today_is_not_answered_beforehand(copy: Path) -> None:
    """What would differ tomorrow is no part of a build that gives the same bytes every day."""
    (copy / "data/queries/today.rq").write_text("SELECT (NOW() AS ?now) {}\n")
    files = made(cookbook_pages(read_site(read_publication(copy))[0]))

    assert "depends on the day" in Html(files["en/cookbook/today.html"]).text
    assert "cookbook/today.csv" not in files


def test_a_large_publication_gets_queries_without_answers(site: Site) -> None:
    """With more records than the site holds no query is asked, and the page says so."""
    many = replace(site, entries=[*site.entries, *(Entry(f"m/{i}", "Municipality", {}) for i in range(3_000))])
    files = made(cookbook_pages(many))

    assert [] == [path for path in files if path.endswith((".csv", ".ttl"))]
    assert "more records than are asked" in Html(files["en/cookbook/who-pays.html"]).text


def test_what_a_query_finds_is_shown_as_text(copy: Path) -> None:
    """Markup in an answer stays text, and an address that runs code is no link."""
    (copy / "data/queries/bad.rq").write_text(
        'SELECT ("<script>alert(1)</script>" AS ?a) (IRI("javascript:alert(1)") AS ?b) {}\n'
    )
    page = Html(made(cookbook_pages(read_site(read_publication(copy))[0]))["cookbook/bad.html"])

    assert "<script>alert(1)</script>" in page.text
    assert [] == [link for link in page.links if link.startswith("javascript:")]


def test_an_answer_knows_whether_it_is_cut() -> None:
    """A whole graph is not taken for a cut table."""
    assert not QueryAnswer(graph="<a> <b> <c> .\n", total=1).is_cut
    assert QueryAnswer(graph="<a> <b> <c> .\n…\n", total=9).is_cut
    assert QueryAnswer(columns=["a"], rows=[[]], total=2).is_cut
