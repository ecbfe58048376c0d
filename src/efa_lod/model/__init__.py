"""What a publication says, as values: settings, code lists, context, records and results of checks.

Graphs are left to :mod:`efa_lod.rdf`, judgement to :mod:`efa_lod.validation`.

- ``answers``: Tell in one word what a reader gets from a row of the overview page, a contact, a catalogue or financing.
- ``code_lists``: The lists that values of a catalogue must come from: codes and labels of the EU, of DCAT-AP.de and of
  ADMS.
- ``context``: What the keys of a record mean: ``ontology/context.jsonld``, read as data.
- ``expansion``: Expand records into statements: what a document says under the context, term by term.
- ``finder``: Find the state for what a person types: a key, a postal code, or the name of a state, district or
  municipality.
- ``gazetteer``: Look up municipalities, districts and associations of municipalities in the tables of the official
  register.
- ``languages``: The languages of the publication, which one is asked for, and the names of the months in them.
- ``origins``: Tell where each statement of a record comes from: a row of the overview page, or the evidence of an
  addition.
- ``phrases``: Remember which words a text has without keeping the text: a mark for each phrase of up to three words.
- ``publication``: The settings of a publication: where its files are and what ``data/publication.yaml`` says.
- ``publication_folder``: Where a publication is: the one that comes with this package, or the one around a folder.
- ``record_values``: What may stand under a key of a record: one value or several, texts by language, things with keys
  of their own.
- ``record_views``: Views of records by what they are: a state with its contacts, offers, rules of financing and rows of
  the page.
- ``records``: Read records: documents whose keys are those of the context.
- ``removals``: What an office had taken out of records, and when: ``data/removals.yaml``, which sheet and form write.
- ``results``: What a check found: results as values, their order, and whether data conforms.
- ``row_facts``: What is known of the rows of the overview page without a copy of it: digests, and marks of their words.
- ``saved_places``: The register of municipalities in sections, of which a question reads one or two.
- ``settings_check``: Check the settings that the catalogue of a publication needs.
- ``shape_lists``: Shapes that say the same of each line of a list: a template of Turtle and a table beside it.
- ``withdrawals``: IRIs that were published once: which there are, which went, and why.
"""
