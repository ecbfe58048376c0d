"""Linked data over HTTP: the same checks against our own server and against Apache, nginx and Caddy with their rules."""

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox
import pytest
import rdflib

from conftest import Cli
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.web.document_formats import MEDIA_TYPES, NAMED_TYPES, VARIANTS, content_type
from efa_lod.web.gone_documents import gone_documents
from efa_lod.web.redirect_table import TABLE_FILE, RedirectTable
from efa_lod.web.server_rules import rule_files
from support import generator, hosting
from support.clients import CLIENTS
from support.patience import awaited
from support.serving import Response, Server, serving

HTML, TURTLE, JSON_LD = "text/html", "text/turtle", "application/ld+json"
NT, XML = "application/n-triples", "application/rdf+xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
RDFLIB = "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.8, application/ld+json;q=0.7, */*;q=0.1"
JENA = "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"
PROTEGE = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"


@dataclass(frozen=True)
class Site:
    """A site behind one kind of server: its *folder* on disk, and the *server*."""

    name: str
    folder: Path
    server: Server
    table: RedirectTable

    def get(self, path: str, accept: str | None = "*/*", **headers: str) -> Response:
        """Ask for *path*, which begins with a slash; ``_`` in the names of *headers* stands for ``-``."""
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.send("GET", path, ({"Accept": accept} if accept is not None else {}) | asked)

    def way(self, response: Response, path: str) -> str:
        """Return the path that a redirection of a request for *path* leads to; it must stay on this server."""
        target = urlsplit(urljoin(self.server.address + path[1:], response.headers["location"]))
        assert target.netloc == urlsplit(self.server.address).netloc
        return target.path


def write_and_list(folder: Path, files: Mapping[str, tuple[str, bytes]]) -> None:
    """Write *files*, given as media type and content by path, to *folder* and list them, as a build would."""
    inventory = json.loads((folder / "build.json").read_bytes())
    listed = {file["path"]: file for file in inventory["files"]}
    for path, (kind, data) in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        listed[path] = listed.get(path, {}) | {"path": path, "mediaType": kind, "bytes": len(data), "sha256": digest}
    fresh = folder / "build.json.new"
    fresh.write_text(json.dumps({**inventory, "files": list(listed.values())}))
    fresh.replace(folder / "build.json")


@pytest.fixture(scope="session")
def folder(dist: Path, publication: Publication, context: Context) -> Iterator[Path]:
    """Give the folder of a site where one thing has been withdrawn."""
    with hosting.deployed(dist) as made:
        table = RedirectTable.from_json((made / TABLE_FILE).read_bytes(), TABLE_FILE)
        told = gone_documents(publication, context, ["state/gone"])
        files = (*rule_files(replace(table, withdrawn=["state/gone"]), "A title"), *told)
        write_and_list(made, {file.path: (file.media_type, file.data) for file in files})
        yield made


@pytest.fixture(scope="session", params=hosting.SERVERS)
def site(request: pytest.FixtureRequest, folder: Path) -> Iterator[Site]:
    """Give the site behind each kind of server."""
    table = RedirectTable.from_json((folder / TABLE_FILE).read_bytes(), TABLE_FILE)
    with hosting.SERVERS[request.param](folder) as server:
        yield Site(request.param, folder, server, table)


