"""Whether what is published answers: links in the data, and the deployed site.

Nothing is changed here; a finding says what to change.

- ``landing``: Judge what an address leads to: a soft 404, a login, a move for good.
- ``links``: Check the links in the data: which addresses answer, and since when one does not.
- ``probes``: Look at a deployed site as portals, browsers and search engines do: what is asked, and what should come
  back.
- ``remedies``: What the check of a site looks at, and what to change where a check fails: one table, by kind of
  server.
- ``reports``: Tell what came of the check of a site: for people with what to change on the server, for programs, for
  CI.
- ``session``: Go through a deployed site: what to expect of it, what to ask, how much, and what a page leads to.
- ``site_check``: Prove that a deployed site behaves: survey it, and collect what was found, by check.
"""
