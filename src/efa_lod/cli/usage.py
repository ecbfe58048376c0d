"""What is said of a command line that cannot be understood: in one line, in both languages, with what may be meant."""

import re
from collections.abc import Iterable

import click

from efa_lod.io.messages import Bilingual, Messages

USAGE = Messages(__file__, "usage")
_KINDS: tuple[tuple[type, Bilingual], ...] = (
    (click.IntRange, ("a whole number{range}", "eine ganze Zahl{range}")),
    (click.FloatRange, ("a number{range}", "eine Zahl{range}")),
    (click.types.IntParamType, ("a whole number", "eine ganze Zahl")),
    (click.types.FloatParamType, ("a number", "eine Zahl")),
    (click.DateTime, ("a day such as 2026-11-23", "ein Tag wie 2026-11-23")),
)
_NO_ARGUMENTS: type[click.UsageError] | tuple[()] = getattr(click.exceptions, "NoArgsIsHelpError", ())


class Misuse(click.UsageError):
    """A usage error of ours, told in both languages."""

    def __init__(self, rule: str, ctx: click.Context | None = None, **words: object) -> None:
        self.told = USAGE(rule, **words)
        super().__init__(self.told[0], ctx)


class BadValue(click.BadParameter):
    """A value that an option of ours cannot have, told by the message *rule* in both languages."""

    def __init__(self, rule: str, param: click.Parameter | None, ctx: click.Context | None, **words: object) -> None:
        self.rule, self.words = rule, words
        super().__init__(USAGE(rule, option="", **words)[0], ctx, param)


class CommandGroup(click.Group):
    """A group of commands that names the nearest one to a command that it has not, and whose help may be German."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, with German help where German was chosen."""
        from efa_lod.cli.options import chosen_language, language_of

        command = self.command_named(ctx, cmd_name)
        if command is None or language_of(chosen_language(ctx)) != "de":
            return command
        from efa_lod.cli.german_help import command_in_german

        return command_in_german(command, (*_path(ctx).split()[1:], cmd_name))

    def command_named(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command with this *name* as it is."""
        return super().get_command(ctx, name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that *args* begin with; raise Misuse where there is none."""
        if ctx.resilient_parsing:  # words are completed, and one that is none yet is no mistake
            return super().resolve_command(ctx, args)
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise Misuse("no-command", ctx, name=args[0], near=meant(args[0], self.list_commands(ctx)))
        return super().resolve_command(ctx, args)


def meant(name: str, known: Iterable[str], sign: str = "") -> Bilingual:
    """Return what is put in about the one of *known* that *name* may mean, or nothing; *sign* is written before it.

    Signs are not compared: what two names have in common would be their signs alone.
    """
    from efa_lod.model.context import nearest

    near = nearest(name, known)
    return (f"; perhaps {sign}{near} is meant", f"; gemeint ist wohl {sign}{near}") if near else ("", "")


def usage_line(error: click.UsageError, language: str) -> str:
    """Return *error* as one line in *language* (de or en), with the help that says more."""
    message = _told(error)[language == "de"].rstrip(".")
    if not error.ctx:
        return message
    return USAGE("help", message=message, command=_path(error.ctx))[language == "de"]


def asks_for_help(error: click.UsageError) -> bool:
    """Return whether *error* stands for help that is shown, since nothing was given."""
    return bool(_NO_ARGUMENTS) and isinstance(error, _NO_ARGUMENTS)


def _path(ctx: click.Context) -> str:
    """Return how the command of *ctx* is called, whatever the program is called where it runs."""
    names = [ctx.info_name or ""] if ctx.parent else []
    while ctx.parent and ctx.parent.parent:
        ctx = ctx.parent
        names.insert(0, ctx.info_name or "")
    return " ".join(["efa-lod", *names])


def _told(error: click.UsageError) -> Bilingual:
    """Return what *error* says in both languages; what has no German is told in English."""
    match error:
        case Misuse():
            return error.told
        case click.NoSuchOption():
            known = [name for one in (error.ctx.command.params if error.ctx else []) for name in (*one.opts, "--help")]
            near = meant(error.option_name.lstrip("-"), (one[2:] for one in known if one[:2] == "--"), "--")
            return USAGE("no-option", name=error.option_name, near=near)
        case click.MissingParameter():
            return USAGE("missing", option=_option(error))
        case click.BadParameter():
            return _bad_value(error)
        case click.BadOptionUsage():
            return USAGE("takes-no-value" if "not take" in error.message else "no-value", option=error.option_name)
    if extra := re.search(r"extra arguments? \((.*)\)", error.message, re.DOTALL):
        return USAGE("too-many", values=extra[1])
    return error.message, error.message


def _bad_value(error: click.BadParameter) -> Bilingual:
    """Return what is said of a value that an option cannot have."""
    if isinstance(error, BadValue):
        return USAGE(error.rule, option=_option(error), **error.words)
    found = re.match(r"'(.*?)'(?: |$)|([^\s]+) is not in the range", error.message, re.DOTALL)
    value = (found[1] or found[2] or "") if found else ""
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        choices = [str(choice) for choice in kind.choices]
        near = meant(value, choices)
        listed = (", ".join(f"'{one}'" for one in choices), ", ".join(choices))
        return USAGE("choice", option=_option(error), value=value, choices=listed, near=near)
    for type_, words in _KINDS:
        if isinstance(kind, type_):
            told = (words[0].format(range=_range(kind, 0)), words[1].format(range=_range(kind, 1)))
            return USAGE("kind", option=_option(error), kind=told, value=value)
    return error.message, error.message


def _range(kind: object, language: int) -> str:
    """Return the words for the bounds of *kind*, if it has some."""
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is None and high is None:
        return ""
    if high is None:
        over = ("above", "über") if getattr(kind, "min_open", False) else ("from", "ab")
        return f" {over[language]} {low}"
    return f" {('from', 'von')[language]} {low or 0} {('to', 'bis')[language]} {high}"


def _option(error: click.BadParameter) -> str:
    """Return the name that a person knows the option or argument of *error* by."""
    if error.param is None:
        return ""
    return error.param.opts[-1] if isinstance(error.param, click.Option) else error.param.make_metavar(error.ctx)  # type: ignore[arg-type]
