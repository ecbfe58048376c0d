"""Named queries answer what their words ask, also over data that the page of today does not have yet."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from efa_lod.model.context import read_context
from efa_lod.model.publication import read_publication
from efa_lod.sparql.queries import publication_store

Rows = list[dict[str, str]]


def asked(copy: Path, name: str) -> Rows:
    """Return what the named query says of the publication *copy*, a mapping for each row."""
    publication = read_publication(copy)
    store = publication_store(publication, read_context(publication))
    found = store.query(publication.read(f"data/queries/{name}.rq"), base_iri=publication.base_iri)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{one: row[one].value for one in names if row[one] is not None} for row in found]


def edit(copy: Path, path: str, old: str, new: str) -> None:
    """Replace *old* by *new* in a file of the publication *copy*."""
    text = (copy / path).read_text("utf-8")
    assert old in text, (path, old)
    (copy / path).write_text(text.replace(old, new, 1), "utf-8")


def test_what_is_live_and_open_has_no_limits(copy: Path) -> None:
    """A marketplace that went live, or that is open to the public, is no longer one with limits."""
    assert {"BY", "RP", "ST"} == {row["state"] for row in asked(copy, "marketplaces-with-limits")}
    edit(copy, "data/states/by.yaml", "launchStatus: announced", "launchStatus: live")
    edit(copy, "data/marketplaces.yaml", "access: RESTRICTED", "access: PUBLIC")

    assert {"ST"} == {row["state"] for row in asked(copy, "marketplaces-with-limits")}


def test_an_added_address_has_no_row(copy: Path) -> None:
    """The row of a contact is not told as the origin of an e-mail address that was added to it."""
    edit(
        copy,
        "data/states/sh.yaml",
        "      email: info@itvsh.de\n",
        """      email: [info@itvsh.de, neu@itvsh.example]
      additions:
        - id: state/sh#contact-itvsh-email
          type: Addition
          property: email
          text: neu@itvsh.example
          foundAt: https://itvsh.de/kontakt
          foundOn: 2026-11-23
          confidence: high
          finding: {de: Auf der Kontaktseite genannt., en: Given on the contact page.}
""",
    )

    assert ["info@itvsh.de"] == [row["email"] for row in asked(copy, "provenance-of-contacts") if row["state"] == "SH"]


@pytest.mark.parametrize(("until", "order"), [("untilYear: '2024'", 1), ("untilMonth: 2024-11", 0)])
def test_limits_are_in_order_of_their_ends(copy: Path, until: str, order: int) -> None:
    """A year or month ends on its last day, and that is where its limit stands among others."""
    edit(copy, "data/states/ni.yaml", "until: 2023-12-31", until)
    states = [row["state"] for row in asked(copy, "expiring-provisions") if row["until"] >= "2024"]

    assert sorted(["MV", "NI"], reverse=order == 0) == states


def test_notes_on_organisations_are_shown(copy: Path) -> None:
    """A note stands in the list whatever thing of the page it is on."""
    edit(copy, "data/organisations.yaml", "namedIn: ", "editorialNote: {de: Vorsicht., en: Take care.}\nnamedIn: ")

    assert "Vorsicht." in [row["note"] for row in asked(copy, "editorial-notes")]
