"""The headers that every response of a site carries, whichever server sends it."""

import base64
import hashlib
import re

from efa_lod.web.templating import TEMPLATE_FOLDER

ERROR_STYLE = (TEMPLATE_FOLDER / "error.css").read_text("utf-8")
"""The look of error pages: they stand at any depth of a site, so they cannot name a stylesheet by its address."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' "
    f"'sha256-{base64.b64encode(hashlib.sha256(ERROR_STYLE.encode()).digest()).decode()}'; connect-src 'self';"
    " img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What pages may do: nothing but to load their own parts, ask their own server, and carry the one style above."""
POLICY_HEADER = "Content-Security-Policy"
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    POLICY_HEADER: POLICY,
}
"""Headers of every response: no browser guesses a type, tells where a reader was, or runs what is not ours."""
ENGINE_PATHS = r"(?:en/)?query\.html|assets/query-worker\.js"
"""The paths, as a regular expression, of the query page and of the worker in which its engine runs."""
ENGINE_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""What the query page may do: the same, and to run the engine, which is WebAssembly."""


def security_of(path: str) -> dict[str, str]:
    """Return the headers of security for the document at *path*."""
    return {**SECURITY, POLICY_HEADER: ENGINE_POLICY} if re.fullmatch(ENGINE_PATHS, path) else dict(SECURITY)


OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
}
"""Headers of every response, since everything here is public (CORS)."""
PREFLIGHT = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since, Range",
    "Access-Control-Max-Age": "86400",
}
"""Headers of the answer to a browser that asks whether it may ask."""
CACHING = (("assets/", "public, max-age=3600"), ("", "no-cache"))
"""Cache-Control by the beginning of a path: documents are asked for again, and answered with 304 if unchanged."""


def caching(path: str) -> str:
    """Return the Cache-Control of the file at *path*."""
    return next(value for start, value in CACHING if path.startswith(start))
