"""RDF files as people have them: what is read all the same, and what is told of what cannot be."""

import gzip
import re
from pathlib import Path

import pytest

from conftest import Cli

STATE = "<https://w3id.org/efa-lod/state/x> a <https://schema.org/State> .\n"
PAGE = "<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a schema:State }"

READ = {
    "as it is": ("x.ttl", STATE.encode()),
    "with a byte order mark": ("x.ttl", b"\xef\xbb\xbf" + STATE.encode()),
    "packed": ("x.ttl.gz", gzip.compress(STATE.encode())),
    "packed, with a mark": ("x.nt.gz", gzip.compress(b"\xef\xbb\xbf" + STATE.encode().replace(b" a ", b" <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "))),
    "JSON-LD with a mark": ("x.jsonld", b'\xef\xbb\xbf{"@id": "https://w3id.org/efa-lod/state/x", "@type": "https://schema.org/State"}'),
    "RDF/XML with a mark, packed": ("x.rdf.gz", gzip.compress(b'\xef\xbb\xbf<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><s:State xmlns:s="https://schema.org/" rdf:about="https://w3id.org/efa-lod/state/x"/></rdf:RDF>')),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_mark_and_packing_change_nothing(name: str, tmp_path: Path, cli: Cli) -> None:
    """A byte order mark is skipped and a packed file unpacked, to be checked and to be asked."""
    file, content = READ[name]
    path = tmp_path / file
    path.write_bytes(content)

    assert "x.ttl" not in file or 1 == cli("validate", path).exit_code
    assert "1" == cli("query", COUNT, "--graph", path, "--format", "csv").stdout.split()[1]
    assert f"Geprüft: 1 Aussage ({path})." in cli("validate", path, "--lang", "de").stderr


REFUSED = {
    "error page": ("x.ttl", PAGE.encode(), ":1: nicht als Turtle lesbar: das ist eine Webseite (HTML), etwa die Fehlerseite eines Servers – die Datei neu holen und ansehen"),
    "error page, packed": ("x.ttl.gz", gzip.compress(PAGE.encode()), ":1: nicht als Turtle lesbar: das ist eine Webseite (HTML), etwa die Fehlerseite eines Servers – die Datei neu holen und ansehen"),
    "XHTML as RDF/XML": ("x.rdf", b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>', ":1: nicht als RDF/XML lesbar: das ist eine Webseite (HTML), etwa die Fehlerseite eines Servers – die Datei neu holen und ansehen"),
    "packed under another name": ("x.ttl", gzip.compress(STATE.encode()), ": nicht als Turtle lesbar: mit gzip gepackt – Namen mit .gz enden lassen"),
    "not packed": ("x.ttl.gz", STATE.encode(), ": lässt sich nicht entpacken (gzip): beschädigt oder abgebrochen – noch einmal packen"),
    "packed, cut off": ("x.ttl.gz", gzip.compress(STATE.encode() * 99)[:-9], ": lässt sich nicht entpacken (gzip): beschädigt oder abgebrochen – noch einmal packen"),
    "ZIP": ("x.ttl", b"PK\x03\x04rest", ": nicht als Turtle lesbar: ein ZIP-Archiv – entpacken"),
    "UTF-16": ("x.ttl", STATE.encode("utf-16"), ": nicht als Turtle lesbar: UTF-16 („Unicode“) – mit der Zeichencodierung UTF-8 sichern"),
    "windows-1252": ("x.ttl", STATE.encode() + '<a:b> <a:c> "Thüringen" .\n'.encode("cp1252"), ":2: nicht in UTF-8 gespeichert – die Datei mit der Zeichencodierung UTF-8 sichern"),
    "unknown prefix": ("x.ttl", b"@prefix ex: <http://example.org/> .\nex:a schema:name ex:b .\n", ":2: nicht als Turtle lesbar: das Präfix schema: ist nicht erklärt – am Anfang @prefix schema: <…> . schreiben"),
    "cut off": ("x.ttl", STATE.encode()[:-3], ":1: nicht als Turtle lesbar: die Datei endet mitten in einer Aussage – sie wurde abgeschnitten, oder es fehlt ein Punkt, Anführungszeichen oder eine Klammer"),
    "no full stop": ("x.ttl", b"<http://example.org/a> <a:b> <a:c>\n<a:d> <a:e> <a:f> .\n", ":2: nicht als Turtle lesbar: „<a:d> <a:e> <a:f> .“ passt hier nicht"),
    "space in an IRI": ("x.ttl", b"<http://example.org/a b> <a:b> <a:c> .\n", ":1: nicht als Turtle lesbar: <http://example.org/a b> ist keine IRI"),
    "open text": ("x.ttl", b'<a:a> <a:b> "x\ny" .\n', ":1: nicht als Turtle lesbar: ein Text in Anführungszeichen geht über das Zeilenende hinaus"),
    "other JSON": ("x.jsonld", b'{"@id": "a:b",}', ":1: nicht als JSON-LD lesbar: „}“ passt hier nicht"),
    "JSON-LD with a context elsewhere": ("x.jsonld", b'{"@context": "https://schema.org/", "@id": "a:b"}', ": nicht als JSON-LD lesbar: ein Kontext steht an einer anderen Adresse und wird nicht geholt – den Kontext in die Datei schreiben"),
    "open tag": ("x.rdf", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<a>', ":2: nicht als RDF/XML lesbar: Tags passen nicht zusammen"),
}  # fmt: skip


@pytest.mark.parametrize("command", ["validate", "query"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_rdf_is_told_by_what_it_looks_like(name: str, command: str, tmp_path: Path, cli: Cli) -> None:
    """The message says what the file is and what to do, in the words of no engine, also in German."""
    file, content, message = REFUSED[name]
    path = tmp_path / file
    path.write_bytes(content)
    arguments = ["validate", path] if command == "validate" else ["query", COUNT, "--graph", path]
    done = cli(*arguments, "--lang", "de")

    assert (2, "") == (done.exit_code, done.stdout)
    assert done.stderr.startswith(f"efa-lod: {path}{message}")
    assert all(word not in done.stderr for word in ("Parser error", "expected", "column", "Invalid", "Traceback"))


def test_nothing_checked_is_a_warning(tmp_path: Path, cli: Cli) -> None:
    """An empty file, and one with things of no known type, are told; "conforms" alone would be a trap."""
    empty, other = tmp_path / "empty.ttl", tmp_path / "other.ttl"
    empty.write_text("# nothing\n")
    other.write_text("<a:b> a <http://schema.org/State> .\n")
    first, second = cli("validate", empty, "--lang", "de"), cli("validate", other, "--lang", "de")

    assert 0 == first.exit_code
    assert "Warnung: In dieser Datei steht keine Aussage, geprüft wurde also nichts." in first.stdout
    assert f"Geprüft: 0 Aussagen ({empty})." in first.stderr
    assert "Warnung: Nichts in dieser Datei (Dinge: 1) hat einen Typ, den die Regeln kennen" in second.stdout
    assert f"Geprüft: 1 Aussage ({other})." in second.stderr


def test_what_was_checked_is_said(cli: Cli) -> None:
    """The number of records is said on stderr, so that a report of nothing is seen to be one."""
    assert re.search(r"^Checked: [0-9]+ records \(", cli("validate").stderr, re.MULTILINE)
