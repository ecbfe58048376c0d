"""The reconciliation service answers as the API's schemas ask, and takes one thing for another never."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from support.serving import Server, serving

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SCHEMAS = Path("reference/reconciliation")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give a server over the packaged publication."""
    with serving("--no-site") as started:
        yield started


def post(server: Server, **fields: Any) -> Any:
    """Send *fields* as JSON in a form and return what comes back as JSON."""
    body = urlencode({name: json.dumps(value) for name, value in fields.items()}).encode()
    answer = server.send("POST", "/reconcile", FORM, body)

    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def get(server: Server, path: str, **parameters: str) -> Any:
    """Return the JSON at *path* below the service."""
    answer = server.send("GET", f"/reconcile{path}?{urlencode(parameters)}".rstrip("?"))

    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def results(server: Server, text: str, **more: Any) -> list[dict[str, Any]]:
    """Return the candidates for one cell."""
    found: list[dict[str, Any]] = post(server, queries={"q0": {"query": text, **more}})["q0"]["result"]
    return found


def matched(server: Server, text: str, **more: Any) -> str:
    """Return the id of the thing that *text* names for certain, or nothing."""
    return next((one["id"] for one in results(server, text, **more) if one["match"]), "")


def checked(folder: Path, name: str, value: Any) -> None:
    """Hold *value* against a schema of the API, which may refer to others in the same folder."""
    from jsonschema import Draft7Validator  # type: ignore[import-untyped]
    from referencing import Registry
    from referencing.jsonschema import DRAFT7

    schemas = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    named = [(schema.get("$id", name), DRAFT7.create_resource(schema)) for name, schema in schemas.items()]
    Draft7Validator(schemas[name], registry=Registry().with_resources(named)).validate(value)


@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_answers_follow_the_schemas_of_the_api(server: Server, reference: Path, version: str) -> None:
    """Manifest, results, suggestions and extensions are what both versions of the API ask for."""
    folder = reference / SCHEMAS / version
    queries = {
        "q0": {"query": "Sachsen"},
        "q1": {"query": "Neustadt", "type": "Municipality"},
        "q2": {"query": "xyzxyz"},
    }
    extend = {"ids": ["state/sh", "find/08111000"], "properties": [{"id": "email"}, {"id": "marketplace"}]}

    checked(folder, "manifest", get(server, ""))
    checked(folder, "reconciliation-query-batch", queries)
    checked(folder, "reconciliation-result-batch", post(server, queries=queries))
    checked(folder, "data-extension-query", extend)
    checked(folder, "data-extension-response", post(server, extend=extend))
    checked(folder, "suggest-entities-response", get(server, "/suggest/entity", prefix="Sach"))
    checked(folder, "suggest-types-response", get(server, "/suggest/type", prefix="Gem"))
    checked(folder, "suggest-properties-response", get(server, "/suggest/property", prefix="E-"))
    if version == "0.2":
        checked(folder, "data-extension-property-proposal", get(server, "/properties", type="State"))


STATES = {
    "bw": ("Baden-Württemberg", "BW", "08", "DE-BW", "DE1", "Land Baden-Württemberg", "BADEN-WUERTTEMBERG"),
    "by": ("Bayern", "BY", "09", "DE-BY", "DE2", "Freistaat Bayern", "Bavaria"),
    "hb": ("Bremen", "HB", "04", "DE-HB", "DE5", "Freie Hansestadt Bremen", "bremen"),
    "hh": ("Hamburg", "HH", "02", "DE-HH", "DE6", "Freie und Hansestadt Hamburg", "Hamburg "),
    "sn": ("Sachsen", "SN", "14", "DE-SN", "DED", "Freistaat Sachsen", "Saxony"),
    "st": ("Sachsen-Anhalt", "ST", "15", "DE-ST", "DEE", "Land Sachsen-Anhalt", "Sachsen Anhalt"),
    "ni": ("Niedersachsen", "NI", "03", "DE-NI", "DE9", "Land Niedersachsen", "Lower Saxony"),
    "th": ("Thüringen", "TH", "16", "DE-TH", "DEG", "Freistaat Thüringen", "Thueringen"),
}
"""Names and codes by state."""


@pytest.mark.parametrize("state", STATES)
def test_states_are_found_by_each_of_their_names(server: Server, state: str) -> None:
    """A state's names, abbreviation, key, ISO and NUTS codes, and its id, name the state and nothing else."""
    iri = f"https://w3id.org/efa-lod/state/{state}"
    asked = [*STATES[state], f"state/{state}", iri]

    assert dict.fromkeys(asked, f"state/{state}") == {one: matched(server, one, type="State") for one in asked}


MUNICIPALITIES: Mapping[str, str] = {
    "Hannover": "03241001",
    "Landeshauptstadt Hannover": "03241001",
    "Stadt Kassel": "06611000",
    "Frankfurt am Main": "06412000",
    "Frankfurt (Oder)": "12053000",
    "Köln": "05315000",
    "Koeln": "05315000",
    "08111000": "08111000",
    "081110000000": "08111000",
    "Stuttgart": "08111000",
    "Kiel, Landeshauptstadt": "01002000",
}


@pytest.mark.parametrize("text", MUNICIPALITIES)
def test_municipalities_are_found_by_name_and_key(server: Server, text: str) -> None:
    """A municipality of the register is named by its name, with or without a title, and by its keys."""
    assert f"find/{MUNICIPALITIES[text]}" == matched(server, text, type="Municipality")


@pytest.mark.parametrize("text", ["Neustadt", "24103", "Sachse", "Hanover", "8111000", "", "xyz", "Landkreis Gifhorn"])
def test_what_may_be_several_things_matches_none(server: Server, text: str) -> None:
    """A name of many, a slip of the pen, a postal code and a key without its zero leave the choice to a person."""
    assert matched(server, text) == ""


