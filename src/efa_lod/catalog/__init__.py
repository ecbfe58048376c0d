"""How the dataset is described to portals (DCAT-AP.de, VoID), and what portals make of it.

Bringing it there is left to whoever hosts it.

- ``dcat``: Describe the publication for portals: the DCAT-AP.de catalogue.
- ``mqa``: The points of data.europa.eu's Metadata Quality Assessment for each file.
- ``portals``: What the portals do with a catalogue: the fields they take over, and how they know a dataset again.
- ``profiles``: Check a catalogue against the official shapes of the portals, read from a folder or an address that
  the user names.
- ``rehearsal``: Rehearse a harvest: what each portal would do with a catalogue, what it would show and lose, and what
  would vanish.
- ``rehearsal_report``: Tell the outcome of a rehearsal, for people and for programs.
- ``void``: Describe the publication for machines that look for linked data: VoID, at ``void.ttl`` and ``/.well-
  known/void``.
"""
