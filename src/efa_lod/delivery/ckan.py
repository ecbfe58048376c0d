"""Bring one dataset to a CKAN by its Action API: create it or change what is ours in it, and look at what is there.

What an editor added or changed by hand stays: an extra field of the dataset notes what was sent last, so that whatever
differs from that is somebody else's. Resources keep their ids, which links depend on.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from efa_lod.delivery.ckan_fields import PortalDataset, slug_of
from efa_lod.delivery.options import NotDelivered, PushOptions, refuse_loss
from efa_lod.delivery.receipts import Receipt
from efa_lod.errors import BrokenInput
from efa_lod.io.json_objects import json_object
from efa_lod.io.sending import NotAccepted, Sender

NOTE = "efa_lod_sent"
"""The extra field in which a dataset carries digests of what was sent last."""
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
Package = dict[str, Any]


class CkanPortal:
    """A portal at *address*, asked by *sender*."""

    def __init__(self, sender: Sender, address: str) -> None:
        self._sender = sender
        self._address = address.rstrip("/")

    def action(self, name: str, accepted: tuple[int, ...] = (), /, **values: object) -> Any:
        """Return the result of the action *name*, or None where the portal answers with one of *accepted*.

        Raise BrokenInput with what the portal said is wrong.
        """
        url = f"{self._address}/api/3/action/{name}"
        try:
            tries = 1 if name == "package_create" else None  # a second one would find the name taken by the first
            answer = self._sender.send("POST", url, json.dumps(values).encode(), _JSON, accepted, tries)
        except NotAccepted as error:
            if error.status != 409:
                raise
            raise BrokenInput(
                f"{url}: the portal refuses the values: {error}", f"{url}: Das Portal weist die Werte ab: {error}"
            ) from error
        if answer.status in accepted:
            return None
        try:
            return json.loads(answer.content)["result"]
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenInput(
                f"{url}: expected an answer of CKAN's Action API, found {answer.media_type} – is this a CKAN?",
                f"{url}: erwartet wird eine Antwort von CKANs Action API, gefunden {answer.media_type} – ist das ein"
                " CKAN?",
            ) from error


@dataclass
class _Merger:
    """Merges what is meant into what is there, noting what is kept for somebody else (*kept*) and what changed."""

    sent: Mapping[str, str]
    force: bool
    digests: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def value(self, path: str, there: object, meant: object) -> object:
        """Return what the field at *path* is to hold: ours, unless somebody changed it by hand."""
        self.digests[path] = _digest(meant)
        if there == meant:
            return there
        is_ours = there in (None, "") or (path in self.sent and self.sent[path] == _digest(there))
        if not is_ours and not self.force:
            self.kept.append(path)
            self.digests[path] = self.sent.get(path, self.digests[path])
            return there
        self.changed.add(path.partition("/")[0] if path.startswith("resource ") else "package")
        return meant


def push_dataset(
    portal: CkanPortal, name: str, dataset: PortalDataset, settings: Mapping[str, str], options: PushOptions
) -> Receipt:
    """Create or change *dataset* in *portal* and return the receipt.

    *settings* may name the package (``dataset``) and its ``organization``. Raise NotDelivered where a package of that
    name is somebody else's, where a resource would vanish, or where the portal shows something else afterwards.
    """
    slug = settings.get("dataset") or slug_of(dataset.fields.get("title", ""))
    there: Package | None = portal.action("package_show", (404,), id=slug)
    receipt = Receipt(name, "ckan", slug, "create" if there is None else "update")
    before: Package = {} if there is None else there
    extras = {extra["key"]: extra["value"] for extra in before.get("extras", ())}
    sent = _note(extras.get(NOTE))
    _refuse_foreign(slug, dataset, there, extras, options)
    merger = _Merger(sent, options.force)
    meant = _merged(portal, dataset, before, extras, merger)
    gone = _removed(dataset, before, sent, options)
    meant["resources"] = [one for one in meant["resources"] if one.get("uri") not in gone]
    if before.get("state") == "deleted":
        meant["state"] = "active"
        merger.changed.add("package")
    receipt.notes += [
        (f"von Hand geändert, bleibt: {path}", f"changed by hand, stays: {path}") for path in sorted(merger.kept)
    ]
    _count(receipt, dataset, before, merger, gone)
    if there is not None and not merger.changed and not gone:
        receipt.action = "nothing"
    receipt.done = not options.dry_run
    if not options.dry_run and receipt.action != "nothing":
        _send(portal, slug, there, meant, merger, settings, receipt)
    _delete(portal, dataset, settings, options, receipt)
    return receipt


def _refuse_foreign(
    slug: str, dataset: PortalDataset, there: Package | None, extras: Mapping[str, str], options: PushOptions
) -> None:
    if there is None or (extras.get("uri") == dataset.iri and NOTE in extras) or options.force:
        return
    raise NotDelivered(
        f"{slug}: a dataset of this name is in the portal that no push made – name another with dataset: in"
        " data/targets.yaml, or take it over with --force",
        f"{slug}: Im Portal steht ein Datensatz dieses Namens, den kein Push gemacht hat – nennen Sie einen anderen mit"
        " dataset: in data/targets.yaml, oder übernehmen Sie ihn mit --force",
    )


def _merged(
    portal: CkanPortal, dataset: PortalDataset, before: Package, extras: dict[str, str], merger: _Merger
) -> Package:
    """Return the package as it is to be, with all that others put there."""
    fields = dict(dataset.fields)
    if licence := _licence(portal, dataset):
        fields["license_id"] = licence
    meant: Package = {key: merger.value(key, before.get(key), value) for key, value in fields.items()}
    ours = {key: merger.value(f"extra {key}", extras.get(key), value) for key, value in dataset.extras.items()}
    meant["extras"] = [{"key": key, "value": value} for key, value in sorted((extras | ours).items()) if key != NOTE]
    meant["tags"] = _tags(dataset, before, merger)
    found = {one.get("uri"): one for one in before.get("resources", ())}
    meant["resources"] = [one for one in before.get("resources", ()) if one.get("uri") not in dataset.resources]
    meant["resources"] += [_resource(found.get(iri), iri, values, merger) for iri, values in dataset.resources.items()]
    return meant


def _resource(there: Package | None, iri: str, values: Mapping[str, object], merger: _Merger) -> Package:
    before = there or {}
    path = f"resource {iri}"
    return before | {key: merger.value(f"{path}/{key}", before.get(key), value) for key, value in values.items()}


def _tags(dataset: PortalDataset, before: Package, merger: _Merger) -> list[dict[str, str]]:
    """Return the tags: ours, and those that others added; a tag that somebody took away stays away."""
    now = {tag["name"] for tag in before.get("tags", ())}
    ours = set(dataset.tags)
    last = {path.removeprefix("tag ") for path in merger.sent if path.startswith("tag ")}
    merger.digests |= {f"tag {tag}": "" for tag in ours}
    away = set() if merger.force else last - now
    merger.kept += [f"tag {tag}" for tag in sorted(ours & away)]
    meant = (now - (last - ours)) | (ours - away)
    if meant != now:
        merger.changed.add("package")
    return [{"name": tag} for tag in sorted(meant)]


def _licence(portal: CkanPortal, dataset: PortalDataset) -> str:
    """Return the id of the licence in the portal's own list, or an empty text where that does not have it."""
    listed = portal.action("license_list")
    wanted = {licence.rstrip("/") for licence in dataset.licences}
    return next((str(one["id"]) for one in listed if str(one.get("url") or "").rstrip("/") in wanted), "")


