"""Read and write files, folders and web addresses: the only package that touches disk and network.

What the bytes mean is left to :mod:`efa_lod.model` and :mod:`efa_lod.rdf`.

- ``files``: Open what people name as a file: regular files, and no more of them than fits.
- ``folders``: Replace a folder as a whole or not at all, whatever happens on the way.
- ``http``: Ask other hosts: the one room that opens connections for pages, links, shapes, catalogues and the check of
  a site.
- ``limits``: Refuse what would exhaust the stack, the memory or the patience of an engine, before the engine sees it.
- ``reading``: Read YAML, JSON and JSON Lines strictly, keeping the line of every key.
- ``terminal``: Text from files, graphs and other hosts on a terminal: shown, never obeyed.
- ``yaml_text``: Values as YAML for a person to go on with. Reading YAML is left to :mod:`efa_lod.io.reading`.
"""
