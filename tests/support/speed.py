"""Which tests are slow, and why tests were skipped: a line for each reason."""

from collections import Counter
from collections.abc import Iterable

SLOW = (
    "tests/benchmarks/",  # measure the program
    "tests/fuzz/",  # try hundreds of damaged inputs
    "tests/soak/",  # ask a server for minutes
    "tests/build/test_interrupts.py",  # stop builds at random moments
    "tests/build/test_spark.py",  # start Apache Spark
    "tests/house/test_readme.py",  # run the examples
    "tests/site/test_site_browser.py",  # start Chromium
    "tests/sparql/test_engines.py",  # start Java, R and Node.js
)
"""What the identifiers of slow tests begin with."""


def is_slow(identifier: str) -> bool:
    """Return whether the test with this *identifier*, relative to the checkout, is slow."""
    return identifier.startswith(SLOW)


def folded(reasons: Iterable[str]) -> list[str]:
    """Return a line for each of *reasons* with the number of tests that have it, the most frequent first."""
    counts = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    return [f"SKIPPED [{count}] {reason}" for reason, count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))]