REDIRECT_RULES = [
    ("/state/sh", "*/*", "/state/sh.html"),
    ("/state/sh", None, "/state/sh.html"),
    ("/state/sh", "", "/state/sh.html"),
    ("/state/sh", BROWSER, "/state/sh.html"),
    ("/state/sh", "text/turtle", "/state/sh.ttl"),
    ("/state/sh", "TEXT/Turtle", "/state/sh.ttl"),
    ("/state/sh", "application/ld+json", "/state/sh.jsonld"),
    ("/state/sh", "application/json", "/state/sh.jsonld"),
    ("/state/sh", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "/state/sh.jsonld"),
    ("/state/sh", "text/html;q=0.3, application/ld+json;q=0.9, */*;q=0.1", "/state/sh.jsonld"),
    ("/state/sh", "application/ld+json; q=0.5 , text/turtle; q=0.6", "/state/sh.ttl"),
    ("/state/sh", "text/html;q=0, */*", "/state/sh.ttl"),
    ("/state/sh", "text/html;q=0.0, text/turtle;q=0.000, */*;q=0.001", "/state/sh.jsonld"),
    ("/state/sh", "application/n-triples", "/state/sh.nt"),
    ("/state/sh", "application/rdf+xml;q=0.7", "/state/sh.rdf"),
    ("/void", PROTEGE, "/void.rdf"),
    ("/comparison", PROTEGE, "/comparison.html"),
    ("/state/sh", "text/*;q=0.9, text/turtle;q=0.1, application/*;q=0.5", "/state/sh.html"),
    ("/state/sh", "text/*;q=0.5, text/turtle", "/state/sh.ttl"),
    ("/state/sh", "application/*", "/state/sh.jsonld"),
    ("/state/sh", "application/n-triples, text/turtle;q=0.2", "/state/sh.nt"),
    ("/void", "application/n-triples, text/turtle;q=0.2", "/void.nt"),
    ("/comparison", "application/xml, */*;q=0.1", "/comparison.html"),
    ("/state/sh", RDFLIB, "/state/sh.ttl"),
    ("/state/sh", JENA, "/state/sh.ttl"),
    ("/state/sh", "text/turtle;q=1.000, text/html;q=0.999", "/state/sh.ttl"),
    ("/state/sh", "text/turtle;q=0.4;level=1, text/html;level=2;q=0.3", "/state/sh.ttl"),
    ("/state/sh", "application/x-text/turtle, text/turtlesoup, text/html;q=0.1", "/state/sh.html"),
    ("/state/sh?format=ttl", "text/turtle", "/state/sh.ttl"),
    ("/organisation/itvsh", "text/turtle", "/organisation/itvsh.ttl"),
    ("/source/efa-nachnutzung", "application/ld+json", "/source/efa-nachnutzung.jsonld"),
    ("/ontology", BROWSER, "/ontology.html"),
    ("/ontology", PROTEGE, "/ontology.rdf"),
    ("/ontology", "application/n-triples", "/ontology.nt"),
    ("/ontology", "application/ld+json", "/ontology.jsonld"),
    ("/ontology/1.0.0", "text/turtle", "/ontology.ttl"),
    ("/shapes", "text/turtle", "/shapes.ttl"),
    ("/shapes/record", "text/turtle", "/shapes/record.ttl"),
    ("/shapes/record/1.0.0", BROWSER, "/shapes.html"),
    ("/dataset", BROWSER, "/dataset.html"),
    ("/dataset", RDFLIB, "/catalog.ttl"),
    ("/catalog", "application/rdf+xml", "/catalog.rdf"),
    ("/catalog", BROWSER, "/dataset.html"),
    ("/void", "text/turtle", "/void.ttl"),
    ("/", "text/turtle", "/catalog.ttl"),
    ("/", "application/ld+json", "/catalog.jsonld"),
    ("/query/who-pays", BROWSER, "/cookbook/who-pays.html"),
    ("/query/who-pays", "text/turtle", "/cookbook.ttl"),
    ("/cookbook", "text/turtle", "/cookbook.ttl"),
    ("/cookbook", BROWSER, "/cookbook.html"),
    ("/comparison", BROWSER, "/comparison.html"),
    ("/find/08111000", BROWSER, "/state/bw.html"),
    ("/find/010510011011", "text/turtle", "/state/sh.ttl"),
    ("/find/08", BROWSER, "/find/08.html"),
]


@pytest.mark.parametrize(("path", "accept", "document"), REDIRECT_RULES)
def test_a_thing_leads_to_the_document_that_the_client_likes_best(
    path: str, accept: str | None, document: str, site: Site
) -> None:
    """303 See Other, with Vary, to the best format among those there are (RFC 9110, sections 12.5.1 and 15.4.4)."""
    found = site.get(path, accept)

    assert 303 == found.status
    assert document == site.way(found, path)
    assert "Accept" in re.split(r"\s*,\s*", found.headers["vary"])


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        *(("/state/sh", accept) for accept in ("image/png", "application/trix", "*/*;q=0", "x/y")),
        *(("/comparison", accept) for accept in (NT, "application/rdf+xml;q=0.7")),
    ],
)
def test_no_other_format_is_sent_than_one_accepted(path: str, accept: str, site: Site) -> None:
    """Where the client takes none of the formats there are, it is told so, and in which formats to ask."""
    found = site.get(path, accept)

    assert (406, HTML) == (found.status, found.media_type)
    assert all(variant.media_type.encode() in found.body for variant in VARIANTS)
    assert "Accept" in found.headers["vary"]


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_get_what_they_read(client: str, site: Site) -> None:
    """Programs that read RDF are led to RDF, in the format that they like best; browsers and crawlers to the page."""
    accept, suffix = CLIENTS[client]
    found = site.get("/state/sh", accept)

    assert (303, f"/state/sh{suffix}") == (found.status, site.way(found, "/state/sh"))


