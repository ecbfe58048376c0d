"""Write the list of changes as RDF and JSON.

The vocabulary is Changeset (vocab.org/changeset): a set of changes for each subject, with each statement that was
removed or added. No node is blank: all have IRIs below the one of the comparison.
"""

from collections.abc import Iterable, Iterator, Sequence

from efa_lod.io.json_text import json_text
from efa_lod.model.expansion import literal
from efa_lod.releases.changes import Change, ChangeList
from efa_lod.releases.comparison import split_line
from efa_lod.releases.vocabulary import VocabularyChange, vocabulary_sentences
from efa_lod.releases.wording import TONGUES, Wording, sentence

_CS = "http://purl.org/vocab/changeset/schema#"
_PREFIXES = (
    f"@prefix cs: <{_CS}> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)


def change_set_turtle(
    removed: Iterable[bytes],
    added: Iterable[bytes],
    listed: ChangeList,
    wording: Wording,
    iri: str,
    vocabulary: Sequence[VocabularyChange] = (),
) -> Iterator[bytes]:
    """Yield the changes as Turtle; the sets and their statements are named by *iri* and a fragment.

    Sets about the *vocabulary* name no statements: those are in the ontology and the shapes, not in the data.
    """
    yield _PREFIXES.encode()
    by_subject: dict[str, list[Change]] = {}
    for change in listed.changes:
        by_subject.setdefault(change.subject, []).append(change)
    statements: dict[str, list[tuple[str, str, str]]] = {}
    for verb, lines in (("removal", removed), ("addition", added)):
        for line in lines:
            subject, predicate, object_ = split_line(line)
            statements.setdefault(subject[1:-1], []).append((verb, predicate, object_))
    for number, (subject, changes) in enumerate(by_subject.items(), 1):
        yield _change_set(f"{iri}#change-{number}", subject, changes, statements[subject], listed, wording).encode()
    said = vocabulary_sentences(vocabulary, wording)
    for number, (entry, sentences) in enumerate(zip(vocabulary, said, strict=True), len(by_subject) + 1):
        told = ", ".join(f"{literal(sentences[language])}@{language}" for language in TONGUES)
        subject = f"<{wording.base_iri}{entry.iri}>"
        node = f"<{iri}#change-{number}>"
        yield f"\n{node} a cs:ChangeSet ; cs:subjectOfChange {subject} ; rdfs:comment {told} .\n".encode()


def _change_set(
    node: str,
    subject: str,
    changes: list[Change],
    statements: list[tuple[str, str, str]],
    listed: ChangeList,
    wording: Wording,
) -> str:
    parts = [f"<{node}>", "    a cs:ChangeSet ;", f"    cs:subjectOfChange <{subject}> ;"]
    for change in changes:
        for language in TONGUES:
            text = literal(sentence(change, listed, wording, language))
            parts.append(f"    rdfs:comment {text}@{language} ;")
    lines = ["\n" + "\n".join(parts)]
    names = [f"<{node}-{index}>" for index in range(1, len(statements) + 1)]
    lines += [f"    cs:{verb} {name} ;" for name, (verb, _, _) in zip(names, statements, strict=True)]
    lines.append(".\n")
    for name, (_, predicate, object_) in zip(names, statements, strict=True):
        lines.append(
            f"{name} a rdf:Statement ; rdf:subject <{subject}> ; rdf:predicate {predicate} ; rdf:object {object_} .\n"
        )
    return "\n".join(lines)


def change_json(listed: ChangeList, wording: Wording, vocabulary: Sequence[VocabularyChange] = ()) -> bytes:
    """Return the changes as JSON, those of a thing together, then *vocabulary*, each with a sentence by language."""
    things = [
        {
            "thing": thing,
            "name": dict(listed.names_of(thing)),
            "changes": [_change(change, listed, wording) for change in changes],
        }
        for thing, changes in listed.by_thing()
    ]
    further = [
        {"kind": one.kind.value, "iri": wording.base_iri + one.iri, "sentence": said}
        for one, said in zip(vocabulary, vocabulary_sentences(vocabulary, wording), strict=True)
    ]
    told = {"things": things} | ({"vocabulary": further} if further else {})
    return json_text(told).encode()


def _change(change: Change, listed: ChangeList, wording: Wording) -> dict[str, object]:
    return {
        "kind": change.kind.value,
        "subject": change.subject,
        **({"property": change.predicate} if change.predicate else {}),
        **({"language": change.language} if change.language else {}),
        **({"old": list(change.old)} if change.old else {}),
        **({"new": list(change.new)} if change.new else {}),
        "sentence": {tongue: sentence(change, listed, wording, tongue) for tongue in TONGUES},
    }
