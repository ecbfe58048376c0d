"""Tell what came of the check of a site: for people with what to change on the server, for programs, for CI."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from efa_lod.monitor.remedies import CHECKS, RULES, SERVERS
from efa_lod.monitor.session import MIB, plain
from efa_lod.monitor.site_check import Checked, SiteCheck

SHOWN = 5
"""Most findings of a check, and places of a finding, that are shown to people; programs are told all."""
MOST_LINES = 40
"""Most lines of advice for a check and a kind of server."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "about": {
        "de": "{url}: Version {version}, {files} Dateien; {requests} Anfragen, {mib:.1f} MiB; Server: {server}",
        "en": "{url}: version {version}, {files} files; {requests} requests, {mib:.1f} MiB; server: {server}",
    },
    "base": {
        "de": "Veröffentlicht unter {base}; jede Adresse darunter wird unter {url} geprüft.",
        "en": "Published as {base}; each address below it is checked below {url}.",
    },
    "sampled": {
        "de": "Eine Stichprobe: von jeder Art höchstens so viele, wie --limit sagt.",
        "en": "A sample: of each kind at most as many as --limit says.",
    },
    "silent": {"de": "sagt nichts von sich", "en": "says nothing of itself"},
    "good": {"de": "gut", "en": "good"},
    "bad": {"de": "FALSCH", "en": "WRONG"},
    "none": {"de": "–", "en": "–"},
    "expected": {
        "de": "  erwartet: {expected}\n  gefunden: {found}",
        "en": "  expected: {expected}\n  found:    {found}",
    },
    "more": {"de": "… und {n} weitere (alle mit --format json)", "en": "… and {n} more (all with --format json)"},
    "servers": {
        "de": "Rat für alle Arten von Servern; mit --server nur für Ihren.",
        "en": "Advice for all kinds of server; with --server, for yours alone.",
    },
    "rules": {
        "de": "Fertige Regeln liegen bei: {files}. Sie enthalten alle Zeilen für Server, die hier folgen.",
        "en": "Ready rules come with the site: {files}. They contain all lines for servers that follow.",
    },
    "passes": {
        "de": "Alles in Ordnung: {n} von {n} Prüfungen bestanden.",
        "en": "All is well: {n} of {n} checks passed.",
    },
    "fails": {
        "de": "{bad} von {n} Prüfungen nicht bestanden.",
        "en": "{bad} of {n} checks failed.",
    },
}


def text_report(made: SiteCheck, language: str) -> str:
    """Return a line for each check, then each that failed: where, what was expected and found, what to change."""
    say = _Say(language)
    lines = [_about(made, say)]
    if made.base_iri != made.url:
        lines.append(say("base", base=plain(made.base_iri), url=made.url))
    if not made.whole:
        lines.append(say("sampled"))
    width = max(map(len, CHECKS))
    lines += ["", *(_line(checked, width, say) for checked in made.checks), ""]
    failed = [checked for checked in made.checks if checked.findings]
    if any(CHECKS[checked.name].lines for checked in failed):
        if files := _rules(made):
            lines += [say("rules", files=", ".join(files)), ""]
        if not made.kind:
            lines += [say("servers"), ""]
    for checked in failed:
        lines += [*_told(checked, made, say), ""]
    return "\n".join([*lines, _verdict(made, say)]) + "\n"


