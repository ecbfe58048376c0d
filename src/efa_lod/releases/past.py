"""What was stated in a release or on a day, from the ledger alone."""

from efa_lod.errors import BadSetting
from efa_lod.model.publication import Publication
from efa_lod.releases.ledger import DataRelease, read_releases


def release_at(publication: Publication, version: str | None, day: str | None) -> DataRelease | None:
    """Return the release *version*, or the one that was the current one on *day*; None for data as it is now.

    Raise BadSetting where there is none; a publication that keeps no releases has but its own version.
    """
    history = read_releases(publication)
    if history.last is None:
        modified = str(publication.settings.value["modified"])
        if version == publication.version or (version is None and day is not None and day >= modified):
            return None
        known = f"{publication.version} of {modified}"
    else:
        found = history.find(version) if version else history.on_day(str(day))
        if found:
            return found
        known = ", ".join(f"{one.version} of {one.day}" for one in history.releases)
    option, wish = ("--release", version) if version else ("--on", day)
    raise BadSetting(
        f"{option}: expected one of the releases {known}, or a day not before the first, found '{wish}'",
        f"{option}: erwartet eine der Ausgaben {known.replace(' of ', ' vom ')} oder ein Tag nicht vor der ersten,"
        f" gefunden '{wish}'",
    )


def statements_at(publication: Publication, release: DataRelease) -> bytes:
    """Return what *release* said, as N-Triples."""
    lines = read_releases(publication).statements(release.version)
    return b"".join(line + b"\n" for line in lines)
