"""How the dataset is described to portals (DCAT-AP.de, VoID), and what portals make of it.

Bringing it there is left to whoever hosts it.

- ``catalogue_context``: The JSON-LD contexts of the catalogue and of VoID, and the names of what the catalogue is
  made of.
- ``catalogue_nodes``: The nodes of the catalogue: dataset, distributions, services, publisher, contact and code lists.
- ``catalogue_view``: A catalogue to look things up in, by paths of prefixed properties.
- ``ckan_lists``: What CKAN makes of formats and licences, by the lists that come with it.
- ``dcat``: Describe the publication for portals: the DCAT-AP.de catalogue.
- ``harvest``: Read a catalogue as harvesters do: page by page, by the media type, and nothing that is packed.
- ``harvester_code``: Where each rule of a rehearsal stands in the code of the portal: repository, version, file and
  function.
- ``mqa``: The points of data.europa.eu's Metadata Quality Assessment (MQA) for each file of a dataset.
- ``offers``: What the catalogue lists: the files of a build with their titles, and what the records hold.
- ``portal_steps``: What a portal does with each dataset of a catalogue: create, update, skip, delete or refuse, and
  what it shows.
- ``portals``: What the portals do with a catalogue: the fields they take over, and how they know a dataset again.
- ``profile_check``: Judge a catalogue by official shapes: DCAT-AP, DCAT-AP.de and GovData, read from a folder or an
  address.
- ``profiles``: The official shapes and vocabularies by which portals judge a catalogue, and where they are published.
- ``rehearsal``: Rehearse a harvest: what each portal would do with a catalogue, what it would show and lose, and what
  would vanish.
- ``rehearsal_report``: Tell the outcome of a rehearsal: for people, in German and English, and for programs.
- ``retrieval``: Ask addresses of catalogues, shapes and files as harvesters do.
- ``schema_dataset``: Describe the dataset by schema.org, for search engines of data sets: the same facts as the
  catalogue, in a page.
- ``shapes_source``: Where official shapes and vocabularies come from: a folder, or an address whose files are kept.
- ``void``: Describe the publication for machines that look for linked data: VoID, at ``void.ttl`` and
  ``/.well-known/void``.
"""
