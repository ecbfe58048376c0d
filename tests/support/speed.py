"""Which tests are slow, and why tests were skipped: a line for each reason."""

from collections import Counter
from collections.abc import Iterable

SLOW = (
    "tests/benchmarks/",  # measure the program
    "tests/fuzz/",  # try hundreds of damaged inputs
    "tests/soak/",  # ask a server for minutes
    "tests/build/",  # build, in several processes
    "tests/catalog/test_catalog.py",  # start Java and CKAN
    "tests/house/test_generator.py",  # check thousands of records
    "tests/house/test_quality.py",  # run linter and type checker
    "tests/monitor/test_site_check.py",  # start Apache, nginx and Caddy
    "tests/site/",  # start Chromium, build pages
    "tests/validation/test_screening.py",  # compare with pySHACL
    "tests/web/",  # start servers
    "tests/house/test_readme.py",  # run the examples
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
