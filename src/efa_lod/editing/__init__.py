"""Editing records without writing YAML: what can be edited, how sheets and forms show it, and how edits become text.

Which keys there are, what they are called and which values they have is read from the context, the shapes and the
ontology. Whether an edited record is right is decided in :mod:`efa_lod.validation`.

- ``edits``: Edits of a state's record as values, and the texts of the files that they make.
- ``fields``: What can be edited of a state's record: sections of things, and the fields of each with labels, help and
  choices.
- ``findings``: What is wrong with edited records, told by thing and key: the same checks as of any record, before it is
  written.
- ``form_page``: The pages of the form: a list of the records, and one record with all its fields.
- ``form_server``: Serve the form on this computer only, until its page is closed or Ctrl-C.
- ``form_session``: What the form does with a record: show it, check what was typed, and save it. No HTTP is known here.
- ``merge``: Merge what a person wants with what a record says meanwhile: three ways, value by value.
- ``naming``: Identifiers of things that are added, made by the rule by which those of their kind are made.
- ``plain_words``: What findings say to people who see labels and choices, but no YAML.
- ``provenance``: Who said what a person adds to a record, when and by which sheet: an addition beside what the page
  says.
- ``saving``: Write edited texts: all of them or none, and only over what they were made from.
- ``sheet_changes``: What the answers in workbooks mean for the records: edits, and findings by cell.
- ``sheet_import``: Take workbooks into records: edits are tried on a copy, and findings are told by cell.
- ``sheet_pages``: What stands on the sheets of a workbook: a line for each field, with today's value beside an answer.
- ``texts_at_hand``: The texts of a publication's files while they are edited: where each thing stands, and what has
  changed.
- ``trials``: Try edits on a copy of a publication: which files they change, and what records say then.
- ``values``: The values of a record by thing and field, as texts.
- ``workbook_guard``: Look at a workbook before it is unpacked and read.
- ``workbook_reader``: Read the workbooks that come back: what stands in which cell, and what cannot be taken.
- ``workbook_writer``: Draw the workbook that a state gets to check what is published about it.
"""
