"""A statement is refused whose claimed row cannot carry it; what is added has its evidence."""

import copy as copying
from pathlib import Path
from typing import Any

import pytest
import yaml

from efa_lod.build.check import check_files
from efa_lod.io.reading import Document
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.model.records import publication_records
from efa_lod.model.results import Result, Severity, conforms
from efa_lod.model.row_facts import read_facts
from efa_lod.overview.facts import facts_of, facts_text
from efa_lod.overview.page import read_page_file
from efa_lod.validation.claims import claim_results
from support.sourced_statements import sourced_statements

PAGE = "source/efa-nachnutzung"
EVIDENCE = {
    "foundAt": "https://www.niedersachsen.example/ozg",
    "foundOn": "2026-11-27",
    "confidence": "high",
    "finding": {"de": "Dort so genannt.", "en": "Named so there."},
}
INVENTED = {
    "id": "state/ni#contact-invented",
    "type": "ContactPoint",
    "contactKind": "unit",
    "name": {"de": "Digitalagentur Niedersachsen"},
    "email": "post@agentur.example",
    "origin": f"{PAGE}#ni-contact",
}


class Records:
    """The records of the publication, to be changed by a test."""

    def __init__(self, publication: Publication, context: Context) -> None:
        self._publication, self._context = publication, context
        self.documents = copying.deepcopy(list(publication_records(publication)))
        self.by_id: dict[str, Any] = {one.value["id"]: one.value for one in self.documents}

    def reuse(self, state: str) -> dict[str, Any]:
        """Return the reuse in a state."""
        found: dict[str, Any] = self.by_id[f"state/{state}"]["reuse"]
        return found

    def results(self) -> list[Result]:
        """Return what is wrong with the claims."""
        return claim_results(self.documents, read_facts(self._publication), self._context)

    def rules(self) -> list[str]:
        """Return which rules are broken."""
        return sorted({result.rule for result in self.results()})

    def origins(self, subject: str) -> set[str]:
        """Return the origins of the statements about *subject*."""
        base = self._context.base_iri
        every = sourced_statements(self.documents, self._context)
        return {one.origin[1:-1].removeprefix(base) for one in every if one.statement[0] == f"<{base}{subject}>"}


@pytest.fixture
def records(publication: Publication, context: Context) -> Records:
    """Return the records of the publication."""
    return Records(publication, context)


def test_the_records_claim_nothing_without_ground(records: Records) -> None:
    """What the publication says of the page stands on the page."""
    assert [] == records.results()


def test_the_facts_are_those_of_the_page(publication: Publication, reference: Path) -> None:
    """The file of facts is what the page gives today, byte for byte."""
    page = read_page_file(reference / "source" / "efa-nachnutzung-in-den-laendern.txt")
    told = facts_text(facts_of(page, list(publication_records(publication))))

    assert publication.read("data/facts/efa-nachnutzung.json") == told


def test_an_invented_contact_is_refused(records: Records) -> None:
    """A contact that claims a row of the page must stand in it."""
    records.reuse("ni")["contacts"].append(dict(INVENTED))

    assert {"name", "email"} == {one.key.rpartition("].")[2].partition(".")[0] for one in records.results()}
    assert ["claim-not-in-row"] == records.rules()


@pytest.mark.parametrize(
    ("key", "value"),
    [("email", "efa@stk.niedersachsen.example"), ("telephone", "+495111200"), ("name", 'Stab, "EfA": neu')],
)
def test_the_message_has_the_lines_to_paste(records: Records, key: str, value: str) -> None:
    """What a message says to add makes the record pass once place and day are filled in, and not before."""
    contact = records.reuse("ni")["contacts"][0]
    contact |= {key: {"de": value, "en": "EfA"} if key == "name" else value}
    contact |= {"printedAs": "0511 1200"} if key == "telephone" else {}
    messages = {one.message("en") for one in records.results()}
    pasted = yaml.safe_load(next(iter(messages)).partition("below it: ")[2].partition(" – ")[0])
    contact |= pasted
    unfilled = records.rules()
    for one in contact["additions"]:
        one |= {"foundAt": "https://stk.niedersachsen.example/efa", "foundOn": "2026-11-27"}

    assert 1 == len(messages)
    assert ["additions"] == list(pasted)
    assert [] == records.rules()
    assert [] == unfilled  # claims alone; the shapes refuse the marks


def test_an_addition_that_lags_behind_is_named(records: Records) -> None:
    """Where a supported value is changed alone, the message names its addition and the line in it."""
    contact = records.reuse("ni")["contacts"][0]
    contact |= {"email": "alt@stk.niedersachsen.example"}
    contact["additions"] = [
        {
            "id": "state/ni#contact-general-email",
            "type": "Addition",
            "property": "email",
            "text": contact["email"],
            **EVIDENCE,
        }
    ]
    assert [] == records.rules()
    contact["email"] = "neu@stk.niedersachsen.example"

    (told,) = (one for one in records.results() if one.rule == "claim-not-in-row")
    assert (
        'the addition state/ni#contact-general-email supports something else. Write there text: "neu@'
        in told.message("en")
    )
    assert "state/ni#contact-general-email belegt etwas" in told.message("de")


