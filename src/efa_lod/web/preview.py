"""Show a site while it is worked on: what a build wrote, with a script by which each page loads itself anew.

The files stay as they were built. What is sent differs in three things: pages name the script, their policy lets it
ask this server, and nothing is kept by the browser. Only this machine is served.
"""

import asyncio
import contextlib
import re
import socket
import threading
from pathlib import Path

from efa_lod.io.messages import Messages, reason
from efa_lod.web.built_site import BuiltSite, read_built_site
from efa_lod.web.endpoint import Headers, Message, Receive, Scope, Send, send_answer
from efa_lod.web.site_files import LinkedData

_ERRORS = Messages(__file__, "errors")
SCRIPT_PATH, EVENTS_PATH = "/watch/reload.js", "/watch/events"
_SCRIPT = b"""const shown = document.currentScript.dataset.build;
new EventSource("/watch/events").onmessage = (event) => {
  if (event.data !== shown) location.reload();
};
"""
_LOOK_S = 0.03
"""Seconds between two looks whether there is a new build, while a page waits to be told."""
_END_OF_HEAD = b"</head>"
_META_POLICY = re.compile(rb"(<meta http-equiv=\"Content-Security-Policy\" content=\"(?:(?!connect-src)[^\"])*)(\">)")
_DROPPED = frozenset([b"accept-encoding", b"if-none-match", b"if-modified-since"])
_REPLACED = frozenset([b"etag", b"last-modified", b"cache-control"])
CLOSING_S = 5
"""Seconds that the server may take to end."""


class PreviewServer:
    """Serves the last build on the loopback address from a thread of its own; *port* 0 takes any that is free.

    Raise BadSetting where the port cannot be used, and BrokenInput where the packages for serving are not installed.
    """

    def __init__(self, port: int) -> None:
        try:
            import uvicorn
        except ImportError as error:
            raise _ERRORS.broken("no-packages") from error
        self._site: BuiltSite | None = None
        self._previous: BuiltSite | None = None
        self._application: LinkedData | None = None
        try:
            self._socket = socket.create_server(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise _ERRORS.unusable("no-port", f"127.0.0.1:{port}", reason=reason(error)) from error
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            log_level="error",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=0,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="preview", daemon=True)

    @property
    def address(self) -> str:
        """Return the address of the start page."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def show(self, folder: Path) -> None:
        """Serve what is in *folder* from now on; begin to serve the first time."""
        site = read_built_site(folder)
        retired, self._previous = self._previous, self._site
        self._application, self._site = LinkedData(site), site
        if retired:
            retired.close()
        if not self._thread.ident:
            self._thread.start()

    def close(self) -> None:
        """Serve no longer."""
        if self._thread.ident:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(CLOSING_S)
        self._socket.close()
        for site in (self._previous, self._site):
            if site:
                site.close()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            asyncio.run(self._server.serve(sockets=[self._socket]))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request: with the script, with news of builds, or with what the site has."""
        application, site = self._application, self._site
        if application is None or site is None:
            return await send_answer(send, 503, [], b"", scope["method"])
        if scope["path"] == SCRIPT_PATH:
            headers = [(b"content-type", b"text/javascript"), (b"cache-control", b"no-store")]
            return await send_answer(send, 200, headers, _SCRIPT, scope["method"])
        if scope["path"] == EVENTS_PATH:
            return await self._tell(receive, send)
        asked = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in _DROPPED]}
        page = _Page(send, site.fingerprint)
        return await application(asked, receive, page.send)

    async def _tell(self, receive: Receive, send: Send) -> None:
        """Send the name of each build as an event (HTML, server-sent events), until the page goes."""
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(_until_gone(receive))
        told = ""
        while not gone.done() and not self._server.should_exit:
            name = self._site.fingerprint if self._site else ""
            if name != told:
                told = name
                await send({"type": "http.response.body", "body": f"data: {name}\n\n".encode(), "more_body": True})
            await asyncio.sleep(_LOOK_S)
        gone.cancel()
        await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _Page:
    """Sends a response on; a page gets the script that loads it anew."""

    def __init__(self, send: Send, build: str) -> None:
        self._send = send
        self._build = build
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Send *message* on; what belongs to a page is held back until it is whole."""
        if message["type"] == "http.response.start":
            headers = [pair for pair in message["headers"] if pair[0].lower() not in _REPLACED]
            message = {**message, "headers": [*headers, (b"cache-control", b"no-store")]}
            if _is_page(message["headers"]):
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._body.append(message.get("body", b""))
        if not message.get("more_body"):
            await self._send_page(self._start, b"".join(self._body))

    async def _send_page(self, start: Message, body: bytes) -> None:
        """Send the page in *body*, which is empty where a client asked for the head alone."""
        if not body:
            await self._send(start)
            await self._send({"type": "http.response.body", "body": b""})
            return
        script = f'<script src="{SCRIPT_PATH}" data-build="{self._build}" defer></script>\n'.encode()
        page = _META_POLICY.sub(rb"\1; connect-src 'self'\2", body, count=1).replace(
            _END_OF_HEAD, script + _END_OF_HEAD, 1
        )
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        await self._send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
        await self._send({"type": "http.response.body", "body": page})


def _is_page(headers: Headers) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)
