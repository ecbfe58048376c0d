"""A real client asks the tools for language models: what they answer, what they add, and what they refuse."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import missing

ASK = Path(__file__).parent.parent / "support" / "ask_with_mcp.py"
TOOLS = {"list_questions", "answer_question", "find", "describe_vocabulary", "query"}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?i && ?d != ?c) }"


@pytest.fixture(scope="module")
def python() -> str:
    """Return the interpreter that has the SDK, or skip: this one, or the one that EFA_LOD_MCP_PYTHON names."""
    found = os.environ.get("EFA_LOD_MCP_PYTHON", sys.executable)
    if subprocess.run([found, "-c", "import mcp"], capture_output=True).returncode:
        missing("mcp is not installed (the extra mcp; EFA_LOD_MCP_PYTHON names the interpreter that has it)")
    return found


def asked(python: str, calls: Sequence[tuple[str, dict[str, Any]]], *options: str) -> dict[str, Any]:
    """Return what a client gets from a server of its own."""
    source = str(Path(__file__).parents[2] / "src")
    run = subprocess.run(
        [python, str(ASK), *options],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "PYTHONPATH": source},
    )

    assert run.returncode == 0, run.stderr[-2000:]
    found: dict[str, Any] = json.loads(run.stdout)
    return found


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "questions": ("list_questions", {}),
    "who pays": ("answer_question", {"name": "who-pays", "parameters": {"state": "SH"}}),
    "misspelt name": ("answer_question", {"name": "who-pay"}),
    "bad parameter": ("answer_question", {"name": "who-pays", "parameters": {"nothing": "x"}}),
    "find a town": ("find", {"text": "Hannover"}),
    "find many": ("find", {"text": "Neustadt"}),
    "find nothing": ("find", {"text": "qqqq"}),
    "vocabulary": ("describe_vocabulary", {}),
    "query": ("query", {"sparql": "SELECT ?s { ?s a schema:State }"}),
    "many rows": ("query", {"sparql": "SELECT ?s ?p ?o { ?s ?p ?o }"}),
    "ask": ("query", {"sparql": "ASK { ?s a schema:State }"}),
    "no row": ("query", {"sparql": "SELECT ?s { ?s a schema:Country }"}),
    "broken": ("query", {"sparql": "SELECT ?s { ?s a"}),
    "a graph": ("query", {"sparql": "CONSTRUCT WHERE { ?s a schema:State }"}),
    "update": ("query", {"sparql": "DELETE WHERE { ?s ?p ?o }"}),
    "a file": ("query", {"sparql": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"}),
    "endless": ("query", {"sparql": ENDLESS}),
    "after it": ("query", {"sparql": "ASK { ?s a schema:State }"}),
}


@pytest.fixture(scope="module")
def outcome(python: str) -> dict[str, Any]:
    """Return the tools, and the answer to each call by its name, with the seconds that all took."""
    begun = time.monotonic()
    found = asked(python, list(CALLS.values()), "--time-limit", "2")
    answers = dict(zip(CALLS, found["answers"], strict=True))
    return {**found, "answers": answers, "seconds": time.monotonic() - begun}


def answer(outcome: dict[str, Any], name: str) -> Any:
    """Return the answer to the call *name*, which is no error."""
    is_error, text = outcome["answers"][name]

    assert not is_error, text
    return json.loads(text)


def complaint(outcome: dict[str, Any], name: str) -> str:
    """Return what the call *name* is refused with."""
    is_error, text = outcome["answers"][name]

    assert is_error, text
    return str(text)


def test_tools_only_read_and_say_what_they_do(outcome: dict[str, Any]) -> None:
    """Each tool has a description and the hint that it changes nothing."""
    tools = {tool["name"]: tool for tool in outcome["tools"]}

    assert set(tools) == TOOLS
    assert all(tool["annotations"]["readOnlyHint"] for tool in tools.values())
    assert all(len(tool["description"]) > 40 for tool in tools.values())
    assert "do not fill it from elsewhere" in outcome["instructions"]


def test_questions_are_those_that_have_a_tested_answer(outcome: dict[str, Any]) -> None:
    """The list names each question in both languages."""
    questions = {one["name"]: one for one in answer(outcome, "questions")["questions"]}

    assert "who-pays" in questions
    assert all(one["question"] and one["frage"] for one in questions.values())


def test_answers_carry_row_date_and_release(outcome: dict[str, Any]) -> None:
    """An answer about a state names the rows of the page that it comes from, when they were compared, and the release."""
    told = answer(outcome, "who pays")
    origins = {one["question"]: one for one in told["origins"]}

    assert told["rows"]
    assert {row["state"] for row in told["rows"]} == {"SH"}
    assert origins["financing"]["row"].endswith("source/efa-nachnutzung#sh-financing")
    assert origins["financing"]["asOf"] == "2022-11"
    assert origins["financing"]["compared"]
    assert told["release"]["version"]


def test_silence_is_told_in_its_kind(outcome: dict[str, Any]) -> None:
    """A town of a state whose contacts lost their links is told just that, with what it means."""
    told = answer(outcome, "find a town")
    origins = {one["question"]: one for one in told["origins"]}

    assert told["found"][0]["iri"].endswith("state/ni")
    assert not any("email" in one for one in told["found"][0]["contacts"])
    assert origins["contact"]["lost"] == "unknownValue"
    assert origins["services"]["lost"] == "linkTarget"
    assert origins["services"]["lost_means"]
    assert origins["furtherMarketplace"]["status"] == "empty"
    assert origins["contact"]["meaning"]


def test_what_may_be_several_places_is_a_choice(outcome: dict[str, Any]) -> None:
    """A name of many places leads to the places, a name of none to a reason."""
    assert len(answer(outcome, "find many")["places"]) > 1
    assert answer(outcome, "find nothing")["reason"]
    assert answer(outcome, "find nothing")["found"] == []


def test_vocabulary_has_prefixes_counts_and_pitfalls(outcome: dict[str, Any]) -> None:
    """What a query needs to know is told: prefixes, classes, properties, and what first queries go wrong with."""
    told = answer(outcome, "vocabulary")

    assert told["prefixes"]["schema"] == "https://schema.org/"
    assert any(one["class"] == "https://schema.org/State" and one["things"] == "16" for one in told["classes"])
    assert told["properties"]
    assert told["pitfalls"]


def test_a_cut_answer_says_so(outcome: dict[str, Any]) -> None:
    """More rows than a model is given are counted, and the cut is told."""
    told = answer(outcome, "many rows")

    assert told["cut"]
    assert told["row_count"] > len(told["rows"])
    assert answer(outcome, "query")["cut"] is False
    assert len(answer(outcome, "query")["rows"]) == 16


def test_yes_and_no_row(outcome: dict[str, Any]) -> None:
    """ASK has a truth value; an empty table says that it is no statement about the world."""
    assert answer(outcome, "ask")["answer"] is True
    assert answer(outcome, "no row")["rows"] == []
    assert answer(outcome, "no row")["empty_note"]


@pytest.mark.parametrize("name", ["misspelt name", "bad parameter", "broken", "a graph", "update", "a file"])
def test_refusals_say_what_to_do(outcome: dict[str, Any], name: str) -> None:
    """What has no answer is an error whose text names a remedy."""
    assert " – " in complaint(outcome, name)


def test_an_endless_query_is_ended_and_the_next_is_answered(outcome: dict[str, Any]) -> None:
    """A hostile query is killed at the time limit, and the server goes on."""
    assert "stopped after 2 s" in complaint(outcome, "endless")
    assert answer(outcome, "after it")["answer"] is True


def test_no_query_reaches_another_host(python: str) -> None:
    """SERVICE is refused, and nothing is connected to."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        found = asked(python, [("query", {"sparql": f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"})])

        assert found["answers"][0][0]
        with pytest.raises(TimeoutError):
            listening.accept()