TOLD = {
    **{path: path for path in ("state/sh", "organisation/itvsh", "ontology", "shapes", "shapes/record", "void")},
    **{path: path for path in ("statements", "cookbook", "releases", "alignments", "borrowed", "catalog")},
    "": "catalog",
    "dataset": "catalog",
    "query/who-pays": "cookbook",
    "release/1.0.0": "releases",
    "ontology/1.0.0": "ontology",
    "shapes/record/1.0.0": "shapes/record",
}
"""IRIs, of things and of what tells of many, each with the stem of the document about it."""


def test_everything_is_told_in_each_format(site: Site) -> None:
    """Whoever reads one format of RDF alone gets it of each thing and of each document about many things."""
    for path, stem in TOLD.items():
        for variant in VARIANTS[1:]:
            found = site.get(f"/{path}", variant.media_type)

            assert (303, f"/{stem}{variant.suffix}") == (found.status, site.way(found, f"/{path}")), path
            assert (site.folder / f"{stem}{variant.suffix}").is_file()


@pytest.mark.parametrize("stem", dict.fromkeys(TOLD.values()))
def test_a_document_says_the_same_in_each_format(stem: str, dist: Path) -> None:
    """Statement by statement, blank nodes included, the formats of a document agree."""
    graphs = []
    for variant in VARIANTS[1:]:
        kind = ox.RdfFormat.from_media_type(variant.media_type)
        assert kind
        graphs.append(ox.Dataset(ox.parse(path=dist / f"{stem}{variant.suffix}", format=kind)))
        graphs[-1].canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)

    assert [graphs[0]] * len(graphs) == graphs
    assert len(graphs[0]) > 0


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")
@pytest.mark.parametrize("syntax", ["turtle", "xml", "nt", "n3", "json-ld", "trig", "nquads", "ntriples", None])
@pytest.mark.parametrize("path", ["state/sh", "dataset", "query/who-pays"])
def test_rdflib_reads_everything_in_every_syntax(path: str, syntax: str | None, site: Site) -> None:
    """The IRI of a thing, or of what tells of many, is enough for rdflib, whatever syntax it is told; all say one."""
    expected = rdflib.Graph().parse(site.folder / f"{TOLD[path]}.ttl", format="turtle")
    dataset = rdflib.Dataset(default_union=True).parse(site.server.address + path, format=syntax)
    found = set(dataset.triples((None, None, None)))

    assert set(expected) == found
    assert found


def iris(folder: Path, base: str) -> set[str]:
    """Return the IRIs below *base* that the files of the site have in any place but that of a data type.

    Parts of things and terms that went are told by the graph file alone.
    """
    found, gone = set(), set()
    for name in ("efa-lod-graph.ttl", "catalog.ttl", "cookbook.ttl", "shapes.ttl", "void.ttl"):
        for quad in ox.parse(path=str(folder / name), format=ox.RdfFormat.TURTLE):
            if quad.predicate.value.endswith("#deprecated"):
                gone.add(str(quad.subject)[1:-1])
            if quad.predicate.value.endswith("core#example"):
                continue  # of things that a publication may have
            terms = (quad.subject, quad.predicate, quad.object)
            found |= {term.value for term in terms if isinstance(term, ox.NamedNode) and term.value.startswith(base)}
    return found - gone


def test_every_iri_leads_to_what_is_said_of_it(site: Site) -> None:
    """Each IRI in the data, without its fragment, leads to documents of exact type that have it as a subject."""
    by_path: dict[str, set[str]] = {}
    for iri in iris(site.folder, site.table.base_iri):
        by_path.setdefault(iri[len(site.table.base_iri) :].partition("#")[0], set()).add(iri)
    assert len(by_path) > 80
    lost: list[str] = []
    said: dict[str, set[str]] = {}
    for path, wanted in sorted(by_path.items()):
        if (site.folder / path).is_file():
            lost += [path for _ in [1] if site.get(f"/{path}").status != 200]
            continue
        variants = site.table.variants(path, lambda name: (site.folder / name).is_file())
        assert {".html", ".ttl"} <= {variant.suffix for variant in variants}, path
        for variant in variants:
            found = site.get(f"/{path}", variant.media_type)
            if found.status == 200 and not path and variant.is_page:
                continue
            target = site.way(found, f"/{path}") if found.status == 303 else "-"
            if target not in said and target != "-":
                document = site.get(target, variant.media_type)
                right = (200, content_type(variant.media_type)) == (document.status, document.headers["content-type"])
                said[target] = terms(document, variant.media_type, site.table.base_iri) if right else set()
            lost += [
                f"{iri} as {variant.name}" for iri in wanted if not variant.is_page and iri not in said.get(target, ())
            ]
            lost += [f"{path} as {variant.name}" for _ in [1] if target not in said]
    assert [] == lost


