"""The official shapes and vocabularies by which portals judge a catalogue, and where they are published."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """A set of official shapes: the names of its files, those that list the vocabularies, and where it is published."""

    files: tuple[str, ...]
    imports: tuple[str, ...]
    origin: str


_DCAT_AP = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/html/shacl/"
_DCAT_AP_DE = "https://raw.githubusercontent.com/GovDataOfficial/DCAT-AP.de/3.0/"
_VALIDATOR = "https://raw.githubusercontent.com/GovDataOfficial/DCAT-AP.de-SHACL-Validation/master/validator/resources/"

PROFILES = {
    "dcat-ap": Profile(
        (
            "shapes.ttl",
            "shapes_recommended.ttl",
            "range.ttl",
            "mdr-vocabularies.shape.ttl",
            "deprecateduris.ttl",
        ),
        ("mdr_imports.ttl",),
        _DCAT_AP,
    ),
    "dcat-ap-de": Profile(
        (
            "dcat-ap-SHACL.ttl",
            "dcat-ap-SHACL-DE.ttl",
            "dcat-ap-spec-german-additions.ttl",
            "dcat-ap-de-controlledvocabularies.ttl",
            "dcat-ap-de-deprecated.ttl",
        ),
        ("dcat-ap-de-imports.ttl",),
        _DCAT_AP_DE,
    ),
    "govdata": Profile(("db-shapes.ttl",), (), f"{_VALIDATOR}dashboard-live/"),
}
"""The official shapes by the name they have on the command line: DCAT-AP 3.0.1, DCAT-AP.de 3.0, GovData's dashboard."""
OWN = "catalog"
"""The name of the project's own shapes."""
