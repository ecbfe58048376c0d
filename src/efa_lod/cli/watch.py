"""The command ``watch``: a publication in, its site beside the editor, anew after each change."""

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod.cli.options import (
    base_iri_option,
    language_of,
    language_option,
    output_option,
    publication_of,
    publication_option,
    show_results,
    terminable,
)
from efa_lod.errors import EfaLodError
from efa_lod.io.terminal import visible

if TYPE_CHECKING:
    from efa_lod.build.file_watch import FileWatch
    from efa_lod.build.watch_session import WatchSession
    from efa_lod.model.results import Result
    from efa_lod.web.preview import PreviewServer

BETWEEN_LOOKS_S = 0.025
"""Seconds between two looks at the files."""
HALF_WRITTEN_S = 0.1
"""Seconds that files which cannot be read have to become whole before that is told."""
_TEXTS = {
    "de": {
        "built": "Gebaut in {seconds} s: {out}",
        "served": "{address} – Strg+C beendet",
        "kept": "Nicht gebaut: {out} bleibt, wie es war.",
        "mended": "Nichts mehr zu beanstanden.",
    },
    "en": {
        "built": "Built in {seconds} s: {out}",
        "served": "{address} – Ctrl-C ends",
        "kept": "Not built: {out} stays as it was.",
        "mended": "Nothing left to mend.",
    },
}


@click.command()
@output_option
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8766, show_default=True, help="0 takes any that is free."
)
@click.option("--no-serve", is_flag=True, help="Check and build, and show nothing in a browser.")
@base_iri_option
@publication_option
@language_option
def watch_command(
    output: Path, port: int, no_serve: bool, base_iri: str | None, publication: Path | None, language: str | None
) -> None:
    """Check and build anew after each change until Ctrl-C, and show the site in a browser.

    Pages in the browser load themselves anew when a build is done. What breaks a rule is told with its line, and the
    earlier build stays until that is mended. After an edit of records only what depends on them is made; the folder
    is as build writes it. Only this machine is served, and no queries: that is what serve is for.

    \b
    Examples:
        efa-lod watch
        efa-lod watch -o site --port 8800
    """
    from efa_lod.build.file_watch import FileWatch, watched_folders
    from efa_lod.build.watch_session import WatchSession

    folder = publication_of(publication, base_iri, language).folder
    watch = FileWatch(watched_folders(folder))
    with terminable(), contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        server = None
        if not no_serve:
            from efa_lod.web.preview import PreviewServer

            server = PreviewServer(port)
            stack.callback(server.close)
        reporter = _Reporter(output, language, server)
        session = WatchSession(folder, base_iri, output, reporter.found)
        _run(session, watch, reporter, set())
        while True:
            if changed := watch.changed():
                _run(session, watch, reporter, changed)
                session.rest()
            time.sleep(BETWEEN_LOOKS_S)


def _run(session: "WatchSession", watch: "FileWatch", reporter: "_Reporter", changed: set[Path]) -> None:
    """Check and build; what cannot be read may be half written, and is tried again before it is told."""
    began = time.perf_counter()
    try:
        made = session.run(changed)
    except EfaLodError as error:
        time.sleep(HALF_WRITTEN_S)
        if more := watch.changed():
            return _run(session, watch, reporter, changed | more)
        return reporter.failed(error)
    return reporter.built(time.perf_counter() - began) if made else reporter.kept()


class _Reporter:
    """Tells on stderr what a check found and a build made, and shows it in the browser."""

    def __init__(self, out: Path, language: str | None, server: "PreviewServer | None") -> None:
        self._out, self._language, self._server = out, language, server
        self._last: Sequence[Result] = ()
        self._is_told = False

    def found(self, results: "Sequence[Result]") -> None:
        """Report *results* where they are not those of the last time."""
        if results and results != self._last:
            show_results(results, "text", self._language, err=True)
        elif self._last and not results:
            self._say("mended")
        self._last = results

    def built(self, seconds: float) -> None:
        """Show what was built."""
        self._say("built", seconds=f"{seconds:.2f}", out=self._out)
        if self._server:
            self._server.show(self._out)
            if not self._is_told:
                self._say("served", address=self._server.address)
                self._is_told = True

    def failed(self, error: EfaLodError) -> None:
        """Report why nothing could be built."""
        click.echo(visible(f"efa-lod: {error.in_language(language_of(self._language))}"), err=True)
        self.kept()

    def kept(self) -> None:
        """Report that the earlier build stays."""
        self._say("kept", out=self._out)

    def _say(self, text: str, **words: object) -> None:
        click.echo(visible(_TEXTS[language_of(self._language)][text].format(**words)), err=True)
