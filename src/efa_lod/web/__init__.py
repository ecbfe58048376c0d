"""What an IRI answers over HTTP: our own server, and the rules for other servers.

What the pages look like is left to :mod:`efa_lod.site`.

- ``built_site``: The folder that a build wrote, as it is served: its files as the build listed them, held open and
  checked.
- ``connection_limits``: How many connections a server holds.
- ``connections``: Bound what connections may take: time, memory, and a share for each client.
- ``document_formats``: The formats in which things are told, and the media types of everything that a site holds.
- ``endpoint``: The SPARQL endpoint: a request in, an answer out, with what it may cost.
- ``error_documents``: What is sent where there is nothing: a page in each language, and RDF for programs.
- ``find_redirects``: Lead a question to the finder on to its answer: ``find.html?q=…`` is a redirection, which needs
  no JavaScript.
- ``gone_documents``: Make what is sent in place of a thing that was withdrawn: when, why, and what replaces it.
- ``mementos``: Say of which time a document of a release is: the header Memento-Datetime (RFC 7089, 2.1.1), for all
  servers.
- ``negotiation``: What a client asks for in the headers of a request: formats, languages, compression, what it has
  already (RFC 9110).
- ``plain_requests``: Plain requests: read and answered without the state machine of h11, which takes longer than most
  queries.
- ``preview``: Show a site while it is worked on: what a build wrote, with a script by which each page loads itself
  anew.
- ``protocol``: The SPARQL 1.1 protocol, query part: what a request asks for, and what an answer is called.
- ``reconciliation``: Reconciliation Service API 0.2 (and 0.1) of the W3C community group: find things for the cells of
  a table.
- ``record_documents``: Make the documents of things: the linked data of a publication, batch by batch.
- ``redirect_table``: What an IRI leads to: the table of all who answer requests for the IRIs of a publication.
- ``releases``: Serve one release at a time: when a build has put another in its place, pages and graph change together.
- ``response_headers``: The headers that every response of a site carries, whichever server sends it.
- ``server``: Serve a graph over HTTP: the SPARQL endpoint, a page to ask from, what the service says of itself, and a
  site.
- ``server_rules``: Write rules with which other servers answer as our own does: Apache, nginx, Caddy, and the
  forwarding of w3id.org.
- ``service_description``: What the endpoint says of itself: SPARQL 1.1 Service Description and VoID.
- ``signposting``: The links that responses carry: what is described, by whom it may be used, and what belongs to it
  (RFC 8288).
- ``site_files``: Answer requests for IRIs over HTTP from a folder that a build wrote: linked data, as an ASGI
  application.
- ``template_cache``: Keep compiled templates in the cache folder of the user (XDG Base Directory Specification).
- ``templating``: Templates of what a site needs besides its pages: error pages, and rules for other servers.
"""
