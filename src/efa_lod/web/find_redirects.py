"""Lead a question to the finder on to its answer: ``find.html?q=…`` is a redirection, which needs no JavaScript."""

import asyncio
from urllib.parse import parse_qs, quote, urlencode

from efa_lod.model.finder import Finder, FinderResult, finder, page_for, variants
from efa_lod.model.gazetteer import comparable, folded, read_gazetteer
from efa_lod.model.publication import Publication
from efa_lod.model.records import read_records
from efa_lod.web.built_site import BuiltSite
from efa_lod.web.endpoint import Receive, Scope, Send
from efa_lod.web.response_headers import OPEN_TO_ALL, SECURITY
from efa_lod.web.site_files import LinkedData

PATHS = ("/find.html", "/en/find.html")
"""The addresses of the finder, by language."""
_LONGEST_PLACE = 120
"""Most characters of a question that the page of a state repeats."""


class FinderRedirects:
    """The page of the finder as an ASGI application: a question that has an answer is led on with 303."""

    def __init__(self, publication: Publication, site: BuiltSite) -> None:
        self._publication = publication
        self._site = site
        self._files = LinkedData(site)
        self._find: Finder | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        asked = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10).get("q", [])
        language = "en" if scope["path"] == PATHS[1] else "de"
        is_question = asked and scope["method"] in ("GET", "HEAD")
        target = await asyncio.to_thread(self._target, asked[0], language) if is_question else ""
        if not target:
            return await self._files(scope, receive, send)
        from starlette.responses import Response

        headers = {"Location": target, "Cache-Control": "no-cache", **SECURITY, **OPEN_TO_ALL}
        return await Response(status_code=303, headers=headers)(scope, receive, send)

    def _target(self, question: str, language: str) -> str:
        """Return the way to the page that answers *question*; an empty text where that is the finder itself."""
        if self._find is None:
            self._find = finder_of_states(self._publication)
        page = page_for(question, self._find)
        if page == "find.html" or not self._site.has(page):
            return ""
        if not page.startswith("find/"):
            return quote(page) + _place_asked_for(question, self._find(question), language)
        places = self._find(question).places if page.startswith("find/names/") else ()
        name = comparable(places[0].name) if places else folded(question)
        return f"{quote(page)}?q={quote(question[:200])}#at-{quote(name.partition(' ')[0])}"


def _place_asked_for(question: str, found: FinderResult, language: str) -> str:
    """Return the query with which the page of a state says for which place it was opened; empty for a state.

    Where several places lie in the state, they have in common only what was asked.
    """
    if not found.places:
        return f"?{urlencode({'place': found.key})}" if len(found.key) > 2 else ""
    names = {comparable(name) for name, _ in variants(question)}
    meant, *others = [one for one in found.places if comparable(one.name) in names] or found.places
    described = meant.described(language)
    place = f"{meant.name} ({described})" if described else meant.name
    return f"?{urlencode({'place': question[:_LONGEST_PLACE] if others else place})}"


def finder_of_states(publication: Publication) -> Finder:
    """Return what finds the states of *publication* and the places of its register.

    Records in JSON Lines are left aside: there may be millions, and keys of municipalities are led on by their paths.
    """
    files = [file for file in publication.state_files if file.suffix != ".jsonl"]
    records = read_records((file, publication.name_of(file)) for file in files)
    states = [document.value for document in records if document.value.get("type") == "State"]
    return finder(states, (), read_gazetteer(publication))
