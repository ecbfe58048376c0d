"""Say what in a query keeps it from an answer: terms that nothing has, and patterns that no statement fits.

A misspelt term is no mistake to SPARQL: the answer is empty, and that looks like one. So each term of a query is
looked up in the graph that is asked, and the nearest one is named.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

import pyoxigraph as ox

from efa_lod.errors import EfaLodError
from efa_lod.io.messages import Bilingual
from efa_lod.model.context import Context, is_absolute, nearest, read_context
from efa_lod.model.publication import Publication
from efa_lod.sparql.parameters import Parameters
from efa_lod.sparql.queries import answer, known_prefixes, perhaps
from efa_lod.sparql.tokens import QUERY_MESSAGES, tokens

_FEW = 500_000
"""Statements up to which a graph is searched for terms that are like an unknown one."""
_WATCHED = ("efa", "schema", "dcat")
"""Prefixes whose terms are looked up in every query; those of others only where it is asked why there is no answer."""
_UNCHECKED = ("http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
_OTHER_STARTS = re.compile(r"https?://(?:www\.)?")


@dataclass(frozen=True)
class _Term:
    """A term as it stands in a query, and its IRI."""

    written: str
    iri: str


@dataclass(frozen=True)
class TermCheck:
    """What is known of terms: the vocabulary of a publication and, if it is at hand, the *store* that is asked."""

    publication: Publication
    store: ox.Store | None = None

    @cached_property
    def context(self) -> Context:
        """Return the context of the publication."""
        return read_context(self.publication)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Return the prefixes that a query need not declare."""
        return known_prefixes(self.context)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return the IRIs of all terms that the ontology defines or the context uses."""
        from efa_lod.rdf.graphs import ontology_triples  # takes time that is needed only where a term is unknown

        subjects = (triple.subject for triple in ontology_triples(self.publication))
        defined = {subject.value for subject in subjects if isinstance(subject, ox.NamedNode)}
        used = {key.iri for key in self.context.keys.values()} | {*self.context.types.values()}
        return frozenset(defined | used)

    def short_terms(self) -> list[str]:
        """Return all terms of the vocabulary as prefixed names."""
        written = (
            f"{prefix}:{iri[len(namespace) :]}"
            for prefix, namespace in self.prefixes.items()
            for iri in self.vocabulary
            if iri.startswith(namespace) and not re.search("[/#]", iri[len(namespace) :])
        )
        return sorted(written)

    def notes(self, query: str, thorough: bool = False) -> list[Bilingual]:
        """Return what there is to say of the terms in *query*, each thing once.

        When *thorough*, terms of all vocabularies are looked up, and those told that exist and that nothing uses.
        """
        terms = _terms(query, self.prefixes, self.context.base_iri)
        found = (self._note(term, thorough) for term in terms)
        return list(dict.fromkeys(note for note in found if note))

    def _note(self, term: _Term, thorough: bool) -> Bilingual | None:
        ontology = self.prefixes["efa"]
        is_own = thorough and term.iri.startswith(ontology)
        if term.iri.startswith(_UNCHECKED) or (self._is_applied(term.iri) if is_own else self._is_used(term.iri)):
            return None
        if twin := self._twin(term.iri):
            return QUERY_MESSAGES("other-scheme", term=twin[0], right=twin[1])
        if term.iri.startswith(self.context.base_iri) and not term.iri.startswith(ontology):
            return self._thing_note(term)
        watched = any(term.iri.startswith(self.prefixes[name]) for name in _WATCHED if name in self.prefixes)
        if not (watched or thorough):
            return None
        if term.iri in self.vocabulary:
            return QUERY_MESSAGES("unused-term", term=term.written) if thorough and self.store is not None else None
        if term.iri.startswith(ontology):
            return QUERY_MESSAGES("unknown-term", term=term.written, near=self._near(term))
        if self.store is None:
            return None
        return QUERY_MESSAGES("absent-term", term=term.written, near=self._near(term))

    def _is_used(self, iri: str) -> bool:
        """Return whether a statement of the store has *iri* in any place."""
        if self.store is None:
            return False
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        patterns = ((None, node, None), (None, None, node), (node, None, None))
        return any(next(iter(self.store.quads_for_pattern(s, p, o)), None) for s, p, o in patterns)

    def _is_applied(self, iri: str) -> bool:
        """Return whether anything but the ontology itself, which may be part of the graph, has the term *iri*."""
        if self.store is None:
            return False
        node = ox.NamedNode(iri)
        if next(iter(self.store.quads_for_pattern(None, node, None)), None):
            return True
        ontology = f"<{self.prefixes['efa']}"
        return any(
            not str(quad.subject).startswith(ontology) for quad in self.store.quads_for_pattern(None, None, node)
        )

    def _twin(self, iri: str) -> tuple[str, str] | None:
        """Return the namespace of *iri* and the known one that differs in http or https, or in www, only."""
        bare = _OTHER_STARTS.sub("", iri)
        for namespace in self.prefixes.values():
            if bare.startswith(_OTHER_STARTS.sub("", namespace)) and not iri.startswith(namespace):
                start = iri[: len(iri) - len(bare)]
                return start + _OTHER_STARTS.sub("", namespace), namespace
        return None

    def _thing_note(self, term: _Term) -> Bilingual | None:
        if self.store is None:
            return None
        local = term.iri[len(self.context.base_iri) :]
        near = nearest(local, (iri[len(self.context.base_iri) :] for iri in self._things))
        return QUERY_MESSAGES("unknown-thing", term=term.written, near=perhaps(f"<{near}>" if near else ""))

    @cached_property
    def _things(self) -> list[str]:
        base = self.context.base_iri
        return [iri for iri in self._column("?s a ?c", "s") if iri.startswith(base)]

    def _near(self, term: _Term) -> Bilingual:
        """Return the words for the term of the same namespace that *term* most likely means."""
        namespace = re.split(r"(?<=[#/])(?=[^#/]*$)", term.iri)[0]
        known = {iri for iri in {*self.vocabulary, *self._used_terms} if iri.startswith(namespace)}
        near = nearest(term.iri[len(namespace) :], (iri[len(namespace) :] for iri in known))
        if not near:
            return perhaps("")
        prefix, colon, _ = term.written.partition(":")
        return perhaps(f"{prefix}:{near}" if colon and not term.written.startswith("<") else f"<{namespace}{near}>")

    @cached_property
    def _used_terms(self) -> list[str]:
        return [*self._column("?s ?p ?o", "p"), *self._column("?s a ?p", "p")]

    def _column(self, pattern: str, name: str) -> list[str]:
        """Return the IRIs that a variable has in *pattern*; nothing where the graph is large."""
        if self.store is None or len(self.store) > _FEW:
            return []
        rows: Any = self.store.query(f"SELECT DISTINCT ?{name} {{ {pattern} }}")
        return [row[name].value for row in rows if _is_iri(row[name])]

    def reasons(self, query: str, params: Parameters | None = None) -> list[Bilingual]:
        """Return why *query* has no answer: its terms, and the first of its patterns that no statement fits."""
        notes = self.notes(query, thorough=True)
        if self.store is None:
            return notes
        found = _Patterns(query, self.store, self.prefixes, self.context, params or {})
        try:
            return [*notes, *found.notes()]
        except EfaLodError:
            return notes


def _is_iri(node: object) -> bool:
    return isinstance(node, ox.NamedNode)


def _terms(query: str, prefixes: Mapping[str, str], base_iri: str) -> Iterator[_Term]:
    """Yield the terms that stand in *query* as prefixed names or IRIs, but for declarations and names of graphs."""
    known = dict(prefixes)
    before: list[str] = ["", ""]
    for token in tokens(query):
        if token["comment"]:
            continue
        text = token[0]
        keyword = before[1].upper()
        if token["iri"]:
            iri = _absolute(text[1:-1], base_iri)
            if before[0].upper() == "PREFIX":
                known[before[1].partition(":")[0]] = iri
            elif keyword == "BASE":
                base_iri = iri
            elif keyword not in ("FROM", "NAMED", "GRAPH"):
                yield _Term(text, iri)
        elif keyword != "PREFIX" and (token["local"] or (token["word"] and token["name"])):
            prefix, _, local = text.partition(":")
            if prefix in known:
                yield _Term(text, known[prefix] + re.sub(r"\\(.)", r"\1", local))
        before = [before[1], text]


def _absolute(reference: str, base_iri: str) -> str:
    return reference if is_absolute(reference) else urljoin(base_iri, reference)


class _Patterns:
    """The triple patterns of a query, held against a store one by one and then together."""

    def __init__(
        self,
        query: str,
        store: ox.Store,
        prefixes: Mapping[str, str],
        context: Context,
        params: Parameters,
    ) -> None:
        self._query, self._store, self._prefixes, self._context = query, store, prefixes, context
        self._params = params

    def notes(self) -> list[Bilingual]:
        """Return what fits no statement: single patterns, or else the first that fits not together with those above."""
        groups = list(self._groups())
        alone = [pattern for group in groups for pattern in group if not self._fits([pattern])]
        if alone:
            return [QUERY_MESSAGES("no-match", pattern=self._short(pattern)) for pattern in alone]
        for group in groups:
            for size in range(2, len(group) + 1):
                if not self._fits(group[:size]):
                    return [QUERY_MESSAGES("no-join", pattern=self._short(group[size - 1]))]
        return [QUERY_MESSAGES("filtered")] if groups else []

    def _groups(self) -> Iterator[list[str]]:
        """Yield the patterns that an answer must fit, group by group; nothing where the query is beyond rdflib."""
        from rdflib.plugins.sparql import prepareQuery

        try:
            prepared = prepareQuery(self._query, initNs=dict(self._prefixes), base=self._context.base_iri)
        except Exception:  # rdflib raises many kinds for what SPARQL 1.1 has not; there is just less to say then
            return
        yield from (group for group in _needed(prepared.algebra) if group)

    def _fits(self, patterns: Sequence[str]) -> bool:
        text = " . ".join(patterns)
        params = {name: value for name, value in self._params.items() if re.search(rf"\?{name}\b", text)}
        found = answer(f"SELECT * {{ {text} }} LIMIT 1", self._store, {}, params, base_iri=self._context.base_iri)
        return isinstance(found, ox.QuerySolutions) and next(found, None) is not None

    def _short(self, pattern: str) -> str:
        return re.sub(r"<([^<>\s]*)>", lambda iri: self._written(iri[1]), pattern)

    def _written(self, iri: str) -> str:
        short = self._context.compact(iri)
        for prefix, namespace in self._prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return short if short != iri and ":" in short else f"<{short}>"


def _needed(part: Any) -> Iterator[list[str]]:
    """Yield the patterns of each basic graph pattern below *part* that is neither optional nor to be missing."""
    if getattr(part, "name", "") == "BGP":
        yield [" ".join(term.n3() for term in triple) for triple in part.triples]
        return
    skipped = {"p2"} if getattr(part, "name", "") in ("LeftJoin", "Minus") else set()
    for key, value in part.items() if hasattr(part, "items") else ():
        if key not in skipped and key in ("p", "p1", "p2", "part"):
            yield from _needed(value)
