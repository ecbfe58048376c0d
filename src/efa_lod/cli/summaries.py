"""What each command does, in the first sentence of its own help: the help of the program tells of them without loading.

A docstring is read from the text of a module, which takes a hundredth of the time of importing it.
"""

import inspect
from pathlib import Path

COMMANDS = (
    "build",
    "check-site",
    "completion",
    "diff",
    "edit",
    "find",
    "help",
    "init",
    "links",
    "mcp",
    "push",
    "query",
    "rehearse",
    "release",
    "schema",
    "serve",
    "sheet",
    "source",
    "spark",
    "validate",
    "watch",
)
"""The names of all commands, in the order of the help."""
_HERE = Path(__file__).parent


def module_of(command: str) -> str:
    """Return the name of the module that *command* has to itself."""
    return command.replace("-", "_")


def function_of(command: str) -> str:
    """Return the name of the function of *command*, which click makes the command's name from."""
    return f"{module_of(command)}_command"


def written_summary(command: str) -> str:
    """Return the first paragraph of the help of *command*, which has a module of its own; empty without its source."""
    path = _HERE / f"{module_of(command)}.py"
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    _, _, definition = source.partition(f"def {function_of(command)}(")
    _, _, text = definition.partition('"""')
    return inspect.cleandoc(text.partition('"""')[0].partition("\n\n")[0])
