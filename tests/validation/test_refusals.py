"""Hostile input, by name: what is refused, with the exact words, in bounded memory and time.

Each row is given to the program as a user would, in a process of its own: some of this brings down engines that meet it
unprepared, and no test should go down with them.
"""

import gzip
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from efa_lod.model.publication import packaged_folder
from support.serving import serving

MEMORY = 1 << 30
"""Bytes of address space that the program may use to refuse something."""
SECONDS = 30
RUN = "from efa_lod.cli import main; main(prog_name='efa-lod')"
CONTEXT = '"@context": ../../ontology/context.jsonld\n'
STATE = f"{CONTEXT}id: state/xx\ntype: State\n"
PREFIX = "<a:s> <a:p> "
XSD = "http://www.w3.org/2001/XMLSchema#"
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="a:">'
LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
DEEP = 100_000

Content = str | bytes | Callable[[Path], object]


@dataclass(frozen=True)
class Row:
    """What is typed, the *files* that are there, and the line said to it: on stderr, or with exit code 1 on stdout."""

    arguments: tuple[str, ...]
    said: str = ""
    files: dict[str, Content] = field(default_factory=dict)
    code: int = 2
    stdin: bytes = b""


def given(name: str, content: Content, said: str, code: int = 2) -> Row:
    """Return the row of a file that is validated."""
    return Row(("validate", name), said, {name: content}, code)


def asked(query: str, said: str) -> Row:
    """Return the row of a query that is read from a file."""
    return Row(("query", "--graph", "g.ttl", "--file", "q.rq"), said, {"q.rq": query, "g.ttl": "<a:a> <a:b> <a:c> ."})


def loaded(name: str, content: Content, said: str) -> Row:
    """Return the row of a graph that is asked."""
    return Row(("query", "ASK {}", "--graph", name), said, {name: content})


def sparse(path: Path) -> None:
    """Make a file of 1 GiB of zeros, which takes no room."""
    with path.open("wb") as stream:
        stream.truncate(1 << 30)


def packed(path: Path) -> None:
    """Make a small file that unpacks to a line of 1 GiB, a thousand times its size."""
    block = gzip.compress(b"x" * (1 << 24))  # a gzip file may have many parts
    path.write_bytes(gzip.compress(b'{"a": "') + block * 64)


def bound(path: Path) -> None:
    """Make a socket."""
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def folder(path: Path) -> None:
    """Make an empty folder."""
    path.mkdir()


def link(target: str) -> Callable[[Path], object]:
    """Return what makes a symbolic link to *target*."""
    return lambda path: path.symlink_to(target)


def dated(day: str) -> str:
    """Return a real record that was first published on *day*."""
    return (packaged_folder() / "data/states/sh.yaml").read_text(encoding="utf-8").replace("2026-11-23", day, 1)


def identified(identifier: str) -> str:
    """Return a record with this *identifier*, escaped as JSON and YAML have it."""
    return f'{CONTEXT}id: "{identifier}"\ntype: State\n'


def named(tag: str) -> str:
    """Return a record with a name in the language *tag*."""
    return f'{STATE}name: {{"{tag}": x}}\n'


LONG = "longer than 16,000,000 bytes – split it, or use JSON Lines (.jsonl)"
NOT_UTF8 = "– save the file with the encoding UTF-8"
ALIAS = "x.yaml:2: anchors and aliases (& and *) are not read – write the value out"
HALF = "holds half a character (a lone surrogate) – write it anew"
NO_JSON = "not readable as JSON: nested too deep, or a number too long"
NO_ESCAPE = "x.yaml:4: not readable as YAML: in double quotes, a backslash begins a special character – write \\\\ for a backslash"
NO_IRI = "This is no usable identifier or address. It has no spaces, quotation marks, angle brackets or '..', and it is not empty."
NO_TAG = "A language tag belongs here, de or en, followed by the text."
ENTITIES = "entities are read only as plain texts, each declared once – write the others out"
GROWN = "its entities make it more than 4 times as long – write them out"
NO_LOADER = (
    "not readable as JSON-LD: it names a context at another address, which is not fetched – write the context into the"
    " file"
)
NO_ENCODING = (
    "not readable as RDF/XML: its encoding is none that is read – save it as UTF-8 and say so in its first line"
)
STATEMENT = " – a statement has subject, predicate and object and ends in a full stop; look at the line above too"
TERMS = "more than 5,000 triple terms (<< … >>), which may be nested too deep"
PIPE = "cannot be read: expected a file, found a named pipe – pipe it to standard input, with -, or write it to a file first"
DEVICE = "cannot be read: expected a file, found a device – name a file"
FOLDER = "cannot be read: expected a file, found a folder – name a file in it"
BRACKETS = "query: brackets are nested deeper than 64 levels – write it flatter"
STEPS = "query: more than 1,000 operators and clauses – use VALUES or IN for long lists of values"
UNSHOWN = "a name with signs that cannot be shown – rename the file"


