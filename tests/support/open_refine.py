"""A real OpenRefine without a window, driven over its HTTP interface."""

import contextlib
import csv
import io
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import requests

from conftest import program

START_S = 90
"""Seconds that OpenRefine may take to begin."""
WORK_S = 120
"""Seconds that one operation may take."""
ALL_ROWS = json.dumps({"facets": [], "mode": "row-based"})


class OpenRefine:
    """A running OpenRefine: its *address* ends in ``/command/core/``."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = requests.Session()

    def _get(self, command: str, **parameters: object) -> Any:
        return self._session.get(self._address + command, params={k: str(v) for k, v in parameters.items()}).json()

    def _post(self, command: str, project: str, **fields: object) -> requests.Response:
        data = {**{k: str(v) for k, v in fields.items()}, "csrf_token": self._get("get-csrf-token")["token"]}
        return self._session.post(self._address + command, params={"project": project}, data=data)

    def create_project(self, rows: Sequence[str]) -> str:
        """Return the id of a project with one column, ``cell``, whose rows are *rows*."""
        text = io.StringIO()
        csv.writer(text).writerows([["cell"], *([one] for one in rows)])
        options = json.dumps({"separator": ",", "headerLines": 1, "guessCellValueTypes": False})
        answer = self._session.post(
            self._address + "create-project-from-upload",
            params={"csrf_token": self._get("get-csrf-token")["token"]},
            data={"project-name": "cells", "format": "text/line-based/*sv", "options": options},
            files={"project-file": ("cells.csv", text.getvalue().encode(), "text/csv")},
            allow_redirects=False,
        )
        return answer.headers["Location"].partition("project=")[2]

    def reconcile(self, project: str, service: str, space: str, type_: dict[str, str] | None) -> list[str]:
        """Return for each row the id of the thing that was taken for its cell without asking anybody, or nothing."""
        config: dict[str, object] = {
            "mode": "standard-service",
            "service": service,
            "identifierSpace": space,
            "schemaSpace": f"{space}ontology#",
            "autoMatch": True,
            "columnDetails": [],
            "limit": 0,
        }
        if type_:
            config["type"] = type_
        self._post("reconcile", project, columnName="cell", config=json.dumps(config), engine=ALL_ROWS)
        self._wait(project)
        answer = self._get("get-rows", project=project, start=0, limit=100_000)
        recons = answer["pool"]["recons"]
        cells = [row["cells"][0] or {} for row in answer["rows"]]
        return [(recons.get(str(cell.get("r")), {}).get("m") or {}).get("id", "") for cell in cells]

    def extend(self, project: str, service: str, space: str, properties: Sequence[str]) -> list[dict[str, str]]:
        """Return the rows with columns for *properties* beside the cells, as OpenRefine exports them."""
        asked = json.dumps({"properties": [{"id": one, "name": one} for one in properties]})
        self._post(
            "extend-data",
            project,
            baseColumnName="cell",
            endpoint=service,
            identifierSpace=space,
            schemaSpace=f"{space}ontology#",
            columnInsertIndex=1,
            extension=asked,
            engine=ALL_ROWS,
        )
        self._wait(project)
        exported = self._session.post(
            self._address + "export-rows/cells.csv", data={"project": project, "format": "csv", "engine": ALL_ROWS}
        )
        return list(csv.DictReader(io.StringIO(exported.content.decode())))

    def guessed_types(self, project: str, service: str) -> list[str]:
        """Return the ids of the types that OpenRefine guesses for the column."""
        answer = self._post("guess-types-of-column", project, columnName="cell", service=service).json()
        return [one["id"] for one in answer.get("types", ())]

    def _wait(self, project: str) -> None:
        end = time.monotonic() + WORK_S
        while self._get("get-processes", project=project)["processes"]:
            assert time.monotonic() < end, "OpenRefine did not end its work in time"
            time.sleep(0.2)


@contextlib.contextmanager
def open_refine(folder: Path) -> Iterator[OpenRefine]:
    """Give an OpenRefine that keeps its projects in *folder*, and end it with all its processes."""
    command = program("openrefine")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "-d",
        str(folder / "data"),
        "-m",
        "768M",
        "-x",
        "refine.headless=true",
    ]
    process = subprocess.Popen(
        [command, *arguments],
        env={**os.environ, "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}/command/core/"
        _wait_until_ready(f"{address}get-version", process)
        yield OpenRefine(address)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(requests.RequestException):
            if requests.get(address, timeout=5).ok:
                return
        time.sleep(0.3)
    raise AssertionError("OpenRefine did not start")
