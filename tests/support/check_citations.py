"""Check what a build says of how to cite it, with the programs that others use; runs in an environment of its own.

Arguments: the folder of a site, the folder of one of its releases, and the context of RO-Crate as a file.
"""

import json
import sys
from pathlib import Path
from types import MappingProxyType
from typing import Any

import feedparser  # type: ignore[import-not-found]
import mlcroissant  # type: ignore[import-not-found]
from cffconvert.cli.create_citation import create_citation  # type: ignore[import-not-found]
from datacite import schema45  # type: ignore[import-not-found]
from rocrate_validator import models, services  # type: ignore[import-not-found]
from rocrate_validator.utils import http  # type: ignore[import-not-found]


def feeds(site: Path) -> dict[str, Any]:
    """Return what a reader of feeds makes of those of *site*."""
    found = {}
    for language in ("de", "en"):
        feed = feedparser.parse(str(site / f"changes.{language}.atom"))
        found[language] = {
            "bozo": feed.bozo,
            "version": feed.version,
            "ids": [entry.id for entry in feed.entries],
            "text": " ".join(entry.title + entry.content[0].value for entry in feed.entries),
        }
    return found


def crate(folder: Path, context: Path) -> list[str]:
    """Return which demands of the specification *folder* does not meet, by the validator of RO-Crates."""
    document = context.read_bytes()

    class Answer:
        """The context, as if its address had answered."""

        status_code = 200
        ok = True
        headers = MappingProxyType({"Content-Type": "application/ld+json"})
        content = document
        text = document.decode()

        def json(self) -> Any:
            return json.loads(document)

        def raise_for_status(self) -> None:
            return

    http.HttpRequester.get = lambda self, *arguments, **options: Answer()
    http.HttpRequester.head = lambda self, *arguments, **options: Answer()
    settings = services.ValidationSettings(
        rocrate_uri=str(folder), profile_identifier="ro-crate-1.2", requirement_severity=models.Severity.REQUIRED
    )
    return [str(issue.message) for issue in services.validate(settings).get_issues()]


def main() -> None:
    """Print what was found as JSON."""
    site, release, context = map(Path, sys.argv[1:])
    citation = create_citation(str(site / "CITATION.cff"), None)
    citation.validate()
    datacite = json.loads((release / "datacite.json").read_text("utf-8"))
    table = mlcroissant.Dataset(str(release / "croissant.json"))
    print(
        json.dumps(
            {
                "cff": citation.as_bibtex(),
                "datacite": [error.message for error in schema45.validator.iter_errors(datacite)],
                "datacite-xml": len(schema45.tostring(datacite)),
                "croissant": sum(1 for _ in table.records("items")),
                "crate": crate(release, context),
                "feeds": feeds(site),
            }
        )
    )


if __name__ == "__main__":
    main()
