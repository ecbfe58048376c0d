"""Check and build one publication again and again while its files are edited."""

import gc
from collections.abc import Callable, Sequence
from pathlib import Path

from efa_lod.build.build import Build, BuildOptions, build
from efa_lod.build.check import ALL_SHAPES, check_publication
from efa_lod.build.processes import cycles_collected_between
from efa_lod.build.rebuilding import Rebuilding
from efa_lod.model.publication import read_publication
from efa_lod.model.results import Result, conforms
from efa_lod.site.page import forget_templates


class WatchSession:
    """The builds of the publication in *folder* to the folder *out*; *found* is told what each check finds.

    After an edit of records, what does not depend on them is not made again (see ``rebuilding``); after any other edit
    everything is read and made anew. Either way the folder is as a build of that moment writes it.
    """

    def __init__(
        self, folder: Path, base_iri: str | None, out: Path, found: Callable[[Sequence[Result]], None]
    ) -> None:
        self._folder, self._base_iri, self._out, self._found = folder, base_iri, out, found
        self._rebuilding = Rebuilding()
        self._record_files: set[Path] = set()

    def run(self, changed: set[Path]) -> Build | None:
        """Check and build as ``_run`` does; reference cycles are collected between runs (``rest``), not within one."""
        with cycles_collected_between():
            return self._run(changed)

    def rest(self) -> None:
        """Free what a run has left behind."""
        gc.collect()

    def _run(self, changed: set[Path]) -> Build | None:
        """Check and build, *changed* files having changed since the last time; None where a violation forbids it.

        Raise BrokenInput, BadSetting and CannotWrite as ``build`` does; what was built before is then untouched.
        """
        publication = read_publication(self._folder, self._base_iri)
        files = {*publication.state_files, *publication.shared_files}
        if not all(self._is_record(file, files) for file in changed):
            self._rebuilding = Rebuilding()
            forget_templates()
        self._record_files = files
        shapes = self._rebuilding.fixed(publication).shapes(ALL_SHAPES)
        results = check_publication(publication, records=self._rebuilding.documents(publication), shapes=shapes)
        self._found(results)
        made = build(publication, self._out, BuildOptions(), self._rebuilding)
        if made.outputs:
            return made
        if conforms(results):
            self._found(made.results)  # what only a build finds, such as in the catalogue
        return None

    def _is_record(self, file: Path, files: set[Path]) -> bool:
        """Return True if *file* holds records or did, or is one of those beside them that nothing reads."""
        states = self._folder / "data/states"
        return file in files or file in self._record_files or file.parent == states
