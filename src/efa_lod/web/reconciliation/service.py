"""The addresses of the service: manifest, queries, suggestions, preview, extension.

Every answer may be read by pages of any host (CORS), as clients need it. ``/reconcile`` without a question is the
manifest (Reconciliation Service API 0.2, section 3).
"""

import asyncio
import html
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping, mapping_of
from efa_lod.sparql.pool import WorkerPool
from efa_lod.sparql.workers import OK, Job
from efa_lod.web.endpoint import (
    EVERYWHERE,
    OPEN_HEADERS,
    Headers,
    Receive,
    Scope,
    Send,
    headers_of,
    request_body,
    send_answer,
    send_refused,
)
from efa_lod.web.protocol import FORM, RequestRefusal
from efa_lod.web.reconciliation.entities import TYPES, Entity, entities_of, entities_query, register_entities
from efa_lod.web.reconciliation.extension import (
    PROPERTIES,
    ExtensionProperty,
    cells_of,
    extension_query,
    proposed,
    read_extension,
    values_by_subject,
)
from efa_lod.web.reconciliation.matching import EntityIndex, as_json, read_query

RECONCILIATION_PATH = "/reconcile"
_METHODS = "GET, HEAD, POST, OPTIONS"
BATCH_SIZE = 1000
"""Cells of one request, and things of one extension."""
MOST_VALUES = 20
PREVIEW_WIDTH, PREVIEW_HEIGHT = 380, 200
"""Size of a preview in pixels."""
_POLICY = b"content-security-policy"
_PREVIEW_POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
_PREVIEW = ("contact", "email", "telephone", "contactStatus", "homepage")
"""The properties that a preview shows."""


