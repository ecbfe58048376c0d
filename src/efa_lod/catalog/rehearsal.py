"""Rehearse a harvest: what each portal would do with a catalogue, what it would show and lose, and what would vanish.

The rules are those of ``portals``. A rehearsal compares the catalogue with the one that was harvested before, if there
is one; nothing is sent to any portal.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from efa_lod.catalog.dcat import check_catalogue
from efa_lod.catalog.mqa import Judged, Score, score
from efa_lod.catalog.portals import (
    DCAT,
    PORTALS,
    Portal,
    Term,
    View,
    in_locale,
    is_good_keyword,
    moment_of,
    shown_and_lost,
)
from efa_lod.catalog.profiles import SECONDS, answering, check_profile
from efa_lod.errors import BrokenInput
from efa_lod.model.publication import RESERVED_DOMAINS, Publication
from efa_lod.model.results import Result, conforms
from efa_lod.rdf.graphs import Triples

MQA_PROFILE = "dcat-ap"
"""The official shapes that decide about the points for compliance with DCAT-AP."""


@dataclass(frozen=True)
class Loss:
    """A *field* that a portal would not show, the *reason*, and the things it is missing from."""

    field: str
    reason: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """What a portal does with one dataset: *action* (create, update, skip, delete, refuse), why, and what is shown.

    *about* is another dataset that the reason speaks of; *harmful* says that the publisher would lose something. Of the
    fields in *one_language* the portal shows one of several languages, such as *title*.
    """

    action: str
    dataset: str
    reason: str
    about: str = ""
    harmful: bool = False
    shown: tuple[str, ...] = ()
    shown_of_files: tuple[str, ...] = ()
    one_language: tuple[str, ...] = ()
    title: str = ""
    empty: tuple[str, ...] = ()
    lost: tuple[Loss, ...] = ()


@dataclass(frozen=True)
class Vanished:
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
    vanished: Sequence[Vanished]
    unmoved: Sequence[str]
    results: Sequence[Result]
    profile: str | None
    online: bool
    locale: str = "en"
    unread: str = ""
    head_status: int = 0

    @property
    def passes(self) -> bool:
        """Tell whether every portal would take over everything, and nothing would vanish that may not."""
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
    vanished = [
        Vanished(kind, iri, iri in may_go) for kind, iri in _listed(old) if (kind, iri) not in kept and not unread
    ]
    return Rehearsal(
        name=name,
        sample=_is_sample(new),
        counts=Counter(kind for kind, _ in _listed(new)),
        steps={portal.name: list(_steps(portal, new, old, allowed, locale, unread)) for portal in PORTALS},
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
        found = "none" if not catalogues else " and ".join(_iri(node) for node in catalogues)
        empty = " – the file says nothing" if not triples else ""
        raise BrokenInput(f"{name}: expected one dcat:Catalog, found {found}{empty}")
    if not _datasets(view):
        raise BrokenInput(
            f"{name}: expected at least one dcat:Dataset, found none – portals would delete all they have"
        )
    return view


def _datasets(view: View) -> list[Term]:
    """Return what portals take for a dataset: subjects of that very type (ckanext-dcat, ``processors.py``)."""
    return view.of_type(f"{DCAT}Dataset")


def _listed(view: View | None) -> list[tuple[str, str]]:
    """Return kind and IRI of the datasets, their distributions and the states that they are about."""
    if view is None:
        return []
    kinds = (("distribution", "dcat:distribution"), ("state", "dct:subject"))
    datasets = _datasets(view)
    parts = [(kind, _iri(node)) for dataset in datasets for kind, path in kinds for node in view.values(dataset, path)]
    return [*(("dataset", _iri(dataset)) for dataset in datasets), *parts]


def _parts_of(view: View | None, datasets: Collection[str]) -> list[str]:
    """Return the IRIs of the distributions of *datasets*: who lets a dataset go lets its files go."""
    nodes = [node for node in _datasets(view) if _iri(node) in datasets] if view else []
    return [_iri(file) for node in nodes if view for file in view.values(node, "dcat:distribution")]


def _iri(node: Term) -> str:
    return node.value


def _is_sample(view: View) -> bool:
    """Tell whether publisher or contact of a dataset is at a domain that belongs to nobody, as the sample's is."""
    paths = ("dct:publisher/foaf:homepage", "dcat:contactPoint/vcard:hasEmail", "dcat:contactPoint/vcard:hasURL")
    texts = (text for dataset in _datasets(view) for path in paths for text in view.texts(dataset, path))
    return any(RESERVED_DOMAINS.search(text) for text in texts)


def _assumed(url: str) -> bool:
    """Take it that *url* answers, since nobody is asked."""
    return True


def _scores(view: View, complies: bool, answer: Callable[[str], bool]) -> Iterator[Score]:
    for dataset in _datasets(view):
        for distribution in view.values(dataset, "dcat:distribution"):
            yield score(Judged(view, dataset, distribution, answer, complies))


def _unmoved(new: View, old: View | None) -> Iterator[str]:
    """Yield the datasets of which something changed, but not the day of the last change."""
    known = {_iri(node): node for node in _datasets(old)} if old else {}
    for node in _datasets(new):
        before = known.get(_iri(node))
        if old is None or before is None or new.reachable(node) == old.reachable(before):
            continue
        if new.texts(node, "dct:modified") == old.texts(before, "dct:modified"):
            yield _iri(node)


