"""Rehearse a harvest: what each portal would do with a catalogue, what it would show and lose, and what would vanish.

The rules are those of ``portals``. A rehearsal compares the catalogue with the one that was harvested before, if there
is one; nothing is sent to any portal.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from efa_lod.catalog.catalogue_view import DCAT, View
from efa_lod.catalog.dcat import check_catalogue
from efa_lod.catalog.mqa import QualitySubject, Score, score
from efa_lod.catalog.portal_steps import Step, datasets_in, iri_of, portal_steps
from efa_lod.catalog.portals import (
    PORTALS,
)
from efa_lod.catalog.profile_check import check_profile
from efa_lod.catalog.retrieval import SECONDS, answering
from efa_lod.io.messages import Messages
from efa_lod.model.publication import Publication
from efa_lod.model.results import Result, conforms
from efa_lod.model.settings_check import RESERVED_DOMAINS
from efa_lod.rdf.graphs import Triples

_ERRORS = Messages(__file__, "errors")

MQA_PROFILE = "dcat-ap"
"""The official shapes that decide about the points for compliance with DCAT-AP."""


@dataclass(frozen=True)
class RemovedResource:
    """Something that was in the old catalogue and is not in the new one: its kind and IRI, and whether it may go."""

    kind: str
    iri: str
    allowed: bool


@dataclass(frozen=True)
class Rehearsal:
    """The outcome: steps by portal, points by distribution, what vanished, and what the shapes found.

    *profile* names the official shapes that judged, or is None where the project's own did; *online* says that the
    addresses were tried. *unmoved* are datasets that changed while their day of change did not. *unread* is a further
    page of the catalogue, *head_status* a refusal of HEAD.
    """

    name: str
    sample: bool
    counts: Mapping[str, int]
    steps: Mapping[str, Sequence[Step]]
    scores: Sequence[Score]
    vanished: Sequence[RemovedResource]
    unmoved: Sequence[str]
    results: Sequence[Result]
    profile: str | None
    online: bool
    locale: str = "en"
    unread: str = ""
    head_status: int = 0

    @property
    def passes(self) -> bool:
        """Return whether every portal would take over everything, and nothing would vanish that may not."""
        steps = [step for of_portal in self.steps.values() for step in of_portal]
        kept = all(vanished.allowed for vanished in self.vanished)
        return (
            kept and not self.unread and conforms(self.results) and not any(step.harmful or step.lost for step in steps)
        )


def rehearse(
    name: str,
    catalogue: Triples,
    publication: Publication,
    against: Triples | None = None,
    allowed: Collection[str] = (),
    shapes: str | None = None,
    online: bool = False,
    seconds: float = SECONDS,
    locale: str = "en",
    unread: str = "",
    head_status: int = 0,
) -> Rehearsal:
    """Return what the portals would do with *catalogue*, harvested before as *against*.

    *allowed* are IRIs that may vanish, *shapes* the folder or address of the official shapes, without which the
    project's own, stricter ones judge. *locale* is the portal's own language, *unread* the address of a further page of
    the catalogue that is not part of it, *head_status* what the server answered to HEAD if that was no success. Raise
    BrokenInput when there is not exactly one catalogue in either.
    """
    new = _view(catalogue, name)
    old = None if against is None else _view(against, f"{name} (--against)")
    if shapes is None:
        results = check_catalogue(catalogue, publication, name)
    else:
        results = check_profile(catalogue, name, MQA_PROFILE, shapes, publication, seconds)
    kept, may_go = {*_listed(new)}, {*allowed, *_parts_of(old, allowed)}
    gone = [(kind, iri) for kind, iri in _listed(old) if (kind, iri) not in kept and not unread]
    vanished = [RemovedResource(kind, iri, iri in may_go) for kind, iri in gone]
    return Rehearsal(
        name=name,
        sample=_is_sample(new),
        counts=Counter(kind for kind, _ in _listed(new)),
        steps={portal.name: list(portal_steps(portal, new, old, allowed, locale, unread)) for portal in PORTALS},
        scores=list(_scores(new, conforms(results), answering(name, seconds) if online else _assumed)),
        vanished=vanished,
        unmoved=list(_unmoved(new, old)),
        results=results,
        profile=None if shapes is None else MQA_PROFILE,
        online=online,
        locale=locale,
        unread=unread,
        head_status=head_status,
    )


def _view(triples: Triples, name: str) -> View:
    view = View(triples)
    catalogues = view.of_type(f"{DCAT}Catalog")
    if len(catalogues) != 1:
        names = [iri_of(node) for node in catalogues]
        found = (" and ".join(names), " und ".join(names)) if names else _ERRORS("none")
        empty = _ERRORS("empty") if not triples else ""
        raise _ERRORS.broken("one-catalogue", name, found=found, empty=empty)
    if not datasets_in(view):
        raise _ERRORS.broken("no-dataset", name)
    return view


def _listed(view: View | None) -> list[tuple[str, str]]:
    """Return kind and IRI of the datasets, their distributions and the states that they are about."""
    if view is None:
        return []
    kinds = (("distribution", "dcat:distribution"), ("state", "dct:subject"))
    datasets = datasets_in(view)
    parts = [
        (kind, iri_of(node)) for dataset in datasets for kind, path in kinds for node in view.values(dataset, path)
    ]
    return [*(("dataset", iri_of(dataset)) for dataset in datasets), *parts]


def _parts_of(view: View | None, datasets: Collection[str]) -> list[str]:
    """Return the IRIs of the distributions of *datasets*: who lets a dataset go lets its files go."""
    nodes = [node for node in datasets_in(view) if iri_of(node) in datasets] if view else []
    return [iri_of(file) for node in nodes if view for file in view.values(node, "dcat:distribution")]


def _is_sample(view: View) -> bool:
    """Return whether publisher or contact of a dataset is at a domain that belongs to nobody, as the sample's is."""
    paths = ("dct:publisher/foaf:homepage", "dcat:contactPoint/vcard:hasEmail", "dcat:contactPoint/vcard:hasURL")
    texts = (text for dataset in datasets_in(view) for path in paths for text in view.texts(dataset, path))
    return any(RESERVED_DOMAINS.search(text) for text in texts)


def _assumed(url: str) -> bool:
    """Take it that *url* answers, since nobody is asked."""
    return True


def _scores(view: View, complies: bool, answer: Callable[[str], bool]) -> Iterator[Score]:
    for dataset in datasets_in(view):
        for distribution in view.values(dataset, "dcat:distribution"):
            yield score(QualitySubject(view, dataset, distribution, answer, complies))


def _unmoved(new: View, old: View | None) -> Iterator[str]:
    """Yield the datasets of which something changed, but not the day of the last change."""
    known = {iri_of(node): node for node in datasets_in(old)} if old else {}
    for node in datasets_in(new):
        before = known.get(iri_of(node))
        if old is None or before is None or new.reachable(node) == old.reachable(before):
            continue
        if new.texts(node, "dct:modified") == old.texts(before, "dct:modified"):
            yield iri_of(node)
