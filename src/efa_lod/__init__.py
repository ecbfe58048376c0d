"""efa-lod: how municipalities reuse EfA online services in the 16 German states, as linked open data.

``graph``, ``query``, ``ask`` and ``construct`` ask the data that comes with the package; see :mod:`efa_lod.api`.
Nothing is loaded before it is used.

The packages, each of which imports only from those above it; what is in a package stands in its own docstring:

- ``errors``, ``extras``: what stops a command, with the exit codes; optional libraries
- ``io``: disk and network, guarded
- ``model``: what a publication says, as values
- ``rdf``: statements as graphs, and files in each syntax
- ``validation``: what is wrong with the data, with file, line, key and remedy
- ``releases``: versions, and what changed between them
- ``catalog``: how the dataset is described to portals, and what they make of it
- ``sparql``: questions to a graph that only read
- ``api``: the same from Python
- ``web``: what an IRI answers over HTTP
- ``overview``: the page that the records were read from
- ``editing``: records in sheets and forms, for who writes no YAML
- ``monitor``: whether what is published answers
- ``site``: pages for people
- ``build``: from records to outputs
- ``delivery``: bringing a build to where it is used
- ``cli``: the command line

The words that matter:

- *publication*: a folder with ``data/``, ``ontology/`` and ``shapes/``, from which everything is made
- *record*: what is said of one thing, as one YAML or JSON document under the context
- *context*: the JSON-LD context that gives every key its meaning; the only mapping there is
- *thing*: what has an IRI of its own, such as a state, an organisation or a marketplace
- *part*: what has an IRI with a fragment below that of a thing
- *document*: a file that describes one thing and its parts, in one format
- *statement*: an RDF triple, as terms of N-Triples
- *dump*: all statements of the records in one file of one format
- *graph file*: records, ontology, code lists and catalogue in one default graph, for SPARQL
- *overview page*: the page about all states from which the records were read
- *row*: one label and its text for one state on the overview page; a *row kind* is the label's meaning
- *value status*: how a row answers – a value, empty, "n. a.", not yet available, or a link that was lost
- *provision*: one rule about who pays, for what and until when
- *addition*: what was not on the page and was added with evidence
- *origin*: the row or the evidence that a statement rests on
- *result*: one finding of a check, with focus node, path, shape, place and remedy
- *place*: the file and line of a key
- *focus node*, *data graph*, *shapes graph*: as in SHACL
- *pre-filter*: finds the nodes that cannot violate a shape, so that pySHACL sees only the rest
- *batch*: records that are expanded, checked and written together, in bounded memory
- *profile*: the shapes that a portal holds a catalogue against
- *rehearsal*: what portals would do with a catalogue on their next harvest
- *catalogue*, *dataset*, *distribution*: as in DCAT
- *marketplace*, *service*: where EfA services are found; what a state offers its municipalities for reusing them
- *named query*: a query with title, question and explanation that comes with the publication
- *guard*: what holds a query to reading the graph at hand
- *worker*: a process that answers queries and can be killed
- *inventory*: ``build.json``, which lists each file of a build with its digest
- *probe*: one thing that the check of a deployed site looks at
- *release*: the publication as it was at one version, frozen in a folder of its own
- *change*: what a release says otherwise than the one before, of one thing and one property
- *target*: where a build is brought: a triple store, a portal or a folder
- *receipt*: what a push did at a target, and what proves it
- *staging graph*: where statements are gathered and compared before they take the place of a graph
- *draft*: a record as a program reads it from the page, for a person to complete
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from efa_lod.api import IRI, Table, ask, construct, graph, query

__version__ = "1.0.0"
__all__ = ["IRI", "Table", "__version__", "ask", "construct", "graph", "query"]


def __getattr__(name: str) -> object:
    """Return a part of the programming interface, loaded now."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from efa_lod import api

    return getattr(api, name)


def __dir__() -> list[str]:
    """Return the programming interface."""
    return sorted(__all__)
