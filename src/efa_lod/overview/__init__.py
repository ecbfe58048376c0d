"""The page that the records were read from: read it, compare it, notice change.

Fetching it is left to :mod:`efa_lod.io`.

- ``acceptance``: Write the digests of the page at hand into the records, and what stands outside of its rows into a
  file beside them.
- ``completeness``: Hold the page against the records: nothing on the page is missing, nothing in the records is
  invented.
- ``decoding``: Turn the bytes of a copy of the page into text, and say of what is no page what it looks like.
- ``description``: What is known about one page beforehand: its states, the kinds of its rows, and the habits of its
  language.
- ``drafting``: Draft the parts of a record that rows of the page speak of, for a maintainer to finish.
- ``due``: Tell which records are due for a comparison with the page, and set the day of those that have passed one.
- ``facts``: Record what the rows of the page say, as marks of their words, so that claims can be checked without the
  page.
- ``html``: Turn an HTML page into lines of cells, which is all that ``page`` wants to know of it.
- ``lines``: Say what a page is made of before anything is recognised in it: lines of cells, with the links in them.
- ``markup``: Read what programs write into plain text in the place of layout: Markdown, wiki text, addresses in
  brackets.
- ``mentions``: Find names, abbreviations and numbers in a text.
- ``outside``: Account for what stands on the page outside of its rows: above the states, between rows, below them.
- ``page``: Read the overview page – text or HTML – into the rows that the records quote as their origin.
- ``protection``: Read addresses that a page protects from robots, where people can read them.
- ``reader``: Read the lines of the page into rows, and account for every line that belongs to none.
- ``readings``: Let a person overrule what ``completeness`` reads wrongly: a reading, with its reason, kept beside the
  records.
- ``recognition``: Recognise what stands in a row of the page: addresses, numbers, dates, silence, remarks, labels and
  names.
- ``record_edits``: Set single values in the files of records, so that comments, layout and line ends stay as they are.
- ``record_index``: Lay the records and the page side by side: each state with its rows, each row with what was read
  from it.
- ``record_parts``: Look at parts of a record, and say what was found about one, with its place.
- ``refusals``: Refuse what is not the overview page, half of it, or a copy whose form cannot be read.
- ``row_checks``: Hold one row of the page against what the record has from it.
- ``rows``: Hold what was read on the page as values: rows, and passages that belong to no row that is known.
- ``text_lines``: Turn the text of a page into lines of cells, in each form that programs give to it.
- ``typography``: Fold what differs between two copies of one text and means nothing.
- ``unwrapping``: Join the lines of a text that a program broke at a width: mail, terminals, "save as text with line
  breaks".
- ``visibility``: Tell which parts of an HTML page its readers see as what the page says.
- ``watching``: Notice what has changed on the page: ask for it with good manners, and compare it row by row.
"""
