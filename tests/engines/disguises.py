"""What it takes to show that a query reaches no host: a host that remembers who asked, and query texts that try.

In the texts ``HOST`` stands for the address of the host. Most of them reach it when the engine alone is given them.
"""

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

EX = "http://example.org/"
ALL = "{?a ?b ?c}"
NEWLINE = "\n"


class Host(ThreadingHTTPServer):
    """A host on this machine that answers queries with nothing and remembers the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.requests.append(self.requestline)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b'{"head": {"vars": []}, "results": {"bindings": []}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at what is remembered."""


@contextmanager
def running_host() -> Iterator[Host]:
    """Run a host as long as it is needed."""
    with Host() as host:
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()


SERVICE = f"SERVICE <HOST> {ALL}"
DISGUISES = {
    "plain": f"SELECT * {{ {SERVICE} }}",
    "lower case": f"SELECT * {{ service <HOST> {ALL} }}",
    "mixed case": f"SELECT * {{ sErViCe <HOST> {ALL} }}",
    "silent": f"SELECT * {{ SERVICE SILENT <HOST> {ALL} }}",
    "glued": f"SELECT*{{SERVICE<HOST>{ALL}}}",
    "glued silent": f"SELECT*{{SERVICESILENT<HOST>{ALL}}}",
    "after a number": f"SELECT * {{ ?s ?p 1{SERVICE} }}",
    "after a decimal": f"SELECT * {{ ?s ?p 1.{SERVICE} }}",
    "after a truth value": f"SELECT * {{ ?s ?p true{SERVICE} }}",
    "after a dot": f"SELECT * {{ ?s ?p ?o.{SERVICE} }}",
    "after a text": f"SELECT * {{ BIND('x' AS ?x) {SERVICE} }}",
    "after a glued text": f"SELECT * {{ ?s ?p 'x'{SERVICE} }}",
    "after a glued long text": f"SELECT * {{ ?s ?p '''x'y'''{SERVICE} }}",
    "after a language": f"SELECT * {{ ?s ?p 'x'@de.{SERVICE} }}",
    "after an escaped quote": rf'SELECT * {{ BIND("\u0022" AS ?x) {SERVICE} }}',
    "after an escaped backslash": rf'SELECT * {{ BIND("\\" AS ?x) {SERVICE} # "{NEWLINE} }}',
    "after a backslash as codepoint": rf'SELECT * {{ BIND("\u005C" AS ?x) {SERVICE} # "{NEWLINE} }}',
    "after a comment": f"SELECT * {{ # '\n {SERVICE} # '\n }}",
    "around a comment": f"SELECT * {{ SERVICE # <x>\n <HOST> {ALL} }}",
    "after an IRI with a hash": f"SELECT * {{ BIND(<{EX}#> AS ?x) {SERVICE} }}",
    "after an IRI with an escape": rf"SELECT * {{ BIND(<{EX}\u0041#> AS ?x) {SERVICE} }}",
    "after an IRI with a quote": f"SELECT * {{ BIND(<{EX}'> AS ?x) {SERVICE} # '\n }}",
    "after a local name with a hash": rf"SELECT * {{ OPTIONAL {{ ?s ?p ex:a\#b }} {SERVICE} }}",
    "after an empty local name": f"SELECT * {{ ?s ?p ex:.{SERVICE} }}",
    "after an empty prefix": f"SELECT * {{ ?s ?p :.{SERVICE} }}",
    "after a comparison that looks like an IRI": f"SELECT * {{ FILTER(1<1#>'''\n||true) {SERVICE} #'''\n }}",
    "hidden from two readings": (
        rf'SELECT * {{ BIND("\u005C" AS ?x) BIND(<{EX}\u0041#> AS ?y) {SERVICE} # "{NEWLINE} }}'
    ),
    "first letter escaped": rf"SELECT * {{ \u0053ERVICE <HOST> {ALL} }}",
    "all letters escaped": rf"SELECT * {{ \u0053\u0045\u0052\u0056\u0049\u0043\u0045 <HOST> {ALL} }}",
    "long escape": rf"SELECT * {{ \U00000053ERVICE <HOST> {ALL} }}",
    "to a variable": f"SELECT * {{ VALUES ?host {{ <HOST> }} SERVICE ?host {ALL} }}",
    "glued to a variable": f"SELECT * {{ VALUES ?host {{ <HOST> }} SERVICE?host {ALL} }}",
    "to a prefixed name": f"PREFIX host: <HOST> SELECT * {{ SERVICE host: {ALL} }}",
    "glued to a prefixed name": f"PREFIX host: <HOST> SELECT * {{ SERVICEhost: {ALL} }}",
    "in OPTIONAL": f"SELECT * {{ OPTIONAL {{ {SERVICE} }} }}",
    "in EXISTS": f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {SERVICE} }} }}",
    "in MINUS": f"SELECT * {{ ?a ?b ?c MINUS {{ {SERVICE} }} }}",
    "in UNION": f"SELECT * {{ {{}} UNION {{ {SERVICE} }} }}",
    "in a sub-select": f"SELECT * {{ {{ SELECT * {{ {SERVICE} }} }} }}",
    "in ASK": f"ASK {{ {SERVICE} }}",
    "in CONSTRUCT": f"CONSTRUCT {ALL} WHERE {{ {SERVICE} }}",
    "in DESCRIBE": f"DESCRIBE ?a {{ {SERVICE} }}",
}
"""Queries with the keyword SERVICE, by what is done to hide it."""


