"""Serve one release at a time: when a build has put another in its place, pages and graph change together.

A release is the site and the graph of one build. The next one is loaded beside it, with workers of its own, and takes
over between two requests; what the earlier one has begun, it ends. A build whose parts do not belong together, because
somebody is still copying them, waits until it is whole.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from efa_lod.catalog.catalogue_context import GRAPH_FILE
from efa_lod.errors import BrokenInput, EfaLodError
from efa_lod.io.files import whole_file
from efa_lod.io.json_objects import json_object
from efa_lod.io.messages import Messages
from efa_lod.model.publication import Publication, read_publication
from efa_lod.sparql.fork_server import file_digest
from efa_lod.sparql.pool import WorkerPool
from efa_lod.sparql.workers import Limits, Source
from efa_lod.web.built_site import INVENTORY, STORE_MARK, BuiltSite, read_built_site
from efa_lod.web.endpoint import Receive, Scope, Send
from efa_lod.web.site_files import Application

_ERRORS = Messages(__file__, "errors")

FOLLOW_S = 0.25
"""Seconds after which the server looks for a new build, if no request makes it look earlier."""
LOOK_S = 0.5
"""Most seconds that a request waits for a new build to be read; a new graph is not waited for."""
LONGEST_PAUSE_S = 10.0
"""Most seconds between two attempts to load a build that cannot be served."""
RETIREMENT_S = 30
"""Seconds beyond a query's own limits that requests to an earlier release have to end."""
_READINGS = 5
"""How often a build is read that changes while it is read, before the server begins."""

Fingerprint = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class BuildOutput:
    """What a build has written, as it was read at one moment.

    *digests* are the SHA-256 that it lists for the files of the graph, by path as the source names them; *store* is the
    fingerprint of the store's mark. *is_whole* tells that its parts belong together, as far as can be seen.
    """

    publication: Publication
    site: BuiltSite | None
    digests: Mapping[str, str]
    store: tuple[int, int] | None
    is_whole: bool

    def is_of(self, pool: WorkerPool) -> bool:
        """Return True if *pool* has loaded the files that the build lists."""
        return all(pool.facts.files.get(path) == digest for path, digest in self.digests.items())


@dataclass(frozen=True)
class BuildFolders:
    """Where a release comes from: the *source* of its graph, and the folder of its *site*, if there is one."""

    source: Source
    site: Path | None

    def __post_init__(self) -> None:
        paths = [Path(path) for path in (*self.source.files, *self.source.named.values())]
        folders = dict.fromkeys([*([self.site] if self.site else []), *(path.parent for path in paths)])
        marks = [*(folder / INVENTORY for folder in folders)]
        marks += [Path(self.source.store) / STORE_MARK] if self.source.store else []
        object.__setattr__(self, "_marks", list(map(str, marks)))

    def fingerprint(self) -> Fingerprint:
        """Return what changes when a build puts other files there."""
        marks: list[str] = self._marks  # type: ignore[attr-defined]
        return tuple(map(_stamp, marks))

    def read(self) -> BuildOutput:
        """Read what is there; raise BrokenInput when that is nothing a build has written."""
        source = self.source
        publication = read_publication(Path(source.publication) if source.publication else None, source.base_iri)
        store = _stamp(Path(source.store) / STORE_MARK) if source.store else None
        site = read_built_site(self.site) if self.site else None
        try:
            digests = self._digests(site)
            return BuildOutput(publication, site, digests, store, self._is_whole(site, digests))
        except BaseException:
            if site:
                site.close()
            raise

    def _digests(self, site: BuiltSite | None) -> dict[str, str]:
        """Return the digests that inventories list for the files of the graph, by their paths in the source."""
        found = {}
        for path in (*self.source.files, *self.source.named.values()):
            folder = Path(path).parent
            is_here = site is not None and self.site is not None and folder.absolute() == self.site.absolute()
            listed = {name: file.sha256 for name, file in site.files.items()} if is_here and site else _listed(folder)
            if Path(path).name in listed:
                found[path] = listed[Path(path).name]
        return found

    def _is_whole(self, site: BuiltSite | None, digests: Mapping[str, str]) -> bool:
        if site and not site.is_whole():
            return False
        if any(file_digest(path) != digest for path, digest in digests.items()):
            return False
        graph = _mark(Path(self.source.store)).get("graph") if self.source.store else None
        listed = site.files.get(GRAPH_FILE) if site else None
        return graph is None or listed is None or graph == listed.sha256


