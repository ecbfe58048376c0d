"""Replacing: a folder is the old one or the new one, and nothing lies beside it afterwards."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import efa_lod.io.folders as room
from conftest import missing
from efa_lod.errors import CannotWrite
from efa_lod.io.folders import UNFINISHED, NotReplaced, replacing
from efa_lod.io.held_folders import HeldFolder

MARK = "mark"


def owned(folder: Path) -> Callable[[str], bool] | None:
    """Return which files ``write`` wrote, where its mark shows that it did."""
    return {MARK, "below/file"}.__contains__ if (folder / MARK).is_file() else None


DEAD = 999_999_999


def write(out: Path, text: str) -> None:
    """Replace *out* by a folder whose files hold *text*."""
    with replacing(out, owned) as folder:
        (folder / MARK).write_text(text)
        (folder / "below").mkdir()
        (folder / "below" / "file").write_text(text)


def held(out: Path) -> set[str]:
    """Return the texts in the files of *out*."""
    return {path.read_text() for path in out.rglob("*") if path.is_file()}


@pytest.fixture(params=["dist", "a.b", "dist[1]*?", "ü ß", "x.1.new"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder to write to, with all kinds of names."""
    folder: Path = tmp_path / request.param
    return folder


@pytest.fixture(params=[True, False], ids=["exchanged at once", "renamed twice"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let the system exchange two folders at once, or not."""
    if not request.param:
        monkeypatch.setattr(room, "_exchanged", lambda one, other: False)
    return bool(request.param)


@pytest.mark.usefixtures("way")
def test_a_folder_is_replaced_as_a_whole(out: Path) -> None:
    """The first time it comes into being, then it is replaced, and nothing lies beside it."""
    for text in ("one", "two", "three"):
        write(out, text)
        assert ({text}, [out.name]) == (held(out), [path.name for path in out.parent.iterdir()])


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "stop", [KeyboardInterrupt, ZeroDivisionError, NotReplaced, OSError(28, "full"), CannotWrite("x", "y")]
)
def test_what_was_there_stays_when_something_stops(stop: BaseException, tmp_path: Path) -> None:
    """Whatever is raised inside, the earlier folder is whole and nothing lies beside it."""
    out = tmp_path / "dist"
    write(out, "one")
    told: type[BaseException] | None = None
    try:
        with replacing(out, owned) as folder:
            (folder / "file").write_text("two")
            raise stop
    except BaseException as error:
        told = type(error)

    expected = {NotReplaced: None, KeyboardInterrupt: KeyboardInterrupt, ZeroDivisionError: ZeroDivisionError}
    assert expected.get(stop, CannotWrite) == told  # type: ignore[call-overload]
    assert ({"one"}, ["dist"]) == (held(out), [path.name for path in tmp_path.iterdir()])


def test_what_the_dead_have_left_is_removed(out: Path) -> None:
    """Leftovers of processes that are gone are removed, those of the living and of others are not."""
    for name in (f".{out.name}.{DEAD}.new", f".{out.name}.{DEAD}.old", f".{out.name}.{10**30}.new"):
        (out.parent / name).mkdir()
        (out.parent / name / MARK).write_text("left")
    kept = {f".{out.name}.{os.getppid()}.new", f".{out.name}.x.new", f".{out.name}.{DEAD}.other", f".other.{DEAD}.new"}
    for name in kept:
        (out.parent / name).mkdir()
    write(out, "one")

    assert {out.name, *kept} == {path.name for path in out.parent.iterdir()}
    assert {"one"} == held(out)


def test_a_leftover_with_our_own_number_is_that_of_a_dead_process(tmp_path: Path) -> None:
    """In a container each process may have the same number; what the last one left does not stop the next for ever."""
    left = tmp_path / f".dist.{os.getpid()}.new"
    left.mkdir()
    (left / MARK).write_text("left")
    write(tmp_path / "dist", "one")

    assert ({"one"}, ["dist"]) == (held(tmp_path / "dist"), [path.name for path in tmp_path.iterdir()])


def test_an_old_folder_is_restored(out: Path) -> None:
    """Where a process died between two renames, the earlier folder is put back before anything else."""
    write(out, "one")
    out.rename(out.parent / f".{out.name}.{DEAD}.old")
    with pytest.raises(ZeroDivisionError), replacing(out, owned):
        assert {"one"} == held(out)
        raise ZeroDivisionError

    assert {"one"} == held(out)


def test_a_failed_second_rename_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new folder cannot be moved, the old one is back."""
    out = tmp_path / "dist"
    write(out, "one")
    monkeypatch.setattr(room, "_exchanged", lambda one, other: False)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(CannotWrite, match="cannot be written: Permission denied"):
        write(out, "two")
    assert ({"one"}, ["dist"]) == (held(out), [path.name for path in tmp_path.iterdir()])


def test_other_things_are_not_replaced(tmp_path: Path) -> None:
    """A file, a folder with other things, links, the root, and names that no system has are refused in one line."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "letter").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    wrong = [tmp_path / name for name in ("file", "folder", "link", "dangling", "round", "file/below", "a" * 300)]
    before = sorted(tmp_path.rglob("*"))
    for out in (*wrong, Path("/"), Path("/proc/dist") if Path("/proc/self").exists() else tmp_path / "file"):
        with pytest.raises(CannotWrite):
            write(out, "two")

    assert before == sorted(tmp_path.rglob("*"))
    assert {"mine"} == held(tmp_path / "folder")


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    """Where nothing can be made beside the folder, this is an error that names the place."""
    if os.geteuid() == 0:
        missing_for_root(tmp_path)
        return
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(CannotWrite, match="cannot be written: Permission denied"):
            write(tmp_path / "dist", "one")
    finally:
        tmp_path.chmod(stat.S_IRWXU)


def missing_for_root(folder: Path) -> None:
    """Try the same in a child without the rights of root."""
    if not hasattr(os, "fork"):
        missing("this system has no fork(2)")
    folder.chmod(0o555)
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.setuid(65534)
            write(folder / "dist", "one")
        except CannotWrite as error:
            code = 0 if "cannot be written" in str(error) else 2
        finally:
            os._exit(code)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_an_interrupt_after_the_exchange_comes_too_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the old folder is being removed, the new one is in place: that is no interrupted job."""
    out = tmp_path / "dist"
    write(out, "one")

    def interrupted(path: Path, **_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", interrupted)
        write(out, "two")
        with pytest.raises(KeyboardInterrupt), replacing(out, owned):
            raise ZeroDivisionError
    assert {"two"} == held(out)
    write(out, "three")
    assert ({"three"}, ["dist"]) == (held(out), [path.name for path in tmp_path.iterdir()])


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("added", ["moved in", "linked", "never begun by a build"])
def test_a_leftover_that_holds_something_foreign_stays(added: str, tmp_path: Path) -> None:
    """What lies beside under the name of a killed build is removed only if all of it is known to be that build's."""
    left = tmp_path / f".dist.{DEAD}.new"
    left.mkdir()
    if added != "never begun by a build":
        (left / UNFINISHED).touch()
        (left / "half").write_text("left")
    letter = tmp_path / "letter"
    letter.write_text("mine")
    os.utime(letter, (0, 0))
    if added == "linked":
        (left / "letter").symlink_to(letter)
    else:
        letter.rename(left / "letter")
    write(tmp_path / "dist", "one")

    assert "mine" == (left / "letter").read_text()
    assert {"one"} == held(tmp_path / "dist")


def test_a_killed_build_is_removed_by_its_mark(tmp_path: Path) -> None:
    """What a build had written before it was killed, folders without files too, is removed by the next one."""
    left = tmp_path / f".dist.{DEAD}.new"
    (left / "empty").mkdir(parents=True)
    (left / UNFINISHED).touch()
    (left / "half").write_text("left")
    write(tmp_path / "dist", "one")

    assert ({"one"}, ["dist"]) == (held(tmp_path / "dist"), [path.name for path in tmp_path.iterdir()])


@pytest.mark.usefixtures("way")
def test_a_folder_that_is_read_stays_until_it_is_let_go(tmp_path: Path) -> None:
    """Whoever holds a folder reads its files as they were, through any number of builds; then it is removed."""
    out = tmp_path / "dist"
    write(out, "one")
    readers = [HeldFolder(out)]
    for text in ("two", "three"):
        write(out, text)
        readers.append(HeldFolder(out))
    for reader, text in zip(readers, ("one", "two", "three"), strict=True):
        with reader.open("below/file") as stream:
            assert text.encode() == stream.read()
    assert 3 == len([*tmp_path.iterdir()])
    for reader in readers:
        reader.close(["mark", "below/file"])

    assert ({"three"}, ["dist"]) == (held(out), [path.name for path in tmp_path.iterdir()])


@pytest.mark.usefixtures("way")
def test_what_was_not_let_go_is_removed_by_a_later_build(tmp_path: Path) -> None:
    """A reader that was killed leaves nothing for ever."""
    out = tmp_path / "dist"
    write(out, "one")
    reader = HeldFolder(out)
    write(out, "two")
    os.close(reader._number)
    write(out, "three")

    assert ({"three"}, ["dist"]) == (held(out), [path.name for path in tmp_path.iterdir()])


@pytest.mark.parametrize("path", ["below/link", "link/file", "../letter", "below", "nothing"])
def test_a_held_folder_leads_nowhere_else(path: str, tmp_path: Path) -> None:
    """No link is followed, and nothing but a file is opened."""
    out = tmp_path / "dist"
    write(out, "one")
    (tmp_path / "letter").write_text("mine")
    (out / "below" / "link").symlink_to(tmp_path / "letter")
    (out / "link").symlink_to(out / "below")
    reader = HeldFolder(out)

    with pytest.raises(OSError):
        reader.open(path)
    reader.close()