class _Say:
    """The words of the report in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, word: str, **values: object) -> str:
        return _WORDS[word][self.language].format(**values)


def _about(made: SiteCheck, say: _Say) -> str:
    server = plain(made.server) or say("silent")
    mib = made.bytes / MIB
    version = plain(made.version)
    return say("about", url=made.url, version=version, files=made.files, requests=made.requests, mib=mib, server=server)


def _verdict(made: SiteCheck, say: _Say) -> str:
    looked = sum(checked.looks > 0 for checked in made.checks)
    bad = sum(bool(checked.findings) for checked in made.checks)
    return say("fails", bad=bad, n=looked) if bad else say("passes", n=looked)


def _rules(made: SiteCheck) -> list[str]:
    """Return the rules that come with the site for the kind of server that advice is for."""
    return [file for kind, file in RULES.items() if file in made.rules and made.kind in ("", kind)]


def _line(checked: Checked, width: int, say: _Say) -> str:
    """Return a check as one line: how it went, how many looks went well, and what should be the case."""
    bad = len(checked.findings)
    word = say("bad" if bad else "good" if checked.looks else "none")
    count = f"{max(0, checked.looks - bad)}/{checked.looks}" if checked.looks else ""
    return f"{word:<6}  {checked.name:<{width}}  {count:>9}  {CHECKS[checked.name].title[say.language]}"


def _told(checked: Checked, made: SiteCheck, say: _Say) -> Iterator[str]:
    """Yield what was found, what is alike together, and what to do about it."""
    check = CHECKS[checked.name]
    yield f"{checked.name}: {check.title[say.language]}"
    alike: dict[tuple[str, str], list[str]] = {}
    for one in checked.findings:
        key = plain(one.expected[say.language]), plain(one.found[say.language])
        alike.setdefault(key, []).append(plain(one.url))
    shown = list(alike.items())[:SHOWN]
    for (expected, found), urls in shown:
        yield say("expected", expected=expected, found=found)
        yield from (f"      {url}" for url in urls[:SHOWN])
        if len(urls) > SHOWN:
            yield f"      {say('more', n=len(urls) - SHOWN)}"
    if left := len(checked.findings) - sum(len(urls) for _, urls in shown):
        yield f"  {say('more', n=left)}"
    yield f"  → {check.remedy[say.language]}"
    for kind, lines in _advice(checked, made.kind, say.language).items():
        yield f"    {SERVERS[kind][say.language]}:"
        yield from (f"      {line}" for line in lines)


def _advice(checked: Checked, kind: str, language: str) -> dict[str, list[str]]:
    """Return the lines for each kind of server, or for one *kind*."""
    values = [{name: plain(value) for name, value in one.values.items()} for one in checked.findings]
    wanted = [server for server in SERVERS if kind in ("", server)]
    lines = {server: CHECKS[checked.name].lines_for(server, language, values) for server in wanted}
    return {server: _shortened(said, language) for server, said in lines.items() if said}


def _shortened(lines: list[str], language: str) -> list[str]:
    left = len(lines) - MOST_LINES
    return lines if left <= 0 else [*lines[:MOST_LINES], _WORDS["more"][language].format(n=left)]


def json_report(made: SiteCheck, language: str) -> str:
    """Return a JSON object with everything that was found; texts in both languages, remedies in *language* too."""
    report: dict[str, Any] = {
        "url": made.url,
        "passes": made.passes,
        "baseIri": made.base_iri,
        "version": made.version,
        "server": made.server,
        "requests": made.requests,
        "bytes": made.bytes,
        "sampled": not made.whole,
        "checks": [_data(checked, made, language) for checked in made.checks],
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _data(checked: Checked, made: SiteCheck, language: str) -> dict[str, Any]:
    check = CHECKS[checked.name]
    data: dict[str, Any] = {
        "name": checked.name,
        "title": dict(check.title),
        "looks": checked.looks,
        "passes": not checked.findings if checked.looks else None,
        "findings": [
            {"url": one.url, "expected": dict(one.expected), "found": dict(one.found)} for one in checked.findings
        ],
    }
    if checked.findings:
        data["remedy"] = dict(check.remedy)
        data["lines"] = _advice(checked, made.kind, language)
    return data


def junit_report(made: SiteCheck, language: str) -> str:
    """Return JUnit XML: a test case for each check, skipped where it does not apply."""
    say = _Say(language)
    cases = [_case(checked, made, say) for checked in made.checks]
    failed = sum(bool(checked.findings) for checked in made.checks)
    skipped = sum(not checked.looks for checked in made.checks)
    name = quoteattr(f"efa-lod check-site {plain(made.url)}")
    head = f'<testsuite name={name} tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"]) + "\n"


def _case(checked: Checked, made: SiteCheck, say: _Say) -> str:
    title = quoteattr(CHECKS[checked.name].title[say.language])
    body = "" if checked.looks else "<skipped/>"
    if checked.findings:
        text = escape("\n".join(_told(checked, made, say)))
        body = f"<failure message={title}>{text}</failure>"
    return f'  <testcase classname="efa-lod.check-site" name={quoteattr(checked.name)}>{body}</testcase>'


REPORTS: Mapping[str, Callable[[SiteCheck, str], str]] = {
    "text": text_report,
    "json": json_report,
    "junit": junit_report,
}
"""The formats of reports, by the name they have on the command line."""
