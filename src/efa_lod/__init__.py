"""efa-lod: how municipalities reuse EfA online services in the 16 German states, as linked open data."""

__version__ = "1.0.0"
