"""A request that comes again is read as it was read the first time, and told from every other."""

import pytest

from efa_lod.sparql.frames import LONGEST_REMEMBERED
from efa_lod.sparql.pool import Facts
from efa_lod.web.protocol import FORM, RequestRefusal, Requests

FACTS = Facts(1, ("https://a.example/g",), {}, "https://a.example/", "one")
QUERY = b"query=ASK%20%7B%7D"
LONG = b"query=ASK%20%7B%7D%23" + b"x" * LONGEST_REMEMBERED


@pytest.mark.parametrize("query", [QUERY, LONG], ids=["short", "long"])
def test_a_request_that_comes_again_is_the_same(query: bytes) -> None:
    """Job and mark are the same, and those of a reader that has seen nothing before."""
    requests = Requests(FACTS)
    first, again = (requests.read("GET", query, b"", {}) for _ in range(2))

    assert first == again == Requests(FACTS).read("GET", query, b"", {})
    assert first
    assert first.job.message == Requests(FACTS).read("GET", query, b"", {}).job.message  # type: ignore[union-attr]


def test_requests_that_differ_anywhere_are_told_apart() -> None:
    """Method, query, body and each header that counts make another request; a mark also depends on the graph."""
    requests = Requests(FACTS)
    read = [
        requests.read("GET", QUERY, b"", {}),
        requests.read("GET", QUERY, b"", {"accept": "text/csv"}),
        requests.read("GET", QUERY, b"", {"accept-encoding": "gzip"}),
        requests.read("GET", QUERY + b"&default-graph-uri=https://a.example/g", b"", {}),
        requests.read("POST", b"", b"query=ASK%7B%7D", {"content-type": FORM}),
        requests.read("GET", b"", b"", {}),
    ]
    other = Requests(Facts(1, (), {}, "https://a.example/", "two")).read("GET", QUERY, b"", {})

    assert len(read) == len(set(read))
    assert other and read[0]
    assert (other.job, True) == (read[0].job, other.mark != read[0].mark)


def test_a_refusal_is_given_each_time() -> None:
    """What was refused once is refused again, with the same words."""
    requests, told = Requests(FACTS), []
    for _ in range(2):
        with pytest.raises(RequestRefusal) as refused:
            requests.read("GET", b"update=CLEAR%20ALL", b"", {})
        told.append((refused.value.status, refused.value.message))

    assert [(400, "update is refused: this endpoint only reads")] * 2 == told