def terms(document: Response, media_type: str, base: str) -> set[str]:
    """Return the IRIs that a document says something of, and the names that it gives to versions of itself."""
    if media_type == HTML:
        return set()
    kind = ox.RdfFormat.from_media_type(media_type)
    assert kind
    found = set()
    for quad in ox.parse(document.body, format=kind, base_iri=base):
        found.add(str(quad.subject)[1:-1])
        if quad.predicate.value.endswith(("#versionIRI", "#priorVersion", "#member", "preferredNamespaceUri")) or (
            str(quad.object)[1:-1] == f"{base}ontology#"
        ):
            found.add(str(quad.object)[1:-1])
    return found | {f"{base}ontology#"}


def examples(folder: Path) -> list[str]:
    """Return the paths of the files of a site, one for each suffix in each folder."""
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    found = {(path.rpartition("/")[0], path.rpartition("/")[2].partition(".")[2]): path for path in files}
    return [path for path in found.values() if not path.rpartition("/")[2].startswith(".")]


def expected_type(path: str) -> str:
    """Return the Content-Type of the file at *path*."""
    suffixes = sorted((suffix for suffix in MEDIA_TYPES if path.endswith(suffix)), key=len)
    named = NAMED_TYPES.get(path) or NAMED_TYPES.get(path.rpartition("/")[2])
    return content_type(named or MEDIA_TYPES[suffixes[-1]])


def test_files_have_their_exact_type(site: Site) -> None:
    """Every kind of file comes as it is, under its media type, whatever the client accepts."""
    rules = {"rules/nginx.conf", "rules/Caddyfile", "rules/w3id.htaccess"}
    wrong = []
    for path in examples(site.folder):
        found = site.get(f"/{path}", "image/png")
        if path in rules or (path == ".well-known/void" and site.name == "serve"):
            continue
        if (200, expected_type(path)) != (found.status, found.headers.get("content-type")):
            wrong.append((path, found.status, found.headers.get("content-type")))
        assert (site.folder / path).read_bytes() == found.body
    assert [] == wrong


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_a_folder_sends_its_page(path: str, site: Site) -> None:
    """The base and its English counterpart send their page at once; at the base that depends on Accept."""
    found = site.get(path, BROWSER)

    assert (200, "text/html; charset=utf-8") == (found.status, found.headers["content-type"])
    assert (site.folder / f"{path[1:]}index.html").read_bytes() == found.body
    assert path != "/" or "Accept" in re.split(r"\s*,\s*", found.headers["vary"])


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/", BROWSER), ("/state/sh", TURTLE), ("/state/sh.ttl", "*/*"), ("/none", "*/*"), ("/void", NT)],
)
def test_head_tells_what_get_would_send(path: str, accept: str, site: Site) -> None:
    """HEAD has the status and the headers of GET, and no body."""
    get = site.server.send("GET", path, {"Accept": accept})
    head = site.server.send("HEAD", path, {"Accept": accept})
    told = {"date", "content-length", "transfer-encoding", "accept-ranges", "etag"}

    assert (get.status, b"") == (head.status, head.body)
    assert {name: v for name, v in get.headers.items() if name not in told} == {
        name: v for name, v in head.headers.items() if name not in told
    }


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("path", ["/state/sh.html", "/state/sh.ttl", "/efa-lod.nt", "/assets/site.css"])
def test_a_known_document_is_not_sent_again(path: str, encoding: str, site: Site) -> None:
    """The ETag of a document, packed or not, brings 304 and no body; another one brings the document."""
    first = site.get(path, Accept_Encoding=encoding)
    again = site.get(path, Accept_Encoding=encoding, If_None_Match=f'"x", {first.headers["etag"]}')
    other = site.get(path, Accept_Encoding=encoding, If_None_Match='"x"')
    since = site.get(path, Accept_Encoding=encoding, If_Modified_Since=first.headers["last-modified"])

    assert [(200, True), (304, False), (200, True), (304, False)] == [
        (found.status, bool(found.body)) for found in (first, again, other, since)
    ]
    assert "max-age" in first.headers["cache-control"] or "no-cache" == first.headers["cache-control"]


