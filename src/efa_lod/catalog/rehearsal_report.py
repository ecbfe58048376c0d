"""Tell the outcome of a rehearsal: for people, in German and English, and for programs."""

import json
from collections.abc import Callable, Iterator, Mapping
from textwrap import wrap
from typing import Any

from efa_lod.catalog.mqa import DIMENSIONS, MOST_POINTS, rating
from efa_lod.catalog.portals import PORTALS
from efa_lod.catalog.rehearsal import Rehearsal, Step
from efa_lod.model.results import conforms

WIDTH = 118
"""How wide a line of field names may be."""

_WORDS = {
    "de": {
        "sample": "Achtung: Herausgeber und Kontakt dieses Katalogs sind ein Muster (example.org). Ersetzen Sie"
        " publisher, contact und contributor in data/publication.yaml, ehe Sie etwas veröffentlichen.",
        "create": "anlegen",
        "update": "aktualisieren",
        "skip": "überspringen",
        "delete": "LÖSCHEN",
        "refuse": "ABLEHNEN",
        "new": "noch nicht im Portal",
        "always": "schreibt jeden Datensatz bei jedem Abruf neu",
        "changed": "etwas hat sich geändert",
        "unchanged": "nichts hat sich geändert",
        "not-listed": "steht nicht mehr im Katalog",
        "no-title": "hat keinen Titel",
        "bad-keyword": "ein Schlagwort hat weniger als 2, mehr als 100 oder unerlaubte Zeichen",
        "twin-newer": "{about} hat dieselbe Kennung (dct:identifier) und ist nicht älter",
        "twin-no-date": "{about} hat dieselbe Kennung (dct:identifier), und dct:modified fehlt hier",
        "shows": "zeigt am Datensatz: {fields}",
        "shows-of-files": "zeigt an jeder Datei: {fields}",
        "empty": "bleibt leer, weil nicht angegeben: {fields}",
        "loses-nothing": "verliert nichts",
        "loses": "VERLIERT {field}: {reason}{where}",
        "missing": "fehlt",
        "unusable": "Wert nicht brauchbar",
        "several": "mehrere Werte, das Portal behält einen",
        "gone": "war im alten Katalog angegeben",
        "of": " ({count} von {all} Dateien)",
        "points": "Metadaten-Qualität bei data.europa.eu (MQA), Punkte je Datei; {assumed}",
        "assumed": "alle Adressen gelten als erreichbar (--online prüft sie)",
        "tried": "Adressen geprüft",
        "sum": "Summe",
        "lacks": "fehlt: {metrics}",
        "own": "DCAT-AP: geprüft mit den eigenen, strengeren Regeln (--shapes nimmt die amtlichen): {verdict}",
        "official": "DCAT-AP: geprüft mit den amtlichen Regeln {profile}: {verdict}",
        "complies": "kein Verstoß",
        "violations": "{count} Verstöße (efa-lod validate --profile {profile} nennt sie)",
        "one-language": "zeigt eine von mehreren Sprachen ({locale}, sonst die erste): {fields}; Titel: {title}",
        "unread": "NICHT GELESEN: {iri} (hydra:next). CKAN liest dort weiter (processors.py, next_page); was dort"
        " steht, ist hier nicht beurteilt. Proben Sie mit der Adresse des Katalogs, oder legen Sie die Seite daneben.",
        "head": "Hinweis: Der Server antwortet auf HEAD mit {status}. ckanext-dcat 2.4.4 fragt dann mit GET"
        " (harvesters/base.py); ältere Fassungen tun das nur bei 400 und 405 und geben sonst auf. Erlauben Sie HEAD.",
        "for-good": "Was ein Portal einmal gelöscht hat, kommt nicht von selbst wieder: CKAN 2.12 findet das gelöschte"
        " Paket und darf es nicht ändern (harvesters/base.py, _get_existing_dataset), bis das Portal es endgültig"
        " entfernt (ckan dataset purge).",
        "vanished": "VERSCHWINDET: {kind} {iri} (erlauben mit --allow-removal {iri})",
        "allowed": "verschwindet, erlaubt: {kind} {iri}",
        "dataset": "Datensatz",
        "datasets": "Datensätze",
        "distribution": "Datei",
        "distributions": "Dateien",
        "state": "Land",
        "states": "Länder",
        "unmoved": "Hinweis: {iri} hat sich geändert, sein dct:modified nicht. Setzen Sie modified neu.",
        "passes": "Urteil: Alle Portale übernehmen alles.",
        "fails": "Urteil: So nicht veröffentlichen.",
    },
    "en": {
        "sample": "Note: publisher and contact of this catalogue are a sample (example.org). Replace publisher, contact"
        " and contributor in data/publication.yaml before you publish anything.",
        "create": "create",
        "update": "update",
        "skip": "skip",
        "delete": "DELETE",
        "refuse": "REFUSE",
        "new": "not in the portal yet",
        "always": "writes every dataset anew at each harvest",
        "changed": "something has changed",
        "unchanged": "nothing has changed",
        "not-listed": "the catalogue lists it no more",
        "no-title": "has no title",
        "bad-keyword": "a keyword has fewer than 2, more than 100 or forbidden characters",
        "twin-newer": "{about} has the same identifier (dct:identifier) and is not older",
        "twin-no-date": "{about} has the same identifier (dct:identifier), and dct:modified is missing here",
        "shows": "shows of the dataset: {fields}",
        "shows-of-files": "shows of each file: {fields}",
        "empty": "stays empty, since not given: {fields}",
        "loses-nothing": "loses nothing",
        "loses": "LOSES {field}: {reason}{where}",
        "missing": "missing",
        "unusable": "value not usable",
        "several": "several values, the portal keeps one",
        "gone": "was given in the old catalogue",
        "of": " ({count} of {all} files)",
        "points": "Metadata quality at data.europa.eu (MQA), points of each file; {assumed}",
        "assumed": "all addresses are assumed to answer (--online tries them)",
        "tried": "addresses tried",
        "sum": "sum",
        "lacks": "missing: {metrics}",
        "own": "DCAT-AP: judged by the project's own, stricter shapes (--shapes takes the official ones): {verdict}",
        "official": "DCAT-AP: judged by the official shapes {profile}: {verdict}",
        "complies": "no violation",
        "violations": "{count} violations (efa-lod validate --profile {profile} names them)",
        "one-language": "shows one of several languages ({locale}, else the first): {fields}; title: {title}",
        "unread": "NOT READ: {iri} (hydra:next). CKAN reads on there (processors.py, next_page); what it says is not"
        " judged here. Rehearse with the address of the catalogue, or put the page beside the file.",
        "head": "Note: the server answers HEAD with {status}. ckanext-dcat 2.4.4 then asks with GET"
        " (harvesters/base.py); older versions do so for 400 and 405 only and give up otherwise. Allow HEAD.",
        "for-good": "What a portal has deleted does not come back by itself: CKAN 2.12 finds the deleted package and"
        " may not change it (harvesters/base.py, _get_existing_dataset) until the portal removes it for good"
        " (ckan dataset purge).",
        "vanished": "VANISHES: {kind} {iri} (allow it with --allow-removal {iri})",
        "allowed": "vanishes, allowed: {kind} {iri}",
        "dataset": "dataset",
        "datasets": "datasets",
        "distribution": "file",
        "distributions": "files",
        "state": "state",
        "states": "states",
        "unmoved": "Note: {iri} has changed, its dct:modified has not. Set modified anew.",
        "passes": "Verdict: all portals take over everything.",
        "fails": "Verdict: do not publish it like this.",
    },
}


