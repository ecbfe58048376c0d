"""Serve the form on this computer only, until its page is closed or Ctrl-C.

Whoever may ask has the address that is printed: each path begins with a token that is made anew each time. Requests
under another host name or from another origin are refused, so that no other page in the browser can ask; bodies are
bounded, and only files of the publication are read and written. The page holds a connection open, by which the program
knows that it is still there. Several tabs may be open at once; what one saves is merged into what another has.
"""

import asyncio
import hmac
import json
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from efa_lod.editing.findings import EditChecker
from efa_lod.editing.form_page import list_page, outcome_as_data, record_page
from efa_lod.editing.form_session import read_form, request_in
from efa_lod.errors import BrokenInput, EfaLodError
from efa_lod.extras import extra
from efa_lod.io.json_objects import JsonObject
from efa_lod.io.messages import Messages, reason
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_Answering = Callable[["Request"], Awaitable["Response"]]
GRACE_S = 10
"""Seconds without any page until the program ends: a page that is loaded anew is back before."""
PULSE_S = 1.0
"""Seconds between two signs of life to a page."""
FORM_BODY_LIMIT = 2 << 20
"""Most bytes that a page may send at once."""
FORM_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HERE = Path(__file__).parent
_SITE = _HERE.parent / "site/static"
_ASSETS = {
    "site.css": (_SITE / "site.css", "text/css"),
    "icon.svg": (_SITE / "icon.svg", "image/svg+xml"),
    "form.css": (_HERE / "static/form.css", "text/css"),
    "form.js": (_HERE / "static/form.js", "text/javascript"),
}
_TEXTS = Messages(__file__, "form")


@dataclass
class FormApplication:
    """Answers the requests of the form: *port* and *token* are those of its address."""

    publication: Publication
    port: int
    token: str
    language: str
    pages: int = 0
    last_seen: float = 0
    has_ended: bool = False
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.checker = EditChecker(self.publication)

    @property
    def root(self) -> str:
        """Return the path below which everything is."""
        return f"/{self.token}/"

    @property
    def is_deserted(self) -> bool:
        """Return True if there was a page, and none for some time."""
        return self.last_seen > 0 and self.pages == 0 and time.monotonic() - self.last_seen > GRACE_S

    async def prepare(self) -> None:
        """Read what the first finding needs while the person looks at the page."""
        async with self._lock:
            await asyncio.to_thread(self.checker.prepare)

    def asgi(self) -> "Starlette":
        """Return the ASGI application."""
        from starlette.applications import Starlette
        from starlette.routing import Route

        return Starlette(
            routes=[
                Route("/{token}/", self._guarded(self._list)),
                Route("/{token}/alive", self._guarded(self._alive)),
                Route("/{token}/assets/{name}", self._guarded(self._asset)),
                Route("/{token}/check", self._guarded(self._posted), methods=["POST"]),
                Route("/{token}/save", self._guarded(self._posted), methods=["POST"]),
                Route("/{token}/{state:path}", self._guarded(self._record)),
                Route("/{path:path}", self._guarded(self._list)),
            ]
        )

    def _guarded(self, answer: "_Answering") -> "_Answering":
        """Return *answer* for those who have the token and ask from the form's own pages."""
        from starlette.responses import PlainTextResponse

        async def guarded(request: "Request") -> "Response":
            hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
            origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
            told = str(request.path_params.get("token", ""))
            is_foreign = origin is not None and origin not in {f"http://{host}" for host in hosts}
            if request.headers.get("host") not in hosts or is_foreign or (site == "cross-site" and origin):
                return PlainTextResponse("forbidden\n", 403, FORM_HEADERS)
            if not hmac.compare_digest(told.encode(), self.token.encode()):
                return PlainTextResponse(_TEXTS("no-token")[self.language == "de"] + "\n", 404, FORM_HEADERS)
            response: Response = await answer(request)
            response.headers.update(FORM_HEADERS)
            return response

        return guarded

    def _tongue(self, request: "Request") -> str:
        asked = request.query_params.get("lang", "")
        return asked if asked in ("de", "en") else self.language

    async def _list(self, request: "Request") -> "Response":
        from starlette.responses import HTMLResponse

        return HTMLResponse(await asyncio.to_thread(list_page, self.publication, self._tongue(request), self.root))

    async def _record(self, request: "Request") -> "Response":
        from starlette.responses import HTMLResponse, PlainTextResponse

        language = self._tongue(request)

        def page() -> str:
            form = read_form(self.publication, str(request.path_params["state"]), language, self.checker)
            return record_page(form, date.today().isoformat(), self.root)

        try:
            return HTMLResponse(await asyncio.to_thread(page))
        except EfaLodError as error:
            return PlainTextResponse(error.in_language(language) + "\n", 404)

    async def _asset(self, request: "Request") -> "Response":
        from starlette.responses import FileResponse, PlainTextResponse

        found = _ASSETS.get(str(request.path_params["name"]))
        return FileResponse(found[0], media_type=found[1]) if found else PlainTextResponse("", 404)

    async def _alive(self, request: "Request") -> "Response":
        from starlette.responses import StreamingResponse

        async def pulse() -> AsyncIterator[bytes]:
            self.pages += 1
            try:
                while not self.has_ended:
                    yield b": here\n\n"
                    await asyncio.sleep(PULSE_S)
            finally:
                self.pages -= 1
                self.last_seen = time.monotonic()

        return StreamingResponse(pulse(), media_type="text/event-stream")

    async def _posted(self, request: "Request") -> "Response":
        from starlette.responses import JSONResponse

        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return JSONResponse({"error": "application/json"}, 415)
        language = self.language
        try:
            body = b""
            async for part in request.stream():
                body += part
                if len(body) > FORM_BODY_LIMIT:
                    return JSONResponse({"error": f"> {FORM_BODY_LIMIT} bytes"}, 413)
            data = _json(body)
            language = data["lang"] if data.get("lang") in ("de", "en") else language
            is_saved = request.url.path.endswith("/save")
            async with self._lock:  # one at a time: what is read must still be there when it is written
                outcome = await asyncio.to_thread(self._outcome, data, language, is_saved)
        except EfaLodError as error:
            return JSONResponse({"error": error.in_language(language)}, 400)
        return JSONResponse(outcome)

    def _outcome(self, data: JsonObject, language: str, is_saved: bool) -> dict[str, object]:
        form = read_form(self.publication, str(data.get("state")), language, self.checker)
        return outcome_as_data(form.outcome(request_in(data), is_saved), language)


