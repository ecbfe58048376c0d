"""Terms, shapes and named queries belong to a release too: what changed is told, and none vanishes without a word."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from conftest import Cli
from efa_lod.model.publication import Publication, read_publication
from efa_lod.releases.changes import ChangeKind
from efa_lod.releases.versions import Level
from efa_lod.releases.vocabulary import vocabulary_changes
from efa_lod.releases.vocabulary_entries import vocabulary_entries
from efa_lod.releases.wording import Wording

TERM, SHAPE, QUERY = "ontology#Addition", "shapes#State-name", "query/who-pays"
ONTOLOGY = "ontology/efa.ttl"


def edited(copy: Path, path: str, old: str, new: str) -> None:
    """Replace the first *old* by *new* in a file of the publication *copy*."""
    text = (copy / path).read_text("utf-8")
    assert old in text
    (copy / path).write_text(text.replace(old, new, 1), "utf-8")


def without_term(copy: Path, name: str) -> None:
    """Take the description of the term *name* out of the ontology."""
    text = (copy / ONTOLOGY).read_text("utf-8")
    left = re.sub(rf"(?ms)^efa:{name} .*?\.\n(?=\n|\Z)", "", text)
    assert left != text
    (copy / ONTOLOGY).write_text(left, "utf-8")


def released(cli: Cli, copy: Path, day: str, *options: object) -> str:
    """Make a release and return what is said."""
    found = cli("release", *options, "--write", "--publication", copy, "--date", day, "--lang", "en")
    assert 0 == found.exit_code, found.stderr
    return found.stdout


def test_every_term_shape_and_query_is_known(copy: Path) -> None:
    """Whatever is published beside the data is known by its IRI, and the same publication has the same digests."""
    found = vocabulary_entries(read_publication(copy))

    assert {TERM, SHAPE, QUERY} <= found.keys()
    assert 22 == sum(iri.startswith("query/") for iri in found)
    assert found == vocabulary_entries(read_publication(copy, base_iri="https://other.example/"))


@pytest.mark.parametrize(
    ("path", "old", "new", "iri", "level", "is_wording"),
    [
        (ONTOLOGY, 'rdfs:label "Ergänzung"@de', 'rdfs:label "Zusatz"@de', TERM, Level.PATCH, True),
        (ONTOLOGY, "efa:Addition\n    a owl:Class", "efa:Addition\n    a rdfs:Class", TERM, Level.MAJOR, False),
        ("data/queries/who-pays.rq", "# title@en: ", "# title@en: The ", QUERY, Level.PATCH, True),
        ("data/queries/who-pays.rq", "SELECT", "SELECT DISTINCT", QUERY, Level.MINOR, False),
    ],
)
def test_wording_and_meaning_are_told_apart(
    copy: Path, path: str, old: str, new: str, iri: str, level: Level, is_wording: bool
) -> None:
    """Other words are a patch, another meaning of a term is major, of a query minor."""
    before = vocabulary_entries(read_publication(copy))
    edited(copy, path, old, new)
    (change,) = vocabulary_changes(before, vocabulary_entries(read_publication(copy)))

    assert (ChangeKind.CHANGED, iri, level, is_wording) == (change.kind, change.iri, change.level, change.is_wording)


NESTED = [
    (
        "shapes/record.ttl",
        "sh:or ( [ sh:class efash:A ] [ sh:minCount 1 ; sh:path ( efa:p efa:q ) ] )",
        "sh:or ( [ sh:class efash:B ] [ sh:minCount 2 ; sh:path ( efa:p efa:q ) ] )",
        [
            "the least number (sh:or) now “2”, before “1”",
            "the class of values (sh:or) now “shapes#B”, before “shapes#A”",
        ],
    ),
    (
        "shapes/record.ttl",
        'sh:in ( "a" "b" )',
        'sh:in ( "b" "c" )',
        ["the allowed values now “c”, before “a”"],
    ),
    (
        "shapes/record.ttl",
        'sh:in ( "a" "b" )',
        'sh:in ( "b" "a" )',
        ["only the order or remarks differ"],
    ),
    (
        "shapes/record.ttl",
        'sh:node [ sh:message "Alt."@de ]',
        'sh:node [ sh:message "Neu."@de ]',
        ["the message (sh:node) in German now “Neu.”, before “Alt.”"],
    ),
    (
        "data/queries/who-pays.rq",
        "ORDER BY",
        'FILTER("a\\"b" != ?stateName) } ORDER BY',
        ['the text of the query now “FILTER("a\\"b" != ?stateName) } ORDER BY'],
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "expected"), NESTED, ids=[one[2] for one in NESTED])
def test_what_nameless_nodes_and_queries_say_is_told(
    copy: Path, publication: Publication, path: str, old: str, new: str, expected: list[str]
) -> None:
    """A change inside a list, an alternative or the text of a query says what was there and what is."""
    text = (copy / path).read_text("utf-8")
    pieces = (
        (text.replace(old, "OLD", 1), "OLD")
        if old in text
        else (f"{text}\nefash:Probe a sh:NodeShape ; OLD .\n", "OLD")
    )
    entries = []
    for words in (old, new):
        (copy / path).write_text(pieces[0].replace(pieces[1], words), "utf-8")
        entries.append(vocabulary_entries(read_publication(copy)))
    (change,) = vocabulary_changes(*entries)
    said = change.sentence(Wording(publication.base_iri, {}), "en")

    assert all(words in said for words in expected), said


def test_a_query_that_goes_needs_a_word(cli: Cli, copy: Path) -> None:
    """A release that would lose a named query is refused until it has a reason or a successor, which is kept."""
    released(cli, copy, "2026-12-01")
    (copy / "data/queries/who-pays.rq").unlink()
    before = {path: path.read_bytes() for path in sorted((copy / "data").rglob("*")) if path.is_file()}
    refused = cli("release", "--write", "--publication", copy, "--date", "2026-12-02", "--lang", "de")
    after = {path: path.read_bytes() for path in sorted((copy / "data").rglob("*")) if path.is_file()}
    told = released(cli, copy, "2026-12-02", "--replaced", f"{QUERY}=query/contacts")
    settings = yaml.safe_load((copy / "data/publication.yaml").read_text("utf-8"))

    assert (2, True) == (refused.exit_code, before == after)
    assert f"--replaced {QUERY}=IRI" in refused.stderr
    assert "Release 2.0.0" in told
    assert f"The named query “Who pays for what?” ({QUERY}) is gone." in told
    assert f"Die Abfrage „Wer bezahlt was?“ ({QUERY}) ist weggefallen." in settings["versionNotes"]["de"]
    assert {"id": QUERY, "replacedBy": "query/contacts"}.items() <= settings["withdrawn"][-1].items()


def test_a_release_of_words_alone(cli: Cli, copy: Path) -> None:
    """Where only a term is described in other words, that is a patch release; the same again is refused."""
    released(cli, copy, "2026-12-01")
    edited(copy, ONTOLOGY, 'rdfs:label "Ergänzung"@de', 'rdfs:label "Zusatz"@de')
    told = released(cli, copy, "2026-12-02")
    again = cli("release", "--write", "--publication", copy, "--date", "2026-12-03", "--lang", "en")
    kept = json.loads((copy / "data/releases/1.0.1.json").read_text("utf-8"))

    assert "Release 1.0.1" in told
    assert f"The term “addition” ({TERM}) is described in other words: the label in German now “Zusatz”," in told
    assert [TERM] == list(kept["vocabulary"])
    assert 2 == again.exit_code
    assert "nothing has changed since 1.0.1" in again.stderr


def test_a_part_that_goes_is_listed(cli: Cli, copy: Path) -> None:
    """A part that went stands in data/withdrawn.yaml, so that no build misses it; new IRIs are in the list of all."""
    released(cli, copy, "2026-12-01")
    listed = (copy / "data/withdrawn.yaml").read_text("utf-8")
    text = (copy / ONTOLOGY).read_text("utf-8")
    (copy / ONTOLOGY).write_text(
        text + '\nefa:Novelty a owl:Class ;\n    rdfs:label "Neues"@de, "novelty"@en ;\n'
        '    skos:definition "Neu."@de, "New."@en ;\n    rdfs:isDefinedBy <> .\n',
        "utf-8",
    )
    told = released(cli, copy, "2026-12-02")
    (copy / ONTOLOGY).write_text((copy / ONTOLOGY).read_text("utf-8").partition("\nefa:Novelty")[0] + "\n", "utf-8")
    why = ("--reason", "ontology#Novelty=Ein „Irrtum“.@de", "--reason", "ontology#Novelty=A mistake: gone.@en")
    released(cli, copy, "2026-12-03", *why)
    now = (copy / "data/withdrawn.yaml").read_text("utf-8")

    assert "The term “novelty” (ontology#Novelty) is new." in told
    assert "ontology#Novelty" in (copy / "data/published-iris.txt").read_text("utf-8").split("\n")
    assert now.startswith(listed.rstrip("\n"))
    assert {
        "id": "ontology#Novelty",
        "reason": {"de": "Ein „Irrtum“.", "en": "A mistake: gone."},
    } == yaml.safe_load(now)["withdrawn"][-1]


def test_a_difference_tells_of_the_vocabulary(cli: Cli, copy: Path) -> None:
    """Diff between builds names terms, shapes and queries that are new, changed or gone; patches are of the data alone."""
    old, new = copy.parent / "old", copy.parent / "new"
    assert 0 == cli("build", "-o", old, "--publication", copy).exit_code
    edited(copy, "data/queries/who-pays.rq", "SELECT", "SELECT DISTINCT")
    assert 0 == cli("build", "-o", new, "--publication", copy).exit_code
    text = cli("diff", old, new, "--lang", "de", "--publication", copy)
    markdown = cli("diff", old, new, "--format", "markdown", "--publication", copy)
    found = cli("diff", old, new, "--format", "json", "--publication", copy)
    patch = cli("diff", old, new, "--format", "rdf-patch", "--publication", copy)
    (new / "vocabulary.json").write_text("{}")
    damaged = cli("diff", old, new, "--publication", copy)

    assert [1, 1, 1, 0, 2] == [one.exit_code for one in (text, markdown, found, patch, damaged)]
    assert f"Die Abfrage „Wer bezahlt was?“ ({QUERY}) fragt etwas anderes: der Text der Abfrage jetzt" in text.stdout
    assert "## " in markdown.stdout
    assert ["changed"] == [one["kind"] for one in json.loads(found.stdout)["vocabulary"]]
    assert "vocabulary.json" in damaged.stderr


def test_a_redefinition_is_an_entry_of_its_own(cli: Cli, copy: Path) -> None:
    """Feeds, stream, activities, change set, notes and pages have an entry with the old and the new text of a term."""
    site = copy.parent / "site"
    released(cli, copy, "2026-12-01")
    first = cli("build", "-o", site, "--publication", copy)
    before = {path: path.read_bytes() for path in (site / "release/1.0.0").rglob("*") if path.is_file()}
    old, new = "sondern aus einer anderen Quelle", "sondern aus einer Quelle des Landes"
    edited(copy, ONTOLOGY, old, new)
    edited(copy, "data/queries/who-pays.rq", "SELECT", "SELECT DISTINCT")
    edited(
        copy, "shapes/record.ttl", '"Es ist ein Tag als JJJJ-MM-TT."@de', '"Ein Tag als JJJJ-MM-TT wird erwartet."@de'
    )
    released(cli, copy, "2026-12-02", "--previous", site)
    assert 0 == cli("build", "-o", site, "--publication", copy).exit_code
    folder = site / "release/1.1.0"
    base = "https://w3id.org/efa-lod/"
    entries = [f"release/1.1.0#{end}" for end in ("ontology%23Addition", "query/who-pays", "shapes%23IsDay")]

    assert "lost-iri" not in first.stderr
    assert "was published and is missing" not in first.stderr
    assert before == {path: path.read_bytes() for path in before}
    for name in ("changes.de.atom", "changes.en.atom", "changes/1.1.0.trig", "changes/activities-1.1.0.json"):
        assert all(base + entry in (site / name).read_text("utf-8") for entry in entries), name
    for path in (
        site / "changes.de.atom",
        site / "changes/1.1.0.trig",
        folder / "changes.ttl",
        folder / "changes.json",
    ):
        assert re.search(rf"{new} .*{old} ", path.read_text("utf-8")), path
    for path in (folder / "notes.de.html", site / "release/1.1.0.html", site / "en/release/1.1.0.html"):
        assert "Addition" in path.read_text("utf-8"), path
    (asked,) = (one for one in json.loads((folder / "changes.json").read_text())["vocabulary"] if QUERY in one["iri"])
    assert "asks something else" in asked["sentence"]["en"]
    members = set(ox.parse(path=site / "changes/1.1.0.trig", format=ox.RdfFormat.TRIG))
    assert 3 == sum(quad.predicate.value.endswith("#member") for quad in members)
    assert not [quad for quad in members if not isinstance(quad.graph_name, ox.DefaultGraph)]
    change_sets = set(ox.parse(path=folder / "changes.ttl", format=ox.RdfFormat.TURTLE))
    assert 3 == sum(quad.predicate.value.endswith("#subjectOfChange") for quad in change_sets)
    activities = json.loads((site / "changes/activities-1.1.0.json").read_text("utf-8"))["orderedItems"]
    asked, told = (
        next(one["summaryMap"] for one in activities if one["object"]["id"] == base + iri) for iri in (QUERY, TERM)
    )
    assert "the text of the query now “SELECT DISTINCT ?state ?payerDe" in asked["en"]
    assert "fragt etwas anderes: der Text der Abfrage jetzt „SELECT DISTINCT ?state ?payerDe" in asked["de"]
    assert new in told["de"]
    day = {"": "Zuletzt geändert am <time", "en/": "Last changed on <time"}
    for page in ("ontology.html", "shapes.html", "cookbook/who-pays.html"):
        assert all(1 == (site / start / page).read_text("utf-8").count(words) for start, words in day.items()), page


def test_what_early_releases_kept_is_read(cli: Cli, copy: Path) -> None:
    """A ledger that holds digests alone is compared by them, and the next release keeps what each term says."""
    released(cli, copy, "2026-12-01")
    path = copy / "data/releases/1.0.0.json"
    kept = json.loads(path.read_text("utf-8"))
    kept["vocabulary"] = {iri: f"{one['meaning']}.{one['wording']}" for iri, one in kept["vocabulary"].items()}
    path.write_text(json.dumps(kept), "utf-8")
    unchanged = cli("release", "--publication", copy, "--date", "2026-12-02", "--lang", "en")
    edited(copy, ONTOLOGY, 'rdfs:label "Ergänzung"@de', 'rdfs:label "Zusatz"@de')
    told = released(cli, copy, "2026-12-02")
    edited(copy, ONTOLOGY, 'rdfs:label "Zusatz"@de', 'rdfs:label "Beigabe"@de')
    later = released(cli, copy, "2026-12-03")

    assert "nothing has changed" in unchanged.stderr
    assert f"The term “addition” ({TERM}) is described in other words." in told
    assert "now “Beigabe”, before “Zusatz”." in later