@pytest.mark.parametrize("path", ["/state/sh.ttl", "/efa-lod.nt", "/efa-lod.csv", "/state/sh.html", "/catalog.jsonld"])
def test_documents_are_packed_for_those_who_can_read_it(path: str, site: Site) -> None:
    """Compression is used for who accepts it and nobody else, holds the same bytes, and is told in Vary."""
    plain = site.get(path, Accept_Encoding="identity")
    packed = site.get(path, Accept_Encoding="br;q=0.1, gzip")

    assert "content-encoding" not in plain.headers
    assert "gzip" == packed.headers["content-encoding"]
    assert plain.body == gzip.decompress(packed.body)
    assert "Accept-Encoding" in packed.headers["vary"]
    assert plain.headers["content-type"] == packed.headers["content-type"]


def test_a_part_of_a_dump_can_be_asked_for(site: Site) -> None:
    """A download that broke off goes on where it stopped (RFC 9110, section 14)."""
    found = site.get("/efa-lod-graph.ttl", Range="bytes=100-199")

    assert (206, 100) == (found.status, len(found.body))
    assert (site.folder / "efa-lod-graph.ttl").read_bytes()[100:200] == found.body


_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[a-z]+="[^"]*")*)')


def links(response: Response, address: str) -> list[tuple[str, str, str]]:
    """Return target, relation and media type of each link in the header Link, one for each relation."""
    found = []
    for target, rest in _LINK.findall(response.headers.get("link", "")):
        values = dict(re.findall(r'([a-z]+)="([^"]*)"', rest))
        found += [(urljoin(address, target), rel, values.get("type", "")) for rel in values["rel"].split()]
    return found


def test_a_page_is_signposted(site: Site) -> None:
    """A page names what it is about, its licence, its collection and its data, which are there."""
    for path in ("state/sh.html", "en/state/sh.html"):
        found = links(site.get(f"/{path}"), site.server.address + path)
        by_relation = {relation: target for target, relation, _ in found}

        assert f"{site.table.base_iri}state/sh" == by_relation["cite-as"]
        assert f"{site.table.base_iri}dataset" == by_relation["collection"]
        assert (site.table.licence, "https://schema.org/AboutPage") == (by_relation["license"], by_relation["type"])
        data = {(target, media_type) for target, relation, media_type in found if relation == "describedby"}
        assert {
            (f"{site.server.address}state/sh.ttl", TURTLE),
            (f"{site.server.address}state/sh.jsonld", JSON_LD),
            (f"{site.server.address}state/sh.nt", NT),
            (f"{site.server.address}state/sh.rdf", XML),
        } == data
        for target, media_type in data:
            assert media_type == site.get(urlsplit(target).path).media_type


@pytest.mark.parametrize("path", ["", "en/", "index.html", "dataset.html"])
def test_the_landing_page_names_the_files(path: str, site: Site) -> None:
    """The pages of the dataset follow the FAIR Signposting Profile: each file is an item, with its media type."""
    found = links(site.get(f"/{path}", BROWSER), site.server.address + path)
    items = {urlsplit(target).path: media_type for target, relation, media_type in found if relation == "item"}

    assert {f"{site.table.base_iri}dataset"} == {target for target, relation, _ in found if relation == "cite-as"}
    assert {"https://schema.org/AboutPage", "https://schema.org/Dataset"} == {t for t, rel, _ in found if rel == "type"}
    assert {"/efa-lod.ttl", "/efa-lod.csv", "/efa-lod-graph.ttl"} <= items.keys()
    assert items == {item: site.get(item).media_type for item in items}


@pytest.mark.parametrize(
    ("path", "relation", "target"),
    [
        ("/state/sh.ttl", "describes", "state/sh"),
        ("/ontology.rdf", "describes", "ontology"),
        ("/catalog.jsonld", "describes", "dataset"),
        ("/efa-lod.nt", "collection", "dataset"),
        ("/cookbook/who-pays.html", "cite-as", "query/who-pays"),
    ],
)
def test_data_says_what_it_describes(path: str, relation: str, target: str, site: Site) -> None:
    """Data leads back to what it is about, a file to the dataset that it is of."""
    found = links(site.get(path), site.server.address)

    assert (site.table.base_iri + target, relation, "") in found
    assert (site.table.licence, "license", "") in found


@pytest.mark.parametrize(
    ("path", "accept", "status", "sc"),
    [
        ("/state/none", TURTLE, 404, "NotFound"),
        ("/state/none.ttl", f"{TURTLE}, {HTML};q=0.5", 404, "NotFound"),
        ("/state/none", JSON_LD, 404, "NotFound"),
        ("/state/gone", TURTLE, 410, "Gone"),
        ("/state/gone.ttl", JSON_LD, 410, "Gone"),
    ],
)
def test_failures_are_told_as_rdf(path: str, accept: str, status: int, sc: str, site: Site) -> None:
    """A client that asks for RDF is told in RDF that there is nothing, or that it has been withdrawn."""
    found = site.get(path, accept)
    media_type = accept.partition(",")[0]
    kind = ox.RdfFormat.from_media_type(media_type)
    assert kind

    assert (status, media_type) == (found.status, found.headers["content-type"])
    objects = {str(quad.object) for quad in ox.parse(found.body, format=kind)}
    assert (f"<http://www.w3.org/2011/http-statusCodes#{sc}>" in objects) or (status == 410 and DEPRECATED in objects)


