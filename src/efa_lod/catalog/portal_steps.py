"""What a portal does with each dataset of a catalogue: create, update, skip, delete or refuse, and what it shows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from efa_lod.catalog.catalogue_view import DCAT, View
from efa_lod.catalog.ckan_lists import ckan_format, ckan_licence
from efa_lod.catalog.portals import (
    Portal,
    in_locale,
    is_dcat_de_licence,
    is_good_keyword,
    moment_of,
    shown_and_lost,
)
from efa_lod.rdf.subject_index import Node


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
    fields in *one_language* the portal shows one of several languages, such as *title*. *formats* are those shown of
    the files, *licence_id* the licence of the dataset, where the portal names them by lists of its own;
    *unlisted_licences* are those that it keeps and does not know.
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
    formats: tuple[tuple[str, str], ...] = ()
    licence_id: str | None = None
    unlisted_licences: tuple[str, ...] = ()

    @property
    def unnamed_formats(self) -> tuple[str, ...]:
        """Return the files whose format is shown as an IRI."""
        return tuple(file for file, shown in self.formats if "://" in shown)


def portal_steps(
    portal: Portal, new: View, old: View | None, allowed: Collection[str], locale: str, unread: str
) -> Iterator[Step]:
    """Yield what *portal* does: with each dataset of the new catalogue, then with those that are listed no more.

    Of what may be on a page that was not read, none is told as deleted.
    """
    before = {_key(portal, old, node): node for node in datasets_in(old)} if old else {}
    for node in datasets_in(new):
        yield _step(portal, new, old, node, before, locale)
    now = {_key(portal, new, node) for node in datasets_in(new)}
    for key, node in before.items():
        if key not in now and not unread:
            yield Step("delete", iri_of(node), "not-listed", harmful=iri_of(node) not in allowed)


def _key(portal: Portal, view: View, node: Node) -> str:
    """Return what *portal* knows a dataset by: its IRI, or at data.europa.eu its identifier if it has one."""
    identifiers = view.texts(node, "dct:identifier")
    return identifiers[0] if portal.skips and identifiers else iri_of(node)


def _step(portal: Portal, new: View, old: View | None, node: Node, before: Mapping[str, Node], locale: str) -> Step:
    known = before.get(_key(portal, new, node))
    refusal = _refusal(portal, new, node)
    if refusal:
        return Step("refuse", iri_of(node), refusal, harmful=True)
    if portal.merges and (twin := _twin(new, old, node)):
        return twin
    if portal.skips and old and known is not None and new.reachable(node) == old.reachable(known):
        return Step("skip", iri_of(node), "unchanged")
    action, reason = ("create", "new") if known is None else ("update", "changed" if portal.skips else "always")
    step = _filled(portal, new, node, Step(action, iri_of(node), reason), locale)
    return step if old is None or known is None else _with_what_went(step, _filled(portal, old, known, step, locale))


def _refusal(portal: Portal, view: View, node: Node) -> str:
    """Return why *portal* would not import the dataset *node* at all, or an empty text."""
    if portal.needs_title and not view.texts(node, "dct:title"):
        return "no-title"
    keywords = view.texts(node, "dcat:keyword")
    if portal.refuses_bad_keywords and not all(map(is_good_keyword, keywords)):
        return "bad-keyword"
    return ""


def _twin(new: View, old: View | None, node: Node) -> Step | None:
    """Return what GovData does because another dataset has the identifier of *node* (``handle_duplicates``).

    The incoming dataset is imported only if its ``dct:modified`` is later than that of every other one.
    """
    others = [
        (view, other)
        for view in (new, old)
        if view
        for identifier in new.texts(node, "dct:identifier")
        for other in view.identified.get(identifier, ())
        if iri_of(other) != iri_of(node)
    ]
    if not others:
        return None
    about = iri_of(others[0][1])
    modified = new.texts(node, "dct:modified")
    if not modified:
        return Step("skip", iri_of(node), "twin-no-date", about, harmful=True)
    moment = moment_of(modified[0])
    if moment is None or any(_is_as_late(view, other, moment) for view, other in others):
        return Step("skip", iri_of(node), "twin-newer", about, harmful=True)
    return None


def _is_as_late(view: View, dataset: Node, moment: datetime) -> bool:
    """Return whether *dataset* was modified at *moment* or later."""
    moments = (moment_of(text) for text in view.texts(dataset, "dct:modified"))
    return any(other >= moment for other in moments if other)


def _filled(portal: Portal, view: View, node: Node, step: Step, locale: str) -> Step:
    """Return *step* with the fields that *portal* would show, leave empty and lose."""
    of_dataset = {field.name: fate for field, fate in shown_and_lost(view, node, portal.dataset)}
    files = view.values(node, "dcat:distribution")
    of_files = {
        iri_of(file): {f.name: fate for f, fate in shown_and_lost(view, file, portal.resource)} for file in files
    }
    lost = [Loss(name, fate, (step.dataset,)) for name, fate in of_dataset.items() if fate not in _HARMLESS]
    for field in portal.resource:
        fates = {file: fate[field.name] for file, fate in of_files.items() if fate[field.name] not in _HARMLESS}
        for reason in dict.fromkeys(fates.values()):
            where = tuple(file for file, fate in fates.items() if fate == reason)
            is_closed = portal.licences and (field.name, reason) == ("license", "missing")
            lost.append(Loss(field.name, "closed" if is_closed else reason, where))
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
        formats=tuple((iri_of(file), ckan_format(view, file)) for file in files) if portal.lists else (),
        licence_id=ckan_licence(view, node) if portal.lists else None,
        unlisted_licences=tuple(_unlisted_licences(view, files)) if portal.licences else (),
    )


def _unlisted_licences(view: View, files: Sequence[Node]) -> Iterator[str]:
    """Yield the licences of *files* that are not in the list of DCAT-AP.de, each once."""
    licences = dict.fromkeys(licence for file in files for licence in view.texts(file, "dct:license")[:1])
    return (licence for licence in licences if not is_dcat_de_licence(licence))


_SHOWN = ("shown", "translated")
_HARMLESS = (*_SHOWN, "empty")


def _with_what_went(now: Step, before: Step) -> Step:
    """Return the step *now* with a loss for each field that was shown *before* and is left empty now."""
    gone = tuple(Loss(name, "gone", (now.dataset,)) for name in now.empty if name in before.shown)
    return replace(now, empty=tuple(name for name in now.empty if name not in before.shown), lost=now.lost + gone)


def datasets_in(view: View) -> list[Node]:
    """Return what portals take for a dataset: subjects of that very type (ckanext-dcat, ``processors.py``)."""
    return view.of_type(f"{DCAT}Dataset")


def iri_of(node: Node) -> str:
    """Return the IRI of *node*, or the label of a blank one."""
    return node.value
