"""Bring one dataset to a piveau hub, as data.europa.eu and several states run it.

Written from piveau's public code: ``PUT …/catalogues/ID/datasets/origin?originalId=IRI`` creates
(201) or changes (204) a dataset.
There is no hub to be had for the tests, which use a stand-in.
"""

import hashlib
from datetime import UTC, datetime
from urllib.parse import quote

import pyoxigraph as ox

from efa_lod.catalog.catalogue_view import DCAT, DCT, View
from efa_lod.delivery.options import NotDelivered, PushOptions, refuse_loss
from efa_lod.delivery.receipts import Receipt
from efa_lod.errors import BadSetting
from efa_lod.io.messages import Messages, reason
from efa_lod.io.sending import Sender
from efa_lod.rdf.graphs import Triples

_ERRORS = Messages(__file__, "errors")

HUB_MEDIA_TYPE = "text/turtle"
_SHOWN = (f"{DCT}title", f"{DCT}description", f"{DCT}modified")
_FILES = (f"{DCAT}downloadURL", f"{DCAT}accessURL")


def push_to_hub(
    sender: Sender, name: str, address: str, catalogue: str, description: Triples, options: PushOptions
) -> Receipt:
    """Create or change the one dataset of *description* in *catalogue* of the hub, and see what it shows then.

    Raise NotDelivered where files would vanish, or the hub shows something else afterwards.
    """
    if not catalogue:
        raise BadSetting(
            f"{name}: a target of kind piveau needs the id of a catalogue – write it into data/targets.yaml as"
            " catalogue:",
            f"{name}: Ein Ziel der Art piveau braucht die Kennung eines Katalogs – schreiben Sie sie als catalogue: in"
            " data/targets.yaml",
        )
    iri, triples = _dataset(description, name)
    url = (
        f"{address.rstrip('/')}/catalogues/{quote(catalogue, safe='')}/datasets/origin?originalId={quote(iri, safe='')}"
    )
    there = _fetched(sender, url)
    receipt = Receipt(name, "piveau", iri, "update" if there else "create")
    body = ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b""
    receipt.digest = hashlib.sha256(body).hexdigest()
    meant = _seen(triples)
    if there and not options.force:
        lost = {value for kind, value in _seen(there) - meant if kind in _FILES}
        refuse_loss(iri, sorted(lost - set(options.allowed)))
    if meant == _seen(there):
        receipt.action = "nothing"
    receipt.done = not options.dry_run
    if options.dry_run or receipt.action == "nothing":
        return receipt
    sender.send("PUT", url, body, {"Content-Type": HUB_MEDIA_TYPE})
    if missing := meant - _seen(_fetched(sender, url)):
        kind, value = min(missing)
        raise NotDelivered(
            f"{iri}: the hub took the dataset and does not show {kind} {value} – look at it",
            f"{iri}: Der Hub nahm den Datensatz an und zeigt {kind} {value} nicht – sehen Sie nach",
        )
    receipt.counts = {"resources": len({value for kind, value in meant if kind == _FILES[1]})}
    receipt.time = datetime.now(UTC).isoformat(timespec="seconds")
    return receipt


def _dataset(description: Triples, name: str) -> tuple[str, list[ox.Triple]]:
    """Return the IRI of the one dataset in *description*, and all that is said of it and of what it leads to."""
    view = View(description)
    datasets = view.of_type(f"{DCAT}Dataset")
    if len(datasets) != 1:
        raise _ERRORS.broken("one-dataset", name, count=len(datasets))
    said = view.reachable(datasets[0])
    return datasets[0].value, [t for t in description if (t.subject, t.predicate.value, t.object) in said]


def _fetched(sender: Sender, url: str) -> list[ox.Triple]:
    """Return what the hub says of the dataset; nothing where it does not know it."""
    answer = sender.send("GET", url, None, {"Accept": HUB_MEDIA_TYPE}, (404,))
    if answer.status == 404:
        return []
    try:
        return [quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE, base_iri=url)]
    except (SyntaxError, ValueError) as error:
        raise _ERRORS.broken("hub-answer", url, reason=reason(error)) from error


def _seen(triples: list[ox.Triple]) -> set[tuple[str, str]]:
    """Return what people see of a dataset: texts, day of change and files; a hub gives things IRIs of its own."""
    datasets = {t.subject for t in triples if t.object == ox.NamedNode(f"{DCAT}Dataset")}
    return {
        (t.predicate.value, str(t.object) if isinstance(t.object, ox.Literal) else t.object.value)
        for t in triples
        if (t.subject in datasets and t.predicate.value in _SHOWN and not isinstance(t.object, ox.Triple))
        or (t.predicate.value in _FILES and not isinstance(t.object, ox.Triple))
    }