def test_candidates_are_ordered_by_score(server: Server) -> None:
    """The likeliest candidate comes first, and scores of what is not exact stay below those of what is."""
    scores = [one["score"] for one in results(server, "Niedersachsn")]

    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[0] < 100
    assert results(server, "Niedersachsn", type="State")[0]["id"] == "state/ni"


def test_nothing_is_found_where_nothing_is_near(server: Server) -> None:
    """A cell that names nothing has an empty result."""
    assert results(server, "qqqqqqqq") == []


def test_state_tells_municipalities_of_one_name_apart(server: Server) -> None:
    """The state in another column chooses among municipalities of the same name."""
    towns = results(server, "Rosenthal", type="Municipality")
    own = [one for one in towns if one["score"] == 100]
    within = [
        one["id"]
        for one in results(server, "Rosenthal", type="Municipality", properties=[{"pid": "state", "v": "Hessen"}])
    ]

    assert all("06" == one.removeprefix("find/")[:2] for one in within)
    assert within
    assert own


def test_every_thing_finds_itself(server: Server) -> None:
    """The id of a thing, asked for as a name, is that thing."""
    for identifier in ("marketplace/ozg-shop-sh", "organisation/itvsh", "find/08111000"):
        assert identifier == matched(server, identifier)


def test_extension_gives_municipalities_the_contacts_of_their_state(server: Server) -> None:
    """A list of municipalities becomes a list with contacts; where a page is silent, the status says how."""
    names = ["email", "telephone", "contact", "contactStatus", "financeStatus", "abbreviation", "state"]
    answer = post(
        server, extend={"ids": ["find/01002000", "find/03241001", "nothing"], "properties": [{"id": n} for n in names]}
    )
    kiel, hannover, nothing = (answer["rows"][one] for one in ("find/01002000", "find/03241001", "nothing"))

    assert kiel["email"] == [{"str": "info@itvsh.de"}]
    assert kiel["telephone"] == [{"str": "+4943153055046"}]
    assert kiel["abbreviation"] == [{"str": "SH"}]
    assert hannover["email"] == []
    assert len(hannover["contactStatus"]) == 2  # answered, and what our copy lost of it
    assert hannover["state"] == [{"str": "Niedersachsen"}]
    assert set(nothing) == set(names)
    assert not any(nothing.values())


def test_extension_gives_things_with_their_ids(server: Server) -> None:
    """A marketplace comes as a thing that can be asked for in turn."""
    answer = post(server, extend={"ids": ["state/sh"], "properties": [{"id": "marketplace"}]})

    assert {"id": "marketplace/ozg-shop-sh", "name": answer["rows"]["state/sh"]["marketplace"][0]["name"]} in answer[
        "rows"
    ]["state/sh"]["marketplace"]


def test_preview_is_a_page_for_frames(server: Server) -> None:
    """A preview shows name and contacts, may be framed by any page, and runs nothing."""
    answer = server.send("GET", "/reconcile/preview?id=state/sh")

    assert answer.status == 200
    assert answer.media_type == "text/html"
    assert "info@itvsh.de" in answer.body.decode()
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


ANSWERS = {
    "manifest": ("GET", "/reconcile", b"", 200),
    "no JSON": ("POST", "/reconcile", b"queries=%7B", 400),
    "a list": ("POST", "/reconcile", b"queries=%5B%5D", 400),
    "a number as query": ("POST", "/reconcile", b"queries=%7B%22a%22%3A%7B%22query%22%3A1%7D%7D", 400),
    "deep JSON": ("POST", "/reconcile", b"queries=" + b"[" * 100_000, 400),
    "unknown property": (
        "POST",
        "/reconcile",
        urlencode({"extend": '{"ids":[],"properties":[{"id":"x"}]}'}).encode(),
        400,
    ),
    "not UTF-8": ("POST", "/reconcile", b"queries=%ff", 400),
    "nothing there": ("GET", "/reconcile/x", b"", 404),
    "unknown thing": ("GET", "/reconcile/preview?id=%3Cscript%3E", b"", 404),
    "too many": (
        "POST",
        "/reconcile",
        urlencode({"queries": json.dumps({str(i): {"query": "x"} for i in range(1001)})}).encode(),
        413,
    ),
    "options": ("OPTIONS", "/reconcile", b"", 204),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_answer_may_be_read_by_pages_of_others(server: Server, case: str) -> None:
    """Answers and refusals alike carry the headers of CORS; a refusal is one line."""
    method, path, body, status = ANSWERS[case]
    answer = server.send(method, path, FORM if method == "POST" else {}, body if method == "POST" else None)

    assert answer.status == status, answer.body
    assert answer.headers["access-control-allow-origin"] == "*"
    assert status < 400 or (answer.body.endswith(b"\n") and answer.body.count(b"\n") == 1)


def test_a_thousand_cells_take_less_than_two_seconds(server: Server) -> None:
    """A whole batch, half of it misspelt, is answered while somebody waits."""
    names = ["Hannover", "Kasel", "Neustadt am Rübenberge", "Sachsen", "Landkreis Gifhorn", "Muenchn", "Köln", "xyz"]
    batch = {f"q{i}": {"query": f"{names[i % 8]}{'' if i % 2 else i % 10}", "limit": 5} for i in range(1000)}
    results(server, "Kiel")
    begun = time.process_time(), time.monotonic()
    answer = post(server, queries=batch)

    assert len(answer) == 1000
    assert time.monotonic() - begun[1] < 10  # two seconds on a machine with nothing else to do
