"""Probe whether what pages lead to is there, and whether they load anything of others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from efa_lod.model.languages import Texts
from efa_lod.monitor.findings import (
    ProbeResult,
    bilingual,
    both,
    needs_answers,
    outcome,
    status,
)
from efa_lod.monitor.inventory import sample
from efa_lod.monitor.page_contents import PageContents
from efa_lod.monitor.session import SiteCheckSession


def probe_links(session: SiteCheckSession) -> Iterator[ProbeResult]:
    """Follow the links within the site of the pages that were read, as far as the sample goes."""
    known = {session.url(path): page for path, page in session.pages.items()}
    targets: dict[str, dict[str, str]] = defaultdict(dict)
    for source, page in known.items():
        for link in dict.fromkeys([*page.links, *page.resources]):
            found = _target(session, source, link)
            if found is None:
                if link in page.resources and urlsplit(urljoin(source, link)).scheme in ("http", "https"):
                    nothing = bilingual("nichts von anderen", "nothing from others")
                    yield outcome("third-party", source, False, nothing, both(link[:200]))
                continue
            url, fragment = urldefrag(found)
            targets[url].setdefault(fragment, source)
        yield ProbeResult("third-party")
    chosen = sample(sorted(url.removeprefix(session.root) for url in targets), session.bounds.kind)
    chosen_urls = [session.root + path for path in chosen]
    yield from session.each(chosen_urls, lambda url: _link(session, url, targets[url], known.get(url)))


def _target(session: SiteCheckSession, source: str, link: str) -> str | None:
    try:
        return session.here(urljoin(source, link))
    except ValueError:
        return None


@needs_answers("links")
def _link(
    session: SiteCheckSession, url: str, sources: Mapping[str, str], page: PageContents | None
) -> Iterator[ProbeResult]:
    """Yield whether a link leads to something, and to parts of the *page* there that exist, if that was read.

    *sources* are pages where the link stands, by the fragment that it has there.
    """
    answer = session.look(url)
    good = answer.status == 200 and session.here(answer.url) is not None
    yield outcome("links", url, good, _from("200", next(iter(sources.values()))), status(answer))
    names = page.names | {"", "top"} if page else sources
    for fragment, source in sorted(sources.items()):
        if unquote(fragment) not in names and fragment not in names:
            missing_part = bilingual("keinen Teil mit diesem Namen", "no part of that name")
            yield outcome("links", f"{url}#{fragment}", False, _from(f"#{fragment}", source), missing_part)


def _from(text: str, source: str) -> Texts:
    return bilingual("{t}, verlinkt auf {s}", "{t}, linked on {s}", t=text, s=source)
