"""Versions of a publication: what changed between them, told to people and programs from one list of changes.

How the dataset is described to portals is a matter of ``catalog``, the pages of ``site``, the order of a build of
``build``.

- ``activities``: Write the releases as ActivityStreams.
- ``atom``: Write the changes as Atom feeds, in German and English.
- ``change_sets``: Write the list of changes as RDF and JSON.
- ``changes``: The list of changes between two dumps, the one source of all that is said of them.
- ``citation``: Say how to cite a release: Citation File Format, BibTeX and RIS.
- ``comparison``: Compare two dumps as sets of statements, in bounded memory.
- ``difference_report``: Tell a difference to people, as text or Markdown.
- ``event_stream``: Write the releases as a Linked Data Event Stream of static pages.
- ``frozen``: The frozen folders of releases: find them on the last site and prove them by digest.
- ``iri_lists``: Keep the lists of IRIs that were published, and of parts, terms and shapes that went, with each
  release.
- ``issued``: What each release brought, as all writers need it.
- ``ledger``: The releases of a publication as its repository keeps them.
- ``memento``: Say which release was the current one when.
- ``notes``: Write the notes of a release as a page that stays as it is.
- ``past``: What was stated in a release or on a day.
- ``patches``: Write what changed for programs: RDF Patch and SPARQL Update.
- ``proposal``: Make the next release: compare, propose a version, write it down.
- ``proposal_report``: Tell a maintainer what the next release would be, or is.
- ``redaction``: Take what was said of an IRI out of releases that are published.
- ``removal_requests``: Tell at whose request something was taken out: which noted removal stands behind which change.
- ``research_metadata``: Describe a release for research repositories: DataCite, RO-Crate, Croissant.
- ``series``: Describe the releases in RDF.
- ``settings_edit``: Set values in the settings without losing their comments.
- ``signature``: Sign a list of digests with a key of SSH.
- ``sources``: Find the dump that a name stands for, and hold it against its digests.
- ``statement_lines``: Read what a file says as lines of N-Triples, whatever its syntax.
- ``versions``: Versions of data, and the rule by which the next one follows.
- ``vocabulary``: What changed between releases beside the data: terms of the ontology, shapes and named queries.
- ``vocabulary_entries``: What a release knows of terms, shapes and named queries.
- ``vocabulary_versions``: Give vocabularies and shapes the version and day of a release.
- ``wishes``: What a maintainer says of the next release, as values and as it is written in options.
- ``wording``: Tell changes to people, one sentence for each, in German and English.
"""
