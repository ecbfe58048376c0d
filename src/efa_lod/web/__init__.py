"""What an IRI answers over HTTP: our own server, and the rules for other servers.

What the pages look like is left to :mod:`efa_lod.site`.

- ``negotiation``: What a client asks for in the headers of a request: formats, languages, compression, what it has
  already (RFC 9110).
- ``protocol``: The SPARQL 1.1 protocol, query part: what a request asks for, and what an answer is called.
- ``record_documents``: Say which document tells what an IRI is, and make the documents of things: the linked data of
  a publication.
- ``server``: Serve a graph over HTTP: the SPARQL endpoint, a page to ask from, what the service says of itself, and a
  site.
- ``server_rules``: Write rules with which other servers answer as our own does: Apache, nginx, Caddy, and the
  forwarding of w3id.org.
- ``site_files``: Answer requests for IRIs over HTTP from a folder that a build wrote: linked data, as an ASGI
  application.
"""
