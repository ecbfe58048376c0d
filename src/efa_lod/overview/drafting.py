"""Draft the parts of a record that rows of the page speak of, for a maintainer to finish.

What a row says plainly is filled in; what needs a decision – identifiers, the kind of a contact, what prose means – is
marked TODO, which no check lets pass.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from efa_lod.overview.description import packaged_description
from efa_lod.overview.recognition import Item, items, status_of
from efa_lod.overview.rows import PageRow

TODO = "TODO"
AS_OF_KEYS = {len("2022"): "asOfYear", len("2022-11"): "asOf", len("2022-11-30"): "asOfDay"}
"""The key of the time that a row gives for itself, by how long it is written."""


def drafted(rows: Sequence[PageRow]) -> dict[str, object]:
    """Return record parts for *rows* of one state: what reuse has of each kind, and entries of record.rows.

    They come in the order of a record, in which what people edit stands before what the program keeps.
    """
    held: dict[str, list[Item]] = {}
    for row in rows:
        held.setdefault(row.about.holds(row.kind), []).extend(_undisputed(row))
    about = rows[0].about if rows else packaged_description()
    offers = dict.fromkeys(one.holds for one in about.row_kinds if one.holds not in ("contacts", "financing", ""))
    return {
        "contacts": _contacts(held.get("contacts", ())),
        **{key: _offers(held.get(key, ())) for key in offers},
        "financing": _financing(rows),
        "provisions": [
            {"until": item.value or TODO, "summary": {"de": TODO, "en": TODO}, "origin": row.kind}
            for row in rows
            for item in items(row)
            if item.kind in ("deadline", "prose")
        ],
        "rows": [_entry(row) for row in rows],
    }


def _entry(row: PageRow) -> dict[str, str]:
    as_of = next((item.value for item in items(row) if item.kind == "asOf"), "")
    entry = {"rowKind": row.kind, "valueStatus": status_of(row), "sha256": row.sha256}
    return {**entry, AS_OF_KEYS[len(as_of)]: as_of} if as_of else entry


def _undisputed(row: PageRow) -> Iterator[Item]:
    """Yield what is recognised in *row*; an address whose link leads to another is left for a person to decide."""
    labels = [link.label for link in row.telling_links if link.target.startswith(("mailto:", "tel:"))]
    for item in items(row):
        is_disputed = item.kind in ("email", "telephone") and any(item.text in label for label in labels)
        yield replace(item, value="") if is_disputed and not item.target else item


def _contacts(found: Iterable[Item]) -> list[dict[str, object]]:
    """Return a contact for each name, with the address and number behind it; an address alone is a mailbox."""
    contacts: list[dict[str, object]] = []
    for item in found:
        if item.kind in ("label", "name"):
            if contacts and item.text.startswith(("Webseite", "Website", "Homepage")):
                contacts[-1]["linkLabel"] = {"de": item.text}
            else:
                contacts.append({"contactKind": TODO, "name": {"de": item.text}})
            if item.target:
                contacts[-1]["link"] = _address(item.target)
        elif item.kind in ("email", "telephone"):
            if not contacts or item.kind in contacts[-1]:
                contacts.append({"contactKind": "mailbox"})
            contacts[-1][item.kind] = item.value or TODO
            if item.kind == "telephone":
                contacts[-1]["printedAs"] = item.text
    return contacts


def _address(target: str) -> str:
    """Return *target* if it is the address of a web page, which a copy may have shortened."""
    return target if target.startswith(("https://", "http://")) else TODO


def _offers(found: Iterable[Item]) -> list[dict[str, str | dict[str, str]]]:
    kinds = {"label": "name", "launch": "launchStatus", "access": "accessNote"}
    return [
        {kinds[item.kind]: item.value if item.kind == "launch" else {"de": item.text}}
        | ({"link": _address(item.target)} if item.target else {})
        for item in found
        if item.kind in kinds
    ]


def _financing(rows: Iterable[PageRow]) -> dict[str, object]:
    row = next((row for row in rows if row.about.holds(row.kind) == "financing"), None)
    if row is None:
        return {"valueStatus": TODO}
    labels = [item.text for item in items(row) if item.kind == "label"]
    return {"valueStatus": status_of(row), **({"linkLabel": {"de": labels[0]}} if labels else {})}
