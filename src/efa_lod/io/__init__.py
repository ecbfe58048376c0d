"""Read and write files, folders and web addresses: the only package that touches disk and network.

What the bytes mean is left to :mod:`efa_lod.model` and :mod:`efa_lod.rdf`.

- ``characters``: Characters that no text of a record should have: they are not seen, and change what is read, found or
  compared.
- ``documents``: What is read from a file of records: mappings, each with its place and the lines of its parts.
- ``fetch_errors``: What keeps an address from answering, in the words of the one who asked.
- ``fetch_policy``: How other hosts are asked: who asks, how long and how often, and which addresses are not asked.
- ``files``: Open what people name as a file: regular files, and no more of them than fits.
- ``folders``: Replace a folder as a whole or not at all, whatever happens on the way.
- ``held_folders``: Read a folder as it is now, although a build may put another in its place at any moment.
- ``http``: Ask other hosts for pages, links, shapes, catalogues and the files of a site.
- ``http_session``: Connections that try again, and that are given up when they end at a private address.
- ``json``: Read JSON and JSON Lines: what YAML gives and no more, so all scalars are texts.
- ``json_objects``: Read small files of JSON that programs keep for themselves: inventories, marks, notes.
- ``json_text``: Write JSON as the files of a publication have it: in lines, each level indented by a space.
- ``limits``: Refuse what would exhaust the stack, the memory or the patience of an engine, before the engine sees it.
- ``line_sets``: Sort more lines than fit into memory, and compare two sets of them.
- ``messages``: What is said to people, in German and English, from tables beside the code: whoever translates edits no
  program.
- ``reading``: Read YAML, JSON and JSON Lines strictly, keeping the line of every key.
- ``sending``: Send to hosts that the user has named, with a login that goes to them alone.
- ``terminal``: Text from files, graphs and other hosts on a terminal: shown, never obeyed.
- ``user_cache``: Where the program keeps what it could make again: a folder of the user's own.
- ``xml_text``: Text as it stands in XML.
- ``yaml``: Read YAML strictly: every scalar is text, and nothing is expanded.
- ``yaml_changes``: Which places of a YAML text change when a value is set, added or removed: as few as there need be.
- ``yaml_diagnosis``: Say in a person's words why a text cannot be read as YAML: what is wrong on which line, and how it
  should look.
- ``yaml_edits``: Set, add and remove values in YAML texts: what is not touched stays byte for byte, comments and quotes
  included.
- ``yaml_nodes``: Where values stand in a YAML text: nodes with the exact places of their first and last character.
- ``yaml_scalars``: Write single values as YAML that is read back as the same text: plain where that is safe, else
  quoted or folded.
- ``yaml_text``: Values as YAML for a person to go on with. Reading YAML is left to :mod:`efa_lod.io.reading`.
"""
