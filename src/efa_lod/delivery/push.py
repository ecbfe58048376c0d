"""Bring a build to a target, in the way of its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from efa_lod.catalog.harvest import read_catalogue
from efa_lod.delivery.ckan import CkanPortal, push_dataset
from efa_lod.delivery.ckan_fields import portal_dataset
from efa_lod.delivery.folder import CATALOGUE_FILE, push_folder
from efa_lod.delivery.graph_push import GraphSource, push_graph, refuse_no_graph_iri
from efa_lod.delivery.options import PushOptions
from efa_lod.delivery.piveau import push_to_hub
from efa_lod.delivery.receipts import Receipt
from efa_lod.delivery.stores import STORE_KINDS, GraphStore, addresses_of
from efa_lod.delivery.targets import Target
from efa_lod.io.fetch_policy import agent
from efa_lod.io.sending import Sender, sending_policy
from efa_lod.model.publication import Publication


@dataclass(frozen=True)
class PushJob:
    """What goes where: the build in the folder *built*, or *files* of it for a *graph* of a store, to *target*."""

    target: Target
    publication: Publication
    built: Path
    files: tuple[Path, ...] = ()
    graph: str | None = None
    insecure: bool = False
    seconds: float = 600
    version: str = ""

    @property
    def catalogue(self) -> Path:
        """Return the catalogue of the build."""
        return self.built / CATALOGUE_FILE

    def sender(self) -> Sender:
        """Return what sends to the target."""
        address = self.target.address
        policy = sending_policy(agent(self.version, self.publication.base_iri), address, self.seconds)
        return Sender(policy, address, self.target.login, self.insecure)


def push_build(job: PushJob, options: PushOptions) -> Receipt:
    """Do the *job* and return the receipt.

    Raise NotDelivered where something would be lost that may not be, BrokenInput where the target fails.
    """
    return _WAYS.get(job.target.kind, _push_to_store)(job, options)


def _push_to_store(job: PushJob, options: PushOptions) -> Receipt:
    target, base = job.target, job.publication.base_iri
    graph = job.graph or target.settings.get("graph") or f"{base}dataset"
    refuse_no_graph_iri(graph)
    addresses = addresses_of(target.kind, target.address, target.settings)
    with job.sender() as sender, GraphSource(job.files or (job.built / "efa-lod.nt",), base) as source:
        store = GraphStore(sender, addresses, STORE_KINDS[target.kind])
        return push_graph(store, target.name, target.kind, graph, source, options)


def _push_to_portal(job: PushJob, options: PushOptions) -> Receipt:
    target = job.target
    triples = read_catalogue(str(job.catalogue))
    dataset = portal_dataset(triples, str(job.catalogue), target.settings.get("locale", "en"))
    with job.sender() as sender:
        return push_dataset(CkanPortal(sender, target.address), target.name, dataset, target.settings, options)


def _push_to_hub(job: PushJob, options: PushOptions) -> Receipt:
    target = job.target
    triples = read_catalogue(str(job.catalogue))
    with job.sender() as sender:
        return push_to_hub(sender, target.name, target.address, target.settings.get("catalogue", ""), triples, options)


def _push_to_folder(job: PushJob, options: PushOptions) -> Receipt:
    return push_folder(job.target.name, job.built, Path(job.target.address), job.publication, options)


_WAYS: dict[str, Callable[[PushJob, PushOptions], Receipt]] = {
    "ckan": _push_to_portal,
    "piveau": _push_to_hub,
    "folder": _push_to_folder,
}
"""The ways to targets that are no stores."""