def _stamp(path: Path | str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 – with each request: what Path adds takes longer than the look itself
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _listed(folder: Path) -> dict[str, str]:
    """Return the digests that the inventory in *folder* lists; none where there is no inventory."""
    try:
        files = json.loads(whole_file(folder / INVENTORY))["files"]
        return {file["path"]: file["sha256"] for file in files}
    except (BrokenInput, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _mark(store: Path) -> dict[str, object]:
    try:
        return json_object(whole_file(store / STORE_MARK))
    except BrokenInput:
        return {}


@dataclass(eq=False)
class Release:
    """One build as it is served, with how many *requests* it is answering."""

    output: BuildOutput
    pool: WorkerPool
    application: Application
    requests: int = field(default=0)


class Releases:
    """The release that is served, as an ASGI application; a new build takes its place.

    *make* returns the application over a pool of workers, a publication and a site; *complain* is told once of each
    build that cannot be served.
    """

    def __init__(
        self,
        folders: BuildFolders,
        limits: Limits,
        make: Callable[[WorkerPool, Publication, BuiltSite | None], Application],
        complain: Callable[[str], None],
    ) -> None:
        self.problem = ""
        self._folders, self._limits, self._make, self._complain = folders, limits, make, complain
        self._pools: list[WorkerPool] = []
        self._retiring: list[Release] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._is_read = asyncio.Event()
        self._next_look = self._pause = 0.0

    def open(self) -> None:
        """Load the first release; raise BrokenInput when it cannot be served."""
        for _ in range(_READINGS):
            self._seen = self._folders.fingerprint()
            output = self._folders.read()
            pool = self._new_pool()
            pool.open()
            if output.is_of(pool) or self._folders.fingerprint() == self._seen:
                break
            pool.close()
        self._current = Release(output, pool, self._make(pool, output.publication, output.site))

    def _new_pool(self) -> WorkerPool:
        pool = WorkerPool(self._folders.source, self._limits)
        self._pools.append(pool)
        return pool

    async def fill(self) -> None:
        """Start the workers of the first release."""
        await self._current.pool.fill()

    def is_alive(self) -> bool:
        """Return True if the release can answer queries."""
        return self._current.pool.is_alive()

    def dismiss(self) -> None:
        """Answer all queries, those that run and those that wait, with that the service is ending."""
        for pool in self._pools:
            pool.dismiss()

    def close(self) -> None:
        """End all processes."""
        for pool in self._pools:
            pool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request from the release that is current when it comes."""
        if self._folders.fingerprint() != self._seen:
            await self._look()
        release = self._current
        release.requests += 1
        try:
            await release.application(scope, receive, send)
        finally:
            release.requests -= 1

    async def follow(self) -> None:
        """Look for new builds until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            if self._folders.fingerprint() != self._seen:
                await self._look()

    async def _look(self) -> None:
        """Begin to read a new build, unless that is going on, and wait a moment until it is known what it brings."""
        loop = asyncio.get_running_loop()
        if self._looking is None:
            if loop.time() < self._next_look:
                return
            self._is_read.clear()
            self._looking = loop.create_task(self._advance())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_read.wait(), LOOK_S)

    async def _advance(self) -> None:
        """Read what builds have written and serve it; where that cannot be, go on with the current release."""
        seen = self._folders.fingerprint()
        try:
            await self._serve_next()
            self._seen, self._pause = seen, 0
            problem = ""
        except (EfaLodError, OSError) as error:
            problem = str(error)
            self._pause = min(LONGEST_PAUSE_S, max(FOLLOW_S, 2 * self._pause))
            self._next_look = asyncio.get_running_loop().time() + self._pause
        finally:
            self._looking = None
            self._is_read.set()
        if problem != self.problem and problem:
            self._complain(problem)
        self.problem = problem

    async def _serve_next(self) -> None:
        output = await asyncio.to_thread(self._folders.read)
        old = self._current
        pool = old.pool
        try:
            if not output.is_whole:
                raise _ERRORS.broken("not-whole")
            if not output.is_of(pool) or output.store != old.output.store:
                self._is_read.set()  # a graph takes its time: until it is loaded, requests go to the current release
                pool = self._new_pool()
                await asyncio.to_thread(pool.open)
                await pool.fill()
                if not output.is_of(pool):
                    raise _ERRORS.broken("replaced-meanwhile")
            application = await asyncio.to_thread(self._make, pool, output.publication, output.site)
        except BaseException:
            if pool is not old.pool:
                await self._end(pool)
            if output.site:
                output.site.close()
            raise
        self._current = Release(output, pool, application)
        self._retiring.append(old)
        task = asyncio.get_running_loop().create_task(self._retire(old))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retire(self, old: Release) -> None:
        """Wait until *old* has answered what it has begun, then end what it alone has used."""
        loop, limits = asyncio.get_running_loop(), self._limits
        end = loop.time() + limits.patience + limits.seconds + RETIREMENT_S
        while old.requests and loop.time() < end:
            await asyncio.sleep(0.05)
        self._retiring.remove(old)
        if old.output.site:
            await asyncio.to_thread(old.output.site.close)
        if old.pool not in [release.pool for release in (self._current, *self._retiring)]:
            await self._end(old.pool)

    async def _end(self, pool: WorkerPool) -> None:
        self._pools.remove(pool)
        await pool.retire()
