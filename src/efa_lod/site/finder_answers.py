"""What the finder tells of a publication: where a question leads to, and of each state its contacts and its page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from efa_lod.site.addresses import address_of

if TYPE_CHECKING:
    from efa_lod.model.finder import Finder
    from efa_lod.model.publication import Publication
    from efa_lod.site.comparison import StateSummary

FinderAnswer = Mapping[str, Any]
"""What is told of one record or place, as JSON has it."""


class FinderAnswers(NamedTuple):
    """All that can be asked of a publication: *find* leads to references, and *told* has what is told of each.

    *base_iri* is that of the publication; *unread* are the files that are no records by their names.
    """

    find: "Finder"
    told: Callable[[str], FinderAnswer]
    base_iri: str
    unread: Sequence[str]

    def answer(self, reference: str, language: str) -> FinderAnswer:
        """Return what is told of the record *reference*, with the address of its page in *language*."""
        page = address_of(self.base_iri, f"{reference}.html", language)
        return {"iri": self.base_iri + reference, "page": page, **self.told(reference)}


def read_finder_answers(read: "Publication") -> FinderAnswers:
    """Return what can be asked of the publication; raise BrokenInput where its files cannot be worked with."""
    from efa_lod.model.finder import finder_of_records
    from efa_lod.model.gazetteer import read_gazetteer
    from efa_lod.model.records import publication_records

    records = {document.value["id"]: document.value for document in publication_records(read)}
    find = finder_of_records(records.values(), read_gazetteer(read))
    return FinderAnswers(find, lambda reference: _told(records[reference], records), read.base_iri, read.unread_files)


def _told(record: FinderAnswer, records: Mapping[str, FinderAnswer]) -> FinderAnswer:
    """Return what is told of *record*: names, codes, and contacts – those of the state where it has none."""
    from efa_lod.model.origins import added_keys
    from efa_lod.site.comparison import summaries

    line = summaries([record], records)[0]
    state = records.get(str(record.get("partOfState")))
    if not line.contacts and state:
        line = summaries([state], records)[0]
    shared = [one for one in records.values() if one.get("scope") == "nationwide" and one.get("homepage")]
    nationwide = {str(one["homepage"]): "homepage" in added_keys(one) for one in shared if not line.reachable_contacts}
    keys = ("name", "abbreviation", "stateKey", "municipalityKey")
    return {
        **{key: record[key] for key in keys if key in record},
        "contacts": list(_contacts(line)),
        "nationwide": [*nationwide],
        "nationwideAdded": [address for address, is_added in nationwide.items() if is_added],
    }


_OF_A_CONTACT = ("name", "topic", "email", "telephone", "printedAs", "link", "lost", "linkLabel", "editorialNote")


def _contacts(line: "StateSummary") -> Iterator[FinderAnswer]:
    """Yield what is told of each contact: the keys that lead to it, its websites, and what of that was added."""
    for one in line.contacts:
        told = {key: one[key] for key in _OF_A_CONTACT if key in one}
        yield told | {"websites": list(line.websites.get(one["id"], ())), "added": _added(one, line)}


def _added(contact: FinderAnswer, line: "StateSummary") -> list[str]:
    """Return what of *contact* we added with evidence: ``contact`` for the whole of it, or its keys."""
    if contact["id"] in line.added:
        return ["contact"]
    told = {"websites": line.websites.get(contact["id"], ()), "name": (contact.get("name") or {}).values()}
    told |= {key: [contact[key]] for key in ("email", "telephone", "link") if key in contact}
    return [key for key, values in told.items() if any(str(value) in line.added for value in values)]
