"""Take workbooks into records: edits are tried on a copy, and what is wrong with it is told by the cells behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from efa_lod.editing.edits import AnyEdit, Edit, NewThing, Removal
from efa_lod.editing.findings import EditFinding, check_edits
from efa_lod.editing.provenance import Provenance
from efa_lod.editing.sheet_changes import SheetChanges, sheet_changes
from efa_lod.editing.sheet_pages import GOES, SheetSource
from efa_lod.editing.trials import Trial, trial_of
from efa_lod.editing.values import SectionThing, record_parts
from efa_lod.editing.workbook_reader import AnsweredWorkbook, CellAnswer
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Place
from efa_lod.model.results import Result, Severity, in_order
from efa_lod.releases.changes import ChangeList

ProvenanceOf = Callable[[str, str], Provenance]
"""Who states what the workbook of that name says about the record of that identifier."""


@dataclass(frozen=True)
class SheetOutcome:
    """What workbooks come to: the *results*, the texts of *files* that would change, and the *changes* of records.

    *made_from* are the texts that stood in the files. There are no changes to tell where a record says what cannot be
    read; then a result tells it.
    """

    results: Sequence[Result]
    files: Mapping[str, str]
    made_from: Mapping[str, str]
    changes: ChangeList | None

    @property
    def edited(self) -> bool:
        """Return True if any file would change."""
        return bool(self.files)


def sheet_outcome(
    workbooks: Sequence[AnsweredWorkbook],
    source: SheetSource,
    provenance_of: ProvenanceOf,
    tell: Callable[[SheetOutcome], None],
) -> SheetOutcome:
    """Return what *workbooks* come to in the records of *source*; *tell* is called while changes can be read."""
    changes = sheet_changes(workbooks, source)
    with trial_of(source.publication) as trial:
        results = [*changes.results]
        for (record, file), edits in sorted(changes.edits.items()):
            results += _taken(trial, record, edits, provenance_of(record, file), changes)
        files = trial.changed()
        cells = _CellFinder(trial, source, changes)
        findings = check_edits(source.publication, files) if files else []
        results += filter(None, (cells.placed(finding) for finding in findings))
        outcome = SheetOutcome(_once_by_cell(results), files, trial.before(), _changes(trial))
        tell(outcome)
    return outcome


def _once_by_cell(results: Sequence[Result]) -> list[Result]:
    """Return *results* in order, each once for a cell: of several values in it that are wrong alike, one names all."""
    found: dict[tuple[str, str, str, str], Result] = {}
    for result in in_order(results):
        same = (result.place.path, result.key, result.rule, result.message("en"))
        first = found.setdefault(same, result)
        if first is not result and result.found not in ("", first.found):
            found[same] = replace(first, found=f"{first.found}, {result.found}")
    return list(found.values())


def _changes(trial: Trial) -> ChangeList | None:
    try:
        return trial.changes()
    except BrokenInput:
        return None


def _taken(
    trial: Trial, record: str, edits: Sequence[AnyEdit], provenance: Provenance, changes: SheetChanges
) -> Iterator[Result]:
    """Take *edits* into *trial*; where not all can be taken, yield a result for each that cannot."""
    try:
        trial.take(record, edits, provenance)
    except BrokenInput:
        for edit in edits:
            try:
                trial.take(record, [edit], provenance)
            except BrokenInput as error:
                messages = {language: error.in_language(language) for language in ("de", "en")}
                cell = _cell_of(edit, changes)
                place, key = (Place(cell.file), cell.cell) if cell else (Place(record), "")
                yield Result(Severity.VIOLATION, place, key, "", messages, "sheet-edit")


def _cell_of(edit: AnyEdit, changes: SheetChanges) -> CellAnswer | None:
    """Return the cell behind *edit*."""
    match edit:
        case Edit():
            return changes.cells.get((edit.thing, edit.key))
        case Removal():
            goes = (
                cell for (thing, key), cell in changes.cells.items() if thing == edit.thing and key.startswith(GOES)
            )
            return next(goes, None)
        case NewThing():
            form = next((cells for new, cells in changes.new_cells if new is edit), {})
            return next((cell for cell in form.values() if cell.text), None)


def _parts(source: SheetSource) -> Iterator[SectionThing]:
    """Yield the things of all records as they were."""
    sections, shared = source.sections(), source.shared()
    for document in source.documents:
        yield from record_parts(document, shared, sections)


class _CellFinder:
    """Finds the cell that a result about a record speaks of."""

    def __init__(self, trial: Trial, source: SheetSource, changes: SheetChanges) -> None:
        self._documents = {str(one.value.get("id")): one for one in trial.records()} if changes.edits else {}
        self._cells: dict[str, dict[str, CellAnswer]] = {}
        self._removals: dict[str, CellAnswer] = {}
        """The first cell that takes a thing away, by the key that led to the thing."""
        sections = {part.name: part.section for part in _parts(source)} if changes.edits else {}
        for (thing, key), cell in changes.cells.items():
            self._cells.setdefault(thing, {})[key] = cell
            if key.startswith(GOES) and thing in sections:
                self._removals.setdefault(sections[thing].path[-1], cell)
        for thing, cells in self._new_things(source, changes):
            self._cells[thing] = dict(cells)

    def _new_things(self, source: SheetSource, changes: SheetChanges) -> Iterator[tuple[str, Mapping[str, CellAnswer]]]:
        """Yield the identifiers that further things have got, each with its cells; both are in the same order."""
        before = {str(one.value["id"]): one for one in source.documents}
        sections = source.sections()
        beside = list(self._documents.values())
        for record in {record for record, _ in changes.edits}:
            for section in sections:
                old, new = (
                    [part.name for part in record_parts(document, beside, [section])]
                    for document in (before[record], self._documents[record])
                )
                names = [name for name in new if name not in old]
                news = [
                    edit
                    for (name, _), edits in sorted(changes.edits.items())
                    for edit in edits
                    if name == record and isinstance(edit, NewThing) and edit.kind == section.name
                ]
                for name, edit in zip(names, news, strict=False):
                    yield name, next(cells for one, cells in changes.new_cells if one is edit)

    def placed(self, finding: EditFinding) -> Result | None:
        """Return the result of *finding* with the cell behind it; None for advice that no answer is behind."""
        cells = self._cells.get(finding.thing, {})
        name = finding.key.partition(".")[0]
        same = (cell for key, cell in cells.items() if key.partition(".")[0] == name)
        cell = cells.get(finding.key) or next(same, None) or next((one for one in cells.values() if one.text), None)
        cell = cell or self._removals.get(name)
        if cell:
            return replace(finding.result, place=Place(cell.file), key=cell.cell)
        return finding.result if finding.result.severity is Severity.VIOLATION else None