def _removed(dataset: PortalDataset, before: Package, sent: Mapping[str, str], options: PushOptions) -> set[str]:
    """Return the IRIs of resources of ours that are no longer listed. Raise NotDelivered unless they may go."""
    known = {path.removeprefix("resource ").rpartition("/")[0] for path in sent if path.startswith("resource ")}
    gone = {one["uri"] for one in before.get("resources", ()) if one.get("uri") in known - set(dataset.resources)}
    if not options.force:
        refuse_loss(str(before.get("name")), sorted(gone - set(options.allowed)))
    return gone


def _count(receipt: Receipt, dataset: PortalDataset, before: Package, merger: _Merger, gone: set[str]) -> None:
    known = {one.get("uri") for one in before.get("resources", ())}
    created = len(set(dataset.resources) - known)
    changed = sum(one.startswith("resource ") for one in merger.changed) - created
    receipt.counts = {
        "resources": len(dataset.resources),
        "created": created,
        "updated": max(changed, 0),
        "removed": len(gone),
    }


def _send(
    portal: CkanPortal,
    slug: str,
    there: Package | None,
    meant: Package,
    merger: _Merger,
    settings: Mapping[str, str],
    receipt: Receipt,
) -> None:
    """Create or change the package, and see that the portal shows it. Raise NotDelivered where it does not."""
    note = json.dumps(merger.digests, sort_keys=True, separators=(",", ":"))
    meant["extras"] = [*meant["extras"], {"key": NOTE, "value": note}]
    if organization := settings.get("organization"):
        meant["owner_org"] = organization
    if there is None:
        portal.action("package_create", name=slug, **meant)
    else:
        portal.action("package_patch", id=there["id"], **meant)
    shown: Package = portal.action("package_show", id=slug)
    _refuse_other(slug, there, meant, shown)
    receipt.digest = hashlib.sha256(note.encode()).hexdigest()
    receipt.time = datetime.now(UTC).isoformat(timespec="seconds")
    if "license_id" not in meant:
        receipt.notes.append(
            (
                "license_id bleibt leer: die Lizenz steht nicht in der Liste des Portals",
                "license_id stays empty: the licence is not in the portal's list",
            )
        )


