"""Whether what is published answers: links in the data, and the deployed site.

Nothing is changed here; a finding says what to change.

- ``findings``: What a check of a site finds: where, what was expected, and what was there, in German and English.
- ``inventory``: What a build says it has written, and what is to be expected of a site.
- ``landing``: Judge what an address leads to: a page that answers with success may still be none of what was linked.
- ``link_checks``: Ask the links of the data, several hosts at a time and one address of a host after the other.
- ``link_history``: Remember what links answered, as measurements of the Data Quality Vocabulary in N-Triples.
- ``link_verdicts``: Judge a link from all that is remembered of it.
- ``links``: The links of the data that ought to answer, and what one look at a link shows.
- ``page_contents``: What a page leads to and loads, and the names of its parts.
- ``probes``: Look at a deployed site as portals, browsers and search engines do: what is asked, and what should come
  back.
- ``remedies``: What the check of a site looks at, and what to change where a check fails, by kind of server:
  ``texts/checks.toml``.
- ``reports``: Tell what came of the check of a site: for people with what to change on the server, for programs, for
  CI.
- ``session``: Ask a deployed site within bounds, and remember what it answered.
- ``site_check``: Prove that a deployed site behaves: session it, and collect what was found, by check.
"""
