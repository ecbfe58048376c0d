"""What a person sees under ``--lang de`` is German, whatever is wrong."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import efa_lod
from conftest import Cli
from efa_lod.cli import main
from support.german import english

HOUSE = Path(efa_lod.__file__).parent


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield all commands below *group* with the words by which they are called."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif command:
            yield (*path, name), command


COMMANDS = dict(commands(main))


def usage_mistakes(command: click.Command) -> Iterator[list[str]]:
    """Yield what a person may type wrong for each option of *command*, and around them."""
    yield ["--no-such-option"]
    yield ["--lnag", "de"]
    if all(one.nargs != -1 for one in command.params):
        yield ["a", "b", "c", "d", "e"]
    for option in (one for one in command.params if isinstance(one, click.Option) and one.name != "help"):
        name = max(option.opts, key=len)
        yield [name] if not option.is_flag else [f"{name}=x"]
        if isinstance(option.type, click.Choice | click.IntRange | click.FloatRange):
            yield [name, "falsch"]
        if isinstance(option.type, click.IntRange | click.FloatRange):
            yield [name, "-1"]
            yield [name, "99999999999"]
        if isinstance(option.type, click.FloatRange):
            yield [name, "nan"]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_mistyped_command_is_answered_in_german(path: tuple[str, ...], cli: Cli) -> None:
    """Options, values and arguments that a command cannot take are told without a word of English."""
    for mistake in usage_mistakes(COMMANDS[path]):
        done = cli(*path, *mistake, LC_ALL="de_DE.UTF-8")

        assert (2, []) == (done.exit_code, english(done.stderr)), (mistake, done.stderr)


FILES = {
    "empty.yaml": b"",
    "tab.yaml": b"a:\n\tb: 1\n",
    "colon.yaml": b"id: state/sh\nname Kiel\n",
    "list.yaml": b"- 1\n- 2\n",
    "no-id.yaml": b"name:\n  de: Kiel\n",
    "latin.yaml": "id: state/sh\nname: Thüringen\n".encode("latin-1"),
    "broken.json": b'{"id": ',
    "broken.jsonl": b'{"id": "state/x"}\n{"id"\n',
    "broken.ttl": b"<a> <b> .\n",
    "broken.nt": b"<http://a> <http://b>\n",
    "broken.jsonld": b'{"@context": ',
    "broken.rdf": b"<a><b></a>",
    "empty.nt": b"",
    "empty.ttl": b"",
    "table.csv": b"a;b\n1;2\n",
    "page.html": b"<html><body>nichts</body></html>",
    "page.txt": b"nichts\n",
    "packed.yaml.gz": b"\x1f\x8bfalsch",
    "picture.png": b"\x89PNG\r\n",
    "query.rq": b"SELEC ?a { ?a ?b ?c }",
}
CALLS = """
build empty.yaml
build fort.yaml
build table.csv
build broken.json
build -
build --base-iri x
build --publication fort
build --store dist/store -o dist
build -o /proc/x
build --query-engine fort
build --query-from-disk
build --sign fort
validate fort.yaml
validate fort/
validate empty.yaml
validate tab.yaml
validate colon.yaml
validate list.yaml
validate no-id.yaml
validate latin.yaml
validate broken.json
validate broken.jsonl
validate packed.yaml.gz
validate picture.png
validate --input-format xls -
validate --profile dcat-ap broken.ttl
validate --profile dcat-ap --shapes fort broken.ttl
validate --profile catalog broken.ttl
validate --profile catalog broken.rdf
validate --profile catalog page.html
validate --profile catalog fort.ttl
validate --profile catalog packed.yaml.gz
validate --profile catalog table.csv
validate --profile catalog http://127.0.0.1:1/catalog.ttl
check-site data.example.org
check-site ftp://data.example.org
check-site https://data.example.org/?a=b
check-site http://[::1
check-site http://127.0.0.1:1/
check-site http://127.0.0.1:1/ --dist fort
diff fort.nt empty.nt
diff broken.nt empty.nt
diff broken.ttl empty.nt
diff table.csv empty.nt
diff 9.9.9 empty.nt
diff http://127.0.0.1:1/a.nt empty.nt
find Entenhausen
find 99
find 00000000
find ""
find x --publication fort
init .
init new --base-iri x
init new --publication fort
links check --history picture.png --offline
links check --today gestern --offline
links check --publication fort
mcp --graph fort.ttl
mcp --graph broken.ttl
mcp --publication fort
push fort
push http://127.0.0.1:1/
push http://127.0.0.1:1/ --kind falsch
push http://127.0.0.1:1/ --kind oxigraph --file fort.nt
push http://127.0.0.1:1/ --kind oxigraph --file empty.nt
push http://127.0.0.1:1/ --kind oxigraph --file table.csv
push ./new --kind folder --build fort
query
query "SELEC ?a"
query "SELECT ?a WHERE { ?a"
query "SELECT ?a WHERE { ?a foo:bar ?b }"
query "ASK { ?s ?p ?o }" --format turtle
query "CONSTRUCT WHERE { ?s ?p ?o }" --format csv
query "INSERT DATA { <a:a> <a:b> 1 }"
query "SELECT * { SERVICE <http://a/> { ?s ?p ?o } }"
query --file fort.rq
query --file query.rq
query --name falsch
query --name contacts --param falsch
query --name contacts --param falsch=1
query "ASK {}" --graph fort.ttl
query "ASK {}" --graph broken.ttl
query "ASK {}" --graph table.csv
query "ASK {}" --store fort
query "ASK {}" --endpoint falsch
query "ASK {}" --endpoint http://127.0.0.1:1/
query "ASK {}" --release 9.9.9
query "ASK {}" --on gestern
query "ASK {}" --on 1999-01-01
query "SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?x ?y ?z }" --time-limit 0.2
rehearse fort.ttl
rehearse broken.ttl
rehearse empty.ttl
rehearse page.html
rehearse table.csv
rehearse http://127.0.0.1:1/
rehearse http://10.0.0.1/
rehearse empty.ttl --against fort.ttl
rehearse --shapes fort
release 1
release 0.0.1 state/x
release redact
release redact state/falsch
release --date gestern
release --replaced falsch
release --reason falsch
release --note-de Hinweis
release --built fort
release --publication fort
release --previous fort
schema --publication fort
schema --base-iri x
serve --graph fort.ttl
serve --graph broken.ttl
serve --site fort
serve --site .
serve --store fort
serve --named falsch
serve --named http://a=fort.ttl
serve --host 203.0.113.1 --no-site
serve --host falsch. --no-site
serve --site . --no-site
source accept fort.txt SH --publication fort
source accept page.txt SH --publication .
source confirm page.txt SH --publication .
source confirm fort.txt SH --publication fort
source coverage fort.txt
source coverage page.txt
source coverage page.html
source coverage picture.png
source coverage http://127.0.0.1:1/
source coverage http://10.0.0.1/
source coverage ftp://a
source draft fort.txt SH
source draft page.txt Entenhausen
source draft page.txt SH
source due --publication fort
source facts fort.txt
source facts page.txt
source read fort.txt
source read page.html
source read page.txt --state Entenhausen
source watch fort.txt
source watch page.html --against fort.html
source watch page.html
source watch http://127.0.0.1:1/
completion falsch
help falsch
help source falsch
""".strip().splitlines()


def test_every_error_of_ours_is_raised_in_both_languages() -> None:
    """Each call of an error class gives an English and a German text, or a pair of them; usage errors are ours."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HOUSE.rglob("*.py"))}
    nodes = [(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    errors = {"EfaLodError"}
    for _ in range(4):
        errors |= {
            node.name
            for _, node in nodes
            if isinstance(node, ast.ClassDef) and errors & {getattr(base, "id", "") for base in node.bases}
        }
    called = [(path, node, getattr(node.func, "id", "")) for path, node in nodes if isinstance(node, ast.Call)]
    short = [
        f"{path.name}:{node.lineno}"
        for path, node, name in called
        if name in errors and len(node.args) < 2 and not any(isinstance(one, ast.Starred) for one in node.args)
        if name != "NotFetched"  # it is given the name of a message, which has both
    ]
    of_click = re.compile(r"raise click\.\w*(Error|Parameter|Exception|Usage)\(|self\.fail\(")
    foreign = [path.name for path in trees if of_click.search(path.read_text(encoding="utf-8"))]

    assert len(errors) > 8
    assert ([], []) == (short, foreign)


@pytest.mark.parametrize("path", sorted(HOUSE.rglob("texts/*.toml")), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_table_of_messages_has_both_languages(path: Path) -> None:
    """Each message that has one language has the other."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    messages = {name: text for name, text in table.items() if isinstance(text, dict) and {"de", "en"} & {*text}}

    for name, text in messages.items():
        assert {"de", "en"} <= {*text}, name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with files that are wrong in many ways."""
    folder = tmp_path_factory.mktemp("wrong")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("call", CALLS)
def test_what_cannot_be_done_is_told_in_german(
    call: str, folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file, an address, a query or a name that is wrong is told in one line or few, without a word of English."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    done = cli(*shlex.split(call), LC_ALL="de_DE.UTF-8")

    assert [] == english(done.stderr), done.stderr
    assert (True, True) == (done.exit_code in (1, 2), "Traceback" not in done.stderr)
