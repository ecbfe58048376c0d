"""The targets of a push, by name in ``data/targets.yaml`` or by address.

A file names the environment variables in which a login stands, never the login: what looks like anything else is
refused, and not shown.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from efa_lod.delivery.stores import STORE_KINDS
from efa_lod.errors import BadSetting
from efa_lod.io.messages import Messages
from efa_lod.io.reading import Document, read_documents
from efa_lod.io.sending import SCHEMES, Login
from efa_lod.model.record_values import is_mapping

_ERRORS = Messages(__file__, "errors")

TARGETS = "data/targets.yaml"
KIND_SCHEMES = {kind: store.scheme for kind, store in STORE_KINDS.items()} | {
    "ckan": "token",
    "piveau": "x-api-key",
    "folder": "none",
}
"""For each kind of target, how it takes a login."""
USER, PASSWORD, TOKEN = "EFA_LOD_USER", "EFA_LOD_PASSWORD", "EFA_LOD_TOKEN"
"""The environment variables in which the login of a target stands that names none."""
KEYS = (
    *("kind", "address", "graph", "query", "update", "login", "user", "password", "token"),
    *("dataset", "organization", "locale", "catalogue"),
)
"""What a target may say. For CKAN: dataset (the name there), organization, locale; for piveau: catalogue."""
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_LOGIN_KEYS = ("user", "password", "token")


@dataclass(frozen=True)
class Target:
    """Where a push goes: a *name* for messages, a *kind*, an *address*, a *login*, and what else its kind takes."""

    name: str
    kind: str
    address: str
    login: Login = field(default_factory=Login)
    settings: Mapping[str, str] = field(default_factory=dict)


def target_of(named: str, kind: str | None, folder: Path, environment: Mapping[str, str] | None = None) -> Target:
    """Return the target that is *named*, in ``data/targets.yaml`` of the publication in *folder* or by its address.

    Raise BadSetting when there is none of that name, or its settings cannot be used.
    """
    environment = os.environ if environment is None else environment
    if kind is not None:
        return Target(named, kind, _address(named, kind), _login(named, kind, {}, environment))
    document = next(read_documents(folder / TARGETS, TARGETS), None) if (folder / TARGETS).is_file() else None
    targets = document.value if document else {}
    if document is None or named not in targets:
        raise BadSetting(*_unknown(named, targets))
    settings = _settings(document, named)
    chosen = settings["kind"]
    address = _address(settings["address"], chosen)
    return Target(named, chosen, address, _login(named, chosen, settings, environment), settings)


def _unknown(named: str, targets: Mapping[str, object]) -> tuple[str, str]:
    near = get_close_matches(named, targets, 1)
    if "://" in named or "/" in named:
        return (
            f"{named}: an address needs its kind too – add --kind ({', '.join(KIND_SCHEMES)})",
            f"{named}: Zu einer Adresse gehört ihre Art – ergänzen Sie --kind ({', '.join(KIND_SCHEMES)})",
        )
    known = ", ".join(sorted(targets)) or "–"
    hint = (f"; perhaps {near[0]} is meant", f"; gemeint ist wohl {near[0]}") if near else ("", "")
    return (
        f"{TARGETS}: expected one of the targets {known}, found '{named}'{hint[0]}",
        f"{TARGETS}: erwartet wird eines der Ziele {known}, gefunden '{named}'{hint[1]}",
    )


def _settings(document: Document, name: str) -> dict[str, str]:
    """Return the settings of the target *name*, each of which can be used."""
    value = document.value[name]
    if not is_mapping(value):
        raise _ERRORS.unusable("no-target-keys", document.place_of((name,)), name=name)
    for key in value:
        place = document.place_of((name, key))
        if key not in KEYS:
            near = get_close_matches(key, KEYS, 1)
            raise _ERRORS.unusable("no-such-key", place, name=name, key=key, near=near[0] if near else ", ".join(KEYS))
        if not isinstance(value[key], str) or not value[key]:
            raise _ERRORS.unusable("no-text", place, name=name, key=key)
        if key in _LOGIN_KEYS and not _VARIABLE.fullmatch(value[key]):
            raise BadSetting(
                f"{place}: {name}.{key}: expected the name of an environment variable in capitals, such as"
                f" {TOKEN} – the {key} itself must not stand in a file; if it does, change it",
                f"{place}: {name}.{key}: erwartet wird der Name einer Umgebungsvariablen in Großbuchstaben, etwa"
                f" {TOKEN} – das Geheimnis selbst darf in keiner Datei stehen; steht es da, ändern Sie es",
            )
    for key in ("kind", "address"):
        if key not in value:
            raise _ERRORS.unusable("missing-key", document.place_of((name,)), name=name, key=key)
    for key, choices in (("kind", tuple(KIND_SCHEMES)), ("login", SCHEMES)):
        if key in value and value[key] not in choices:
            place = document.place_of((name, key))
            raise _ERRORS.unusable("no-choice", place, name=name, key=key, choices=", ".join(choices), found=value[key])
    return dict(value)


def _address(address: str, kind: str) -> str:
    """Return *address*; raise BadSetting when it has no form that targets of *kind* have."""
    if kind == "folder":
        return address
    if not re.match(r"https?://[^/\s]+", address):
        raise BadSetting(
            f"{address}: expected an address that begins with https:// or http://",
            f"{address}: erwartet wird eine Adresse, die mit https:// oder http:// beginnt",
        )
    return address


def _login(name: str, kind: str, settings: Mapping[str, str], environment: Mapping[str, str]) -> Login:
    """Return the login of a target; none where no variable is named and those by default are not set.

    Raise BadSetting when a variable is named that is not set.
    """
    scheme = settings.get("login") or KIND_SCHEMES[kind]
    if scheme == "none":
        return Login()
    needed = ("user", "password") if scheme in ("basic", "digest") else ("token",)
    variables = dict(zip(_LOGIN_KEYS, (USER, PASSWORD, TOKEN), strict=True)) | {
        key: settings[key] for key in _LOGIN_KEYS if key in settings
    }
    unset = [variables[key] for key in needed if not environment.get(variables[key])]
    if unset and (any(key in settings for key in _LOGIN_KEYS) or len(unset) < len(needed)):
        raise BadSetting(
            f"{name}: the environment variable {unset[0]} is not set, which the login needs – set it in the environment"
            " of this command",
            f"{name}: Die Umgebungsvariable {unset[0]} ist nicht gesetzt, die Anmeldung braucht sie – setzen Sie sie in"
            " der Umgebung dieses Befehls",
        )
    if unset:
        return Login()
    secret = environment[variables[needed[-1]]]
    if any(not sign.isprintable() for sign in secret):
        raise _ERRORS.unusable("login-signs", name, variable=variables[needed[-1]])
    return Login(scheme, environment[variables["user"]] if len(needed) == 2 else "", secret)
