"""Targets by name: what a file may say, and that no login stands in it."""

from pathlib import Path

import pytest

from efa_lod.delivery.targets import target_of
from efa_lod.errors import BadSetting
from efa_lod.model.publication import packaged_folder


def folder_with(folder: Path, text: str) -> Path:
    """Return *folder* with *text* as its targets."""
    (folder / "data").mkdir()
    (folder / "data/targets.yaml").write_text(text)
    return folder


WRONG = {
    "unknown name": ("a: {kind: gsp, address: 'https://a.example/'}", "expected one of the targets a, found 'store'"),
    "near name": ("stor: {kind: gsp, address: 'https://a.example/'}", "perhaps stor"),
    "no kind": ("store: {address: 'https://a.example/'}", "expected the key kind"),
    "wrong kind": ("store: {kind: sql, address: 'https://a.example/'}", "store.kind: expected one of"),
    "wrong login": ("store: {kind: gsp, address: 'https://a.example/', login: ntlm}", "store.login: expected one of"),
    "wrong address": ("store: {kind: gsp, address: 'ftp://a.example/'}", "begins with https:// or http://"),
    "wrong key": ("store: {kind: gsp, address: 'https://a.example/', pasword: X}", "password"),
    "no mapping": ("store: x", "expected the keys kind and address"),
    "variable not set": (
        "store: {kind: gsp, address: 'https://a.example/', user: U, password: P}",
        "variable U is not",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told(case: str, tmp_path: Path) -> None:
    """A target that cannot be used is told by file, key, and what was expected."""
    text, said = WRONG[case]

    with pytest.raises(BadSetting, match=said):
        target_of("store", None, folder_with(tmp_path, text), {})


@pytest.mark.parametrize("key", ["user", "password", "token"])
@pytest.mark.parametrize("secret", ["hunter2", "0815-geheim", "eyJhbGciOi.eyJ.x"])
def test_a_secret_in_a_file_is_refused_and_not_shown(key: str, secret: str, tmp_path: Path) -> None:
    """A login that stands in the file itself is refused at its line, in a message that does not repeat it."""
    text = f"store:\n  kind: virtuoso\n  address: https://a.example/\n  {key}: '{secret}'\n"

    with pytest.raises(BadSetting) as caught:
        target_of("store", None, folder_with(tmp_path, text), {})

    assert "data/targets.yaml:4" in str(caught.value)
    assert secret not in caught.value.in_language("de") + caught.value.in_language("en")


def test_a_login_is_read_from_the_environment_and_hidden(tmp_path: Path) -> None:
    """The variables that a target names hold its login, which no representation shows."""
    text = "store: {kind: fuseki, address: 'https://a.example/ds', user: WHO, password: SECRET}"
    found = target_of("store", None, folder_with(tmp_path, text), {"WHO": "dba", "SECRET": "geheim"})

    assert ("basic", "dba", "geheim") == (found.login.scheme, found.login.user, found.login.secret)
    assert "geheim" not in repr(found)
    assert "dba" not in repr(found)
    assert "geheim" not in found.login.hidden("a geheim b Basic ZGJhOmdlaGVpbQ==")
    assert "ZGJhOmdlaGVpbQ" not in found.login.hidden("a geheim b Basic ZGJhOmdlaGVpbQ==")


def test_an_address_needs_its_kind(tmp_path: Path) -> None:
    """An address is no name: its kind must be said; then the variables have fixed names."""
    with pytest.raises(BadSetting, match="add --kind"):
        target_of("https://a.example/", None, tmp_path, {})
    login = target_of("https://a.example/", "qlever", tmp_path, {"EFA_LOD_TOKEN": "t"}).login

    assert ("bearer", "t") == (login.scheme, login.secret)


def test_the_packaged_targets_can_be_read() -> None:
    """The targets that come with the program are targets."""
    environment = {"VIRTUOSO_USER": "dba", "VIRTUOSO_PASSWORD": "dba"}
    kinds = [target_of(name, None, packaged_folder(), environment).kind for name in ("local", "virtuoso")]

    assert ["oxigraph", "virtuoso"] == kinds
