"""Report the results of the check of a site: for people with what to change on the server, for programs, for CI."""

import json
from collections.abc import Callable, Iterator, Mapping

from efa_lod.io.limits import MIB
from efa_lod.io.messages import Messages
from efa_lod.io.xml_text import escape, quoteattr
from efa_lod.monitor.findings import one_line
from efa_lod.monitor.remedies import CHECKS, RULES_FILES, SERVERS
from efa_lod.monitor.site_check import CheckSummary, SiteCheck

SHOWN = 5
"""Most findings of a check, and places of a finding, that are shown to people; programs are told all."""
MOST_LINES = 40
"""Most lines of advice for a check and a kind of server."""

_WORDS = Messages(__file__, "reports")


def _text_report(made: SiteCheck, language: str) -> str:
    """Return a line for each check, then each that failed: where, what was expected and found, what to change."""
    say = _Say(language)
    lines = [_about(made, say)]
    if made.base_iri != made.url:
        lines.append(say("base", base=one_line(made.base_iri), url=made.url))
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
        return _WORDS.table[word][self.language].format(**values)


def _about(made: SiteCheck, say: _Say) -> str:
    server = one_line(made.server) or say("silent")
    mib = made.bytes / MIB
    version = one_line(made.version)
    return say("about", url=made.url, version=version, files=made.files, requests=made.requests, mib=mib, server=server)


def _verdict(made: SiteCheck, say: _Say) -> str:
    looked = sum(checked.looks > 0 for checked in made.checks)
    bad = sum(bool(checked.findings) for checked in made.checks)
    return say("fails", bad=bad, n=looked) if bad else say("passes", n=looked)


def _rules(made: SiteCheck) -> list[str]:
    """Return the rules that come with the site for the kind of server that advice is for."""
    return [file for kind, file in RULES_FILES.items() if file in made.rules and made.kind in ("", kind)]


def _line(checked: CheckSummary, width: int, say: _Say) -> str:
    """Return a check as one line: how it went, how many looks went well, and what should be the case."""
    bad = len(checked.findings)
    word = say("bad" if bad else "good" if checked.looks else "none")
    count = f"{max(0, checked.looks - bad)}/{checked.looks}" if checked.looks else ""
    return f"{word:<6}  {checked.name:<{width}}  {count:>9}  {CHECKS[checked.name].title[say.language]}"


def _told(checked: CheckSummary, made: SiteCheck, say: _Say) -> Iterator[str]:
    """Yield what was found, what is alike together, and what to do about it."""
    check = CHECKS[checked.name]
    yield f"{checked.name}: {check.title[say.language]}"
    alike: dict[tuple[str, str], list[str]] = {}
    for one in checked.findings:
        key = one_line(one.expected[say.language]), one_line(one.found[say.language])
        alike.setdefault(key, []).append(one_line(one.url))
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


def _advice(checked: CheckSummary, kind: str, language: str) -> dict[str, list[str]]:
    """Return the lines for each kind of server, or for one *kind*."""
    values = [{name: one_line(value) for name, value in one.values.items()} for one in checked.findings]
    wanted = [server for server in SERVERS if kind in ("", server)]
    lines = {server: CHECKS[checked.name].lines_for(server, language, values) for server in wanted}
    return {server: _shortened(said, language) for server, said in lines.items() if said}


def _shortened(lines: list[str], language: str) -> list[str]:
    left = len(lines) - MOST_LINES
    return lines if left <= 0 else [*lines[:MOST_LINES], _WORDS.table["more"][language].format(n=left)]


def _json_report(made: SiteCheck, language: str) -> str:
    """Return a JSON object with everything that was found; texts in both languages, remedies in *language* too."""
    report: dict[str, object] = {
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


def _data(checked: CheckSummary, made: SiteCheck, language: str) -> dict[str, object]:
    check = CHECKS[checked.name]
    data: dict[str, object] = {
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


def _junit_report(made: SiteCheck, language: str) -> str:
    """Return JUnit XML: a test case for each check, skipped where it does not apply."""
    say = _Say(language)
    cases = [_case(checked, made, say) for checked in made.checks]
    failed = sum(bool(checked.findings) for checked in made.checks)
    skipped = sum(not checked.looks for checked in made.checks)
    name = quoteattr(f"efa-lod check-site {one_line(made.url)}")
    head = f'<testsuite name={name} tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>"]) + "\n"


def _case(checked: CheckSummary, made: SiteCheck, say: _Say) -> str:
    title = quoteattr(CHECKS[checked.name].title[say.language])
    body = "" if checked.looks else "<skipped/>"
    if checked.findings:
        text = escape("\n".join(_told(checked, made, say)))
        body = f"<failure message={title}>{text}</failure>"
    return f'  <testcase classname="efa-lod.check-site" name={quoteattr(checked.name)}>{body}</testcase>'


SITE_REPORTS: Mapping[str, Callable[[SiteCheck, str], str]] = {
    "text": _text_report,
    "json": _json_report,
    "junit": _junit_report,
}
"""The formats of reports, by the name they have on the command line."""