def test_a_contact_with_evidence_passes(records: Records) -> None:
    """The same contact passes as an addition, and its statements come from the addition."""
    reuse = records.reuse("ni")
    addition = {"id": "state/ni#contact-added", "type": "Addition", "property": "contacts", **EVIDENCE}
    reuse["contacts"].append({**INVENTED, "origin": addition["id"]})
    reuse["additions"] = [{**addition, "value": INVENTED["id"]}]

    assert [] == records.results()
    assert {"state/ni#contact-added", "source/editors"} == records.origins("state/ni#contact-invented")


@pytest.mark.parametrize(
    ("key", "value", "more"),
    [
        ("email", {"text": "efa@stk.niedersachsen.example"}, {}),
        ("telephone", {"text": "+495111200"}, {"printedAs": "0511 1200"}),
        ("name", {"words": {"de": "Stabsstelle EfA"}}, {}),
    ],
)
def test_a_gap_can_be_filled(records: Records, key: str, value: dict[str, Any], more: dict[str, str]) -> None:
    """An e-mail address, a number or a name that the page lacks is added with evidence, and refused without."""
    contact = records.reuse("ni")["contacts"][0]
    contact |= {key: next(iter(value.values())), **more}

    assert ["claim-not-in-row"] == records.rules()
    contact["additions"] = [
        {"id": "state/ni#contact-general-added", "type": "Addition", "property": key, **value, **EVIDENCE}
    ]
    assert [] == records.results()
    assert "state/ni#contact-general-added" in records.origins("state/ni#contact-general")


def test_an_added_address_says_where_and_when(records: Records) -> None:
    """For contact data evidence is a place and a day."""
    contact = records.reuse("ni")["contacts"][0]
    contact["email"] = "efa@stk.niedersachsen.example"
    addition = {
        "id": "state/ni#contact-general-added",
        "type": "Addition",
        "property": "email",
        "text": contact["email"],
    }
    contact["additions"] = [{**addition, **{key: EVIDENCE[key] for key in ("confidence", "finding", "foundAt")}}]

    assert ["addition-undated"] == records.rules()


def test_an_addition_supports_what_is_there(records: Records) -> None:
    """An addition whose value is not in the data is found."""
    contact = records.reuse("ni")["contacts"][0]
    addition = {"id": "state/ni#contact-general-added", "type": "Addition", "property": "email", "text": "a@b.example"}
    contact["additions"] = [{**addition, **EVIDENCE}]

    assert ["addition-not-stated"] == records.rules()


@pytest.mark.parametrize(
    ("row", "state", "rule"),
    [
        ("sh-further-marketplace", "sh", "claim-on-silent-row"),
        ("sh-contact", "ni", "claim-on-other-row"),
        ("ni-further-marketplace", "ni", "claim-on-silent-row"),
    ],
)
def test_a_provision_rests_on_a_row_that_speaks(records: Records, row: str, state: str, rule: str) -> None:
    """A provision cannot come from an empty row or from that of another state."""
    provision = dict(records.by_id["state/mv"]["reuse"]["provisions"][0])
    provision |= {"id": f"state/{state}#provision-invented", "origin": f"{PAGE}#{row}"}
    records.reuse(state).setdefault("provisions", []).append(provision)

    assert [rule] == records.rules()


def test_an_invented_marketplace_is_refused(records: Records) -> None:
    """A marketplace or organisation is called as the row calls it."""
    records.by_id["marketplace/service-bw"]["name"] = {"de": "EfA-Börse Südwest"}
    records.by_id["organisation/dikom"]["name"] = {"de": "DIKOM Mitte"}

    assert {"marketplaces.yaml", "organisations.yaml"} == {Path(one.place.path).name for one in records.results()}


def test_a_row_with_another_text_is_said_to_be_unchecked(records: Records) -> None:
    """Where the text of a row is newer than what is known of it, that is a warning and no verdict."""
    records.by_id["state/ni"]["record"]["rows"][0]["sha256"] = "0" * 64
    found = records.results()

    assert {"claim-unchecked"} == {one.rule for one in found}
    assert conforms(found)
    assert {Severity.WARNING} == {one.severity for one in found}


def test_validate_refuses_a_file_with_an_invented_contact(publication: Publication, tmp_path: Path) -> None:
    """A file that is checked beside the publication is held to the same."""
    text = publication.read("data/states/sh.yaml").replace("info@itvsh.de", "invented@itvsh.de")
    file = tmp_path / "sh.yaml"
    file.write_text(text, encoding="utf-8")

    assert ["claim-not-in-row"] == [one.rule for one in check_files([str(file)], publication)]


def test_without_facts_nothing_is_judged(records: Records, context: Context) -> None:
    """A publication that holds no facts of its page is not refused."""
    records.reuse("ni")["contacts"].append(dict(INVENTED))
    documents: list[Document] = records.documents

    assert [] == claim_results(documents, {}, context)
