"""What a push did, for people and for programs."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from efa_lod.delivery.comparison import Rewriting
from efa_lod.errors import CannotWrite


@dataclass
class Receipt:
    """What happened at a *target*: an *action* (create, replace, update, nothing, delete) and what proves it.

    *counts* are statements, or files; *digest* is the SHA-256 of what was sent; *rewritten* are literals that the
    target keeps in other words, *altered* such that it keeps with another value. *notes* are lines for people, each in
    German and in English, *seconds* how long a step took.
    """

    target: str
    kind: str
    object: str
    action: str
    digest: str = ""
    time: str = ""
    done: bool = True
    counts: dict[str, int] = field(default_factory=dict)
    rewritten: list[Rewriting] = field(default_factory=list)
    altered: list[Rewriting] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


_WORDS = {
    "de": {
        "create": "angelegt",
        "replace": "ersetzt",
        "update": "aktualisiert",
        "delete": "gelöscht",
        "nothing": "unverändert, nichts gesendet",
        "plan": "würde",
        "create?": "anlegen",
        "replace?": "ersetzen",
        "update?": "aktualisieren",
        "delete?": "löschen",
        "nothing?": "nichts tun: unverändert",
        "rewritten": "Literale in anderer Schreibweise, gleichem Wert",
        "altered": "Literale mit anderem Wert",
        "time": "Zeit",
        "digest": "SHA-256 des Gesendeten",
    },
    "en": {
        "create": "created",
        "replace": "replaced",
        "update": "updated",
        "delete": "deleted",
        "nothing": "unchanged, nothing sent",
        "plan": "would",
        "create?": "create",
        "replace?": "replace",
        "update?": "update",
        "delete?": "delete",
        "nothing?": "do nothing: unchanged",
        "rewritten": "literals in other words, with the same value",
        "altered": "literals with another value",
        "time": "time",
        "digest": "SHA-256 of what was sent",
    },
}
_COUNTS = {
    "before": ("Aussagen vorher", "statements before"),
    "sent": ("Aussagen gesendet", "statements sent"),
    "after": ("Aussagen jetzt", "statements now"),
    "resumed": ("Aussagen von einem früheren Versuch", "statements from an earlier try"),
    "requests": ("Anfragen zum Laden", "requests to load them"),
    "resources": ("Ressourcen", "resources"),
    "created": ("Ressourcen neu", "resources created"),
    "updated": ("Ressourcen geändert", "resources changed"),
    "removed": ("entfernt", "removed"),
    "copied": ("Dateien kopiert", "files copied"),
    "unchanged": ("Dateien unverändert", "files unchanged"),
}
_FEW = 5


def text_receipt(receipt: Receipt, language: str) -> str:
    """Return *receipt* as lines for a person."""
    words = _WORDS[language]
    said = words[receipt.action] if receipt.done else f"{words['plan']} {words[receipt.action + '?']}"
    lines = [f"{receipt.target} ({receipt.kind}): {receipt.object}: {said}"]
    for name, number in receipt.counts.items():
        lines.append(f"  {_COUNTS[name][language == 'en']}: {number:,}")
    for kind in ("rewritten", "altered"):
        changes: list[Rewriting] = getattr(receipt, kind)
        if changes:
            lines.append(f"  {words[kind]}:")
            lines += [f"    {one.subject} {one.predicate}: {one.sent} → {one.kept}" for one in changes[:_FEW]]
            lines += ["    …"] if len(changes) > _FEW else []
    lines += [f"  {note[language == 'en']}" for note in receipt.notes]
    for name in ("digest", "time"):
        if value := getattr(receipt, name):
            lines.append(f"  {words[name]}: {value}")
    return "\n".join(lines) + "\n"


def json_receipt(receipt: Receipt, language: str) -> str:
    """Return *receipt* as JSON."""
    value: dict[str, object] = asdict(receipt) | {"notes": [note[language == "en"] for note in receipt.notes]}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


RECEIPTS = {"text": text_receipt, "json": json_receipt}


def refuse_no_place(file: Path) -> None:
    """Raise CannotWrite where no receipt could be written to *file*, before anything is sent."""
    if file.parent.is_dir() and not file.is_dir():
        return
    raise CannotWrite(
        f"{file}: no receipt can be written there – name a file in a folder that exists; nothing was sent",
        f"{file}: Dort lässt sich keine Quittung schreiben – nennen Sie eine Datei in einem Ordner, den es gibt; nichts"
        " wurde gesendet",
    )
