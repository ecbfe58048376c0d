"""Make the query page: SPARQL in the browser, over the graph file beside the page, without a server.

The engine is Oxigraph, compiled to WebAssembly: the npm package ``oxigraph``, whose folder is named when the site is
built. Without it the page says so and points to the command line. The page fetches the engine and the graph when a
reader turns to the editor or to a question; it runs in a worker, which is ended when a reader stops a query.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from efa_lod.catalog.catalogue_context import GRAPH_FILE
from efa_lod.errors import BadSetting, EfaLodError
from efa_lod.io.files import whole_file
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.page import Site, pages
from efa_lod.sparql.guard import form_of
from efa_lod.sparql.queries import known_prefixes, named_queries

QUERY_PAGE = "query.html"
MOST_TRIPLES = 500_000
"""Triples up to which a graph is loaded into a browser."""
_STATIC = Path(__file__).parent / "static"
_PACKAGE = "package.json"
_ENGINE_FILES: Mapping[str, tuple[str, str]] = {
    "web.js": ("assets/oxigraph.js", "text/javascript"),
    "web_bg.wasm": ("assets/oxigraph.wasm", "application/wasm"),
}
"""The files of the npm package that a browser needs, with their places in a site and media types."""
_IMPORT = 'import start, { Store } from "./oxigraph.js";'
_START = "__wbg_init"
"""What the npm package calls the function that it exports by default."""
_LICENCES = ("LICENSE-MIT", "LICENSE", "LICENSE.txt", "LICENSE.md")


@dataclass(frozen=True)
class BrowserEngine:
    """The engine that the query page runs: its *version*, *files* by their names in the npm package, and *licence*.

    With *from_disk* the page works when it is opened from a disk too, where a browser loads neither modules nor data.
    """

    version: str
    files: Mapping[str, bytes]
    licence: str
    from_disk: bool = False


def read_engine(folder: Path, from_disk: bool = False) -> BrowserEngine:
    """Return the engine in *folder*, that of the npm package ``oxigraph``; raise BadSetting where it is not there."""
    try:
        described = json.loads(whole_file(folder / _PACKAGE))
        files = {name: whole_file(folder / name) for name in _ENGINE_FILES}
        is_usable = described["name"] == "oxigraph" and f"{_START} as default".encode() in files["web.js"]
        version = str(described["version"]) if is_usable else ""
    except (EfaLodError, ValueError, KeyError, TypeError):
        version, files = "", {}
    if not version:
        needed = ", ".join((_PACKAGE, *_ENGINE_FILES))
        raise BadSetting(
            f"{folder}: expected the folder of the npm package oxigraph with {needed} – npm install oxigraph, then name"
            " node_modules/oxigraph",
            f"{folder}: erwartet wird der Ordner des npm-Pakets oxigraph mit {needed} – npm install oxigraph, dann"
            " node_modules/oxigraph angeben",
        )
    own = next((folder / name for name in _LICENCES if (folder / name).is_file()), _STATIC / "oxigraph-licence.txt")
    return BrowserEngine(version, files, whole_file(own).decode("utf-8", "replace"), from_disk)


def query_page(site: Site) -> Iterator[OutputFile]:
    """Yield the query page in each language, what it asks with, and the engine where the site has one."""
    engine = site.engine
    values = {
        "engine": engine,
        "graph": GRAPH_FILE,
        "queries": list(named_queries(site.publication)),
        "most": MOST_TRIPLES,
        "endpoint": (site.publication.settings.value.get("endpoint") or {}).get("url", ""),
    }
    yield from pages(site, "ask.html", QUERY_PAGE, values)
    described = json.dumps(_description(site), ensure_ascii=False, sort_keys=True).encode()
    yield OutputFile("assets/query.json", "application/json", [described])
    if engine is None:
        return
    for name, (path, media_type) in _ENGINE_FILES.items():
        yield OutputFile(path, media_type, [engine.files[name]])
    yield OutputFile("assets/oxigraph-licence.txt", "text/plain", [engine.licence.encode()])


def query_page_for_disks(site: Site, graph: bytes) -> Iterator[OutputFile]:
    """Yield the script that holds engine, description and *graph* in one, for a page that is opened from a disk.

    The *site* has an engine.
    """
    engine = site.engine
    assert engine is not None
    worker = (_STATIC / "query-worker.js").read_text("utf-8")
    held = {
        "wasm": base64.b64encode(engine.files["web_bg.wasm"]).decode(),
        "worker": _as_script(engine.files["web.js"].decode()) + worker.replace(_IMPORT, f"const start = {_START};"),
        "graph": graph.decode(),
        "description": _description(site),
    }
    script = f"globalThis.queryPage = {json.dumps(held, ensure_ascii=False, sort_keys=True)};\n"
    yield OutputFile("assets/query-disk.js", "text/javascript", [script.replace("\u2028", "\\u2028").encode()])


def _as_script(module: str) -> str:
    """Return the JavaScript *module* as a script, which a browser runs from a disk too: nothing is exported."""
    inner = re.sub(r"^export (?=class |function |async )", "", module, flags=re.MULTILINE)
    return re.sub(r"^export \{.*\};$", "", inner, flags=re.MULTILINE).replace("import.meta.url", "''")


def _description(site: Site) -> Mapping[str, object]:
    """Return what the page needs to know: prefixes, named queries, and the terms that it completes."""
    return {
        "base": site.context.base_iri,
        "prefixes": known_prefixes(site.context),
        "queries": {query.name: query.body for query in named_queries(site.publication)},
        "forms": {query.name: form_of(query.text) for query in named_queries(site.publication)},
        "terms": _terms(site),
        "most": MOST_TRIPLES,
    }


def _terms(site: Site) -> list[Mapping[str, str]]:
    """Return the terms of the ontology with their labels, in the order of their names."""
    own = site.context.prefixes["efa"]
    named = {site.context.compact(iri): labels for iri, labels in site.labels.items() if iri.startswith(own)}
    return [{"name": name, **named[name]} for name in sorted(named)]
