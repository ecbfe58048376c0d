"""Make the comparison of the states: a page, a table as CSV, and a spreadsheet."""

from collections.abc import Iterator

from efa_lod.model.answers import LOST, LOST_MEANING
from efa_lod.model.languages import Texts
from efa_lod.rdf.formats import BY_NAME, OutputFile, RecordBatch
from efa_lod.site.comparison import STATUSES
from efa_lod.site.comparison_table import Words, comparison_csv
from efa_lod.site.facts import COMPARED, GRADES
from efa_lod.site.page import Site, pages
from efa_lod.site.spreadsheets import MEDIA_TYPE
from efa_lod.site.terms import holds_all, resources
from efa_lod.site.workbooks import comparison_workbook, table_workbook

_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"


def comparison_pages(site: Site) -> Iterator[OutputFile]:
    """Yield the comparison of the states as a page, as CSV and as a spreadsheet."""
    lines = site.lines
    given = [fact.of(line) for fact in COMPARED.values() for line in lines]
    values = {
        "lines": lines,
        "facts": COMPARED,
        "grades": [(grade, texts) for grade, texts in GRADES.items() if grade in {one.level for one in given}],
        "order": list(GRADES),
        "alternates": [("comparison.csv", "text/csv", "CSV")],
    }
    yield from pages(site, "comparison.html", "comparison.html", values)
    yield from comparison_files(site)


def comparison_files(site: Site) -> tuple[OutputFile, ...]:
    """Return the comparison as CSV and as a workbook, and where *site* holds all records the whole table as one."""
    found: tuple[OutputFile, ...] = site.derived(_comparison_tuple)
    return found


def comparison_sizes(site: Site) -> dict[str, int]:
    """Return the bytes of these files by path."""
    return {file.path: len(file.data) for file in comparison_files(site)}


def _comparison_tuple(site: Site) -> tuple[OutputFile, ...]:
    return tuple(_comparison_files(site))


def _comparison_files(site: Site) -> Iterator[OutputFile]:
    lines = site.lines
    words = Words(site.context, site.labels, site.shared)
    day = site.facts.modified
    text = b"".join(comparison_csv(lines, words))
    book = comparison_workbook(lines, words, status_definitions(site), day)
    yield OutputFile("comparison.csv", "text/csv", [text])
    yield OutputFile("comparison.xlsx", MEDIA_TYPE, [book])
    if holds_all(site):
        states = [one for one in site.documents if one.value["id"] in site.state_of]
        table = BY_NAME["csv"].write([RecordBatch(states, (), site.shared)], site.context)
        whole = table_workbook(table, site.publication.texts("de")["title"], day, words)
        yield OutputFile("efa-lod.xlsx", MEDIA_TYPE, [whole])


def status_definitions(site: Site) -> dict[str, Texts]:
    """Return what each status means, as the ontology defines it, and what it means that a link is lost."""
    found = resources(site.ontology)
    vocabulary = site.context.keys["valueStatus"].vocabulary
    defined = {
        status: found[vocabulary + status].texts(_DEFINITION) for status in STATUSES if vocabulary + status in found
    }
    return defined | {LOST: LOST_MEANING}