def _refuse_other(slug: str, there: Package | None, meant: Package, shown: Package) -> None:
    """Raise NotDelivered where the portal shows other texts or resources than were sent, or gave them new ids."""
    wrong: list[str] = [
        key for key in ("title", "notes", "version", "url") if key in meant and shown.get(key) != meant[key]
    ]
    by_iri = {one.get("uri"): one for one in shown["resources"]}
    for one in meant["resources"]:
        found = by_iri.get(one.get("uri"), {})
        wrong += [
            f"{one.get('uri')} {key}" for key in ("id", "url", "size") if key in one and found.get(key) != one[key]
        ]
    if there is not None and shown["id"] != there["id"]:
        wrong.append("id")
    if wrong or len(shown["resources"]) != len(meant["resources"]):
        raise NotDelivered(
            f"{slug}: the portal shows something else than was sent: {', '.join(wrong) or 'resources'} – look at it",
            f"{slug}: Das Portal zeigt anderes, als gesendet wurde: {', '.join(wrong) or 'Ressourcen'} – sehen Sie"
            " nach",
        )


def _delete(
    portal: CkanPortal,
    dataset: PortalDataset,
    settings: Mapping[str, str],
    options: PushOptions,
    receipt: Receipt,
) -> None:
    """Delete the packages that ``--allow-removal`` names by their own IRI and that a push has made."""
    files = set(dataset.resources)
    for iri in options.allowed:
        if iri == dataset.iri or iri in files or "#" in iri:
            continue
        slug = iri.rstrip("/").rpartition("/")[2]
        there = portal.action("package_show", (404,), id=slug)
        extras = {extra["key"]: extra["value"] for extra in (there or {}).get("extras", ())}
        if there is None or NOTE not in extras or there.get("state") == "deleted":
            continue
        if not options.dry_run:
            portal.action("package_delete", id=there["id"])
        receipt.notes.append((f"gelöscht: {slug}", f"deleted: {slug}"))


def _note(text: str | None) -> dict[str, str]:
    """Return what was sent last; nothing where somebody changed the note."""
    return {key: str(one) for key, one in json_object(text).items()}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
