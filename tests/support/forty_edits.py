"""Forty answers of clerks in the workbooks of four states, and what each is to come to."""

import datetime
from dataclasses import dataclass

from efa_lod.editing.edits import AnyEdit, Edit, NewThing, Removal

STATES = ("state/he", "state/mv", "state/sh", "state/sl")
"""The states that are answered for."""


@dataclass(frozen=True)
class ClerkAnswer:
    """What somebody *typed* for *key* of *thing*, and the edit or the rule of the finding that it comes to.

    None: nothing.
    """

    thing: str
    key: str
    typed: object
    comes_to: AnyEdit | str | None


def _edit(thing: str, key: str, before: str | None, typed: str, after: str | None) -> ClerkAnswer:
    return ClerkAnswer(thing, key, typed, Edit(thing, key, before, after))


_SH, _MV, _HE, _SL = (f"{state}#" for state in ("state/sh", "state/mv", "state/he", "state/sl"))
_ITVSH, _EGO = f"{_SH}contact-itvsh", f"{_SL}contact-ego-saar"

FORTY = (
    _edit(_ITVSH, "email", "info@itvsh.de", "post@itvsh.de", "post@itvsh.de"),
    _edit(_ITVSH, "telephone", "+4943153055046", "+4943153055000", "+4943153055000"),
    _edit(_ITVSH, "printedAs", "0431-530 550 46", "0431-530 550 00", "0431-530 550 00"),
    _edit(_ITVSH, "name.en", None, "IT Association SH", "IT Association SH"),
    _edit(_ITVSH, "topic.de", None, "Fragen zur\u00a0Nachnutzung ", "Fragen zur Nachnutzung"),
    ClerkAnswer(_ITVSH, "name.de", "IT-Verbund\u00a0SH ", None),
    ClerkAnswer(_ITVSH, "contactKind", "Organisatio", "sheet-no-choice"),
    ClerkAnswer(_ITVSH, "belongsTo", "IT-Verbund SH", None),
    ClerkAnswer("state/sh", "stateKey", "02", "sheet-fixed"),
    _edit(f"{_SH}provision-joint-development", "covers", "development", "Entwicklung\nBetrieb", "development\noperation"),
    _edit(f"{_SH}provision-adoption", "certainty", "stated", "derzeit", "currently"),
    _edit(f"{_SH}provision-adoption", "condition.en", "as far as suitable EfA services exist", "–", None),
    _edit(f"{_SH}provision-adoption", "organisedBy", "efa:Party-state", "Land; BayKommun", "efa:Party-state\norganisation/baykommun"),
    ClerkAnswer(f"{_SH}provision-shop", "! state/sh", "Den Shop gibt es nicht mehr.", Removal(f"{_SH}provision-shop", {"de": "Den Shop gibt es nicht mehr."})),
    ClerkAnswer(f"{_SH}provision-rollout", "provisionKind", "entfällt", "sheet-needed"),
    _edit(f"{_SH}provision-rollout", "until", None, "2027-06-30", "2027-06-30"),
    ClerkAnswer(f"{_SH}provision-reference-implementations", "untilYear", 2027, "sheet-number"),
    ClerkAnswer(f"{_SH}provision-running-costs", "until", datetime.datetime(2027, 6, 30), "sheet-day"),
    ClerkAnswer(f"{_SH}provision-running-costs", "extent", '="voll"&"ständig"', "sheet-formula"),
    _edit(f"{_SH}provision-infrastructure", "extent", "fully", "WEITGEHEND", "largely"),
    ClerkAnswer(f"{_SH}provision-infrastructure", "validity", 12.5, "sheet-number"),
    _edit("marketplace/ozg-shop-sh", "access", None, "öffentlich", "PUBLIC"),
    _edit(f"{_SH}reuse", "furtherMarketplaces", None, "Marktplatz für EfA-Leistungen", "marketplace/efa-marktplatz"),
    _edit(f"{_MV}contact-ozg-service", "email", "ozg-service@zd.mv-regierung.de", "„ozg@mv-regierung.de“", "ozg@mv-regierung.de"),
    ClerkAnswer(f"{_MV}contact-ozg-service", "contactKind", "Postfach\nThema", "sheet-too-many"),
    _edit(f"{_MV}contact-ozg-service", "link", None, "https://www.mv.example/ozg", "https://www.mv.example/ozg"),
    _edit(f"{_MV}financing", "valueStatus", "notYetAvailable", "angegeben", "stated"),
    _edit(f"{_MV}provision-programme", "validity", "ended", "entfällt", None),
    _edit(f"{_MV}provision-programme", "until", "2024-12-31", "2028-12-31", "2028-12-31"),
    ClerkAnswer(f"{_MV}provision-programme", "fromMonth", "2024\u00ad-\u200b01", Edit(f"{_MV}provision-programme", "fromMonth", None, "2024-01")),
    ClerkAnswer(f"{_MV}provision-information", "appliesTo", "Kommunen;", None),
    ClerkAnswer("+ state/mv reuse.contacts", "contactKind", "Thema", NewThing("reuse.contacts", {"contactKind": "topic", "topic.de": "Basisdienste", "email": "basis@mv.example"})),
    ClerkAnswer("+ state/mv reuse.contacts", "topic.de", "Basisdienste", None),
    ClerkAnswer("+ state/mv reuse.contacts", "email", "basis@mv.example", None),
    ClerkAnswer(f"{_HE}contact-koordinierungsstelle", "! state/he", "Aufgelöst zum\nJahresende", Removal(f"{_HE}contact-koordinierungsstelle", {"de": "Aufgelöst zum Jahresende"})),
    _edit(f"{_HE}financing", "lost", "linkTarget\nunknownValue", "Verweisziel verloren", "linkTarget"),
    _edit("marketplace/ekom21-efa-projekte", "name.de", "ekom21: EfA-Projekte - Einer für Alle", "ekom21 „EfA“", "ekom21 „EfA“"),
    _edit(_EGO, "belongsTo", "organisation/ego-saar", "löschen", None),
    ClerkAnswer("source/efa-nachnutzung#sl-financing", "?", "Kommt 2027.", "sheet-answer-given"),
    ClerkAnswer("+ state/sl reuse.furtherMarketplaces", "name.de", "Saar-Markt", NewThing("reuse.furtherMarketplaces", {"name.de": "Saar-Markt"})),
)  # fmt: skip
