"""Run command lines inside one Spark, whose start takes longer than any of them: a program for the tests.

Standard input holds a JSON list of command lines, standard output takes a JSON list of [exit code, stdout, stderr].
"""

import json
import sys

from click.testing import CliRunner

from efa_lod.build.spark.session import session
from efa_lod.cli import main

if __name__ == "__main__":
    with session("local[2]"):
        runs = [CliRunner().invoke(main, command) for command in json.load(sys.stdin)]
    print(json.dumps([[run.exit_code, run.stdout, run.stderr] for run in runs]))