class Glue:
    """Makes queries at random that have SERVICE somewhere between pieces that parsers stumble over."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def query(self) -> str:
        """Return a query, or something like it."""
        before = "".join(self._statement() + self._gap() for _ in range(self._random.randint(0, 3)))
        silent = self._one("", "", "SILENT", " SILENT ")
        service = f"{self._keyword()}{self._gap()}{silent}<HOST>{self._gap()}{ALL}"
        after = self._gap() + self._one("", self._comment(), self._statement())
        return f"SELECT * {{{self._gap()}{before}{service}{after}{self._gap()}}}"

    def _one(self, *pieces: str) -> str:
        return self._random.choice(pieces)

    def _some(self, most: int, pieces: Sequence[str]) -> str:
        return "".join(self._random.choices(pieces, k=self._random.randint(0, most)))

    def _keyword(self) -> str:
        """Return SERVICE, now and then with a small letter or an escape."""
        spellings = [(letter, letter, letter, letter.lower()) for letter in "SERVICE"]
        word = [self._one(*spelling) for spelling in spellings]
        if self._random.random() < 0.1:
            place = self._random.randrange(len(word))
            word[place] = f"\\u{ord(word[place]):04X}"
        return "".join(word)

    def _gap(self) -> str:
        """Return what may stand between two words, or nothing."""
        return self._one("", "", " ", " ", "\n", "\t", ".", self._comment())

    def _statement(self) -> str:
        """Return a part of a pattern; most parts keep what the other parts find."""
        path = self._one("", "?", "*", "+")
        return self._one(
            f"OPTIONAL{{?s ex:p {self._term()}}}",
            f"OPTIONAL{{?s {self._iri()} {self._term()}}}",
            f"BIND({self._term()} AS ?n{self._random.randint(0, 9)})",
            f"FILTER(1<1{self._comment()}||true)",
            f"FILTER({self._term()}<{self._term()}{self._comment()}||true)",
            f"?s ex:p {self._term()}",
            f"?s ex:p{path}{self._gap()}{self._term()}",
            self._comment(),
        )

    def _term(self) -> str:
        return self._one(self._text(), self._iri(), self._local_name(), "?o", "1", "true", "'x'@de")

    def _text(self) -> str:
        """Return a text in one of the four kinds of quotes."""
        quote = self._one("'", '"', "'''", '"""')
        inner = ("a", "#", "<", ">", "{", r"\u0022", r"\u005C", r"\\", r"\'", r"\"", "SERVICE ")
        return quote + self._some(3, inner) + quote

    def _iri(self) -> str:
        inner = ("a", "#", "/", ":", ".", "'", "%20", r"\u0041", r"\u0023", "SERVICE")
        return f"<{EX}{self._some(3, inner)}>"

    def _local_name(self) -> str:
        inner = ("a", ".", "-", ":", "%20", r"\#", r"\.", r"\-", "1")
        return f"{self._one('ex', '')}:{self._some(2, inner)}"

    def _comment(self) -> str:
        return f"#{self._some(3, ('>', '<', chr(39), chr(39) * 3, chr(34), 'SERVICE', chr(92)))}\n"
