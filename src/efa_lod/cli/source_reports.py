"""What the commands about the overview page show, for people and for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from efa_lod.overview.due import Due
    from efa_lod.overview.outside import PassageChange
    from efa_lod.overview.page import OverviewPage
    from efa_lod.overview.rows import PageRow
    from efa_lod.overview.watching import RowChange, Watch

WORDS = {
    "de": {
        "changed": "geändert",
        "new": "neu",
        "gone": "weggefallen",
        "at-line": "Zeile",
        "wording": "der Wortlaut oder ein Verweis ist anders, keine erkannte Angabe",
        "differ": "{changed} von {all} Feldern anders",
        "same": "nichts Neues",
        "not-modified": "nicht geändert",
        "against": "verglichen mit",
        "records": "den Datensätzen",
        "copy": "der angenommenen Kopie",
        "was-due": "zuletzt bestätigt {confirmed}, war fällig am {due}",
        "is-due": "zuletzt bestätigt {confirmed}, fällig am {due}",
        "nothing-due": "Nichts ist überfällig; der nächste Datensatz ist am {due} fällig.",
        "no-records": "Es gibt keine Datensätze.",
        "outside": "{count} außerhalb der Felder",
        "introduction": "über den Ländern",
        "contents": "Inhaltsverzeichnis",
        "line": "Zeile",
        "row": "unbekanntes Feld",
        "label": "Feldname in anderem Wortlaut",
        "state": "Name eines Landes, unbekannt, wiederholt oder anders",
        "links": "die Verweise sind andere",
        "confirmed": "bestätigt {day}",
        "not-written": " (nicht geschrieben)",
        "left": "ein Feld ist anders oder fehlt – siehe efa-lod source watch",
        "unread": "steht auf der Seite und ist noch nicht eingearbeitet; so bestätigt sie nichts – lesen, dann"
        " efa-lod source accept",
        "accepted": "angenommen",
        "accepted-outside": "angenommen, was außerhalb der Felder steht: {count} Zeilen",
        "written": "geschrieben",
        "nothing-to-accept": "Es gibt nichts anzunehmen.",
        "entry-new": "hat keinen Eintrag unter record.rows – siehe efa-lod source draft",
        "entry-gone": "steht nicht auf der Seite – den Eintrag von Hand entfernen, falls es so sein soll",
    },
    "en": {
        "changed": "changed",
        "new": "new",
        "gone": "gone",
        "at-line": "line",
        "wording": "the wording or a link has changed, no recognised fact has",
        "differ": "{changed} of {all} rows differ",
        "same": "nothing new",
        "not-modified": "not modified",
        "against": "compared with",
        "records": "the records",
        "copy": "the accepted copy",
        "was-due": "last confirmed {confirmed}, was due {due}",
        "is-due": "last confirmed {confirmed}, is due {due}",
        "nothing-due": "Nothing is overdue; the next record is due on {due}.",
        "no-records": "There are no records.",
        "outside": "{count} outside of the rows",
        "introduction": "above the states",
        "contents": "table of contents",
        "line": "line",
        "row": "unknown row",
        "label": "label in other words",
        "state": "name of a state, unknown, repeated or in other words",
        "links": "the links are others",
        "confirmed": "confirmed {day}",
        "not-written": " (not written)",
        "left": "a row has changed or is missing – see efa-lod source watch",
        "unread": "stands on the page and has not been taken in yet; so the page confirms nothing – read it, then"
        " efa-lod source accept",
        "accepted": "accepted",
        "accepted-outside": "accepted what stands outside of the rows: {count} lines",
        "written": "written",
        "nothing-to-accept": "There is nothing to accept.",
        "entry-new": "has no entry under record.rows – see efa-lod source draft",
        "entry-gone": "is not on the page – remove the entry by hand if that is right",
    },
}


def row_as_data(row: "PageRow", page: "OverviewPage") -> dict[str, object]:
    """Return *row* of *page* and what is recognised in it, for programs."""
    from efa_lod.overview.recognition import items, status_of

    return {
        "state": row.state,
        "kind": row.kind,
        "place": f"{page.name}:{row.line}",
        "sha256": row.sha256,
        "valueStatus": status_of(row),
        "text": row.text,
        "items": [
            {
                key: value
                for key, value in (("kind", i.kind), ("text", i.text), ("value", i.value), ("target", i.target))
                if value
            }
            for i in items(row)
            if i.kind not in ("silence", "prose")
        ],
    }


def watch_as_data(seen: "Watch") -> dict[str, object]:
    """Return *seen* for programs."""
    return {
        "page": seen.page,
        "against": seen.against,
        "changed": bool(seen.changes or seen.outside),
        "rows": [
            {
                "state": row.state,
                "kind": row.kind,
                "change": row.change,
                "line": row.line or None,
                "old": list(row.old),
                "new": list(row.new),
            }
            for row in seen.rows
        ],
        "outside": [passage_as_data(one) for one in seen.outside],
    }


def passage_as_data(one: "PassageChange") -> dict[str, object]:
    """Return a passage that has changed, for programs."""
    return {
        "kind": one.kind,
        "change": one.change,
        "line": one.line or None,
        "state": one.state or None,
        "text": one.text,
        "links": list(one.targets),
    }


def watch_as_text(seen: "Watch", words: Mapping[str, str]) -> str:
    """Return *seen* for people."""
    lines = [line for row in seen.changes for line in change_lines(row, words)]
    lines += [line for one in seen.outside for line in passage_lines(one, words)]
    verdicts = []
    if seen.changes or not seen.outside:
        key = "differ" if seen.changes else "same" if seen.rows else "not-modified"
        verdicts.append(words[key].format(changed=len(seen.changes), all=len(seen.rows)))
    if seen.outside:
        verdicts.append(words["outside"].format(count=len(seen.outside)))
    against = words.get(seen.against, seen.against)
    return "\n".join([*lines, f"{seen.page}: {', '.join(verdicts)} ({words['against']} {against})"]) + "\n"


def change_lines(row: "RowChange", words: Mapping[str, str]) -> Iterator[str]:
    """Yield what has become of *row*: old and new facts one below the other."""
    yield f"{row.state}, {row.kind}: {words[row.change]}" + (f" ({words['at-line']} {row.line})" if row.line else "")
    yield from (f"  - {fact}" for fact in row.lost)
    yield from (f"  + {fact}" for fact in row.gained)
    if row.change == "changed" and not (row.lost or row.gained):
        yield f"  {words['wording']}"


def passage_lines(one: "PassageChange", words: Mapping[str, str]) -> Iterator[str]:
    """Yield what has become of a passage outside of the rows, with line and text."""
    where = ", ".join(filter(None, (one.state, words[one.kind])))
    yield f"{where}: {words[one.change]}" + (f" ({words['at-line']} {one.line})" if one.line else "")
    yield f"  {'-' if one.change == 'gone' else '+'} {one.text}"
    if one.change == "changed":
        yield f"  {words['links']}"
    yield from (f"  + {target}" for target in one.targets)


def due_as_data(one: "Due") -> dict[str, object]:
    """Return *one* for programs."""
    return {
        "state": one.state,
        "place": str(one.place),
        "lastConfirmed": one.confirmed.isoformat(),
        "due": one.due.isoformat(),
        "overdue": one.overdue,
    }


def due_as_text(found: "Sequence[Due]", shown: "Sequence[Due]", words: Mapping[str, str]) -> str:
    """Return those of *found* that are *shown*, for people."""
    if not shown:
        return words["nothing-due"].format(due=found[0].due) + "\n" if found else words["no-records"] + "\n"
    return "".join(
        f"{one.place}: {one.state}: "
        + words["was-due" if one.overdue else "is-due"].format(confirmed=one.confirmed, due=one.due)
        + "\n"
        for one in shown
    )


def indented_json(value: object) -> str:
    """Return *value* as JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