def out_of(where: str) -> str:
    """Return what is said of a link that leads out of *where*."""
    return f"a symbolic link leads out of {where} – put the file itself there"


def no_day(found: str) -> str:
    """Return what is said of a record that was first published on the day *found*, which is none."""
    line = next(number for number, line in enumerate(dated(found).splitlines(), 1) if "issued:" in line)
    return f"x.yaml:{line}: violation: record.issued: found '{found}' – issued"


ROWS: dict[str, Row] = {
    # YAML
    "YAML bomb of aliases": given("x.yaml", f"{CONTEXT}a: &a [x, x]\nb: &b [*a, *a]\n", ALIAS),
    "YAML alias": given("x.yaml", f"{CONTEXT}b: *a\n", ALIAS),
    "YAML merge key": given("x.yaml", f"{CONTEXT}<<: {{a: b}}\n", "x.yaml:2: merge keys (<<) are not read – write the keys out"),
    "YAML tag that runs code": given("x.yaml", f"{CONTEXT}a: !!python/object/apply:os.system [id]\n", "x.yaml:2: tags such as tag:yaml.org,2002:python/object/apply:os.system are not read – remove it"),
    "YAML lists 100,000 deep": given("x.yaml", "[" * DEEP, "x.yaml:1: nested deeper than 64 levels"),
    "YAML mappings 100,000 deep": given("x.yaml", "{a: " * DEEP, "x.yaml:1: nested deeper than 64 levels"),
    "YAML of 1 GiB": given("x.yaml", sparse, f"x.yaml: {LONG}"),
    "YAML in Latin-1": given("x.yaml", f"{CONTEXT}id: Thüringen\n".encode("latin-1"), f"x.yaml:2: not UTF-8 (byte 0xFC) {NOT_UTF8}"),
    "YAML in UTF-16": given("x.yaml", STATE.encode("utf-16"), f"x.yaml:1: not UTF-8 (byte 0xFF) {NOT_UTF8}"),
    "YAML with an overlong slash": given("x.yaml", STATE.encode() + b"a: \xc0\xaf\n", f"x.yaml:4: not UTF-8 (byte 0xC0) {NOT_UTF8}"),
    "YAML with a surrogate in bytes": given("x.yaml", STATE.encode() + b"a: \xed\xa0\x80\n", f"x.yaml:4: not UTF-8 (byte 0xED) {NOT_UTF8}"),
    "YAML with an escaped surrogate": given("x.yaml", STATE + 'name: {de: "\\ud800"}\n', NO_ESCAPE),
    "YAML beyond Unicode": given("x.yaml", STATE + 'name: {de: "\\U00110000"}\n', NO_ESCAPE),
    "YAML with NUL": given("x.yaml", STATE + "a: \0\n", "x.yaml:4: holds a NUL character – not a text file, or saved as UTF-16?"),
    "YAML with an escaped NUL": given("x.yaml", STATE + 'name: {de: "a\\0b"}\n', "x.yaml:4: violation: name.de: found 'a⟨U+0000 NUL⟩b' – This text holds a character that is not seen or not a letter: U+0000 NUL. Delete it, or write the text anew.", 1),
    "YAML number beyond range": given("x.yaml", STATE + "stateKey: 1e999\n", 'x.yaml:4: stateKey: expected text, found a number, 1e999 – put it in quotes: "1e999"'),
    "YAML number of 5,000 digits": given("x.yaml", STATE + f"stateKey: {'9' * 5000}\n", f"x.yaml:4: stateKey: expected text, found a number, {'9' * 449} … {'9' * 499}\""),
    # JSON
    "JSON lists 100,000 deep": given("x.json", "[" * DEEP + "]" * DEEP, f"x.json: {NO_JSON}"),
    "JSON objects 100,000 deep": given("x.json", '{"a":' * DEEP, f"x.json: {NO_JSON}"),
    "JSON of 1 GiB": given("x.json", sparse, f"x.json: {LONG}"),
    "JSON number of 5,000 digits": given("x.json", f'{{"a": {"9" * 5000}}}', f"x.json: {NO_JSON}"),
    "JSON number beyond range": given("x.json", '{"a": 1e999}', "x.json: a: expected text, found the number inf – put it in quotes"),
    "JSON with a surrogate": given("x.json", '{"a": "\\ud800"}', f"x.json: a: {HALF}"),
    "JSON with a surrogate in a key": given("x.json", '{"\\ud800": "a"}', f"x.json: key: {HALF}"),
    "JSON Lines of 1 GiB on a line": given("x.jsonl", sparse, f"x.jsonl:1: {LONG}"),
    "JSON Lines 100,000 deep": given("x.jsonl", '{"a":' * DEEP + "\n", f"x.jsonl:1: {NO_JSON}"),
    "JSON Lines with a surrogate": given("x.jsonl", '{"a": "\\ud800"}\n', f"x.jsonl:1: a: {HALF}"),
    "JSON Lines packed a thousandfold": given("x.jsonl.gz", packed, f"x.jsonl.gz:1: {LONG}"),
    "JSON Lines, packed, broken off": given("x.jsonl.gz", gzip.compress(b'{"a": "b"}\n' * 99)[:-9], "x.jsonl.gz: not readable as gzip: it is damaged or was cut off – pack it again with gzip"),
    # identifiers, languages, days
    "IRI with a space": given("x.yaml", identified("state/a b"), f"x.yaml:2: violation: id: found 'state/a b' – {NO_IRI}", 1),
    "IRI with a quote": given("x.yaml", identified('state/a\\"b'), f"x.yaml:2: violation: id: found 'state/a\"b' – {NO_IRI}", 1),
    "IRI with a newline": given("x.yaml", identified("state/a\\nb"), f"x.yaml:2: violation: id: found 'state/a b' – {NO_IRI}", 1),
    "IRI in angle brackets": given("x.yaml", identified("<state/a>"), f"x.yaml:2: violation: id: found '<state/a>' – {NO_IRI}", 1),
    "IRI that leads out": given("x.yaml", identified("state/../../x"), f"x.yaml:2: violation: id: found 'state/../../x' – {NO_IRI}", 1),
    "IRI from the root": given("x.yaml", identified("/etc/passwd"), f"x.yaml:2: violation: id: found '/etc/passwd' – {NO_IRI}", 1),
    "IRI at another host": given("x.yaml", identified("//host/x"), f"x.yaml:2: violation: id: found '//host/x' – {NO_IRI}", 1),
    "IRI with half a host": given("x.yaml", identified("http://["), f"x.yaml:2: violation: id: found 'http://[' – {NO_IRI}", 1),
    "IRI that is a word of JSON-LD": given("x.yaml", identified("@id"), f"x.yaml:2: violation: id: found '@id' – {NO_IRI}", 1),
    "IRI that is empty": given("x.yaml", identified(""), f"x.yaml:2: violation: id: {NO_IRI}", 1),
    "language de_DE": given("x.yaml", named("de_DE"), f"x.yaml:4: violation: name.de_DE: found 'de_DE' – {NO_TAG}", 1),
    "language with a long part": given("x.yaml", named("de-toolongpart"), f"x.yaml:4: violation: name.de-toolongpart: found 'de-toolongpart' – {NO_TAG}", 1),
    "language with a newline": given("x.yaml", named("de\\n"), f"x.yaml:4: violation: name.de: found 'de' – {NO_TAG}", 1),
    "language that is empty": given("x.yaml", named(""), f"x.yaml:4: violation: name.: {NO_TAG}", 1),
    "day 0000-00-00": given("x.yaml", dated("0000-00-00"), no_day("0000-00-00"), 1),
    "day 99999-12-31": given("x.yaml", dated("99999-12-31"), no_day("99999-12-31"), 1),
    "day 2026-02-30": given("x.yaml", dated("2026-02-30"), no_day("2026-02-30"), 1),
    # RDF
    "Turtle of 1 GiB": given("x.ttl", sparse, "x.ttl: longer than 256,000,000 bytes – split it"),
    "Turtle with a term of 20 MB": loaded("x.ttl", PREFIX + '"' + "x" * 20_000_000, "x.ttl: holds a term or comment of more than 16 MiB"),
    "Turtle that is none": Row(("validate", "-", "--input-format", "ttl"), f"<stdin>:1: not readable as Turtle: 'y' does not fit here{STATEMENT}", stdin=b"y\n" * 1000),
    "Turtle, triple terms 100,000 deep": given("x.ttl", PREFIX + "<<( <a:a> <a:b> " * DEEP + "1" + " )>>" * DEEP + " .", f"x.ttl: {TERMS}"),
    "Turtle, the same as a graph": loaded("x.ttl", PREFIX + "<<( <a:a> <a:b> " * DEEP + "1" + " )>>" * DEEP + " .", f"x.ttl: {TERMS}"),
    "N-Triples, the same": loaded("x.nt", PREFIX + "<<( <a:a> <a:b> " * DEEP, f"x.nt: {TERMS}"),
    "Turtle with a triple term": given("x.ttl", PREFIX + "<<( <a:a> <a:b> 1 )>> .", "triple terms (RDF 1.2, <<( … )>>) are not read here: rdflib's graphs have none"),
    "Turtle with a surrogate": given("x.ttl", PREFIX + '"\\uD800" .', f"x.ttl:1: not readable as Turtle: '\\uD800\" .' does not fit here{STATEMENT}"),
    "Turtle, IRI with a space": given("x.ttl", "<a b> <a:b> <a:c> .", "x.ttl:1: not readable as Turtle: <a b> is no IRI – it begins with https:// or the like and has no spaces or quotation marks"),
    "Turtle, language with a long part": given("x.ttl", PREFIX + '"x"@de-toolongpart .', f"x.ttl:1: not readable as Turtle: 'de-toolongpart .' does not fit here{STATEMENT}"),
    "JSON-LD 10,000 deep": given("x.jsonld", '{"@id":"a:a","a:b":' * 10_000 + '"x"' + "}" * 10_000, "x.jsonld: nested deeper than 256 levels"),
    "JSON-LD, the same as a graph": loaded("x.jsonld", '{"@id":"a:a","a:b":' * 10_000, "x.jsonld: nested deeper than 256 levels"),
    "JSON-LD with a context elsewhere": given("x.jsonld", '{"@context": "http://127.0.0.1:9/c", "a": "b"}', f"x.jsonld: {NO_LOADER}"),
    "JSON-LD that imports one": loaded("x.jsonld", '{"@context": {"@import": "http://127.0.0.1:9/c"}, "a": "b"}', f"x.jsonld: {NO_LOADER}"),
    "JSON-LD with a file as its context": loaded("x.jsonld", '{"@context": "file:///etc/passwd", "a": "b"}', f"x.jsonld: {NO_LOADER}"),
    "RDF/XML, a billion laughs": given("x.rdf", f'<!DOCTYPE r [<!ENTITY a0 "ha">{LAUGHS}]>{XML}<e:a><e:b>&a9;</e:b></e:a></rdf:RDF>', f"x.rdf: {ENTITIES}"),
    "RDF/XML, one long laugh": loaded("x.rdf", f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>{XML}<e:a><e:b>{"&a;" * 50_000}</e:b></e:a></rdf:RDF>', f"x.rdf: {GROWN}"),
    "RDF/XML with a file in it": loaded("x.rdf", f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>{XML}<e:a><e:b>&a;</e:b></e:a></rdf:RDF>', f"x.rdf: {ENTITIES}"),
    "RDF/XML, parameter entity": loaded("x.rdf", f'<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;<!ENTITY b "c">]>{XML}</rdf:RDF>', f"x.rdf: {ENTITIES}"),
    "RDF/XML 100,000 deep": loaded("x.rdf", XML + "<e:a><e:b>" * DEEP, "x.rdf:1: nested deeper than 256 levels"),
    "RDF/XML in no encoding": loaded("x.rdf", f'<?xml version="1.0" encoding="x-none"?>{XML}</rdf:RDF>', f"x.rdf: {NO_ENCODING}"),
    "RDF/XML in an encoding of many bytes": loaded("x.rdf", f'<?xml version="1.0" encoding="shift_jis"?>{XML}</rdf:RDF>', f"x.rdf: {NO_ENCODING}"),
    # queries
    "query, brackets 1,000 deep": asked("ASK { FILTER " + "(" * 1000 + "1" + ")" * 1000 + " }", BRACKETS),
    "query, groups 100,000 deep": asked("ASK " + "{" * DEEP + "}" * DEEP, BRACKETS),
    "query, blank nodes 1,000 deep": asked("ASK { ?s ?p " + "[?p " * 1000 + "1" + "]" * 1000 + "}", BRACKETS),
    "query, subqueries 100,000 deep": asked("SELECT * " + "{SELECT * " * DEEP + "{}" + "}" * DEEP, BRACKETS),
    "query, brackets in what looks like an IRI": asked("ASK { FILTER(1<(" + "(" * DEEP + "1" + ")" * DEEP + ")&&(2>1)) }", BRACKETS),
    "query, brackets in what looks like a text": asked("ASK { FILTER(1<2#>'''\n && " + "(" * DEEP + "1" + ")" * DEEP + ") } #'''", "query:1:22: not readable as SPARQL from its end, where something is missing – brackets that are opened are closed"),
    "query, 100,000 negations": asked("ASK { FILTER(" + "!" * DEEP + "1) }", STEPS),
    "query, 100,000 alternatives": asked("ASK {" + "{} UNION " * DEEP + "{}}", STEPS),
    "query, a path of 100,000 steps": asked("ASK { ?s " + "<a:a>/" * DEEP + "<a:a> ?o }", STEPS),
    "query of another host": asked("ASK { SERVICE <http://127.0.0.1:9/> {} }", "query: SERVICE is refused: a query does not reach other hosts"),
    "query of a file": asked("ASK FROM <file:///etc/passwd> {}", "query: FROM is refused: there is one graph, the one that is loaded – remove the clause"),
    "query of 1 GiB": Row(("query", "--file", "q.rq"), "q.rq: longer than 16,000,000 bytes – split it", {"q.rq": sparse}),
    "query of half a character": Row(("query", "ASK {" + os.fsdecode(b"\xff")), "query: cannot be answered: 'utf-8' codec can't encode character '\\udcff' in position 5: surrogates not allowed"),
    # what is no file, and what leads elsewhere
    "record in a named pipe": given("x.yaml", os.mkfifo, f"x.yaml: {PIPE}"),
    "graph in a named pipe": loaded("x.ttl", os.mkfifo, f"x.ttl: {PIPE}"),
    "query in a named pipe": Row(("query", "--file", "x.rq"), f"x.rq: {PIPE}", {"x.rq": os.mkfifo}),
    "page in a named pipe": Row(("source", "read", "x.txt"), f"x.txt: {PIPE}", {"x.txt": os.mkfifo}),
    "catalogue in a named pipe": Row(("rehearse", "x.ttl"), f"x.ttl: {PIPE}", {"x.ttl": os.mkfifo}),
    "record in a device": given("x.yaml", link("/dev/zero"), f"x.yaml: {DEVICE}"),
    "RDF in a device": given("x.ttl", link("/dev/zero"), f"x.ttl: {DEVICE}"),
    "graph in a device": loaded("x.ttl", link("/dev/zero"), f"x.ttl: {DEVICE}"),
    "query in a device": Row(("query", "--file", "/dev/zero"), f"/dev/zero: {DEVICE}"),
    "page in a device": Row(("source", "read", "/dev/zero"), f"/dev/zero: {DEVICE}"),
    "record in a socket": given("x.yaml", bound, "x.yaml: cannot be read: No such device or address"),
    "folder without records": given("x.yaml", folder, "x.yaml: expected at least one record in this folder, found none"),
    "folder for a graph": loaded("x.ttl", folder, f"x.ttl: {FOLDER}"),
    "folder for a query": Row(("query", "--file", "x.rq"), f"x.rq: {FOLDER}", {"x.rq": folder}),
    "link to itself": loaded("x.ttl", link("x.ttl"), "x.ttl: cannot be read: Too many levels of symbolic links"),
    "file name that steers a terminal": loaded("x\x1b[31m.ttl", "", f"x [31m.ttl: {UNSHOWN}"),
    "file name that is no text": loaded(os.fsdecode(b"\xff.ttl"), "", f" .ttl: {UNSHOWN}"),
    "link out of a folder of records": Row(("validate", "in"), f"in/x.yaml: {out_of('in')}", {"y.yaml": STATE, "in/x.yaml": link("../y.yaml")}),
}  # fmt: skip


def bounded() -> None:
    """Bound the memory of the program, in its process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(row: Row, where: Path) -> "subprocess.CompletedProcess[bytes]":
    """Give *row* to the program in the folder *where* and return what it said."""
    for name, content in row.files.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return subprocess.run(
        [sys.executable, "-c", RUN, *row.arguments],
        input=row.stdin,
        capture_output=True,
        cwd=where,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=SECONDS,
        check=False,
        preexec_fn=bounded,
    )


@pytest.mark.parametrize("name", ROWS)
def test_what_is_hostile_is_refused_by_name(name: str, tmp_path: Path) -> None:
    """One line says what is wrong; no traceback, no crash, little memory, no waiting."""
    row = ROWS[name]
    found = run(row, tmp_path)
    stdout, stderr = found.stdout.decode(), found.stderr.decode()

    if row.code == 1:
        told = stdout.splitlines()[0][: len(row.said)]
        assert (1, f"Checked: 1 record ({row.arguments[-1]}).\n", row.said) == (found.returncode, stderr, told)
    else:
        assert (row.code, f"efa-lod: {row.said}\n", "") == (found.returncode, stderr, stdout)


def test_a_line_of_a_gigabyte_from_a_pipe_is_refused_after_its_first_bytes(tmp_path: Path) -> None:
    """What cannot end well is not read to its end."""
    command = [sys.executable, "-c", RUN, "validate", "-", "--input-format", "jsonl"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, cwd=tmp_path, preexec_fn=bounded, bufsize=0) as program:
        assert program.stdin and program.stderr
        sent = 0
        try:
            program.stdin.write(b'{"a": "')
            for _ in range(1024):
                sent += program.stdin.write(b"x" * (1 << 20)) or 0
        except BrokenPipeError:
            pass
        said = program.stderr.read().decode()

    assert f"efa-lod: <stdin>:1: {LONG}\n" == said
    assert sent < 64 << 20


HARMLESS = {
    "collections 100,000 deep": ("x.ttl", PREFIX + "(" * DEEP + ")" * DEEP + " .", "ASK { <a:s> <a:p> ?o }"),
    "blank nodes 100,000 deep": ("x.ttl", PREFIX + "[<a:p> " * DEEP + "1" + "]" * DEEP + " .", "ASK { <a:s> <a:p> ?o }"),
    "a number beyond range": ("x.ttl", f'{PREFIX}"1e999"^^<{XSD}double> .', "ASK { <a:s> <a:p> ?o FILTER(?o > 1) }"),
    "a number of 5,000 digits": ("x.ttl", f'{PREFIX}"{"9" * 5000}"^^<{XSD}integer> .', "ASK { <a:s> <a:p> ?o }"),
    "a day beyond range": ("x.ttl", f'{PREFIX}"99999-99-99"^^<{XSD}date> .', "ASK { <a:s> <a:p> ?o }"),
    "an entity for a namespace": ("x.rdf", f'<!DOCTYPE r [<!ENTITY a "http://a.example/">]>{XML}<e:a rdf:about="&a;x"/></rdf:RDF>', "ASK { <http://a.example/x> ?p ?o }"),
    "a document type elsewhere": ("x.rdf", f'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">{XML}<e:a/></rdf:RDF>', "ASK { ?s ?p ?o }"),
    "brackets in a text": ("x.ttl", "<a:a> <a:b> 1 .", "ASK { FILTER('" + "(" * 2000 + "' != '') }"),
    "20,000 rows of values": ("x.ttl", "<a:a> <a:b> 1 .", "ASK { VALUES (?a ?b) {" + "(1 2)" * 20_000 + "} }"),
    "an IRI with a quote and a fragment": ("x.ttl", "<urn:a'b#c> <a:b> 1 .", "ASK { <urn:a'b#c> <a:b> ?o }"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_hostile_is_answered(name: str, tmp_path: Path) -> None:
    """The bounds hit nothing that the engine bears."""
    file, content, query = HARMLESS[name]
    found = run(Row(("query", "--graph", file, "--file", "q.rq"), "", {file: content, "q.rq": query}), tmp_path)

    assert (0, b"yes\n", b"") == (found.returncode, found.stdout, found.stderr)


@pytest.mark.parametrize("name", [name for name in ROWS if name.startswith("query, ")])
def test_the_python_interface_refuses_the_same(name: str, tmp_path: Path) -> None:
    """A query that would bring down the process raises BrokenInput instead."""
    code = (
        "import sys, efa_lod; from efa_lod.errors import BrokenInput\n"
        "try: efa_lod.ask(sys.stdin.read(), files='g.ttl')\n"
        "except BrokenInput as error: print(error)"
    )
    (tmp_path / "g.ttl").write_text("<a:a> <a:b> <a:c> .")
    query = ROWS[name].files["q.rq"]
    assert isinstance(query, str)
    command = [sys.executable, "-c", code]
    found = subprocess.run(
        command, input=query.encode(), capture_output=True, cwd=tmp_path, timeout=SECONDS, check=False
    )

    assert (0, f"{ROWS[name].said}\n", "") == (found.returncode, found.stdout.decode(), found.stderr.decode())


def test_the_endpoint_refuses_a_query_that_is_nested_too_deep(tmp_path: Path) -> None:
    """It is answered with 400 and the reason, and the worker lives on."""
    (tmp_path / "g.ttl").write_text("<a:a> <a:b> <a:c> .")
    with serving("--graph", tmp_path / "g.ttl", "--workers", 2) as server:
        before = server.processes()
        found = server.ask("ASK { FILTER " + "(" * 1000 + "1" + ")" * 1000 + " }")
        after = server.processes()

    assert (400, True) == (found.status, b"brackets are nested deeper than 64 levels" in found.body)
    assert before == after


OUTSIDE = {
    "a record": ("data/states/sh.yaml", "data/states/sh.yaml"),
    "the settings": ("data/publication.yaml", "data/publication.yaml"),
    "a folder": ("data/states", "data/states/"),
    "the shapes": ("shapes/record.ttl", "shapes/record.ttl"),
    "the context": ("ontology/context.jsonld", "ontology/context.jsonld"),
    "a query": ("data/queries/who-pays.rq", "data/queries/who-pays.rq"),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_publication_reads_nothing_outside_of_its_folder(name: str, copy: Path, tmp_path: Path) -> None:
    """A link that leads out is named, so that a stranger's publication shows nothing of this machine."""
    path, said = OUTSIDE[name]
    (copy / path).rename(tmp_path / "outside")
    (copy / path).symlink_to(tmp_path / "outside")
    command = ("query", "--list") if name == "a query" else ("validate",)
    found = run(Row((*command, "--publication", "publication")), tmp_path)
    stderr = found.stderr.decode()

    assert (2, 1) == (found.returncode, stderr.count("\n"))
    assert stderr.startswith(f"efa-lod: {said}")
    assert stderr.endswith(f": {out_of('publication')}\n")


def test_a_publication_may_have_links_within_its_folder(copy: Path, tmp_path: Path) -> None:
    """What stays inside is harmless."""
    (copy / "data/states/sh.yaml").rename(copy / "data/sh.yaml")
    (copy / "data/states/sh.yaml").symlink_to("../sh.yaml")
    found = run(Row(("validate", "--publication", "publication")), tmp_path)

    assert (0, b"Checked: 48 records (publication).\n") == (found.returncode, found.stderr)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    """The reason is the system's own."""
    found = run(given("x.yaml", lambda path: path.touch(0o000), ""), tmp_path)

    assert (2, b"efa-lod: x.yaml: cannot be read: Permission denied\n") == (found.returncode, found.stderr)
