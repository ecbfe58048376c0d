"""Report the outcome of a rehearsal: for people, in German and English, and for programs."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from textwrap import wrap

from efa_lod.catalog.harvester_code import (
    DATES_COMPARED,
    DELETED_FOR_GOOD,
    FORMAT_LIST,
    HEAD_REQUEST,
    LICENCE_LIST,
    NEXT_PAGE,
    ONE_LANGUAGE,
    POINTS,
    HarvesterRule,
    field_rule,
    fields_rules,
    step_rule,
)
from efa_lod.catalog.mqa import DIMENSIONS, MOST_POINTS, rating
from efa_lod.catalog.portal_steps import Step
from efa_lod.catalog.portals import PORTALS
from efa_lod.catalog.rehearsal import Rehearsal
from efa_lod.io.messages import Messages
from efa_lod.model.results import conforms

_WIDTH = 118
"""How wide a line of field names may be."""

_WORDS = Messages(__file__, "rehearsal")


class _Footnotes:
    """The files of the rules that lines of a report refer to, numbered as they come, with the functions in them."""

    def __init__(self) -> None:
        self._files: dict[str, list[HarvesterRule]] = {}

    def mark(self, *rules: HarvesterRule) -> str:
        """Return the numbers of the files of *rules* as they stand behind a line, with the function where it is one."""
        for rule in rules:
            cited = self._files.setdefault(rule.url, [])
            if rule not in cited:
                cited.append(rule)
        numbers = sorted({[*self._files].index(rule.url) + 1 for rule in rules})
        return f" [{numbers[0]}: {rules[0].function}]" if len(rules) == 1 else f" {numbers}"

    def lines(self, words: Mapping[str, str]) -> Iterator[str]:
        """Yield the files with their numbers, functions and addresses."""
        yield words["rules"]
        for number, (url, rules) in enumerate(self._files.items(), 1):
            functions = ", ".join(dict.fromkeys(rule.function for rule in rules))
            text = f"[{number}] {rules[0].repository} {rules[0].version[:12]}, {rules[0].file}: {functions}"
            yield from wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="      ", break_long_words=False)
            yield f"      {url}"


def _text_report(rehearsal: Rehearsal, language: str) -> str:
    """Return the rehearsal for people: the sample's warning first, then portal by portal, the points, the verdict.

    Each line of a portal refers to the rule in the code of that portal, which stands at the end.
    """
    words, notes = _WORDS.words(language), _Footnotes()
    lines = [words["sample"], ""] if rehearsal.sample else []
    lines.append(f"{rehearsal.name}: {', '.join(_counted(rehearsal, words))}")
    for portal in PORTALS:
        lines += ["", f"{portal.name} ({portal.source})"]
        teller = _StepTeller(portal.name, len(rehearsal.scores), words, rehearsal.locale, notes)
        lines += (f"  {line}" for step in rehearsal.steps[portal.name] for line in teller.lines(step))
    lines += ["", *_score_lines(rehearsal, language, notes), "", _compliance(rehearsal, words)]
    for vanished in rehearsal.vanished:
        line = words["allowed" if vanished.allowed else "vanished"]
        lines.append(line.format(kind=words[vanished.kind], iri=vanished.iri))
    if any(vanished.kind == "dataset" for vanished in rehearsal.vanished):
        lines += wrap(words["for-good"] + notes.mark(DELETED_FOR_GOOD), _WIDTH)
    if rehearsal.unread:
        text = words["unread"].format(iri=rehearsal.unread) + notes.mark(NEXT_PAGE)
        lines += wrap(text, _WIDTH, break_long_words=False)
    if rehearsal.head_status:
        lines += wrap(words["head"].format(status=rehearsal.head_status) + notes.mark(HEAD_REQUEST), _WIDTH)
    lines += (words["unmoved"].format(iri=iri) for iri in rehearsal.unmoved)
    lines += ["", *notes.lines(words), "", words["passes" if rehearsal.passes else "fails"]]
    return "\n".join(lines) + "\n"


def _counted(rehearsal: Rehearsal, words: Mapping[str, str]) -> Iterator[str]:
    for kind in ("dataset", "distribution", "state"):
        count = rehearsal.counts.get(kind, 0)
        yield f"{count} {words[kind if count == 1 else f'{kind}s']}"


@dataclass(frozen=True)
class _StepTeller:
    """Tells what *portal* does, in *words*; *files* is their number in the catalogue."""

    portal: str
    files: int
    words: Mapping[str, str]
    locale: str
    notes: _Footnotes

    def lines(self, step: Step) -> Iterator[str]:
        """Yield a line for each thing that the portal does, shows and loses, with the numbers of its rules."""
        words, mark = self.words, self.notes.mark
        rules = [step_rule(self.portal, step.reason), *([DATES_COMPARED] if step.reason == "twin-newer" else [])]
        yield f"{words[step.action]} {step.dataset}: {words[step.reason].format(about=step.about)}{mark(*rules)}"
        for word, fields in (("shows", step.shown), ("shows-of-files", step.shown_of_files), ("empty", step.empty)):
            if fields:
                yield from _wrapped(words[word].format(fields=", ".join(fields)) + self._fields(fields))
        if step.one_language:
            fields_ = ", ".join(step.one_language)
            line = words["one-language"].format(locale=self.locale, fields=fields_, title=step.title)
            yield from _wrapped(line + mark(ONE_LANGUAGE))
        for line in self._of_lists(step):
            yield from _wrapped(line)
        for loss in step.lost:
            where = "" if loss.where == (step.dataset,) else words["of"].format(count=len(loss.where), all=self.files)
            line = words["loses"].format(field=loss.field, reason=words[loss.reason], where=where)
            yield f"  {line}{self._fields([loss.field])}"
        if step.shown and not step.lost:
            yield "  " + words["loses-nothing"]

    def _fields(self, fields: Iterable[str]) -> str:
        return self.notes.mark(*fields_rules(self.portal, fields))

    def _of_lists(self, step: Step) -> Iterator[str]:
        """Yield what comes of lists of the portal's own."""
        words, mark = self.words, self.notes.mark
        if step.unnamed_formats:
            files = ", ".join(map(_short, step.unnamed_formats))
            yield words["unnamed"].format(files=files) + mark(FORMAT_LIST)
        if step.licence_id is not None:
            word = words["licence-id" if step.licence_id else "no-licence-id"]
            yield word.format(licence=step.licence_id) + mark(LICENCE_LIST)
        if step.unlisted_licences:
            licences = ", ".join(step.unlisted_licences)
            yield words["unlisted"].format(licences=licences) + self._fields(["license"])


