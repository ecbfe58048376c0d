"""Replace one graph of a triple store as a whole or not at all, and prove what arrived.

A success code proves nothing: statements are gathered in a staging graph, counted, fetched and compared with what was
meant, and only then moved to where they are read. What is there already is fetched too, so an unchanged graph is left
in peace, and things that would vanish are named before anything is sent.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from efa_lod.delivery.comparison import Difference, IncomingChunks, StatementBuckets, chunks_of, difference
from efa_lod.delivery.options import NotDelivered, PushOptions, refuse_loss
from efa_lod.delivery.receipts import Receipt
from efa_lod.delivery.stores import STAGING, GraphStore
from efa_lod.errors import BadSetting, BrokenInput, EfaLodError
from efa_lod.io.files import opened
from efa_lod.io.messages import Messages, reason

_ERRORS = Messages(__file__, "errors")

SOURCE_FORMATS = {
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ttl": ox.RdfFormat.TURTLE,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
MOVES = 3
"""How often a move is tried that a server did not confirm."""
SETTLE_S = 2.0
"""Seconds to wait before a move is looked at again."""


class GraphSource:
    """The statements to bring, from *files*, as N-Triples; *digest* is the SHA-256 of their bytes."""

    def __init__(self, files: Sequence[Path], base_iri: str) -> None:
        self._stack = ExitStack()
        try:
            self._open(files, base_iri)
        except BaseException:
            self._stack.close()
            raise

    def _open(self, files: Sequence[Path], base_iri: str) -> None:
        self._streams = [self._stack.enter_context(_as_n_triples(file, base_iri)) for file in files]
        self._names = [str(file) for file in files]
        digest = hashlib.sha256()
        self.size = 0
        for stream in self._streams:
            while piece := stream.read(1 << 20):
                digest.update(piece)
                self.size += len(piece)
        self.digest = digest.hexdigest()
        if not self.size:
            raise _ERRORS.broken("empty-graph", ", ".join(self._names))

    def __enter__(self) -> "GraphSource":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def chunks(self, lines: int) -> Iterator[bytes]:
        """Yield the statements, *lines* at a time. Raise BrokenInput at a blank node, whose name means nothing."""
        for stream, name in zip(self._streams, self._names, strict=True):
            stream.seek(0)
            for chunk in chunks_of(stream, name, lines):
                if chunk.startswith(b"_:") or b"\n_:" in chunk or b"> _:" in chunk:
                    _refuse_blank_nodes(chunk, name)
                yield chunk


def _refuse_blank_nodes(chunk: bytes, name: str) -> None:
    for quad in ox.parse(chunk, format=ox.RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise _ERRORS.broken("blank-node", name, statement=quad.triple)


def _as_n_triples(file: Path, base_iri: str) -> IO[bytes]:
    """Return the statements of *file* as an open file of N-Triples."""
    format_ = SOURCE_FORMATS.get(file.suffix)
    if format_ is None:
        raise _ERRORS.broken("graph-suffix", file, known=", ".join(SOURCE_FORMATS), found=file.suffix)
    stream = opened(file)
    if file.suffix == ".nt":
        return stream
    target = tempfile.TemporaryFile()  # noqa: SIM115 – handed on open
    try:
        with stream:
            triples = (quad.triple for quad in ox.parse(stream, format=format_, base_iri=base_iri))
            ox.serialize(triples, output=target, format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        target.close()
        raise _ERRORS.broken("unreadable", file, reason=reason(error)) from error
    target.seek(0)
    return target


def push_graph(
    store: GraphStore, name: str, kind: str, graph: str, source: GraphSource, options: PushOptions
) -> Receipt:
    """Bring *source* to *graph* in *store* and return the receipt.

    Raise NotDelivered when things would vanish or other values arrive than were sent, and BrokenInput when the store
    fails; in both cases the graph is as it was.
    """
    staging = f"{graph}{STAGING}{source.digest}"
    receipt = Receipt(name, kind, graph, "create", source.digest)
    if not options.dry_run:
        _remove_left(store, graph, staging, receipt)
    before = store.count(graph)
    with StatementBuckets() as meant:
        is_known = before > 0
        if is_known:
            meant.add_all(source.chunks(store.kind.parts))
            receipt.action = _against_live(store, graph, before, meant, options, receipt)
        receipt.counts["before"] = before
        if options.dry_run or receipt.action == "nothing":
            receipt.done = receipt.action == "nothing" and not options.dry_run
            if receipt.action == "nothing" and not options.dry_run:
                store.drop(staging)
            return receipt
        with _timed(receipt, "load"):
            _load(store, staging, source, None if is_known else meant, options, receipt)
        with _timed(receipt, "compare"):
            found = _checked(store, staging, meant, options)
        with _timed(receipt, "move"):
            _move(store, staging, graph, found.there, is_new=not before)
        receipt.rewritten, receipt.altered = found.rewritten, found.altered
        receipt.counts["after"] = found.there
    receipt.time = datetime.now(UTC).isoformat(timespec="seconds")
    return receipt


def _remove_left(store: GraphStore, graph: str, staging: str, receipt: Receipt) -> None:
    """Remove what earlier pushes of other contents left; a store too large to be asked for that keeps it, and is told.

    A login that is refused is told by the next question.
    """
    try:
        for left in store.staging_graphs(graph):
            if left != staging:
                store.drop(left)
    except BrokenInput as error:
        receipt.notes.append(
            (f"Reste früherer Versuche nicht gesucht: {error}", f"what earlier tries left was not looked for: {error}")
        )


@contextmanager
def _timed(receipt: Receipt, step: str) -> Iterator[None]:
    begin = time.monotonic()
    yield
    receipt.seconds[step] = round(time.monotonic() - begin, 2)


def _against_live(
    store: GraphStore, graph: str, count: int, meant: StatementBuckets, options: PushOptions, receipt: Receipt
) -> str:
    """Return what is to be done with the graph that is there. Raise NotDelivered when too much would vanish."""
    vanished: set[str] = set()
    found = _fetched_difference(store, graph, count, meant, vanished)
    if found.is_same:
        receipt.rewritten = found.rewritten
        return "nothing"
    new, gone = (found.count(kind) + found.count("altered") for kind in ("missing", "surplus"))
    receipt.notes.append((f"{new:,} Aussagen kommen, {gone:,} gehen", f"{new:,} statements come, {gone:,} go"))
    if not options.force:
        refuse_loss(graph, sorted(vanished - set(options.allowed)))
    return "replace"


def _fetched_difference(
    store: GraphStore, graph: str, count: int, meant: StatementBuckets, vanished: set[str] | None = None
) -> Difference:
    """Return how *graph*, in which the store counts *count* statements, differs from what is *meant*.

    Raise BrokenInput when the store hands out fewer or more.
    """
    with StatementBuckets() as there:
        incoming = IncomingChunks(graph, there.add)
        store.fetch(graph, count, incoming.take)
        incoming.end()
        found = difference(meant, there, vanished)
    if found.there != count:
        raise BrokenInput(
            f"{graph}: the store counts {count:,} statements and hands out {found.there:,} – raise its limit of"
            " answers, or use the kind of its Graph Store Protocol",
            f"{graph}: Der Store zählt {count:,} Aussagen und gibt {found.there:,} heraus – heben Sie seine Grenze für"
            " Antworten an, oder nehmen Sie die Art seines Graph Store Protocol",
        )
    return found


def _load(
    store: GraphStore,
    staging: str,
    source: GraphSource,
    meant: StatementBuckets | None,
    options: PushOptions,
    receipt: Receipt,
) -> None:
    """Bring what is not there yet to *staging*, while the next part is being prepared.

    Of an earlier try, whole parts are there in their order, and then perhaps one in part.
    """
    sent = done = requests = 0
    with ThreadPoolExecutor(1) as worker:
        already = worker.submit(store.count, staging).result()  # there, so that this thread is known to the server
        parts = already // store.kind.parts
        if already:
            receipt.counts["resumed"] = parts * store.kind.parts
        waiting: Future[None] | None = None
        for number, chunk in enumerate(source.chunks(store.kind.parts)):
            if meant is not None:
                meant.add(chunk)
            if number >= parts:
                if waiting is not None:
                    waiting.result()
                waiting = worker.submit(store.add, staging, chunk)
                sent, requests = sent + chunk.count(b"\n"), requests + 1
            done += len(chunk)
            options.progress(min(done, source.size), source.size)
        if waiting is not None:
            waiting.result()
    receipt.counts |= {"sent": sent, "requests": requests}


def _checked(store: GraphStore, staging: str, meant: StatementBuckets, options: PushOptions) -> Difference:
    """Return how *staging* differs from what was *meant*. Raise NotDelivered, and drop it, when that is too much."""
    found = _fetched_difference(store, staging, store.count(staging), meant)
    is_incomplete = bool(found.count("missing") or found.count("surplus"))
    if is_incomplete or (found.count("altered") and not options.force):
        with suppress(EfaLodError):
            store.drop(staging)
        raise _not_the_same(staging.partition(STAGING)[0], found)
    return found


def _not_the_same(graph: str, found: Difference) -> NotDelivered:
    if found.count("missing") or found.count("surplus"):
        example = (found.missing or found.surplus)[0]
        return NotDelivered(
            f"{graph}: of {found.meant:,} statements {found.count('missing'):,} did not arrive and"
            f" {found.count('surplus'):,} came that were not sent, such as {example} – the graph is as it was",
            f"{graph}: Von {found.meant:,} Aussagen kamen {found.count('missing'):,} nicht an und"
            f" {found.count('surplus'):,} sind da, die nicht gesendet wurden, etwa {example} – der Graph ist, wie"
            " er war",
        )
    one = found.altered[0]
    return NotDelivered(
        f"{graph}: the store keeps {found.count('altered'):,} literals with another value, such as {one.sent} as"
        f" {one.kept} at {one.subject} – the graph is as it was; accept that with --force",
        f"{graph}: Der Store behält {found.count('altered'):,} Literale mit anderem Wert, etwa {one.sent} als"
        f" {one.kept} bei {one.subject} – der Graph ist, wie er war; nehmen Sie das mit --force hin",
    )


def _move(store: GraphStore, staging: str, graph: str, count: int, is_new: bool) -> None:
    """Move *staging*, which has *count* statements, to *graph*, and see that it is there.

    A move is not sent again before it is known that the first did nothing: it would find no source, and empty the
    target.
    """
    failure: EfaLodError | None = None
    for _ in range(MOVES):
        if store.count(staging) != count:  # as when somebody else moves the same: a second move would empty the graph
            break
        try:
            store.move(staging, graph, is_new)
            failure = None
        except BrokenInput as error:
            failure = error
            time.sleep(SETTLE_S)
        left = store.count(staging)
        if left == 0 and store.count(graph) == count:
            return
        if failure is None or left != count:
            break
    raise failure or BrokenInput(
        f"{graph}: the store says that it moved the statements there, and it has {store.count(graph):,} of {count:,}",
        f"{graph}: Der Store meldet, er habe die Aussagen dorthin verschoben, und hat {store.count(graph):,} von"
        f" {count:,}",
    )


def refuse_no_graph_iri(graph: str) -> None:
    """Raise BadSetting when *graph* is no absolute IRI: a relative one would be another at each store."""
    try:
        ox.NamedNode(graph)
        is_absolute = "://" in graph or graph.startswith("urn:")
    except ValueError:
        is_absolute = False
    if not is_absolute or any(sign in graph for sign in '<>"{}|^`\\ '):
        raise BadSetting(
            f"--graph: expected an absolute IRI such as https://example.org/data, found '{graph}'",
            f"--graph: erwartet wird eine absolute IRI wie https://example.org/data, gefunden '{graph}'",
        )
