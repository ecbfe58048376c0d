"""A search back end that has indexed nothing: enough for a CKAN that creates, harvests, shows and deletes.

CKAN asks its search for a dataset before it asks its database, so an index that is always empty makes it tell what the
database holds. ``search_standin.py PORT SCHEMA`` serves it; SCHEMA is CKAN's own ``config/solr/schema.xml``.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NOTHING = {
    "responseHeader": {"status": 0, "QTime": 0},
    "response": {"numFound": 0, "start": 0, "docs": []},
    "facet_counts": {"facet_queries": {}, "facet_fields": {}, "facet_ranges": {}},
}


class Handler(BaseHTTPRequestHandler):
    """Answer each question with nothing found, each change with success, and tell the schema."""

    protocol_version = "HTTP/1.1"
    schema = b""

    def do_GET(self) -> None:
        """Answer a question, or tell the schema."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_schema = "/schema" in self.path
        body = self.schema if is_schema else json.dumps(NOTHING).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml" if is_schema else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 – the name that http.server asks for

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Handler.schema = Path(sys.argv[2]).read_bytes()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
