"""A publication whose page has a further row in each state: what a maintainer changes for it, and no program."""

from pathlib import Path

from efa_lod.overview.rows import digest_of

LABEL = "FIT-Store"
TEXT = "FIT-Store"
KIND = "fitStore"
PAGE = "source/efa-nachnutzung"
STATES = {
    "bb": "Brandenburg", "be": "Berlin", "bw": "Baden-Württemberg", "by": "Bayern", "hb": "Bremen", "he": "Hessen",
    "hh": "Hamburg", "mv": "Mecklenburg-Vorpommern", "ni": "Niedersachsen", "nw": "Nordrhein-Westfalen",
    "rp": "Rheinland-Pfalz", "sh": "Schleswig-Holstein", "sl": "Saarland", "sn": "Sachsen", "st": "Sachsen-Anhalt",
    "th": "Thüringen",
}  # fmt: skip
CONCEPT = """efa:RowKind-fitStore
    a skos:Concept ;
    skos:prefLabel "FIT-Store"@de ;
    skos:prefLabel "FIT-Store (nationwide shop)"@en ;
    skos:definition "Zeile „FIT-Store“."@de ;
    skos:definition "Row \\"FIT-Store\\" (the nationwide shop)."@en ;
    skos:notation "fitStore" ;
    skos:inScheme efa:RowKind ;
    skos:topConceptOf efa:RowKind ;
    skos:example <https://w3id.org/efa-lod/source/efa-nachnutzung#sh-fit-store> ;
    rdfs:isDefinedBy <https://w3id.org/efa-lod/ontology> ;
.
"""


def with_new_row(page: str) -> str:
    """Return *page* with a further row below each *Finanzierung*."""
    lines = []
    for line in page.splitlines(keepends=True):
        if line.startswith("\u2800"):
            lines.append(f"{LABEL} | {TEXT} |\n")
        lines.append(line)
    return "".join(lines)


def take_in(publication: Path) -> None:
    """Change what is known of the page, the vocabulary, the shapes and the records of *publication*."""
    _append(
        publication / "data/sources/efa-nachnutzung.toml",
        "# Lines that sites put around",
        f'[[rows]]\nlabel = "{LABEL}"\nkind = "{KIND}"\nholds = "furtherMarketplaces"\n\n',
    )
    _append(publication / "ontology/efa.ttl", "efa:RowKind-furtherMarketplace\n    a skos:Concept", CONCEPT)
    _append(
        publication / "ontology/efa.ttl",
        "    skos:hasTopConcept efa:RowKind-furtherMarketplace ;",
        "    skos:hasTopConcept efa:RowKind-fitStore ;\n",
    )
    _append(publication / "shapes/record/source_row.ttl", "efa:RowKind-financing )", "efa:RowKind-fitStore ")
    _append(publication / "shapes/record/record.ttl", "    sh:maxCount 4 ;\n    sh:class efa:SourceRow", "", "5")
    _append(
        publication / "shapes/record/record.ttl", "    sh:path ( efa:row efa:rowKind ) ;\n    sh:minCount 4", "", "5"
    )
    rows = []
    for key, name in STATES.items():
        row = f"{PAGE}#{key}-fit-store"
        rows.append(row)
        file = publication / f"data/states/{key}.yaml"
        described = (
            f"    - id: {row}\n      type: SourceRow\n      isPartOf: {PAGE}\n      about: state/{key}\n"
            f"      rowKind: {KIND}\n      valueStatus: stated\n      form: namedCatalogue\n      lost: linkTarget\n"
            f"      sha256: {digest_of(TEXT)}\n"
        )
        file.write_text(file.read_text(encoding="utf-8") + described, encoding="utf-8")  # its rows stand last
        _add_marketplace(file, name)
    file = publication / "data/marketplaces.yaml"
    text = file.read_text(encoding="utf-8")
    start = text.index("id: marketplace/fit-store\n")
    named = "".join(f"\n  - {row}" for row in sorted(rows))
    changed = text[start:].replace(
        "origin: source/efa-nachnutzung\n", f"origin:\n  - source/efa-nachnutzung{named}\n", 1
    )
    file.write_text(text[:start] + changed, encoding="utf-8")


def _append(file: Path, before: str, what: str, number: str = "") -> None:
    """Put *what* before a text in *file*, in which *number* takes the place of the four kinds that there were."""
    text = file.read_text(encoding="utf-8")
    assert before in text, (file, before)
    after = before.replace("Count 4", f"Count {number}") if number else before
    file.write_text(text.replace(before, what + after, 1), encoding="utf-8")


def _add_marketplace(file: Path, name: str) -> None:
    """Name the shop among the further marketplaces of a state, of which it may have none, one or several."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next((i for i, line in enumerate(lines) if line.startswith("  furtherMarketplaces:")), None)
    if at is None:
        at = next(i for i, line in enumerate(lines) if line.startswith(("  provisions:", "  financing:")))
        lines.insert(at, "  furtherMarketplaces: marketplace/fit-store\n")
    elif value := lines[at].partition(":")[2].strip():
        lines[at] = f"  furtherMarketplaces: [{value}, marketplace/fit-store]\n"
    else:
        lines.insert(at + 1, "    - marketplace/fit-store\n")
    file.write_text("".join(lines), encoding="utf-8")
