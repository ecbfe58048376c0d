"""Reports: the same results for people, programs, code hosts and build servers."""

import json
import xml.etree.ElementTree as ET

import pytest
import rdflib

from efa_lod.io.reading import Place
from efa_lod.model.languages import language_of_environment
from efa_lod.model.results import Result, Severity, in_order
from efa_lod.validation.reports import MAX_FOUND, REPORTS, result_line, summary


def result(severity: Severity = Severity.VIOLATION, path: str = "a.yaml", line: int = 3, found: str = "x") -> Result:
    """Return a result for the tests."""
    messages = {"de": "Bitte ändern.", "en": "Please <change> & save."}
    focus = "https://example.org/a"
    return Result(
        severity, Place(path, line), "a.b[0]", found, messages, "Rule-x", focus, "https://example.org/s#Rule-x"
    )


RESULTS = in_order([result(), result(Severity.WARNING, "b.yaml", 0, ""), result(line=1), result(line=1)])


def test_text_is_grouped_by_file_and_counted() -> None:
    """One line a result, in order, without repetition; files apart; then the count."""
    assert REPORTS["text"](RESULTS, "en") == (
        "a.yaml:1: violation: a.b[0]: found 'x' – Please <change> & save.\n"
        "a.yaml:3: violation: a.b[0]: found 'x' – Please <change> & save.\n"
        "\n"
        "b.yaml: warning: a.b[0]: Please <change> & save.\n"
        "\n"
        "2 violations, 1 warning in 2 files.\n"
    )


def test_text_speaks_german() -> None:
    """All words of a report are German when German is asked for."""
    assert "a.yaml:1: Verstoß: a.b[0]: gefunden 'x' – Bitte ändern." == result_line(RESULTS[0], "de")
    assert "2 Verstöße, 1 Warnung in 2 Dateien." == summary(RESULTS, "de")
    assert "Die Daten entsprechen den Regeln." == summary([], "de")


def test_a_value_cannot_break_the_line() -> None:
    """Line breaks, control and right-to-left characters of a value are shown as blanks, and long values are cut."""
    line = result_line(result(found="a\nb\x1b[31m\u202ec" + "x" * 500), "en")

    assert "found 'a b [31m cx" in line
    assert len(line) < MAX_FOUND + 100


def test_json_says_all() -> None:
    """A program finds verdict, counts, places and messages in both languages."""
    report = json.loads(REPORTS["json"](RESULTS, "en"))

    assert (False, {"violation": 2, "warning": 1, "info": 0}) == (report["conforms"], report["counts"])
    assert ("a.yaml", 1, "a.b[0]", "x", {"de", "en"}) == (
        *(report["results"][0][key] for key in ("file", "line", "key", "found")),
        set(report["results"][0]["messages"]),
    )


def test_turtle_is_a_shacl_report() -> None:
    """The report is RDF in the terms of SHACL, without blank nodes."""
    graph = rdflib.Graph().parse(data=REPORTS["turtle"](RESULTS, "en"), format="turtle", publicID="http://e.org/")

    assert 3 == len(list(graph.objects(predicate=rdflib.SH.result)))
    assert [rdflib.Literal(False)] == list(graph.objects(predicate=rdflib.SH.conforms))
    assert [] == [term for triple in graph for term in triple if isinstance(term, rdflib.BNode)]


def test_sarif_has_rules_and_places() -> None:
    """A code host finds file, line, level and rule of each result."""
    [run] = json.loads(REPORTS["sarif"](RESULTS, "en"))["runs"]
    places = [r["locations"][0]["physicalLocation"] for r in run["results"]]

    assert [("error", 1), ("error", 3), ("warning", 1)] == [
        (r["level"], place["region"]["startLine"]) for r, place in zip(run["results"], places, strict=True)
    ]
    assert ["Rule-x"] == [rule["id"] for rule in run["tool"]["driver"]["rules"]]


def test_junit_has_a_case_for_each_file() -> None:
    """A build server sees a failure for each file with a violation, and is given the lines."""
    suite = ET.fromstring(REPORTS["junit"](RESULTS, "en"))

    assert ("2", "1") == (suite.get("tests"), suite.get("failures"))
    assert ["a.yaml", "b.yaml"] == [case.get("name") for case in suite]
    assert "Please <change> & save." in (suite[0][0].text or "")


@pytest.mark.parametrize("name", REPORTS)
def test_no_results_are_a_report_too(name: str) -> None:
    """Every format has something to say when all is well."""
    assert REPORTS[name]([], "en").strip()


@pytest.mark.parametrize(
    "environment, language", [({"LANG": "de_DE.UTF-8"}, "de"), ({"LANG": "de_DE", "LC_ALL": "C"}, "en"), ({}, "en")]
)
def test_the_language_follows_the_environment(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LC_ALL goes before LC_MESSAGES, and that before LANG."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert language == language_of_environment()
