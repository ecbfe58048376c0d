"""Shapes that say the same of each line of a list: a template of Turtle and a table beside it.

SHACL has no variables, so that what is checked of each state would stand 16 times. The template stands once, the codes
in one table, and what is published is plain SHACL that every engine reads.
"""

from string import Template

TEMPLATE_SUFFIX = ".ttl.template"
LIST_SUFFIX = ".csv"
_FOR_EACH = "# For each line of "
"""What begins the line of a template behind which everything is written once for each line of the list."""


def filled_template(template: str, table: str) -> str:
    """Return the Turtle that *template* makes of *table* (CSV with a head): its beginning once, the rest for each line.

    The template names a cell by its column: ``$isoCode``; ``$$`` is a dollar sign. Raise ValueError where it names a
    column that is not there, where a line has too many or too few cells, or where it has no such rest.
    """
    import csv  # most commands read no list

    head, mark, rest = template.partition(_FOR_EACH)
    if not mark:
        raise ValueError(f"{TEMPLATE_SUFFIX}: '{_FOR_EACH.strip()} …'")
    block = Template(rest.partition("\n")[2])
    lines = csv.DictReader(table.splitlines(), strict=True)
    try:
        return head + "".join(block.substitute(_whole(line, lines.line_num)) for line in lines)
    except csv.Error as error:
        raise ValueError(f"{lines.line_num}: {error}") from error
    except KeyError as error:
        raise ValueError(f"${error.args[0]}") from error


def _whole(line: dict[str, str], number: int) -> dict[str, str]:
    """Return *line* if it has a cell for each column, and no more."""
    if None in line or None in line.values():
        raise ValueError(f"{number}: {','.join(str(cell) for cell in line.values())}")
    return line
