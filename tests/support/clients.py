"""What clients send as Accept, and what each of them should get.

rdflib, the OWL API and Jena were read in their source; RDF4J and Comunica follow their rules of weighting; browsers and
crawlers stand as they are commonly known.
"""

HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML = ".html", ".ttl", ".jsonld", ".nt", ".rdf"
FETCHED = "*/*"
"""What curl, wget, python-requests, and fetch() in a browser send."""

CLIENTS = {
    # browsers
    "Firefox": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
    "Firefox 66 to 131": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8",
        HTML,
    ),
    "Chrome": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7",
        HTML,
    ),
    "Safari": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
    "Safari 4": (
        "application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5",
        HTML,
    ),
    "Edge 18": ("text/html, application/xhtml+xml, application/xml; q=0.9, */*; q=0.8", HTML),
    "Lynx": ("text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01", HTML),
    "w3m": ("text/html, text/*;q=0.5, image/*, application/*, */*;q=0.4", HTML),
    # programs that take anything
    "curl, wget, requests": (FETCHED, HTML),
    "Java": ("text/html, image/gif, image/jpeg, */*; q=0.2", HTML),
    "jQuery for JSON": ("application/json, text/javascript, */*; q=0.01", JSON_LD),
    "jQuery for XML": ("application/xml, text/xml, */*; q=0.01", RDF_XML),
    "XML alone": ("application/xml", RDF_XML),
    "XML, older name": ("text/xml", RDF_XML),
    "XHTML alone": ("application/xhtml+xml", HTML),
    "XHTML and XML": ("application/xhtml+xml,application/xml;q=0.9", HTML),
    "Firefox 2, and scripts that say so": (
        "text/xml,application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5",
        HTML,
    ),
    "axios": ("application/json, text/plain, */*", JSON_LD),
    # crawlers
    "Googlebot": (
        "text/html,application/xhtml+xml,application/signed-exchange;v=b3,application/xml;q=0.9,*/*;q=0.8",
        HTML,
    ),
    "link previews": ("text/html,*/*", HTML),
    "link previews, weighed": ("text/html, */*;q=0.5", HTML),
    # RDF
    "rdflib turtle": ("text/turtle, application/x-turtle, */*;q=0.1", TURTLE),
    "rdflib xml": ("application/rdf+xml, */*;q=0.1", RDF_XML),
    "rdflib nt": ("text/plain, */*;q=0.1", N_TRIPLES),
    "rdflib n3": ("text/n3, */*;q=0.1", TURTLE),
    "rdflib trig": ("application/trig, */*;q=0.1", TURTLE),
    "rdflib trix": ("application/trix, */*;q=0.1", TURTLE),
    "rdflib json-ld": ("application/ld+json, application/json;q=0.9, */*;q=0.1", JSON_LD),
    "rdflib, no format": (
        "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, application/n-quads,"
        " application/trix, application/trig",
        N_TRIPLES,
    ),
    "Jena, graph": (
        "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3",
        TURTLE,
    ),
    "Jena, dataset": ("application/trig,application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.3", TURTLE),
    "RDF4J": (
        "application/rdf+xml;q=0.6,application/xml;q=0.6,text/xml;q=0.6,application/n-triples;q=0.9,"
        "text/plain;q=0.9,text/turtle,application/x-turtle,text/n3,text/rdf+n3,application/trix,application/xml,"
        "application/trig,application/x-trig,application/n-quads;q=0.9,application/ld+json",
        TURTLE,
    ),
    "OWL API, Protégé": (
        "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09",
        RDF_XML,
    ),
    "OWL API with more parsers": (
        "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6,text/turtle; q=0.5, application/ld+json; q=0.4,"
        " application/trig; q=0.3, application/n-triples; q=0.2, application/n-quads; q=0.19, text/n3; q=0.18,"
        " text/plain; q=0.1, */*; q=0.09",
        RDF_XML,
    ),
    "Comunica": (
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
        "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,text/html;q=0.2",
        JSON_LD,
    ),
    "Turtle and anything": ("text/turtle, */*", TURTLE),
    "functional syntax and anything": ("text/owl-functional, */*;q=0.1", TURTLE),
}
"""Clients by name: the header, and the suffix of the document about a thing that they should be led to."""
