"""Pages for people, and the tables, cards and map beside them.

Which address answers with which page is left to :mod:`efa_lod.web`.

- ``comparison``: Compare the states: one line of facts for each, the same for the page, the CSV file and the
  spreadsheet.
- ``cookbook``: Make the pages of the cookbook: each named query with its question, its text, and what the data
  answer.
- ``data``: Make the pages about the data as a whole: the comparison of the states, the state of the data, the
  dataset.
- ``manual``: Make the manual: a page for each audience and the reference of the commands, from Markdown.
- ``map``: Draw the map of the states: boundaries, projected once, as paths for SVG.
- ``page``: Make pages for people: the frame that all pages share, and what templates can say.
- ``shared_things``: Make the pages of what several states share: organisations, marketplaces, and the sources of the
  statements.
- ``site``: Make the site: which pages there are, and those of the start, the states, the lists and the finder.
- ``spreadsheets``: Write tables as spreadsheets (Office Open XML), for people who work with Excel or LibreOffice.
- ``templating``: Make the template engine of the pages: Jinja2, strict, escaping everything, with a store of compiled
  templates.
- ``terms``: Make the pages about the terms and the checks: the ontology term by term, and the shapes rule by rule.
- ``vcards``: Write the contact points of a record as vCards (RFC 6350), for an address book.
"""
