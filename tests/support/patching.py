"""Apply a patch with rdflib, as its users do."""

import warnings

import rdflib
from rdflib.graph import _TripleType as Triple


def patched(old: str, patch: str) -> set[Triple]:
    """Return what the N-Triples *old* become by the RDF Patch *patch*."""
    dataset = rdflib.Dataset(default_union=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib warns of its own old names
        dataset.parse(data=old, format="nt")
        dataset.parse(data=patch, format="patch")
        return {(s, p, o) for s, p, o, _ in dataset.quads()}
