"""What the mapping cannot say without code: which IRI a reference means, prefixed or relative. Read by Morph-KGC."""


@udf(  # type: ignore[name-defined, untyped-decorator]  # noqa: F821 – Morph-KGC puts it there
    fun_id="https://w3id.org/efa-lod/resolve", reference="https://w3id.org/efa-lod/reference"
)
def resolve(reference: str) -> str:
    """Return the IRI that *reference* means."""
    return reference.replace("efa:", BASE + "ontology#", 1) if reference.startswith("efa:") else BASE + reference


BASE = "https://w3id.org/efa-lod/"