def _json(body: bytes) -> JsonObject:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BrokenInput(*_TEXTS("no-request")) from error
    if not is_mapping(data):
        raise BrokenInput(*_TEXTS("no-request"))
    return data


def serve_form(publication: Publication, state: str, language: str, port: int, begun: Callable[[str], None]) -> None:
    """Serve the form of *publication* until its page is closed, or until told to end.

    *begun* is called with the address of the page: that of the record *state*, or of the list where it is empty. Raise
    BadSetting where *port* cannot be used or a library is missing.
    """
    with extra("serve"):
        import starlette  # noqa: F401
        import uvicorn

        from efa_lod.web.connection_limits import ConnectionLimits
        from efa_lod.web.connections import HEAD_LIMIT, bounded_protocol
    with _listening(port) as listening:
        port = listening.getsockname()[1]
        form = FormApplication(publication, port, secrets.token_urlsafe(24), language)
        config = uvicorn.Config(
            form.asgi(),
            log_level="error",
            access_log=False,
            lifespan="off",
            server_header=False,
            http=bounded_protocol(ConnectionLimits()),
            h11_max_incomplete_event_size=HEAD_LIMIT,
            ws="none",
            timeout_graceful_shutdown=3,
        )
        server = uvicorn.Server(config)
        address = f"http://127.0.0.1:{port}{form.root}{state}?lang={language}"
        with asyncio.Runner() as runner:
            runner.run(_run(server, form, listening, lambda: begun(address)))


async def _run(
    server: "uvicorn.Server", form: FormApplication, listening: socket.socket, begun: Callable[[], None]
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again when all has ended
        signal.signal(number, signal.SIG_IGN)
    watch = asyncio.ensure_future(_watch(server, form))
    warm = asyncio.ensure_future(form.prepare())
    begun()
    await server.serve(sockets=[listening])
    watch.cancel()
    warm.cancel()


async def _watch(server: "uvicorn.Server", form: FormApplication) -> None:
    """End *server* when no page is there any more, and the pages' connections when it ends."""
    while not server.should_exit:
        await asyncio.sleep(0.1)
        server.should_exit |= form.is_deserted
    form.has_ended = True


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise _TEXTS.unusable("no-port", port=port, reason=reason(error)) from error
    return listening