# --- steps ----------------------------------------------------------------------------------------------------------


def _steps(
    portal: Portal, new: View, old: View | None, allowed: Collection[str], locale: str, unread: str
) -> Iterator[Step]:
    """Yield what *portal* does: with each dataset of the new catalogue, then with those that are listed no more.

    Of what may be on a page that was not read, none is told as deleted.
    """
    before = {_key(portal, old, node): node for node in _datasets(old)} if old else {}
    for node in _datasets(new):
        yield _step(portal, new, old, node, before, locale)
    now = {_key(portal, new, node) for node in _datasets(new)}
    for key, node in before.items():
        if key not in now and not unread:
            yield Step("delete", _iri(node), "not-listed", harmful=_iri(node) not in allowed)


def _key(portal: Portal, view: View, node: Term) -> str:
    """Return what *portal* knows a dataset by: its IRI, or at data.europa.eu its identifier if it has one."""
    identifiers = view.texts(node, "dct:identifier")
    return identifiers[0] if portal.skips and identifiers else _iri(node)


def _step(portal: Portal, new: View, old: View | None, node: Term, before: Mapping[str, Term], locale: str) -> Step:
    known = before.get(_key(portal, new, node))
    refusal = _refusal(portal, new, node)
    if refusal:
        return Step("refuse", _iri(node), refusal, harmful=True)
    if portal.merges and (twin := _twin(new, old, node)):
        return twin
    if portal.skips and old and known is not None and new.reachable(node) == old.reachable(known):
        return Step("skip", _iri(node), "unchanged")
    action, reason = ("create", "new") if known is None else ("update", "changed" if portal.skips else "always")
    step = _filled(portal, new, node, Step(action, _iri(node), reason), locale)
    return step if old is None or known is None else _with_what_went(step, _filled(portal, old, known, step, locale))


def _refusal(portal: Portal, view: View, node: Term) -> str:
    """Return why *portal* would not import the dataset *node* at all, or an empty text."""
    if not view.texts(node, "dct:title"):
        return "no-title"
    keywords = view.texts(node, "dcat:keyword")
    if portal.refuses_bad_keywords and not all(map(is_good_keyword, keywords)):
        return "bad-keyword"
    return ""


def _twin(new: View, old: View | None, node: Term) -> Step | None:
    """Return what GovData does because another dataset has the identifier of *node* (``handle_duplicates``).

    The incoming dataset is imported only if its ``dct:modified`` is later than that of every other one.
    """
    others = [
        (view, other)
        for view in (new, old)
        if view
        for identifier in new.texts(node, "dct:identifier")
        for other in view.identified.get(identifier, ())
        if _iri(other) != _iri(node)
    ]
    if not others:
        return None
    about = _iri(others[0][1])
    modified = new.texts(node, "dct:modified")
    if not modified:
        return Step("skip", _iri(node), "twin-no-date", about, harmful=True)
    moment = moment_of(modified[0])
    if moment is None or any(_is_as_late(view, other, moment) for view, other in others):
        return Step("skip", _iri(node), "twin-newer", about, harmful=True)
    return None


def _is_as_late(view: View, dataset: Term, moment: datetime) -> bool:
    """Tell whether *dataset* was modified at *moment* or later."""
    moments = (moment_of(text) for text in view.texts(dataset, "dct:modified"))
    return any(other >= moment for other in moments if other)


def _filled(portal: Portal, view: View, node: Term, step: Step, locale: str) -> Step:
    """Return *step* with the fields that *portal* would show, leave empty and lose."""
    of_dataset = {field.name: fate for field, fate in shown_and_lost(view, node, portal.dataset)}
    files = view.values(node, "dcat:distribution")
    of_files = {_iri(file): {f.name: fate for f, fate in shown_and_lost(view, file, portal.resource)} for file in files}
    lost = [Loss(name, fate, (step.dataset,)) for name, fate in of_dataset.items() if fate not in _HARMLESS]
    for field in portal.resource:
        fates = {file: fate[field.name] for file, fate in of_files.items() if fate[field.name] not in _HARMLESS}
        for reason in dict.fromkeys(fates.values()):
            where = tuple(file for file, fate in fates.items() if fate == reason)
            lost.append(Loss(field.name, reason, where))
    if not files:
        lost.append(Loss("resources", "missing", (step.dataset,)))
    return replace(
        step,
        shown=tuple(name for name, fate in of_dataset.items() if fate in _SHOWN),
        shown_of_files=tuple(
            field.name for field in portal.resource if files and all(f[field.name] in _SHOWN for f in of_files.values())
        ),
        one_language=tuple(name for name, fate in of_dataset.items() if fate == "translated"),
        title=in_locale(view, node, "dct:title", locale),
        empty=tuple(name for name, fate in of_dataset.items() if fate == "empty"),
        lost=tuple(lost),
    )


_SHOWN = ("shown", "translated")
_HARMLESS = (*_SHOWN, "empty")


def _with_what_went(now: Step, before: Step) -> Step:
    """Return the step *now* with a loss for each field that was shown *before* and is left empty now."""
    gone = tuple(Loss(name, "gone", (now.dataset,)) for name in now.empty if name in before.shown)
    return replace(now, empty=tuple(name for name in now.empty if name not in before.shown), lost=now.lost + gone)
