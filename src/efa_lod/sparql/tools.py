"""What a language model may ask: tools that only read, whose answers say where they come from and what is left open.

Each tool takes plain values and returns a mapping that can be written as JSON. Besides its answer that has the release
of the data, and for each state that the answer speaks of the rows of the overview page behind it: which row, as of
when, and where the page leaves a question open, in which way. A model that is told nothing of that invents it.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

from efa_lod.errors import BrokenInput
from efa_lod.model.context import read_context
from efa_lod.model.finder import FINDER_REASONS, Finder, finder_of_records
from efa_lod.model.gazetteer import RegisterPlace, read_gazetteer
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.sparql.guard import form_of
from efa_lod.sparql.pool import WorkerPool
from efa_lod.sparql.queries import known_prefixes, named_queries, named_query
from efa_lod.sparql.workers import BROKEN, OK, TIME, TOO_LARGE, Job

ToolAnswer = dict[str, object]
MOST_ROWS = 200
"""Rows that one answer gives to a model; more are counted and not shown."""
MOST_PLACES = 20
_PREFIXES = """PREFIX efa: <{base}ontology#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_ORIGINS = """
SELECT ?state ?abbreviation ?row ?question ?status ?meaning ?form ?lost ?lost_means ?asOf ?compared WHERE {{
  VALUES ?state {{ {states} }}
  ?state efa:abbreviation ?abbreviation .
  ?row schema:about ?state ; efa:rowKind/skos:notation ?kind ; efa:valueStatus ?value .
  ?value skos:notation ?code ; skos:definition ?meaning FILTER(LANG(?meaning) = "en")
  BIND(STR(?kind) AS ?question) BIND(STR(?code) AS ?status)
  OPTIONAL {{ ?row efa:answerForm/skos:notation ?formCode BIND(STR(?formCode) AS ?form) }}
  OPTIONAL {{
    ?row efa:lostInCopy ?loss . ?loss skos:notation ?lossCode ; skos:definition ?lost_means
    FILTER(LANG(?lost_means) = "en") BIND(STR(?lossCode) AS ?lost)
  }}
  OPTIONAL {{ ?row efa:asOf ?asOf }}
  OPTIONAL {{ ?record foaf:primaryTopic ?state ; efa:lastConfirmed ?compared }}
}}
ORDER BY ?abbreviation ?row
"""
_STATES = """
SELECT ?state ?word WHERE { ?state a schema:State ; schema:name|efa:abbreviation ?word } ORDER BY ?state ?word
"""
_CONTACTS = """
SELECT ?name ?topic ?email ?telephone WHERE {{
  <{state}> ^schema:areaServed/efa:contact ?point .
  OPTIONAL {{ ?point schema:name ?name FILTER(LANG(?name) IN ("de", "")) }}
  OPTIONAL {{ ?point efa:topic ?topic FILTER(LANG(?topic) = "de") }}
  OPTIONAL {{ ?point schema:email ?email }}
  OPTIONAL {{ ?point schema:telephone ?telephone }}
}}
ORDER BY ?point ?email ?telephone
"""
_CLASSES = """
SELECT ?class (COUNT(?thing) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) ?class
"""
_PROPERTIES = """
SELECT ?property (COUNT(*) AS ?uses) (SAMPLE(?label) AS ?label_en) WHERE {
  ?thing a ?class ; ?property ?value
  FILTER(?class IN (schema:State, schema:GovernmentService, schema:ContactPoint, schema:OfferCatalog, schema:WebSite,
    efa:Municipality, efa:Provision, efa:Financing, efa:SourceRow))
  OPTIONAL { ?property rdfs:label ?label FILTER(LANG(?label) = "en") }
}
GROUP BY ?property ORDER BY DESC(?uses) ?property
"""
PITFALLS = (
    "Contacts, catalogues and financing hang on the service of a state, not on the state: ?state ^schema:areaServed"
    " ?service . ?service efa:contact ?contact .",
    "schema: is https://schema.org/, with s.",
    "Names and labels are in German (@de) and mostly in English (@en) too: filter by LANG, or rows double.",
    "A missing value is not the same as nothing: each of the four questions of a state has a row of the overview page"
    " (efa:SourceRow, schema:about ?state, efa:rowKind) whose efa:valueStatus says whether it is answered, empty,"
    " n. a. or not yet available; efa:lostInCopy says what our copy of the page lost of the answer, such as the target"
    " of a link.",
    "Answers are about reusing EfA online services only; the data does not know which services exist.",
)
"""What first queries go wrong with."""


class ToolError(Exception):
    """A request that has no answer; the text says what to do instead."""


class Tools:
    """The tools over the graph of *pool*, whose workers run, and the records of *publication*."""

    def __init__(self, pool: WorkerPool, publication: Publication) -> None:
        self._pool = pool
        self._publication = publication
        self._base_iri = publication.base_iri
        self._head = _PREFIXES.format(base=self._base_iri)
        self._words: dict[str, str] = {}
        self._finder: Finder | None = None

    async def list_questions(self) -> ToolAnswer:
        """Return the questions that have a tested query: name, question, what the answer means, its columns."""
        questions = [
            {
                "name": query.name,
                "question": query.says("question", "en"),
                "frage": query.says("question", "de"),
                "explanation": query.says("explanation", "en"),
            }
            for query in named_queries(self._publication)
            if form_of(query.text) in ("SELECT", "ASK")
        ]
        return {"questions": questions, **self._release()}

    async def answer_question(self, name: str, parameters: Mapping[str, str] | None = None) -> ToolAnswer:
        """Return the answer of the question called *name*.

        *parameters* are values for columns of the answer by which it is narrowed, such as ``{"state": "SH"}``.
        """
        try:
            text = named_query(self._publication, name).text
        except BrokenInput as error:
            raise ToolError(f"{error} – list_questions has the names") from error
        return await self._answered(Job(text, "json", None, params=tuple(sorted((parameters or {}).items()))))

    async def query(self, sparql: str) -> ToolAnswer:
        """Return the answer of a SPARQL query of the form SELECT or ASK; the usual prefixes are known."""
        return await self._answered(Job(sparql, "json", None))

    async def find(self, text: str) -> ToolAnswer:
        """Return whom a municipality asks: the state and its contacts for a name, abbreviation or key."""
        found = self._make_finder()(text)
        told: ToolAnswer = {"asked": text}
        if found.reason:
            told["reason"] = FINDER_REASONS[found.reason]["en"].format(key=found.key)
        if found.near:
            told["perhaps_meant"] = list(found.near)
        if found.places:
            told["places"] = [_place(place) for place in found.places[:MOST_PLACES]]
            told["cut"] = len(found.places) > MOST_PLACES or bool(found.more)
        states = [self._base_iri + one for one in found.references]
        told["found"] = [{"iri": iri, "contacts": await self._rows(_CONTACTS.format(state=iri))} for iri in states]
        return {**told, **await self._provenance(states)}

    async def describe_vocabulary(self) -> ToolAnswer:
        """Return the classes and properties in use with how often, the prefixes, and what queries go wrong with."""
        classes, properties = await self._rows(_CLASSES), await self._rows(_PROPERTIES)
        return {
            "prefixes": dict(known_prefixes(read_context(self._publication))),
            "classes": classes,
            "properties": properties,
            "pitfalls": list(PITFALLS),
            **self._release(),
        }

    async def _answered(self, job: Job) -> ToolAnswer:
        """Return the answer of *job* with its origins; at most ``MOST_ROWS`` rows of it."""
        whole = json.loads(await self._asked(job))
        if "boolean" in whole:
            return {"answer": whole["boolean"], **self._release()}
        rows = [_plain(row) for row in whole["results"]["bindings"]]
        shown = rows[:MOST_ROWS]
        told: ToolAnswer = {"columns": whole["head"]["vars"], "rows": shown, "row_count": len(rows)}
        told["cut"] = len(rows) > len(shown)
        if told["cut"]:
            told["cut_note"] = f"only the first {MOST_ROWS} of {len(rows)} rows are shown; narrow the question"
        if not rows:
            told["empty_note"] = "no row matches; that is no statement about the world – see describe_vocabulary"
        return {**told, **await self._provenance(await self._states_in(shown))}

    async def _provenance(self, states: Sequence[str]) -> ToolAnswer:
        """Return the rows of the overview page about *states*, and the release."""
        listed = " ".join(f"<{state}>" for state in states)
        rows = await self._rows(_ORIGINS.format(states=listed)) if states else []
        return {"origins": rows, **self._release()}

    async def _states_in(self, rows: Iterable[Mapping[str, str]]) -> list[str]:
        """Return the states that *rows* speak of: by IRI, by the IRI of a part, by name or abbreviation."""
        if not self._words:
            known = await self._rows(_STATES)
            self._words = {row["word"]: row["state"] for row in known} | {row["state"]: row["state"] for row in known}
        cells = (cell.partition("#")[0] for row in rows for cell in row.values())
        return sorted({self._words[cell] for cell in cells if cell in self._words})

    async def _rows(self, query: str) -> list[dict[str, str]]:
        whole = json.loads(await self._asked(Job(self._head + query, "json", None)))
        return [_plain(row) for row in whole["results"]["bindings"]]

    async def _asked(self, job: Job) -> bytes:
        """Return the answer of *job* as JSON; raise ToolError with what to do instead where there is none."""
        reply = await self._pool.ask(job)
        if reply.status == OK:
            return reply.body
        said = reply.body.decode("utf-8", "replace")
        remedy = _REMEDIES.get(reply.status, "try again later, or ask for less")
        if reply.status == BROKEN:
            raise ToolError(f"{said} – {remedy}")
        raise ToolError(f"there is no answer – {remedy.format(seconds=self._pool.limits.seconds)}")

    def _make_finder(self) -> Finder:
        if self._finder is None:
            records = (document.value for document in publication_records(self._publication))
            self._finder = finder_of_records(records, read_gazetteer(self._publication))
        return self._finder

    def _release(self) -> ToolAnswer:
        """Return which release of the data this is, and what it rests on."""
        settings = self._publication.settings.value
        release = {"version": str(settings["version"]), "modified": str(settings["modified"])}
        return {"release": {**release, "dataset": self._publication.texts("en")["title"], "base_iri": self._base_iri}}


_REMEDIES = {
    BROKEN: "mend the query; describe_vocabulary has prefixes, classes, properties and pitfalls",
    TIME: "stopped after {seconds:g} s – ask for less, or use LIMIT",
    TOO_LARGE: "the answer is too large – use LIMIT, or aggregate",
    "not-acceptable": "only SELECT and ASK are answered here",
}
"""What to do instead, by the status of a reply."""


def _plain(row: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: term["value"] for name, term in row.items()}


def _place(place: RegisterPlace) -> Mapping[str, str]:
    return {"name": place.name, "described": place.described("en"), "key": place.key}


def read_only_tools(tools: Tools) -> Iterator[tuple[str, str, Callable[..., Awaitable[ToolAnswer]]]]:
    """Yield the tools of *tools*: name, title, and the function that answers, whose docstring says what it does."""
    for name, title in (
        ("list_questions", "List the questions that have tested answers"),
        ("answer_question", "Answer one of the questions by its name"),
        ("find", "Find whom a municipality or state asks"),
        ("describe_vocabulary", "Describe classes, properties and pitfalls"),
        ("query", "Run a SPARQL query that only reads"),
    ):
        yield name, title, getattr(tools, name)
