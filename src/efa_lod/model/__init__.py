"""What a publication says, as values: settings, code lists, context, records and results of checks.

Graphs are left to :mod:`efa_lod.rdf`, judgement to :mod:`efa_lod.validation`.

- ``code_lists``: The lists that values of a catalogue must come from: codes and labels of the EU, of DCAT-AP.de and
  of ADMS.
- ``context``: What the keys of a record mean: ``ontology/context.jsonld``, read as data.
- ``expansion``: Expand records into statements: what a document says under the context, term by term.
- ``finder``: Find the page for what a person types: a municipality key, a state's name, abbreviation or code, or a
  record's name.
- ``languages``: The names of the months, by language: read on the overview page and in the records, written on the
  pages.
- ``publication``: The settings of a publication: where its files are and what ``data/publication.yaml`` says.
- ``records``: Read records: documents whose keys are those of the context.
- ``results``: What a check found: results as values, their order, their counts, and the language they are told in.
"""