DEPRECATED = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
"""What documents about things that went say of them (owl:deprecated)."""
FAILURES = [
    ("/none", 404, "", "de", "Hier ist nichts"),
    ("/none", 404, "en-GB,en;q=0.9,de;q=0.1", "en", "There is nothing here"),
    ("/none", 404, "fr, de", "de", "Hier ist nichts"),
    ("/en/none.html", 404, "de", "en", "There is nothing here"),
    ("/state/", 404, "", "de", "Hier ist nichts"),
    ("/state", 404, "", "de", "Hier ist nichts"),
    ("/assets/", 404, "", "de", "Hier ist nichts"),
    ("/find/99111000", 404, "", "de", "Hier ist nichts"),
    ("/state/gone", 410, "", "de", "Das gibt es nicht mehr"),
    ("/en/state/gone.html", 410, "", "en", "This no longer exists"),
]


@pytest.mark.parametrize(("path", "status", "language", "tag", "said"), FAILURES)
def test_failures_are_told_to_people(path: str, status: int, language: str, tag: str, said: str, site: Site) -> None:
    """A page in the reader's language says what is the matter, and leads to the start page."""
    found = site.get(path, BROWSER, **({"Accept-Language": language} if language else {}))

    assert (status, "text/html; charset=utf-8") == (found.status, found.headers["content-type"])
    assert f'<html lang="{tag}">'.encode() in found.body
    assert said.encode() in found.body
    assert "Accept" in found.headers["vary"]
    assert "no-cache" == found.headers["cache-control"]


HOSTILE = [
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/..%5c..%5cetc%5cpasswd",
    "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "/state/..%252f..%252fbuild.json",
    "//etc/passwd",
    "//evil.example/state/sh",
    "/state/sh%00",
    "/state/sh%00.ttl",
    "/state%2Fsh",
    "/state%2fsh.ttl",
    "/state/sh.ttl/x",
    "/state/sh/",
    "/.htaccess",
    "/rules/.git/config",
    "/.git/config",
    "/%0d%0aSet-Cookie:%20a=b",
    "/state/%0d%0aLocation:%20http:%2f%2fevil.example",
    "/query/x%0d%0aSet-Cookie:%20a=b",
    "/state/*",
    "/state/s?",
    "/state/{path}",
    "/state/%7Bpath%7D",
    "/state/$uri",
    "/state/%{ENV:PATH}",
    f"/{'a' * 3000}",
    f"/state/{'a/' * 500}",
    f"/{'%41' * 2000}",
]


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths_lead_nowhere(path: str, site: Site) -> None:
    """No address leads out of the folder, to another host, or into a header."""
    found = site.server.send("GET", path, {"Accept": "*/*"})

    assert found.status in (400, 403, 404, 414, 431), (found.status, found.headers)
    assert b"root:" not in found.body
    assert {"set-cookie", "location"} & found.headers.keys() == set()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/state/sh", "/state/sh.ttl"])
def test_nothing_can_be_changed(method: str, path: str, site: Site) -> None:
    """Methods that change something are refused."""
    assert 405 == site.server.send(method, path, {"Accept": "*/*"}, b"").status


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/", BROWSER, 200),
        ("/state/sh.ttl", "*/*", 200),
        ("/state/sh", TURTLE, 303),
        ("/none", "*/*", 404),
        ("/comparison", XML, 406),
    ],
)
def test_everything_is_open_and_strict(path: str, accept: str, status: int, site: Site) -> None:
    """Pages of other sites may read every response; no browser guesses its type or runs what is not ours."""
    found = site.get(path, accept, Origin="https://example.org")

    assert (status, "*") == (found.status, found.headers["access-control-allow-origin"])
    assert "Link" in found.headers["access-control-expose-headers"]
    assert "nosniff" == found.headers["x-content-type-options"]
    assert found.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert "unsafe" not in found.headers["content-security-policy"]


