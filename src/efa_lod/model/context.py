"""What the keys of a record mean: ``ontology/context.jsonld``, read as data.

The context is the only mapping between keys and RDF terms. This module answers questions about it – which keys there
are, which IRI a key stands for, which form its values have – and leaves its use to the JSON-LD processor in ``rdf``.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from efa_lod.io.json_objects import JsonObject
from efa_lod.io.messages import Messages, reason
from efa_lod.model.publication import Publication

if TYPE_CHECKING:
    import difflib

_ERRORS = Messages(__file__, "errors")

CONTEXT_FILE = "ontology/context.jsonld"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Key:
    """A key: its *name*, the *iri* of its property, and the form of its values.

    *form* is ``text``, ``language`` (texts by language tag), ``iri`` (a reference or a nested thing), ``code`` (the
    name of a concept) or a datatype IRI. *vocabulary* is what a code's name is appended to; *concepts* are the IRIs of
    the codes that would mean something else without the key, since a key or type has that name too. *reverse* says that
    the triple points from the value to the thing that has the key.
    """

    name: str
    iri: str
    form: str
    vocabulary: str = ""
    reverse: bool = False
    concepts: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Context:
    """The context as it stands in the file, and the base that relative IRIs are resolved against."""

    definition: JsonObject
    base_iri: str

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Return prefix names and their namespaces, sorted by name."""
        found = {k: v for k, v in self.definition.items() if isinstance(v, str) and v.endswith(("#", "/"))}
        return dict(sorted(found.items()))

    @cached_property
    def types(self) -> dict[str, str]:
        """Return the names that ``type`` may have, and the class of each."""
        plain = {k: v for k, v in self.definition.items() if isinstance(v, str) and k[:1].isupper()}
        return {name: self.expand(term) for name, term in plain.items()}

    @cached_property
    def keys(self) -> dict[str, Key]:
        """Return the keys that a thing may have, other than ``id`` and ``type``."""
        skipped = {"id", "type", *self.types, *self.prefixes}
        return {
            name: self._key(name, term)
            for name, term in self.definition.items()
            if name not in skipped and not name.startswith("@")
        }

    def _key(self, name: str, term: str | JsonObject) -> Key:
        if isinstance(term, str):
            return Key(name, self.expand(term), "text")
        iri = self.expand(term.get("@reverse") or term["@id"])
        scoped = term.get("@context", {})
        vocabulary = scoped.get("@vocab", "")
        concepts = {code: self.expand(concept) for code, concept in scoped.items() if not code.startswith("@")}
        if term.get("@container") == "@language":
            return Key(name, iri, "language")
        form = {"@id": "iri", "@vocab": "code", None: "text"}.get(term.get("@type"), "")
        return Key(name, iri, form or self.expand(term["@type"]), vocabulary, "@reverse" in term, concepts)

    def expand(self, name: str) -> str:
        """Return the IRI of a prefixed name; a name without a known prefix is returned as it is."""
        prefix, colon, rest = name.partition(":")
        return self.prefixes[prefix] + rest if colon and prefix in self.prefixes else name

    def resolve(self, reference: str) -> str:
        """Return the IRI that *reference* means as a value of ``id``: prefixed, absolute, or below the base."""
        expanded = self.expand(reference)
        return expanded if is_absolute(expanded) else self.base_iri + expanded

    def compact(self, iri: str) -> str:
        """Return the shortest way to write *iri*: below the base, with a prefix, or as it is."""
        if iri.startswith(self.base_iri) and not iri.startswith(self.base_iri + "ontology#"):
            return iri[len(self.base_iri) :]
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri


def is_absolute(reference: str) -> bool:
    """Return whether *reference* begins with a scheme (RFC 3986, 3.1)."""
    return _SCHEME.match(reference) is not None


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the member of *known* that *name* most likely means, or an empty text."""
    import difflib  # takes time that is needed only where a name is unknown

    by_fold: dict[str, list[str]] = {}
    for candidate in sorted(known):
        by_fold.setdefault(candidate.casefold(), []).append(candidate)
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.6)
    likeness = difflib.SequenceMatcher(None, name)
    return max(by_fold[close[0]], key=lambda one: _ratio(likeness, one)) if close else ""


def _ratio(likeness: "difflib.SequenceMatcher[str]", other: str) -> float:
    likeness.set_seq2(other)
    return likeness.ratio()


def read_context(publication: Publication) -> Context:
    """Read the context of *publication*; raise BrokenInput when the file is missing or not a context."""
    text = publication.read(CONTEXT_FILE)
    try:
        definition = json.loads(text)["@context"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _ERRORS.broken("no-context", CONTEXT_FILE, reason=reason(error)) from error
    if not isinstance(definition, dict):
        raise _ERRORS.broken("one-context", CONTEXT_FILE)
    for name, term in definition.items():
        if not name.startswith("@") and not _is_term(term):
            raise _ERRORS.broken("context-term", CONTEXT_FILE, name=name, found=str(term)[:60])
    context = Context(definition, publication.base_iri)
    _refuse_what_is_no_iri(context)
    return context


def _is_term(term: object) -> bool:
    """Return whether *term* may define a key: an IRI, or a mapping of the kind that ``Key`` is made of."""
    if not isinstance(term, dict):
        return isinstance(term, str)
    scoped = term.get("@context", {})
    texts = [term.get("@reverse") or term.get("@id")]
    texts += [term[key] for key in ("@type", "@container") if key in term]
    texts += scoped.values() if isinstance(scoped, dict) else []
    return isinstance(scoped, dict) and all(isinstance(text, str) for text in texts)


def _refuse_what_is_no_iri(context: Context) -> None:
    """Raise BrokenInput for the first key or type of *context* that stands for no absolute IRI."""
    from pyoxigraph import NamedNode

    iris = [*context.prefixes.items(), *context.types.items()]
    for key in context.keys.values():
        datatype = "" if key.form in ("text", "language", "iri", "code") else key.form
        iris += [
            (key.name, key.iri),
            *((key.name, iri) for iri in (datatype, key.vocabulary, *key.concepts.values()) if iri),
        ]
    for name, iri in iris:
        try:
            NamedNode(iri)
        except ValueError as error:
            raise _ERRORS.broken("context-iri", CONTEXT_FILE, name=name, found=iri, reason=reason(error)) from error