def text_report(rehearsal: Rehearsal, language: str) -> str:
    """Return the rehearsal for people: the sample's warning first, then portal by portal, the points, the verdict."""
    words = _WORDS[language]
    lines = [words["sample"], ""] if rehearsal.sample else []
    lines.append(f"{rehearsal.name}: {', '.join(_counted(rehearsal, words))}")
    for portal in PORTALS:
        lines += ["", f"{portal.name} ({portal.source})"]
        for step in rehearsal.steps[portal.name]:
            lines += (f"  {line}" for line in _step_lines(step, len(rehearsal.scores), words, rehearsal.locale))
    lines += ["", *_score_lines(rehearsal, language), "", _compliance(rehearsal, words)]
    for vanished in rehearsal.vanished:
        line = words["allowed" if vanished.allowed else "vanished"]
        lines.append(line.format(kind=words[vanished.kind], iri=vanished.iri))
    if any(vanished.kind == "dataset" for vanished in rehearsal.vanished):
        lines += wrap(words["for-good"], WIDTH)
    if rehearsal.unread:
        lines += wrap(words["unread"].format(iri=rehearsal.unread), WIDTH, break_long_words=False)
    if rehearsal.head_status:
        lines += wrap(words["head"].format(status=rehearsal.head_status), WIDTH)
    lines += (words["unmoved"].format(iri=iri) for iri in rehearsal.unmoved)
    return "\n".join([*lines, "", words["passes" if rehearsal.passes else "fails"]]) + "\n"


