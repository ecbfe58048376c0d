"""The command line: options in, one call, the result out.

Each command calls one function of another package.

- ``check_site``: The command ``check-site``: an address in, what is wrong with the site out.
- ``commands``: The command line: options in, one call, the result out.
- ``find``: The command ``find``: from a municipality key, a state or a name to the contacts and the page.
- ``help``: The command ``help``: what each command takes, as text or as the page of the manual.
- ``links``: Commands about the links in the data.
- ``options``: Options that several commands have, and what follows from them.
- ``query``: The command ``query``: a question in, its answer out.
- ``serve``: The command ``serve``: a graph in, an endpoint until it is told to end.
- ``source``: Commands about the overview page: read it, hold the records against it, notice change, confirm.
- ``spark``: The command ``spark``: records by the cluster in, a report or a folder of outputs in parts.
"""

from efa_lod.cli.commands import main

__all__ = ["main"]
