"""What the machine can do at best: the N-Triples of the generated records by plain string formatting.

It knows the keys of ``generator.py`` by heart, checks nothing, asks no context and writes one format: nobody would
publish this way, and nothing in Python that makes triples of records can be much faster.

Usage: python limit.py RECORDS.jsonl [OUT.nt]
Without OUT.nt it only reads, so that the difference is what formatting and writing take.
"""

import json
import sys
from pathlib import Path

BASE = "https://w3id.org/efa-lod/"
EFA, SDO = f"{BASE}ontology#", "https://schema.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ORIGIN = "http://www.w3.org/ns/prov#wasDerivedFrom"
DCT, XSD = "http://purl.org/dc/terms/", "http://www.w3.org/2001/XMLSchema#"
PRIMARY_TOPIC, NOTE = "http://xmlns.com/foaf/0.1/primaryTopic", "http://www.w3.org/2004/02/skos/core#editorialNote"
DAYS = (("issued", f"{DCT}issued"), ("modified", f"{DCT}modified"), ("lastConfirmed", f"{EFA}lastConfirmed"))
SERVICE = (
    ("servicesContact", f"{EFA}servicesContact"),
    ("catalogues", f"{EFA}catalogue"),
    ("furtherMarketplaces", f"{EFA}furtherMarketplace"),
)
CONTACT = (("email", f"{SDO}email"), ("telephone", f"{SDO}telephone"), ("printedAs", f"{EFA}telephoneAsPrinted"))
PARTIES = ("appliesTo", "decidedBy", "organisedBy", "paidBy")
CODES = (("provisionKind", "ProvisionKind"), ("extent", "Extent"), ("certainty", "Certainty"))


def main(records: Path, out: Path | None = None) -> None:
    """Read *records* and, if *out* is given, write them to it."""
    with records.open("rb") as lines:
        if out is None:
            for line in lines:
                json.loads(line)
            return
        with out.open("w", encoding="utf-8", newline="\n") as stream:
            for line in lines:
                stream.write(municipality(json.loads(line)))


def municipality(this: dict) -> str:  # type: ignore[type-arg]
    """Return the triples of a record."""
    s, record, reuse = f"<{BASE}{this['id']}>", this["record"], this["reuse"]
    text = (
        f"{s} <{TYPE}> <{EFA}Municipality> .\n"
        f'{s} <{EFA}municipalityKey> "{this["municipalityKey"]}" .\n'
        f"{s} <{SDO}containedInPlace> <{BASE}{this['partOfState']}> .\n"
        f"{s} <{ORIGIN}> <{BASE}{this['origin']}> .\n"
        f"{texts(s, SDO + 'name', this['name'])}{texts(s, NOTE, this['editorialNote'])}"
    )
    if same := this.get("sameAs"):
        text += f"{s} <{SDO}sameAs> <{same}> .\n"
    r = f"<{BASE}{record['id']}>"
    text += f"{r} <{TYPE}> <{EFA}Record> .\n{r} <{PRIMARY_TOPIC}> {s} .\n{r} <{ORIGIN}> <{BASE}{record['origin']}> .\n"
    for key, iri in DAYS:
        text += f'{r} <{iri}> "{record[key]}"^^<{XSD}date> .\n'
    return text + service(reuse, s)


def service(this: dict, area: str) -> str:  # type: ignore[type-arg]
    """Return the triples of what a municipality offers."""
    s, financing = f"<{BASE}{this['id']}>", this["financing"]
    f = f"<{BASE}{financing['id']}>"
    text = (
        f"{s} <{TYPE}> <{SDO}GovernmentService> .\n"
        f"{s} <{SDO}areaServed> {area} .\n"
        f"{s} <{SDO}audience> {reference(this['audience'])} .\n"
        f"{s} <{EFA}financing> {f} .\n"
        f"{s} <{ORIGIN}> <{BASE}{this['origin']}> .\n"
        f"{f} <{TYPE}> <{EFA}Financing> .\n"
        f"{f} <{EFA}valueStatus> <{EFA}ValueStatus-{financing['valueStatus']}> .\n"
        f"{f} <{ORIGIN}> <{BASE}{financing['origin']}> .\n"
        f"{texts(s, SDO + 'name', this['name'])}{texts(s, SDO + 'description', this.get('summary'))}"
        f"{texts(f, EFA + 'linkLabel', financing.get('linkLabel'))}"
    )
    if found := financing.get("lost"):
        text += f"{f} <{EFA}lostInCopy> <{EFA}CopyLoss-{found}> .\n"
    for key, iri in SERVICE:
        if found := this.get(key):
            text += f"{s} <{iri}> <{BASE}{found}> .\n"
    for one in this["contacts"]:
        text += f"{s} <{EFA}contact> <{BASE}{one['id']}> .\n{contact(one)}"
    for one in this.get("provisions", ()):
        text += f"{s} <{EFA}provision> <{BASE}{one['id']}> .\n{provision(one)}"
    for one in financing.get("provisions", ()):
        text += f"{f} <{EFA}provision> <{BASE}{one['id']}> .\n{provision(one)}"
    return text


def contact(this: dict) -> str:  # type: ignore[type-arg]
    """Return the triples of a contact."""
    s = f"<{BASE}{this['id']}>"
    text = (
        f"{s} <{TYPE}> <{SDO}ContactPoint> .\n"
        f"{s} <{EFA}contactKind> <{EFA}ContactKind-{this['contactKind']}> .\n"
        f"{s} <{ORIGIN}> <{BASE}{this['origin']}> .\n"
        f"{texts(s, SDO + 'name', this.get('name'))}{texts(s, EFA + 'topic', this.get('topic'))}"
    )
    for key, iri in CONTACT:
        if found := this.get(key):
            text += f'{s} <{iri}> "{found}" .\n'
    if found := this.get("belongsTo"):
        text += f"{s} <{EFA}belongsTo> <{BASE}{found}> .\n"
    if found := this.get("lost"):
        text += f"{s} <{EFA}lostInCopy> <{EFA}CopyLoss-{found}> .\n"
    return text


def provision(this: dict) -> str:  # type: ignore[type-arg]
    """Return the triples of a provision."""
    s = f"<{BASE}{this['id']}>"
    text = (
        f"{s} <{TYPE}> <{EFA}Provision> .\n"
        f"{s} <{ORIGIN}> <{BASE}{this['origin']}> .\n"
        f"{texts(s, SDO + 'description', this['summary'])}{texts(s, EFA + 'condition', this.get('condition'))}"
    )
    for key in PARTIES:
        if found := this.get(key):
            text += f"{s} <{EFA}{key}> {reference(found)} .\n"
    for key, scheme in CODES:
        if found := this.get(key):
            text += f"{s} <{EFA}{key}> <{EFA}{scheme}-{found}> .\n"
    covers = this.get("covers", ())
    for found in (covers,) if type(covers) is str else covers:
        text += f"{s} <{EFA}covers> <{EFA}CostItem-{found}> .\n"
    if found := this.get("until"):
        text += f'{s} <{EFA}until> "{found}"^^<{XSD}date> .\n'
    return text


def reference(written: str) -> str:
    """Return the IRI of a reference with or without a prefix."""
    return f"<{EFA}{written[4:]}>" if written.startswith("efa:") else f"<{BASE}{written}>"


def texts(s: str, predicate: str, by_language: dict[str, str] | None) -> str:
    """Return the triples of texts in several languages."""
    text = ""
    for language, written in (by_language or {}).items():
        if '"' in written:
            written = written.replace('"', '\\"')
        text += f'{s} <{predicate}> "{written}"@{language} .\n'
    return text


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
