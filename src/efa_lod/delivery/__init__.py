"""Bring what was built to where it is used, and see that it arrived: triple stores, portals, folders.

What is brought there is written by :mod:`efa_lod.build`; connections are those of :mod:`efa_lod.io`.

- ``ckan``: Bring one dataset to a CKAN by its Action API.
- ``ckan_fields``: A catalogue's dataset as CKAN's Action API takes it.
- ``comparison``: Compare two graphs of any size as sets of statements, by value, in bounded memory.
- ``folder``: Bring a build to a folder: changed files only, in an order that readers can live with.
- ``graph_push``: Replace one graph of a triple store as a whole or not at all, and prove what arrived.
- ``options``: What a push may do, and what it refuses.
- ``piveau``: Bring one dataset to a piveau hub.
- ``push``: Bring a build to a target, in the way of its kind.
- ``receipts``: What a push did, for people and for programs.
- ``starter``: Write a publication of one's own, and the steps that publish it.
- ``stores``: Talk to triple stores: the addresses, logins and peculiarities of each kind.
- ``targets``: The targets of a push, by name in ``data/targets.yaml`` or by address.
- ``values``: The value of a literal, whichever way it is written.
"""
