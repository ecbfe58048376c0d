"""What can be edited follows from the context, the shapes and the ontology, and is named in the reader's language."""

import json
from pathlib import Path

import pytest

from efa_lod.editing.fields import FormField, Section, read_sections
from efa_lod.editing.values import record_parts, record_values
from efa_lod.io.reading import Document
from efa_lod.model.publication import Publication, read_publication


@pytest.fixture(scope="module")
def sections(publication: Publication) -> dict[str, Section]:
    """Return the German sections by name."""
    return {section.name: section for section in read_sections(publication, "de")}


def test_sections_follow_the_parts_of_a_state(sections: dict[str, Section]) -> None:
    """There is a section for each key that leads to parts of a state; bookkeeping of the editors is none."""
    assert [
        "state",
        "reuse",
        "reuse.contacts",
        "reuse.servicesContact",
        "reuse.catalogues",
        "reuse.unnamedCatalogues",
        "reuse.furtherMarketplaces",
        "reuse.provisions",
        "reuse.financing",
        "reuse.financing.provisions",
    ] == list(sections)
    assert ["state", "reuse", "reuse.financing"] == [name for name, one in sections.items() if not one.is_repeatable]


def test_a_field_has_what_the_shapes_ask(sections: dict[str, Section]) -> None:
    """Whether a value is needed, whether there may be several, of which form and which ones comes from the shapes."""
    contacts, provisions = sections["reuse.contacts"], sections["reuse.provisions"]
    kind, mail, name, covers = (
        contacts.field("contactKind"),
        contacts.field("email"),
        contacts.field("name.en"),
        provisions.field("covers"),
    )

    assert kind and kind.is_required and not kind.is_many
    assert [("organisation", "Organisation"), ("unit", "benannte Stelle")] == [
        (one.value, one.label) for one in kind.choices[:2]
    ]
    assert mail and mail.pattern.startswith("^[A-Za-z0-9") and not mail.is_required
    assert name and (name.name, name.language, name.label) == ("name", "en", "Name (englisch)")
    assert covers and covers.is_many
    assert "Ansprechstelle" in kind.help


def test_references_are_chosen_by_name(sections: dict[str, Section]) -> None:
    """What refers to shared things offers these by name, beside the concepts that may stand there."""
    field = sections["reuse.provisions"].field("organisedBy")

    assert field
    assert {("efa:Party-state", "Land"), ("organisation/baykommun", "BayKommun")} <= {
        (one.value, one.label) for one in field.choices
    }


def test_official_identifiers_are_fixed(sections: dict[str, Section]) -> None:
    """What comes from official lists is shown and not to be edited."""
    assert {"stateKey", "isoCode", "nutsCode", "abbreviation", "officialName", "name", "sameAs"} == {
        field.name for field in sections["state"].fields if field.is_fixed
    }
    assert not any(field.is_fixed for name, section in sections.items() if name != "state" for field in section.fields)


@pytest.mark.parametrize("language", ["de", "en"])
def test_labels_tell_fields_and_choices_apart(publication: Publication, language: str) -> None:
    """In a section no two fields, and in a field no two choices, have the same label; all fields have a help text."""
    for section in read_sections(publication, language):
        labels = [field.label for field in section.fields]
        assert len(labels) == len(set(labels)), section.name
        for field in section.fields:
            assert field.help, field.key
            assert len(field.choices) == len({one.label for one in field.choices})


def test_a_new_key_appears_by_itself(copy: Path) -> None:
    """A key that the context gains with its shape is a field at once, called as its shape calls it."""
    context = copy / "ontology/context.jsonld"
    made = json.loads(context.read_text("utf-8"))
    made["@context"]["openingHours"] = {"@id": "schema:openingHours"}
    context.write_text(json.dumps(made), "utf-8")
    shapes = copy / "shapes/record/contact.ttl"
    text = shapes.read_text("utf-8").replace("schema:contactType rdfs:label", "schema:openingHours rdfs:label")
    shapes.write_text(
        text
        + """
efash:ContactPoint-openingHours
    a sh:PropertyShape ;
    sh:targetClass schema:ContactPoint ;
    sh:path schema:openingHours ;
    sh:maxCount 1 ;
    sh:pattern "^[A-Z]" ;
    sh:name "Sprechzeit"@de ;
    sh:name "opening hours"@en ;
    sh:message "openingHours beginnt mit dem Wochentag."@de ;
    sh:message "openingHours begins with the day."@en ;
.
""",
        "utf-8",
    )

    found = {section.name: section for section in read_sections(read_publication(copy), "de")}

    assert found["reuse.contacts"].field("openingHours") == FormField(
        "openingHours",
        "openingHours",
        "",
        "Sprechzeit",
        "openingHours beginnt mit dem Wochentag.",
        "text",
        pattern="^[A-Z]",
    )
    assert found["reuse.catalogues"].field("openingHours") is None


def test_values_are_those_of_the_record(documents: list[Document], sections: dict[str, Section]) -> None:
    """The values of a record stand by thing and field as it writes them, several of a field on lines of their own."""
    record = next(document for document in documents if document.value["id"] == "state/sh")
    beside = [document for document in documents if "/states/" not in document.place.path]

    found = record_values(record, beside, [*sections.values()])

    assert "+4943153055046" == found["state/sh#contact-itvsh", "telephone"]
    assert "efa:Party-state\norganisation/itvsh" == found["state/sh#provision-joint-development", "organisedBy"]
    assert "OZG-Shop für Kommunen des Landes Schleswig-Holstein" == found["marketplace/ozg-shop-sh", "name.de"]
    assert ("state/sh#contact-itvsh", "homepage") not in found
    shared = [part.name for part in record_parts(record, beside, [*sections.values()]) if part.is_shared]
    assert ["marketplace/ozg-shop-sh"] == shared
