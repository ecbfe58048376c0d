"""Reconciliation Service API 0.2 (and 0.1) of the W3C community group: find things for the cells of a table.

OpenRefine and others send the cells of a column and get the things that they name; then they ask for more about these
things, such as the contacts of a state, and put it into columns beside them. What is served here is answered from the
graph that the server holds; names of municipalities come from the official register, where the publication has it.

- ``entities``: The things that can be found, and what they are found by.
- ``extension``: What a thing can be asked for: contacts, marketplaces, payers, and what became of each question.
- ``matching``: From the text of a cell to the things that it may name.
- ``service``: The addresses of the service: manifest, queries, suggestions, preview, extension.
"""
