"""Two dumps are compared as sets of statements, and what changed is told to people and programs."""

import gzip
import json
import random
import shutil
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import Result

from efa_lod.io.line_sets import SortedLines
from efa_lod.releases.statement_lines import statement_lines
from support.patching import patched

Cli = Callable[..., Result]
BASE = "https://w3id.org/efa-lod/"
CONTACT = f"<{BASE}state/st#contact-landeskoordination>"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the packaged publication was built to."""
    from efa_lod.build.build import BuildOptions, build
    from efa_lod.model.publication import read_publication

    folder = tmp_path_factory.mktemp("built") / "dist"
    build(read_publication(), folder, BuildOptions(site=False))
    return folder


def changed(built: Path, folder: Path, *edits: tuple[str, str]) -> Path:
    """Write the dump of *built* to *folder* with each first text of *edits* replaced by the second."""
    text = (built / "efa-lod.nt").read_text("utf-8")
    for old, new in edits:
        assert not old or old in text
        text = text.replace(old, new) if old else text + new
    path = folder / "new.nt"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld", "nt"])
def test_the_same_in_another_syntax_is_the_same(cli: Cli, built: Path, suffix: str) -> None:
    """What is compared is statements, not files: order and syntax do not matter."""
    found = cli("diff", built, built / f"efa-lod.{suffix}")

    assert (0, "Both say the same.\n") == (found.exit_code, found.stdout)


def test_order_escapes_and_packing_do_not_matter(cli: Cli, built: Path, tmp_path: Path) -> None:
    """Lines in another order, with escapes that need not be, and packed, are the same statements."""
    lines = (built / "efa-lod.nt").read_text("utf-8").splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    text = "# a comment\n" + "".join(lines).replace("ü", "\\u00FC").replace(" .\n", "  .\n") + lines[0]
    (tmp_path / "other.nt.gz").write_bytes(gzip.compress(text.encode()))

    assert 0 == cli("diff", built, tmp_path / "other.nt.gz").exit_code


def test_a_sentence_names_thing_part_and_property(cli: Cli, built: Path, tmp_path: Path) -> None:
    """A change is one sentence in the language of the reader, and no sentence holds an e-mail address."""
    new = changed(built, tmp_path, ("", f'{CONTACT} <https://schema.org/email> "ozg@sachsen-anhalt.example" .\n'))
    english, german = (cli("diff", built, new, "--lang", tag) for tag in ("en", "de"))

    name = "OZG-Landeskoordination Sachsen-Anhalt"
    assert (1, 1) == (english.exit_code, german.exit_code)
    assert f"Saxony-Anhalt: the contact {name} now has an e-mail address." == english.stdout.splitlines()[0]
    assert f"Sachsen-Anhalt: Die Ansprechstelle {name} hat jetzt eine E-Mail-Adresse." == german.stdout.splitlines()[0]
    assert "@" not in english.stdout + german.stdout


def test_old_and_new_values_are_told_with_their_names(cli: Cli, built: Path, tmp_path: Path) -> None:
    """A changed value is told with what it was; codes are told by their labels, and private values not at all."""
    new = changed(
        built,
        tmp_path,
        (
            f"{CONTACT} <{BASE}ontology#contactKind> <{BASE}ontology#ContactKind-unit>",
            f"{CONTACT} <{BASE}ontology#contactKind> <{BASE}ontology#ContactKind-mailbox>",
        ),
        ('"info@itvsh.de"', '"neu@itvsh.example"'),
    )
    found = cli("diff", built, new, "--lang", "en").stdout

    assert "now “mailbox”, before" in found
    assert "the e-mail address of the contact IT-Verbund SH has changed." in found
    assert "@" not in found


def test_what_a_thing_has_once_needs_no_name(cli: Cli, built: Path, tmp_path: Path) -> None:
    """The record of a state is called the record, and nothing more."""
    line = f'<{BASE}state/st#record> <{BASE}ontology#lastConfirmed> "2026-11-2'
    found = cli("diff", built, changed(built, tmp_path, (f"{line}3", f"{line}4")), "--lang", "en").stdout

    assert "the day of the last confirmation of the record has changed: now 24 November 2026, before 23" in found


def test_what_came_and_went_is_told_once(cli: Cli, built: Path, tmp_path: Path) -> None:
    """A thing that is gone is one sentence, not one for each of its parts and properties."""
    lines = [
        line for line in (built / "efa-lod.nt").read_text("utf-8").splitlines() if "organisation/itvsh" not in line
    ]
    (tmp_path / "new.nt").write_text("\n".join(lines) + "\n", "utf-8")
    found = json.loads(cli("diff", built, tmp_path / "new.nt", "--format", "json").stdout)
    text = cli("diff", built, tmp_path / "new.nt", "--lang", "en").stdout

    gone = [thing for thing in found["things"] if thing["thing"] == f"{BASE}organisation/itvsh"]
    assert {"gone"} == {change["kind"] for change in gone[0]["changes"]}
    assert 1 == text.count("withdrawn")
    assert {"de", "en"} == set(gone[0]["changes"][0]["sentence"])


@pytest.mark.parametrize("seed", range(4))
def test_a_patch_makes_the_old_the_new(cli: Cli, built: Path, tmp_path: Path, seed: int) -> None:
    """The RDF Patch, applied by rdflib, and the SPARQL Update, run by Oxigraph, make of the old set the new one."""
    chosen = random.Random(seed)
    lines = (built / "efa-lod.nt").read_text("utf-8").splitlines(keepends=True)
    texts = [f'<{BASE}new/{n}> <https://schema.org/name> "neu \\"{n}\\"\\n{{}} ü"@de .\n' for n in range(2_100)]
    (tmp_path / "new.nt").write_text("".join([*chosen.sample(lines, 1_200), *texts]), "utf-8")
    patch = cli("diff", built, tmp_path / "new.nt", "--format", "rdf-patch")
    update = cli("diff", built, tmp_path / "new.nt", "--format", "sparql-update")

    made = patched((built / "efa-lod.nt").read_text("utf-8"), patch.stdout)
    store = ox.Store()
    store.load(path=built / "efa-lod.nt", format=ox.RdfFormat.N_TRIPLES)
    store.update(update.stdout)
    expected = set(ox.parse(path=tmp_path / "new.nt", format=ox.RdfFormat.N_TRIPLES))
    assert (1, 1) == (patch.exit_code, update.exit_code)
    assert expected == set(store)
    expected_graph = rdflib.Graph().parse(tmp_path / "new.nt", format="nt")
    assert set(expected_graph) == made


def test_a_change_set_has_no_blank_node_and_every_statement(cli: Cli, built: Path, tmp_path: Path) -> None:
    """The Turtle is a change set for each subject, with its statements named by IRIs."""
    new = changed(built, tmp_path, ('"info@itvsh.de"', '"neu@itvsh.example"'), ('"IT-Verbund SH"@de', '"ITVSH"@de'))
    graph = rdflib.Graph().parse(data=cli("diff", built, new, "--format", "turtle").stdout, format="turtle")

    assert not [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]
    patch = cli("diff", built, new, "--format", "rdf-patch").stdout
    assert sum(line.startswith(("A ", "D ")) for line in patch.splitlines()) == len(
        set(graph.subjects(rdflib.RDF.type, rdflib.RDF.Statement))
    )


def test_markdown_has_a_heading_for_each_thing(cli: Cli, built: Path, tmp_path: Path) -> None:
    """What stands in a value is not markup."""
    new = changed(built, tmp_path, ('"IT-Verbund SH"@de', '"*IT* <b>"@de'))
    found = cli("diff", built, new, "--format", "markdown", "--lang", "de").stdout

    assert "## Schleswig-Holstein" in found
    assert "\\*IT\\* \\<b\\>" in found


BAD = {
    "digest": (("efa-lod.nt", ""), "expected the SHA-256"),
    "sums": (("SHA256SUMS", "rubbish\n"), "SHA256SUMS:1: expected a SHA-256 digest"),
    "no sums": (("SHA256SUMS", None), "expected a SHA256SUMS that lists efa-lod.nt"),
    "no dump": (("efa-lod.nt", None), "efa-lod.nt: cannot be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_damaged_folder_is_one_line(cli: Cli, built: Path, tmp_path: Path, name: str) -> None:
    """A folder is held against its digests; what does not fit is told with place and remedy, exit code 2."""
    shutil.copytree(built, tmp_path / "old")
    (path, text), message = BAD[name]
    (tmp_path / "old" / path).unlink()
    if text is not None:
        (tmp_path / "old" / path).write_text(text)
    found = cli("diff", tmp_path / "old", built)

    assert 2 == found.exit_code
    assert message in found.stderr
    assert 1 == len(found.stderr.splitlines())


FILES = {
    "cut.nt": (b'<http://a/b> <http://a/c> "x" .\n<http://a/b> <http://a/c', "cut.nt:2: not a statement of N-Triples"),
    "cut.ttl": (b"<http://a/b> <http://a/c> <http://a/d> ;", "not readable as Turtle"),
    "blank.nt": (b"_:a <http://a/c> <http://a/d> .\n", "blank node"),
    "blank.ttl": (b"<http://a/b> <http://a/c> [] .", "blank node"),
    "empty.nt": (b"", "expected statements, found none"),
    "latin.nt": ('<http://a/b> <http://a/c> "ü" .\n'.encode("latin-1"), "not UTF-8"),
    "cut.nt.gz": (gzip.compress(b"<http://a/b> <http://a/c> <http://a/d> .\n" * 99)[:30], "cannot be unpacked"),
    "table.csv": (b"a,b\n", "expected a build folder"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_broken_dump_is_one_line(cli: Cli, built: Path, tmp_path: Path, name: str) -> None:
    """What cannot be compared is exit code 2, with file and remedy, and never counts as the same or as different."""
    content, message = FILES[name]
    (tmp_path / name).write_bytes(content)
    found = cli("diff", built, tmp_path / name)

    assert 2 == found.exit_code
    assert message in found.stderr
    assert 1 == len(found.stderr.splitlines())


def test_another_base_is_refused(cli: Cli, built: Path, tmp_path: Path) -> None:
    """Two builds under different base IRIs have no IRI in common, which is no change of the data."""
    assert 0 == cli("build", "-o", tmp_path / "dist", "--no-site", "--base-iri", "https://example.org/").exit_code
    found = cli("diff", built, tmp_path / "dist")

    assert 2 == found.exit_code
    assert "expected the base IRI https://w3id.org/efa-lod/" in found.stderr


def test_an_address_is_fetched_and_checked(cli: Cli, built: Path, tmp_path: Path) -> None:
    """The address of a build is held against its digests too; one that is not there is exit code 2."""
    shutil.copytree(built, tmp_path / "site")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(tmp_path / "site"))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        same, file, missing = (cli("diff", built, where) for where in (url, f"{url}/efa-lod.ttl", f"{url}/none/"))
        (tmp_path / "site/efa-lod.nt").write_bytes(b"")
        damaged = cli("diff", built, f"{url}/")
        server.shutdown()

    assert [0, 0, 2, 2] == [one.exit_code for one in (same, file, missing, damaged)]
    assert "HTTP 404" in missing.stderr
    assert "expected the SHA-256" in damaged.stderr


def test_sorting_takes_bounded_memory(tmp_path: Path) -> None:
    """What does not fit into a run is sorted on disk, and gives the same set."""
    lines = [f"{number:06}".encode() for number in range(5_000)] * 2
    random.Random(0).shuffle(lines)
    chunks = (lines[at : at + 100] for at in range(0, len(lines), 100))
    found = SortedLines(chunks, tmp_path, run_bytes=3_000)

    assert sorted(set(lines)) == list(found) == list(found)
    assert len(list(tmp_path.iterdir())) > 10


def test_lines_that_cross_blocks_are_whole(built: Path) -> None:
    """Reading block by block gives the lines that parsing the whole gives."""
    path = built / "efa-lod.nt"
    parsed = {
        f"{t.subject} {t.predicate} {t.object} .".encode() for t in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES)
    }

    assert parsed == {line for lines in statement_lines(path, "x.nt", ".nt") for line in lines}


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (
            f'<{BASE}state/ni#reuse> <https://schema.org/telephone> "+49" .\n',
            {
                "de": "Niedersachsen: Die Unterstützung der Nachnutzung von EfA-Leistungen in Niedersachsen hat jetzt",
                "en": "Lower Saxony: the support of reuse of EfA services in Lower Saxony now has",
            },
        ),
        (
            f'<{BASE}state/ni#x> <{_TYPE}> <https://schema.org/ContactPoint> .\n'
            f'<{BASE}state/ni#x> <https://schema.org/name> "Ansprechstelle Wohnen"@de .\n',
            {"de": "Niedersachsen: Neu ist eine Ansprechstelle Wohnen.", "en": "Ansprechstelle Wohnen is new."},
        ),
    ],
    ids=["part that is changed", "part that is new"],
)  # fmt: skip
def test_no_sentence_says_a_word_twice(
    cli: Cli, built: Path, tmp_path: Path, change: str, sentences: dict[str, str]
) -> None:
    """Where the name of a thing begins with the word for its kind, that word stands once."""
    new = changed(built, tmp_path, ("", change))

    for language, words in sentences.items():
        assert words in cli("diff", built, new, "--lang", language).stdout
