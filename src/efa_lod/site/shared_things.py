"""Make the pages of what several states share: organisations, marketplaces, and the sources of the statements.

Each page says what is known, with the evidence of each addition, and who refers to it. What refers to what is read once
from the records of the states and of the shared things; the text of a source is never shown, only what its rows are.
"""

from collections.abc import Iterator, Mapping, Sequence

from efa_lod.model.record_values import Thing
from efa_lod.model.record_views import ThingView
from efa_lod.rdf.formats import OutputFile
from efa_lod.site.comparison import QUESTIONS, SYMBOLS
from efa_lod.site.page import DOCUMENTS, Site, described, pages
from efa_lod.site.references import USES, RowUse, Use, named_origin_iris, sort_name


def organisation_pages(site: Site, values: Thing) -> Iterator[OutputFile]:
    """Yield the page of an organisation."""
    yield from pages(site, "organisation.html", f"{values['id']}.html", _known(site, values))


def marketplace_pages(site: Site, values: Thing) -> Iterator[OutputFile]:
    """Yield the page of a catalogue or marketplace."""
    yield from pages(site, "marketplace.html", f"{values['id']}.html", _known(site, values))


def source_pages(site: Site, values: Thing) -> Iterator[OutputFile]:
    """Yield the page of a source: its rows with the state of each, its parts, what it was added from."""
    rows = site.derived(_rows_of, values["id"])
    found = _known(site, values) | {"questions": QUESTIONS, "rows": rows, "symbols": SYMBOLS}
    yield from pages(site, "source.html", f"{values['id']}.html", found)


def _known(site: Site, values: Thing) -> dict[str, object]:
    """Return what the page of a shared thing tells."""
    additions = ThingView(values).additions
    return {
        "thing": values,
        "data": described([values], site.context),
        "alternates": [(f"{values['id']}{suffix}", media_type, name) for suffix, media_type, name in DOCUMENTS],
        "additions": additions,
        "evidence": {one["property"]: one for one in additions if "property" in one},
        "used": _by_record(site.derived(_uses_of, values["id"])),
        "origins": _origins(site, values),
    }


def _by_record(uses: Sequence[Use]) -> list[tuple[Thing, list[Use]]]:
    """Return *uses* by the record that they stand in: states by name, then other shared things."""
    found: dict[str, tuple[Thing, list[Use]]] = {}
    for use in uses:
        found.setdefault(use.record["id"], (use.record, []))[1].append(use)
    ordered = sorted(found.values(), key=lambda pair: (pair[0].get("type") != "State", sort_name(pair[0])))
    return [(record, sorted(those, key=lambda use: USES.index(use.key))) for record, those in ordered]


def _origins(site: Site, values: Thing) -> list[tuple[Thing | None, Thing | str]]:
    """Return the rows that *values* were read from, each with its state; other origins as they are, without one."""
    return [site.derived(_row_with_state, origin) or (None, origin) for origin in named_origin_iris(values)]


def _rows_of(site: Site, identifier: str) -> Mapping[str, Mapping[str, RowUse]]:
    """Return the rows of a source by the id of the state and the question they answer."""
    return site.rows_by_source.get(identifier, {})


def _uses_of(site: Site, identifier: str) -> Sequence[Use]:
    """Return the references to a shared thing."""
    return site.uses.get(identifier, [])


def _row_with_state(site: Site, identifier: str) -> tuple[Thing, Thing] | None:
    """Return a row with the names of the state that it speaks of; None where it is no row."""
    if identifier not in site.row_of:
        return None
    state, row = site.row_of[identifier]
    return {"id": state["id"], "name": state.get("name")}, row