def _counted(rehearsal: Rehearsal, words: Mapping[str, str]) -> Iterator[str]:
    for kind in ("dataset", "distribution", "state"):
        count = rehearsal.counts.get(kind, 0)
        yield f"{count} {words[kind if count == 1 else f'{kind}s']}"


def _step_lines(step: Step, files: int, words: Mapping[str, str], locale: str) -> Iterator[str]:
    yield f"{words[step.action]} {step.dataset}: {words[step.reason].format(about=step.about)}"
    for word, fields in (("shows", step.shown), ("shows-of-files", step.shown_of_files), ("empty", step.empty)):
        if fields:
            line = words[word].format(fields=", ".join(fields))
            yield from wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if step.one_language:
        line = words["one-language"].format(locale=locale, fields=", ".join(step.one_language), title=step.title)
        yield from wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")
    for loss in step.lost:
        where = "" if loss.where == (step.dataset,) else words["of"].format(count=len(loss.where), all=files)
        yield "  " + words["loses"].format(field=loss.field, reason=words[loss.reason], where=where)
    if step.shown and not step.lost:
        yield "  " + words["loses-nothing"]


def _score_lines(rehearsal: Rehearsal, language: str) -> Iterator[str]:
    """Yield the table of points: a line for each file, its dimensions, the sum, the rating and what is missing."""
    words = _WORDS[language]
    yield words["points"].format(assumed=words["tried" if rehearsal.online else "assumed"])
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


def json_report(rehearsal: Rehearsal, language: str) -> str:
    """Return the rehearsal for programs; reasons are given by name and as a sentence in *language*."""
    words = _WORDS[language]
    report = {
        "catalogue": rehearsal.name,
        "passes": rehearsal.passes,
        "sample": rehearsal.sample,
        "counts": dict(rehearsal.counts),
        "portals": {
            portal.name: {
                "source": portal.source,
                "steps": [_step_object(step, words) for step in rehearsal.steps[portal.name]],
            }
            for portal in PORTALS
        },
        "mqa": {
            "assumedToAnswer": not rehearsal.online,
            "shapes": rehearsal.profile or "catalog",
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


def _step_object(step: Step, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "action": step.action,
        "dataset": step.dataset,
        "reason": step.reason,
        "because": words[step.reason].format(about=step.about),
        "harmful": step.harmful,
        "shown": list(step.shown),
        "shownOfEachFile": list(step.shown_of_files),
        "oneLanguage": list(step.one_language),
        "title": step.title,
        "empty": list(step.empty),
        "lost": [{"field": loss.field, "reason": loss.reason, "where": list(loss.where)} for loss in step.lost],
    }


REPORTS: dict[str, Callable[[Rehearsal, str], str]] = {"text": text_report, "json": json_report}
"""The formats of the report, by the name they have on the command line."""
