"""What the commands about the overview page are given: the page, the states that are meant, the day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from efa_lod import __version__
from efa_lod.cli.options import Seconds
from efa_lod.errors import BrokenInput

if TYPE_CHECKING:
    from efa_lod.io.fetch_policy import FetchPolicy
    from efa_lod.io.http import Fetcher
    from efa_lod.io.reading import Document
    from efa_lod.model.publication import Publication
    from efa_lod.overview.page import OverviewPage

private_option = click.option("--allow-private", is_flag=True, help="Also ask hosts with private addresses.")
seconds_option = click.option(
    "--seconds", type=Seconds(min=0.1), default=30, show_default=True, help="Longest wait for an answer."
)
day_option = click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Day of comparison. [today]"
)


def page_at(where: str, publication: "Publication", private: bool, seconds: float) -> "OverviewPage":
    """Return the page in the file or at the address *where*, by what *publication* knows of it."""
    from efa_lod.overview.description import page_description
    from efa_lod.overview.page import read_page_file
    from efa_lod.overview.watching import fetch_page, is_address

    about = page_description(publication)
    if not is_address(where):
        return read_page_file(Path(where), about=about)
    with fetcher_of(fetch_policy_of(publication, private, seconds)) as fetcher:
        return fetch_page(where, fetcher).page(about)


def fetch_policy_of(publication: "Publication", private: bool, seconds: float) -> "FetchPolicy":
    """Return how pages are asked for in the name of *publication*."""
    from efa_lod.io.fetch_policy import FetchPolicy, agent

    return FetchPolicy(agent(__version__, publication.base_iri), seconds=seconds, pause=0, private=private)


def fetcher_of(manners: "FetchPolicy") -> "Fetcher":
    """Return what asks with *manners*."""
    from efa_lod.io.http import Fetcher

    return Fetcher(manners)


def day_of(given: datetime | None) -> date:
    """Return the day that was given as an option, or today."""
    return given.date() if given else datetime.now(UTC).astimezone().date()


def state_records(publication: "Publication") -> "list[Document]":
    """Return the records of the states of *publication*."""
    from efa_lod.model.records import publication_records

    return [one for one in publication_records(publication) if one.value.get("type") == "State"]


def states_meant(asked: Sequence[str], records: "Sequence[Document]") -> "list[Document]":
    """Return those of *records* that are *asked* for by name, abbreviation, code or key, or all where none is.

    Raise BrokenInput for what is no state.
    """
    found = [_state_meant(one, records) for one in asked]
    return [one for one in records if not asked or one in found]


def state_on_page(asked: str, page: "OverviewPage", records: "Sequence[Document]") -> str:
    """Return the state that is *asked* for as *page* names it; raise BrokenInput where it is not there."""
    names = list(dict.fromkeys(row.state for row in page.rows))
    if asked in names:
        return asked
    name = str(_state_meant(asked, records).value["name"]["de"])
    if name not in names:
        raise BrokenInput(
            f"{page.name}: expected rows of {name}, found rows of {', '.join(names)}",
            f"{page.name}: erwartet werden Felder von {name}, gefunden Felder von {', '.join(names)}",
        )
    return name


def _state_meant(asked: str, records: "Sequence[Document]") -> "Document":
    from efa_lod.model.finder import finder

    whole = [one for one in records if isinstance(one.value.get("id"), str)]
    found = finder(one.value for one in whole)(asked)
    chosen = [one for one in whole if one.value["id"] in found.references]
    if len(chosen) == 1:
        return chosen[0]
    near = f"; perhaps {', '.join(found.near)}" if found.near else ""
    nahe = f"; vielleicht {', '.join(found.near)}" if found.near else ""
    raise BrokenInput(
        f"'{asked[:60]}' is no state that there is a record of – give its name, abbreviation or key, such as SH{near}",
        f"'{asked[:60]}' ist kein Land, zu dem es einen Datensatz gibt – Name, Abkürzung oder Schlüssel angeben, etwa"
        f" SH{nahe}",
    )
