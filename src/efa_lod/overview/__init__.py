"""The page that the records were read from: read it, compare it, notice change.

Fetching it is left to :mod:`efa_lod.io`.

- ``completeness``: Hold the page against the records: nothing on the page is missing, nothing in the records is
  invented.
- ``drafting``: Draft the parts of a record that rows of the page speak of, for a maintainer to finish.
- ``due``: Tell which records are due for a comparison with the page, and set the day of those that have passed one.
- ``html``: Turn an HTML page into lines of cells, which is all that ``sources`` wants to know of it.
- ``page``: Read the overview page – text or HTML – into the rows that the records quote as their origin.
- ``recognition``: Recognise what stands in a row of the page: addresses, numbers, dates, silence, remarks, labels and
  names.
- ``watching``: Notice what has changed on the page: ask for it with good manners, and compare it row by row.
"""
