"""Write the results of a validation for people, programs and build servers: one table of report formats."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence

from efa_lod.io.characters import character_name
from efa_lod.io.xml_text import escape, quoteattr
from efa_lod.model.expansion import usable_iri
from efa_lod.model.results import Result, Severity, conforms

_COUNT_WORDS = {
    "de": {"violation": ("Verstoß", "Verstöße"), "warning": ("Warnung", "Warnungen"), "info": ("Hinweis", "Hinweise")},
    "en": {"violation": ("violation", "violations"), "warning": ("warning", "warnings"), "info": ("note", "notes")},
}
_FILE_WORDS = {"de": ("Datei", "Dateien"), "en": ("file", "files")}
_FOUND = {"de": "gefunden", "en": "found"}
_CONFORMS = {"de": "Die Daten entsprechen den Regeln.", "en": "The data conforms."}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML has in no text (1.0, 2.2); to list what it has would take 4 ms at each start."""
_ODD_SPACE = re.compile(r"[^\S \n\r\t]")
"""Spaces that look like the usual one, by which a value that seems right is wrong."""
MAX_FOUND = 120
"""Most characters of a value that a line of text shows."""


def text_report(results: Sequence[Result], language: str) -> str:
    """Return a line for each result, a blank line between files, and a line that counts them."""
    lines: list[str] = []
    path = None
    for result in results:
        if path not in (None, result.place.path):
            lines.append("")
        path = result.place.path
        lines.append(result_line(result, language))
    if lines:
        lines.append("")
    return "\n".join([*lines, summary(results, language)]) + "\n"


def result_line(result: Result, language: str) -> str:
    """Return *result* as ``file:line: severity: key: found '…'. message``."""
    word = _COUNT_WORDS[language][result.severity.value][0]
    key = f" {_shown(result.key)}:" if result.key else ""
    found = f" {_FOUND[language]} '{_shown(result.found)}' –" if result.found else ""
    return f"{result.place}: {word}:{key}{found} {result.message(language)}"


def summary(results: Sequence[Result], language: str) -> str:
    """Return how many results of each severity there are, and in how many files."""
    counts = Counter(result.severity.value for result in results)
    parts = [f"{counts[s]} {_COUNT_WORDS[language][s][counts[s] != 1]}" for s in Severity if counts[s]]
    files = len({result.place.path for result in results})
    where = f"{', '.join(parts)} in {files} {_FILE_WORDS[language][files != 1]}." if parts else ""
    verdict = _CONFORMS[language] if conforms(results) else ""
    return " ".join(part for part in (where, verdict) if part)


def _shown(text: str) -> str:
    text = _ODD_SPACE.sub(lambda found: f"⟨{character_name(found[0])}⟩", text)
    one_line = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return one_line if len(one_line) <= MAX_FOUND else f"{one_line[: MAX_FOUND - 1]}…"


def json_report(results: Sequence[Result], language: str) -> str:
    """Return a JSON object with ``conforms``, ``counts`` and ``results``; messages in both languages."""
    report = {
        "conforms": conforms(results),
        "counts": {s.value: sum(r.severity is s for r in results) for s in Severity},
        "results": [
            {
                "severity": r.severity.value,
                "file": r.place.path,
                "line": r.place.line or None,
                "key": r.key,
                "found": r.found or None,
                "message": r.message(language),
                "messages": dict(sorted(r.messages.items())),
                "rule": r.rule,
                "focus": r.focus or None,
            }
            for r in results
        ],
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def turtle_report(results: Sequence[Result], language: str) -> str:
    """Return a SHACL validation report whose results have IRIs, in a fixed order."""
    lines = [
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        "",
        "<#report>",
        "    a sh:ValidationReport ;",
        f"    sh:conforms {str(conforms(results)).lower()} ;",
        *(f"    sh:result <#result-{number}> ;" for number in range(1, len(results) + 1)),
        ".",
    ]
    for number, result in enumerate(results, 1):
        lines += [f"<#result-{number}>", "    a sh:ValidationResult ;"]
        lines += [f"    sh:focusNode {_node(result.focus)} ;"] if result.focus else []
        lines += [f"    sh:resultSeverity sh:{result.severity.value.capitalize()} ;"]
        lines += [f"    sh:resultMessage {_quoted(m)}@{tag} ;" for tag, m in sorted(result.messages.items())]
        lines += [f"    sh:value {_quoted(result.found)} ;"] if result.found else []
        lines += [f"    sh:sourceShape {_node(result.source_shape)} ;"] if result.source_shape else []
        lines += ["."]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return *text* as a literal of Turtle, whose escapes are those of JSON but for pairs of surrogates."""
    return json.dumps(text, ensure_ascii=False)


def _node(text: str) -> str:
    """Return *text* as an IRI, or as a literal where it can be none: a focus node may be anything."""
    return f"<{text}>" if usable_iri(text) else _quoted(text)


def sarif_report(results: Sequence[Result], language: str) -> str:
    """Return SARIF 2.1.0, which code hosts show beside the lines of a change."""
    rules = sorted({result.rule for result in results})
    levels = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    run = {
        "tool": {"driver": {"name": "efa-lod", "rules": [{"id": rule} for rule in rules]}},
        "results": [
            {
                "ruleId": r.rule,
                "ruleIndex": rules.index(r.rule),
                "level": levels[r.severity],
                "message": {"text": f"{r.key}: {r.message(language)}" if r.key else r.message(language)},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": r.place.path},
                            "region": {"startLine": max(r.place.line, 1)},
                        }
                    }
                ],
            }
            for r in results
        ],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def junit_report(results: Sequence[Result], language: str) -> str:
    """Return JUnit XML: a test case for each file with results, which fails when one is a violation."""
    files = sorted({result.place.path for result in results}) or ["data"]
    cases = []
    for file in files:
        of_file = [result for result in results if result.place.path == file]
        lines = [_without_controls(result_line(result, language)) for result in of_file]
        text = escape("\n".join(lines))
        if not conforms(of_file):
            body = f"<failure message={quoteattr(summary(of_file, language))}>{text}</failure>"
        else:
            body = f"<system-out>{text}</system-out>" if of_file else ""
        cases.append(
            f'  <testcase classname="efa-lod.validate" name={quoteattr(_without_controls(file))}>{body}</testcase>'
        )
    failed = sum("<failure" in case for case in cases)
    head = f'<testsuite name="efa-lod validate" tests="{len(cases)}" failures="{failed}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"]) + "\n"


def _without_controls(text: str) -> str:
    """Return *text* without the characters that XML cannot hold."""
    return _NO_XML.sub("", text)


Report = Callable[[Sequence[Result], str], str]

REPORTS: dict[str, Report] = {
    "text": text_report,
    "json": json_report,
    "turtle": turtle_report,
    "sarif": sarif_report,
    "junit": junit_report,
}
"""The formats of reports, by the name they have on the command line."""
