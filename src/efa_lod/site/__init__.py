"""Pages for people, and the tables, cards and map beside them.

Which address answers with which page is left to :mod:`efa_lod.web`.

- ``abbreviations``: Explain abbreviations once on a page: which ones its texts use, and what they stand for.
- ``addresses``: Say where pages stand: their paths by language, their full addresses, and which addresses a link may
  lead to.
- ``assets``: Write what the pages of a site need, and what leads to them: styles, robots.txt, the sitemap.
- ``comparison``: Compare the states: what the record of each says, the same for pages, CSV and spreadsheet.
- ``comparison_pages``: Make the comparison of the states: a page, a table as CSV, and a spreadsheet.
- ``comparison_table``: The comparison of the states as a table: its columns, and the file in CSV.
- ``cookbook``: Make the pages of the cookbook: each named query with its question, its text, and what the data answer.
- ``dataset``: Make the page of the dataset: its files, numbers and how to cite it.
- ``downloads``: List what the site offers for download beside the dumps.
- ``facts``: Say how far answers help a reader: each question of the pages, its possible answers, and which one a state
  has.
- ``find``: Make the finder: its page, a page for each state key, and the volumes of the official register of
  municipalities.
- ``finder_answers``: What the finder tells of a publication: of each state its contacts and its page.
- ``guidance``: Say what a reader can do and trust: ways on where no contact can be reached, and how old statements can
  be.
- ``lists``: Make the lists of records: organisations, marketplaces, sources, municipalities, some hundred on a page.
- ``lookup``: Write the table that lists are matched with: a line for each thing that has a name, with the contacts
  beside it.
- ``manual``: Make the manual: a page for each audience and the reference of the commands, from Markdown.
- ``map``: Draw the map of the states: boundaries, projected once, as paths for SVG.
- ``map_projection``: Project boundaries to the paths of a map, for the file that the site reads.
- ``model_drawing``: Draw the model as SVG: which classes there are in the data, and by which keys one leads to the
  other.
- ``names``: Name what pages lead to and are made of: other pages, registers, columns, classes, files.
- ``page``: Make pages for people: the frame that all pages share, and what templates can say.
- ``page_helpers``: What templates can call: texts, names, links, dates and numbers of one page in one language.
- ``quality``: Make the page on the state of the data: what is open, added, due and dead.
- ``query_page``: Make the query page: SPARQL in the browser, over the graph file beside the page, without a server.
- ``record_pages``: Make the pages of records, and what stands beside them for people: address cards.
- ``references``: Which records refer to a shared thing, and what rests on each row.
- ``releases``: Make the pages about releases: what changed, how to follow it, how to cite one.
- ``saved_finder``: Keep what the finder tells of a publication, so that the next question need not read all of it.
- ``shapes``: Make the page of the shapes: what must hold, and whom each looks at; each shape has its local name as
  anchor.
- ``shared_things``: Make the pages of what several states share: organisations, marketplaces, and the sources of the
  statements.
- ``site``: Make the site: which pages there are, those of records, and the files that lead to them.
- ``spreadsheets``: Write tables as spreadsheets (Office Open XML), for people who work with Excel or LibreOffice.
- ``start``: Make the start page: what this is, the map and the table of the states, the search, downloads, how to cite.
- ``templating``: Make the template engine of the pages: Jinja2, strict, escaping everything, with a store of compiled
  templates.
- ``terms``: Make the page about the terms: the ontology term by term.
- ``vcards``: Write the contact points of a record as vCards 3.0 (RFC 2426), for an address book.
- ``workbooks``: Make the two workbooks of a site: the table of all items, and the comparison.
"""
