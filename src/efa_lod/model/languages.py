"""The languages of the publication, which one is asked for, and the names of the months in them."""

import os
from collections.abc import Mapping

LANGUAGES = ("de", "en")
"""The tags of the languages in which everything is told to people, the main one first."""
Texts = Mapping[str, str]
"""A text by language tag."""

MONTHS = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
"""The names of the months by language: read on the overview page and in records, written on pages."""


def language_of_environment() -> str:
    """Return ``de`` when the environment asks for German (LC_ALL, LC_MESSAGES, LANG), else ``en``."""
    chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "de" if chosen.lower().startswith("de") else "en"
