"""Draft the parts of a record that rows of the page speak of, for a maintainer to finish.

What a row says plainly is filled in; what needs a decision – identifiers, the kind of a contact, what prose means – is
marked TODO, which no check lets pass.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from efa_lod.overview.page import Row
from efa_lod.overview.recognition import Item, items, status_of

TODO = "TODO"


def drafted(rows: Sequence[Row]) -> dict[str, Any]:
    """Return record parts for *rows* of one state: entries of record.rows, and what reuse has of each kind."""
    by_kind = {row.kind: items(row) for row in rows}
    return {
        "rows": [_entry(row) for row in rows],
        "contacts": _contacts(by_kind.get("contact", ())),
        "catalogues": _offers(by_kind.get("services", ())),
        "furtherMarketplaces": _offers(by_kind.get("furtherMarketplace", ())),
        "financing": _financing(rows),
        "provisions": [
            {"until": item.value or TODO, "summary": {"de": TODO, "en": TODO}, "origin": row.kind}
            for row in rows
            for item in items(row)
            if item.kind in ("deadline", "prose")
        ],
    }


def _entry(row: Row) -> dict[str, str]:
    as_of = next((item.value for item in items(row) if item.kind == "asOf"), "")
    entry = {"rowKind": row.kind, "valueStatus": status_of(row), "sha256": row.sha256}
    return {**entry, "asOf": as_of} if as_of else entry


def _contacts(found: Iterable[Item]) -> list[dict[str, Any]]:
    """Return a contact for each name, with the address and number behind it; an address alone is a mailbox."""
    contacts: list[dict[str, Any]] = []
    for item in found:
        if item.kind in ("label", "name"):
            if contacts and item.text.startswith(("Webseite", "Website", "Homepage")):
                contacts[-1]["linkLabel"] = {"de": item.text}
            else:
                contacts.append({"contactKind": TODO, "name": {"de": item.text}})
            if item.target:
                contacts[-1]["homepage"] = item.target
        elif item.kind in ("email", "telephone"):
            if not contacts or item.kind in contacts[-1]:
                contacts.append({"contactKind": "mailbox"})
            contacts[-1][item.kind] = item.value or TODO
            if item.kind == "telephone":
                contacts[-1]["printedAs"] = item.text
    return contacts


def _offers(found: Iterable[Item]) -> list[dict[str, Any]]:
    kinds = {"label": "name", "launch": "launchStatus", "access": "accessNote"}
    return [
        {kinds[item.kind]: item.value if item.kind == "launch" else {"de": item.text}}
        | ({"homepage": item.target} if item.target else {})
        for item in found
        if item.kind in kinds
    ]


def _financing(rows: Iterable[Row]) -> dict[str, Any]:
    row = next((row for row in rows if row.kind == "finance"), None)
    if row is None:
        return {"valueStatus": TODO}
    labels = [item.text for item in items(row) if item.kind == "label"]
    return {"valueStatus": status_of(row), **({"linkLabel": {"de": labels[0]}} if labels else {})}