def _wrapped(line: str) -> list[str]:
    return wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)


def _score_lines(rehearsal: Rehearsal, language: str, notes: _Footnotes) -> Iterator[str]:
    """Yield the table of points: a line for each file, its dimensions, the sum, the rating and what is missing."""
    words = _WORDS.words(language)
    yield words["points"].format(assumed=words["tried" if rehearsal.online else "assumed"]) + notes.mark(POINTS)
    names = [de if language == "de" else en for de, en, _ in DIMENSIONS.values()]
    widths = [len(name) + 2 for name in names]
    most = "".join(f"{limit:>{width}}" for (_, _, limit), width in zip(DIMENSIONS.values(), widths, strict=True))
    label = max((len(_short(one.distribution)) for one in rehearsal.scores), default=0)
    head = "".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True))
    yield f"  {'':{label}}{head}{words['sum']:>8}"
    yield f"  {'':{label}}{most}{MOST_POINTS:>8}"
    for one in rehearsal.scores:
        cells = "".join(f"{points:>{width}}" for points, width in zip(one.points.values(), widths, strict=True))
        metrics = ", ".join(f"{name} ({points})" for name, points in one.missing)
        lacks = f"  {words['lacks'].format(metrics=metrics)}" if metrics else ""
        yield f"  {_short(one.distribution):{label}}{cells}{one.total:>8}  {rating(one.total, language)}{lacks}"


def _short(iri: str) -> str:
    return iri.rpartition("/")[2] or iri


def _compliance(rehearsal: Rehearsal, words: Mapping[str, str]) -> str:
    count = sum(not conforms([result]) for result in rehearsal.results)
    profile = rehearsal.profile or "catalog"
    verdict = words["violations"].format(count=count, profile=profile) if count else words["complies"]
    return words["official" if rehearsal.profile else "own"].format(profile=profile, verdict=verdict)


def _json_report(rehearsal: Rehearsal, language: str) -> str:
    """Return the rehearsal for programs; reasons are given by name and as a sentence in *language*."""
    words = _WORDS.words(language)
    report = {
        "catalogue": rehearsal.name,
        "passes": rehearsal.passes,
        "sample": rehearsal.sample,
        "counts": dict(rehearsal.counts),
        "portals": {
            portal.name: {
                "source": portal.source,
                "steps": [_step_object(portal.name, step, words) for step in rehearsal.steps[portal.name]],
                "rules": {
                    field.name: _rule_object(field_rule(portal.name, field.name))
                    for field in (*portal.dataset, *portal.resource)
                },
            }
            for portal in PORTALS
        },
        "mqa": {
            "assumedToAnswer": not rehearsal.online,
            "shapes": rehearsal.profile or "catalog",
            "rule": _rule_object(POINTS),
            "violations": sum(not conforms([result]) for result in rehearsal.results),
            "mostPoints": MOST_POINTS,
            "distributions": [
                {
                    "iri": one.distribution,
                    "points": one.total,
                    "rating": rating(one.total, language),
                    "dimensions": one.points,
                    "missing": dict(one.missing),
                }
                for one in rehearsal.scores
            ],
        },
        "vanished": [{"kind": v.kind, "iri": v.iri, "allowed": v.allowed} for v in rehearsal.vanished],
        "changedWithoutModified": list(rehearsal.unmoved),
        "locale": rehearsal.locale,
        "notRead": rehearsal.unread,
        "headStatus": rehearsal.head_status,
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _rule_object(rule: HarvesterRule) -> dict[str, str]:
    return {**asdict(rule), "url": rule.url}


def _step_object(portal: str, step: Step, words: Mapping[str, str]) -> dict[str, object]:
    return {
        "action": step.action,
        "dataset": step.dataset,
        "reason": step.reason,
        "because": words[step.reason].format(about=step.about),
        "rule": _rule_object(step_rule(portal, step.reason)),
        "harmful": step.harmful,
        "shown": list(step.shown),
        "shownOfEachFile": list(step.shown_of_files),
        "oneLanguage": list(step.one_language),
        "title": step.title,
        "empty": list(step.empty),
        "lost": [{"field": loss.field, "reason": loss.reason, "where": list(loss.where)} for loss in step.lost],
        "formats": dict(step.formats),
        "licenceId": step.licence_id,
        "unlistedLicences": list(step.unlisted_licences),
    }


REHEARSAL_REPORTS: dict[str, Callable[[Rehearsal, str], str]] = {"text": _text_report, "json": _json_report}
"""The formats of the report, by the name they have on the command line."""
