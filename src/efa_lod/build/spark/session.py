"""The session of Spark, and what it raises as errors of ours."""

import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from efa_lod.errors import EfaLodError
from efa_lod.extras import extra
from efa_lod.io.messages import Bilingual, Messages

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SPARK_ERRORS = Messages(__file__, "errors")
"""What is said of what Spark cannot do."""
_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "FATAL",  # what stops a job is told as one line
    "spark.ui.enabled": "false",
}
"""Settings of a Spark on this machine: nobody else reaches it."""


class SparkStopped(EfaLodError):
    """A job that Spark gave up, or a Spark that could not begin."""


@contextmanager
def session(master: str | None = None) -> Iterator["SparkSession"]:
    """Yield the session that is there, or one at *master* that ends with the block.

    Without *master*, the one that ``spark-submit`` names is used where it runs the program, or else this machine. Raise
    BadSetting when Spark is not installed, and SparkStopped when it cannot begin.
    """
    with extra("spark"):
        from pyspark.sql import SparkSession
    if there := SparkSession.getActiveSession():
        yield there
        return
    with telling_stop(("Spark cannot begin", "Spark lässt sich nicht starten")):
        begun = _session(master)
    try:
        yield begun
    finally:
        with suppress(*spark_errors()):  # it may have ended by itself, which is told already
            begun.stop()


def _session(master: str | None) -> "SparkSession":
    from pyspark.sql import SparkSession

    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    master = master or (None if submitted else "local[*]")
    builder = SparkSession.builder.appName("efa-lod")
    if master:
        builder = builder.master(master)
    if not submitted and master and master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        for name, value in _LOCAL.items():
            builder = builder.config(name, value)
        builder = builder.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    begun: SparkSession = builder.getOrCreate()
    _take_interruptions()
    return begun


def _take_interruptions() -> None:
    """Let Ctrl-C raise KeyboardInterrupt and nothing more: pyspark would ask Java while it waits for Java's answer."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
    logging.getLogger().addFilter(lambda record: "while sending command" not in str(record.msg))  # py4j's traceback


@contextmanager
def telling_stop(what: object) -> Iterator[None]:
    """Turn what Spark raises inside the block into SparkStopped, which says *what* went wrong and why in one line."""
    try:
        yield
    except spark_errors() as error:
        raise SparkStopped(*SPARK_ERRORS("spark-stopped", what, cause=cause_of(error))) from error


def spark_errors() -> tuple[type[Exception], ...]:
    """Return what Spark and the way to it raise."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError, OSError


def cause_of(error: Exception) -> str | Bilingual:
    """Return the innermost of the causes that Spark strings together, which alone says what happened."""
    text = f"{error}\n{getattr(error, '_stackTrace', '')}"
    if "JAVA_GATEWAY_EXITED" in text:
        return SPARK_ERRORS("no-java")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("\t")]
    traced = [line for line in lines if _RAISED.match(line)]
    causes = [line for line in lines if line.startswith(("Caused by: ", ": "))]
    return (traced or causes or lines[:1])[-1].removeprefix("Caused by").removeprefix(": ")


_RAISED = re.compile(r"(\w+\.)*\w*(Error|Exception): (?!Traceback)")
"""How the last line of a Python traceback begins, as it stands within a message of Java's."""
