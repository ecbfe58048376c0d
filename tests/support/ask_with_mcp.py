"""Ask ``efa-lod mcp`` with the client of the SDK: a program for the tests, run where the SDK is installed.

Arguments are the options of the command; standard input holds a JSON list of [tool, arguments], standard output takes
a JSON object with the tools, the instructions and, in order, [is an error, text] of each call.
"""

import asyncio
import json
import os
import sys
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters

COMMAND = "from efa_lod.cli import main; main(prog_name='efa-lod')"


async def outcomes(options: list[str], calls: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Return what the server says of itself and answers to *calls*."""
    here = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}  # the SDK hands on no other variable of its own accord
    server = StdioServerParameters(command=sys.executable, args=["-c", COMMAND, "mcp", *options], env=here)
    async with Client(server, read_timeout_seconds=60) as client:
        tools = (await client.list_tools()).tools
        told = [await client.call_tool(name, arguments) for name, arguments in calls]
        return {
            "tools": [tool.model_dump(mode="json", by_alias=True) for tool in tools],
            "instructions": client.instructions,
            "answers": [
                [answer.is_error, "".join(part.model_dump()["text"] for part in answer.content)] for answer in told
            ],
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(outcomes(sys.argv[1:], json.load(sys.stdin)))))