def test_a_browser_may_ask_whether_it_may_ask(site: Site) -> None:
    """The preflight of a request from another site is granted for reading."""
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    found = site.server.send("OPTIONS", "/state/sh", asked)

    assert (204, "*") == (found.status, found.headers["access-control-allow-origin"])
    assert "GET" in found.headers["access-control-allow-methods"]
    assert "If-None-Match" in found.headers["access-control-allow-headers"]


behind_apache = pytest.mark.parametrize("site", ["apache"], indirect=True)


@behind_apache
@pytest.mark.parametrize(("path", "accept", "document"), REDIRECT_RULES)
def test_apache_serves_from_any_folder(path: str, accept: str | None, document: str, site: Site) -> None:
    """The same rules work below another path of the same server."""
    found = site.get(f"/sub/folder{path}", accept)

    assert (303, f"/sub/folder{document}") == (found.status, site.way(found, path))


@behind_apache
def test_apache_finds_its_failures_in_any_folder(site: Site) -> None:
    """What is told in place of a missing document stands in the folder of the site."""
    found = site.get("/sub/folder/state/none", TURTLE)

    assert (404, TURTLE) == (found.status, found.media_type)
    assert f'<{site.server.address}sub/folder/state/sh.ttl>; rel="describedby' not in found.headers.get("link", "")
    assert "</sub/folder/state/sh.ttl>" in site.get("/sub/folder/state/sh.html").headers["link"]


@behind_apache
def test_w3id_forwards_to_the_site(site: Site) -> None:
    """The permanent address leads to the same address of the site with what is asked for, and so to the document."""
    found = site.get("/efa-lod/state/sh?x=1", TURTLE)
    there = site.way(found, "/")

    assert (302, "/state/sh") == (found.status, there)
    assert "/state/sh.ttl" == site.way(site.get(there, TURTLE), there)
    assert "*" == found.headers["access-control-allow-origin"]


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Iterator[Site]:
    """Give a copy of the site behind our own server, which may be changed."""
    copy = tmp_path / "dist"
    shutil.copytree(folder, copy)
    table = RedirectTable.from_json((copy / TABLE_FILE).read_bytes(), TABLE_FILE)
    with hosting.serve(copy) as server:
        yield Site("serve", copy, server, table)


def changed(site: Site, path: str, data: bytes) -> None:
    """Write *data* to *path* and list it, as a build would, and wait until the server has taken that over."""
    kind = expected_type(path).partition(";")[0]
    write_and_list(site.folder, {path: (kind, data)})
    # The server takes over a build as a whole, a moment later.
    awaited(lambda: site.get(f"/{path}").body == data, f"{path} is not taken over")


def test_a_new_build_is_noticed(own: Site) -> None:
    """What a build has replaced is sent soon, with another ETag; the rest keeps its own."""
    before = own.get("/state/sh.html").headers["etag"], own.get("/state/hh.html").headers["etag"]
    changed(own, "state/sh.html", b"<!doctype html><title>new</title>")
    page = own.get("/state/sh.html")

    assert b"<!doctype html><title>new</title>" == page.body
    assert before[0] != page.headers["etag"]
    assert before[1] == own.get("/state/hh.html").headers["etag"]


def test_a_folder_that_goes_away_is_not_the_end(own: Site) -> None:
    """While a build replaces the folder, requests are answered, and afterwards as before."""
    away = own.folder.with_name("away")
    own.folder.rename(away)
    meanwhile = own.get("/state/sh.html")
    away.rename(own.folder)

    assert meanwhile.status in (200, 404, 503)
    assert 200 == own.get("/state/sh.html").status


def test_links_out_of_the_folder_are_not_followed(own: Site, tmp_path: Path) -> None:
    """A symbolic link in the place of a file is not followed."""
    secret = tmp_path / "secret.ttl"
    secret.write_text("<a:a> <a:b> <a:c> .")
    for path in ("state/sh.ttl", "state/new.ttl"):
        (own.folder / path).unlink(missing_ok=True)
        (own.folder / path).symlink_to(secret)

    assert [404, 404] == [own.get(f"/{path}").status for path in ("state/sh.ttl", "state/new.ttl")]


def test_the_etag_is_of_the_content(own: Site) -> None:
    """The same content has the same strong ETag whenever it was written; the day of the last change is the data's."""
    before = own.get("/state/sh.ttl")
    os.utime(own.folder / "state/sh.ttl", (0, 0))
    after = own.get("/state/sh.ttl")

    assert before.headers["etag"] == after.headers["etag"]
    assert before.headers["etag"].startswith('"')
    assert before.headers["last-modified"] == after.headers["last-modified"]
    assert before.headers["last-modified"].endswith(" 00:00:00 GMT")