class ReconciliationService:
    """The service as an ASGI application over the graph of *pool*, known at the address that *address_of* gives."""

    def __init__(
        self,
        pool: WorkerPool,
        publication: Publication,
        address_of: Callable[[Scope, str], str],
        largest_request: int,
    ) -> None:
        self._pool = pool
        self._publication = publication
        self._address_of = address_of
        self._largest_request = largest_request
        self._index: EntityIndex | None = None
        self._making = asyncio.Lock()
        self._base_iri = publication.base_iri

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request below ``/reconcile``."""
        method = scope["method"]
        if method == "OPTIONS":
            head = [(b"allow", _METHODS.encode()), (b"access-control-allow-methods", _METHODS.encode())]
            allowed = [(b"access-control-allow-headers", b"Accept, Content-Type"), *OPEN_HEADERS]
            return await send_answer(send, 204, [*head, *allowed], b"", method)
        try:
            await self._answer(scope, receive, send)
        except RequestRefusal as refused:
            await send_refused(send, refused, method)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        body = await request_body(scope, headers, receive, self._largest_request)
        asked = _parameters(scope, headers.get("content-type", ""), body)
        way = scope["path"].rstrip("/").removeprefix(RECONCILIATION_PATH)
        if way == "/preview":
            return await self._send_preview(send, asked.get("id", ""), scope["method"])
        answers = {
            "": self._root,
            "/suggest/entity": self._suggest_entities,
            "/suggest/type": self._suggest_types,
            "/suggest/property": self._suggest_properties,
            "/properties": self._propose,
        }
        if way not in answers:
            raise RequestRefusal(404, f"there is nothing here; the service is at {RECONCILIATION_PATH}")
        whole = await answers[way](asked, scope)
        data = (json.dumps(whole, ensure_ascii=False) + "\n").encode()
        sent: Headers = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-cache")]
        return await send_answer(send, 200, [*sent, *OPEN_HEADERS], data, scope["method"])

    async def _root(self, asked: Mapping[str, str], scope: Scope) -> dict[str, object]:
        if "queries" in asked:
            return await self._batch(_json_in(asked["queries"], "queries"))
        if "extend" in asked:
            return await self._extend(_json_in(asked["extend"], "extend"))
        return self._manifest(scope)

    def _manifest(self, scope: Scope) -> dict[str, object]:
        """Return what the service says of itself (section 3.1)."""
        address = self._address_of(scope, RECONCILIATION_PATH)

        def at(path: str) -> dict[str, str]:
            return {"service_url": address, "service_path": path}

        return {
            "versions": ["0.1", "0.2"],
            "name": self._publication.texts("de")["title"],
            "identifierSpace": self._base_iri,
            "schemaSpace": f"{self._base_iri}ontology#",
            "defaultTypes": [one.as_json() for one in TYPES.values()],
            "view": {"url": f"{self._base_iri}{{{{id}}}}"},
            "preview": {
                "url": f"{address}/preview?id={{{{id}}}}",
                "width": PREVIEW_WIDTH,
                "height": PREVIEW_HEIGHT,
            },
            "suggest": {
                "entity": at("/suggest/entity"),
                "type": at("/suggest/type"),
                "property": at("/suggest/property"),
            },
            "extend": {"propose_properties": at("/properties"), "property_settings": []},
            "batchSize": BATCH_SIZE,
        }

    async def _batch(self, queries: object) -> dict[str, object]:
        """Return candidates for each query of a batch (section 4)."""
        if not is_mapping(queries):
            raise RequestRefusal(400, "queries: expected an object of queries by id")
        _refuse_long(queries)
        index = await self._entities()
        found: dict[str, object] = {}
        for name, written in queries.items():
            try:
                query = read_query(mapping_of(written))
            except ValueError as error:
                raise RequestRefusal(400, f"queries: {name[:40]}: {error}") from error
            found[name] = {"result": [as_json(one) for one in index.candidates(query)]}
            await asyncio.sleep(0)  # others are answered in between
        return found

    async def _extend(self, written: object) -> dict[str, object]:
        """Return the values of properties for each thing (section 7.2)."""
        try:
            ids, names = read_extension(written)
        except ValueError as error:
            raise RequestRefusal(400, f"extend: {error}") from error
        _refuse_long(ids)
        index = await self._entities()
        known = {one: index.by_id[one] for one in ids if one in index.by_id}
        columns = {name: await self._values(PROPERTIES[name], known.values()) for name in names}
        rows = {
            one: {
                name: cells_of(known[one], values)[:MOST_VALUES] if one in known else []
                for name, values in columns.items()
            }
            for one in ids
        }
        return {"meta": [PROPERTIES[name].as_json() for name in names], "rows": rows}

    async def _values(
        self, property_: ExtensionProperty, entities: Iterable[Entity]
    ) -> Mapping[str, list[dict[str, str]]]:
        subjects = {subject for entity in entities for subject in entity.subjects}
        if not subjects:
            return {}
        answer = await self._asked(extension_query(property_, subjects, self._base_iri))
        return values_by_subject(answer, self._base_iri)

    async def _suggest_entities(self, asked: Mapping[str, str], scope: Scope) -> dict[str, object]:
        index = await self._entities()
        found = index.beginning(asked.get("prefix", ""), asked.get("type", ""), _number(asked, 10))
        return {
            "result": [
                {"id": one.id, "name": one.name, "description": one.description, "notable": [one.type.as_json()]}
                for one in found
            ]
        }

    async def _suggest_types(self, asked: Mapping[str, str], scope: Scope) -> dict[str, object]:
        return {"result": _beginning(asked, (one.as_json() for one in TYPES.values()))}

    async def _suggest_properties(self, asked: Mapping[str, str], scope: Scope) -> dict[str, object]:
        return {"result": _beginning(asked, (one.as_json() for one in PROPERTIES.values()))}

    async def _propose(self, asked: Mapping[str, str], scope: Scope) -> dict[str, object]:
        """Return what can be asked of things of a type (section 7.1)."""
        type_ = asked.get("type", "")
        found = proposed(type_, _number(asked, len(PROPERTIES)))
        return {"type": type_, "properties": [one.as_json() for one in found]}

    async def _send_preview(self, send: Send, identifier: str, method: str) -> None:
        """Send the preview of a thing: a small page that other pages may show in a frame (section 5)."""
        entity = (await self._entities()).by_id.get(identifier)
        if entity is None:
            raise RequestRefusal(404, f"there is no such thing: {identifier[:100]}")
        names = [name for name in _PREVIEW if entity.type.id in PROPERTIES[name].types]
        told = {PROPERTIES[name].name: await self._values(PROPERTIES[name], [entity]) for name in names}
        lines = [(name, cells_of(entity, values)[:3]) for name, values in told.items()]
        head: Headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-cache"), *OPEN_HEADERS]
        data = _preview(entity, lines).encode()
        framed = [(name, value) for name, value in EVERYWHERE if name != _POLICY]
        await send_answer(send, 200, head, data, method, [*framed, (_POLICY, _PREVIEW_POLICY)])

    async def _entities(self) -> EntityIndex:
        """Return the things of the graph and of the register; the first request makes the index."""
        async with self._making:
            if self._index is None:
                self._index = EntityIndex(await self._read_entities(), self._base_iri)
            return self._index

    async def _read_entities(self) -> list[Entity]:
        found: list[Entity] = []
        for type_ in TYPES.values():
            answer = await self._asked(entities_query(type_, self._base_iri))
            found += entities_of(type_, self._base_iri, answer)
        states = {code: one for one in found if one.type.id == "State" for code in one.codes}
        keys = (code for one in found if one.type.id == "Municipality" for code in one.codes)
        return [*found, *await asyncio.to_thread(lambda: list(register_entities(self._publication, states, keys)))]

    async def _asked(self, query: str) -> bytes:
        reply = await self._pool.ask(Job(query, "json"))
        if reply.status != OK:
            raise RequestRefusal(503, "the graph could not be asked – try again later", {"Retry-After": "5"})
        return reply.body


def _parameters(scope: Scope, content_type: str, body: bytes) -> dict[str, str]:
    """Return the parameters of the address and of a form."""
    if scope["method"] == "POST" and content_type.partition(";")[0].strip().lower() != FORM:
        raise RequestRefusal(415, f"Content-Type: expected {FORM}")
    try:
        texts = [scope["query_string"].decode("ascii"), body.decode("ascii")]
        return {
            name: value
            for text in texts
            for name, value in parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
        }
    except ValueError as error:
        raise RequestRefusal(400, "the parameters are not URL-encoded UTF-8") from error


def _json_in(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestRefusal(400, f"{name}: expected JSON") from error


def _refuse_long(asked: Any) -> None:
    if len(asked) > BATCH_SIZE:
        raise RequestRefusal(413, f"at most {BATCH_SIZE} at once, found {len(asked)} – send them in parts")


def _number(asked: Mapping[str, str], default: int) -> int:
    text = asked.get("limit", "")
    return min(int(text), 100) if text.isascii() and text.isdigit() and len(text) < 9 else default


def _beginning(asked: Mapping[str, str], found: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Return those whose name or id has a word that begins with what is asked."""
    prefix = asked.get("prefix", "").casefold()
    words = ((one, (one["id"], *one["name"].split())) for one in found)
    return [one for one, named in words if any(word.casefold().startswith(prefix) for word in named)]


def _preview(entity: Entity, lines: Iterable[tuple[str, list[dict[str, str]]]]) -> str:
    rows = "".join(
        f"<dt>{html.escape(name)}</dt>"
        + "".join(f"<dd>{html.escape(cell.get('str') or cell['name'])}</dd>" for cell in found)
        for name, found in lines
        if found
    )
    kind = ", ".join(one for one in (entity.type.name, entity.description) if one)
    return (
        f'<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>{html.escape(entity.name)}</title>'
        f"<body><h1>{html.escape(entity.name)}</h1><p>{html.escape(kind)}</p><dl>{rows}</dl></body></html>\n"
    )
