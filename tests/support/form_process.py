"""A form of ``efa-lod edit`` that runs over a copy of the publication."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from support.publications import copied_publication


@dataclass(frozen=True)
class FormProcess:
    """A form that runs: its *address*, the *folder* that it writes to, and its *process*."""

    address: str
    folder: Path
    process: "subprocess.Popen[str]"

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> tuple[int, str]:
        """Send a request and return status and body; every answer forbids what no page of ours needs."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.getheader("Access-Control-Allow-Origin") is None
        assert "default-src 'none'" in str(answer.getheader("Content-Security-Policy"))
        connection.close()
        return answer.status, text

    @property
    def root(self) -> str:
        """Return the path with the token."""
        return "/" + urlsplit(self.address).path.split("/")[1] + "/"


@contextlib.contextmanager
def running(folder: Path, *arguments: str) -> Iterator[FormProcess]:
    """Start a form over a copy of the publication in *folder*; Ctrl-C ends it without a word."""
    folder.mkdir(exist_ok=True)
    copied_publication(folder)
    command = [sys.executable, "-m", "efa_lod", "edit", *arguments, "--no-browser", "--publication", str(folder)]
    environment = {**os.environ, "LC_ALL": "de_DE.UTF-8", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )
    try:
        assert process.stdout
        yield FormProcess(process.stdout.readline().strip(), folder, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (0, "")
