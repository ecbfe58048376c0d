"""efa-lod: how municipalities reuse EfA online services in the 16 German states, as linked open data.

``graph``, ``query``, ``ask`` and ``construct`` ask the data that comes with the package; see :mod:`efa_lod.api`.
Nothing is loaded before it is used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from efa_lod.api import IRI, Table, ask, construct, graph, query

__version__ = "1.0.0"
__all__ = ["IRI", "Table", "__version__", "ask", "construct", "graph", "query"]


def __getattr__(name: str) -> Any:
    """Return a part of the programming interface, loaded now."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from efa_lod import api

    return getattr(api, name)