def test_weights_are_compared_exactly(own: Site) -> None:
    """Our own server tells weights apart that the rules of others take for equal."""
    found = own.get("/state/sh", "text/html;q=0.85, text/turtle;q=0.86, application/ld+json;q=0.859")

    assert "/state/sh.ttl" == own.way(found, "/state/sh")


def test_the_site_and_the_endpoint_stand_side_by_side(own: Site) -> None:
    """The start page is at /, the page for queries at /query, and the endpoint answers."""
    assert (own.folder / "index.html").read_bytes() == own.get("/", BROWSER).body
    assert b"SPARQL" in own.get("/query", BROWSER).body
    assert own.get("/query", BROWSER).body == own.get("/sparql", BROWSER).body
    assert 200 == own.get("/static/page.js").status
    assert 200 == own.server.ask("ASK { ?s a schema:State }").status
    assert "ok" == json.loads(own.get("/health").body)["status"]


def test_a_large_file_comes_whole(own: Site) -> None:
    """A large file is read while it is sent, packed or not, and comes whole."""
    data = b'<a:a> <a:b> "\xc3\xa4" .\n' * 100_000
    changed(own, "efa-lod.nt", data)
    plain, packed = own.get("/efa-lod.nt"), own.get("/efa-lod.nt", Accept_Encoding="gzip")

    assert data == plain.body == gzip.decompress(packed.body)
    assert [NT, NT] == [found.headers["content-type"] for found in (plain, packed)]


SITES: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "beside-the-graph": (("--graph", "{dist}/efa-lod-graph.ttl"), True),
    "named": (("--site", "{dist}"), True),
    "none": (("--graph", "{dist}/efa-lod-graph.ttl", "--no-site"), False),
    "graph-elsewhere": (("--graph", "{elsewhere}/graph.ttl"), False),
}


@pytest.mark.parametrize("name", SITES)
def test_the_site_beside_the_graph_is_served(name: str, folder: Path, tmp_path: Path) -> None:
    """The site is the one that stands beside the graph, unless another or none is named."""
    options, has_site = SITES[name]
    shutil.copy(folder / "efa-lod-graph.ttl", tmp_path / "graph.ttl")
    named = [option.format(dist=folder, elsewhere=tmp_path) for option in options]
    with serving(*named, "--workers", 2) as server:
        start = server.send("GET", "/", {"Accept": BROWSER})
        thing = server.send("GET", "/state/sh", {"Accept": TURTLE})

    assert (has_site, 303 if has_site else 404) == (b"SPARQL \xc2\xb7" not in start.body, thing.status)


def test_a_newcomer_sees_the_start_page_and_finds_a_municipality(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After ``build``, ``serve`` needs no option; a key leads to the record of the municipality, or else to its state."""
    record = next(generator.records(1))
    (tmp_path / "records.jsonl").write_text(json.dumps(record))
    monkeypatch.chdir(tmp_path)
    assert 0 == cli("build", "records.jsonl").exit_code
    key = record["municipalityKey"]
    with serving() as server:
        start = server.send("GET", "/", {"Accept": BROWSER})
        found = [server.send("GET", f"/find/{k}", {"Accept": BROWSER}) for k in (key, f"{key[:2]}000000")]

    assert (200, "text/html", True) == (start.status, start.media_type, b"state/sh.html" in start.body)
    assert [303, 303] == [one.status for one in found]
    assert [f"../{record['id']}.html", f"../{record['partOfState']}.html"] == [one.headers["location"] for one in found]


@pytest.mark.parametrize("broken", ["missing", "not-json", "no-files", "bad-pattern"])
def test_what_is_no_site_is_told_in_one_line(broken: str, folder: Path, tmp_path: Path) -> None:
    """A folder that no build has written is refused with its name and what to do."""
    copy = tmp_path / "dist"
    copy.mkdir()
    if broken != "missing":
        (copy / "rules").mkdir()
        table = (folder / TABLE_FILE).read_text("utf-8")
        (copy / TABLE_FILE).write_text(table.replace('"void"', '"(void"') if broken == "bad-pattern" else table)
        (copy / "build.json").write_text({"not-json": "{", "no-files": "{}"}.get(broken, '{"files": []}'))
    with pytest.raises(AssertionError) as failed, contextlib.ExitStack() as stack:
        stack.enter_context(serving("--site", copy))

    said = str(failed.value)
    assert "efa-lod: " in said
    assert "Traceback" not in said


def test_every_format_is_asked_for() -> None:
    """The table of ways above asks for each format of the table of formats."""
    asked = {document.rpartition(".")[2] for _, _, document in REDIRECT_RULES}

    assert {variant.name for variant in VARIANTS} == asked
