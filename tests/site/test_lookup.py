"""The table that lists are matched with: one line for each thing, the contacts of its state beside it."""

import csv
from pathlib import Path


def test_lookup_table_names_states_shared_things_and_municipalities(site_folder: Path) -> None:
    """Each line has an id that leads to a page, and a municipality the contacts of its state."""
    with (site_folder / "lookup.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}

    assert rows["state/sh"]["email"] == rows["find/01002000"]["email"] == "info@itvsh.de"
    assert rows["find/01002000"]["codes"].split("|")[0].strip().startswith("01002000")
    assert rows["find/03241001"]["email"] == ""
    assert rows["find/03241001"]["contactStatus"]
    assert rows["organisation/itvsh"]["type"] == "GovernmentOrganization"
    assert sum(row["type"] == "State" for row in rows.values()) == 16
    assert sum(row["type"] == "Municipality" for row in rows.values()) > 10_000


def test_lookup_table_is_found_by_its_words(site_folder: Path) -> None:
    """Abbreviation, key and other names of a state stand in its line."""
    with (site_folder / "lookup.csv").open(encoding="utf-8", newline="") as file:
        saxony = next(row for row in csv.DictReader(file) if row["id"] == "state/sn")

    assert {"SN", "14"} <= {code.strip() for code in saxony["codes"].split("|")}
    assert "Freistaat Sachsen" in saxony["otherNames"]
