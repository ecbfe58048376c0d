"""Look at a deployed site as portals, browsers and search engines do: what is asked, and what should come back.

Each function of ``PROBES`` is given a session and yields a result for each single thing it has looked at.

- ``listed_distributions``: Probe whether the addresses in the catalogue answer with what it says of them.
- ``page_links``: Probe whether what pages lead to is there, and whether they load anything of others.
- ``releases``: Look at the releases of a deployed site: frozen folders, signposts, feeds, and the time map.
- ``search_engines``: Probe whether search engines find their way: sitemap, languages, robots.txt.
- ``secure_address``: Probe whether the address with http leads to the one with https.
- ``served_files``: Probe whether files are what the inventory lists, and how they are sent.
- ``site_paths``: Where a build puts what the probes look for, and how much of it they read.
- ``things``: Probe whether the IRIs of things lead to their documents, and what happens where there is none.
"""

from collections.abc import Callable, Iterator, Sequence

from efa_lod.monitor.findings import ProbeResult
from efa_lod.monitor.probes.listed_distributions import probe_catalogue
from efa_lod.monitor.probes.page_links import probe_links
from efa_lod.monitor.probes.releases import releases
from efa_lod.monitor.probes.search_engines import search
from efa_lod.monitor.probes.secure_address import https
from efa_lod.monitor.probes.served_files import files, sums
from efa_lod.monitor.probes.things import missing, probe_things
from efa_lod.monitor.session import SiteCheckSession

PROBES: Sequence[Callable[[SiteCheckSession], Iterator[ProbeResult]]] = (
    files, sums, probe_things, missing, releases, probe_links, search, probe_catalogue, https,
)  # fmt: skip
"""What is looked at, in order: pages are read with the files, and their links followed afterwards."""
