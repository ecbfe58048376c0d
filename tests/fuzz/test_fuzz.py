"""Damaged input of every kind ends in a result or one of our errors: no traceback, no hang, no crash.

A run tries a few hundred damaged inputs of each kind, always the same. ``EFA_LOD_FUZZ=100000`` tries that many of each,
new ones each time; what fails is then printed as the smallest input that still does.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import targets
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mutations import damaged, damaged_bytes, damaged_words, texts

from efa_lod.model.publication import packaged_folder
from efa_lod.rdf.file_forms import RDF_SUFFIXES
from efa_lod.sparql.queries import named_queries

MANY = int(os.environ.get("EFA_LOD_FUZZ", "0"))
LONGEST = 20
"""Seconds that one input may take before it counts as a hang."""
MOST_MEMORY = 4 << 30
"""Bytes of address space that a long run may use."""

encodable = texts.filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))
"""Texts as they come from a file: reading refuses lone surrogates."""
FORMATS = ["table", "markdown", "csv", "tsv", "json", "xml", "turtle", "json-ld"]
Test = Callable[..., None]


def fuzzed(usual: int) -> Callable[[Test], Test]:
    """Return the settings of a test that tries *usual* inputs, the same each time, or as many as are asked for."""
    return settings(
        max_examples=MANY or usual,
        derandomize=not MANY,
        database=None,
        deadline=timedelta(seconds=LONGEST),
        phases=(Phase.generate, Phase.shrink) if MANY else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )


@pytest.fixture(autouse=True)
def watched() -> Iterator[None]:
    """Bound the memory of a long run, and show where a test hangs that no deadline ends."""
    if not MANY:
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def files(pattern: str) -> list[bytes]:
    """Return the content of the publication's files that match *pattern*."""
    found = sorted(packaged_folder().glob(pattern))
    assert found, pattern
    return [path.read_bytes() for path in found]


RECORDS = [document.value for document in targets.records()]
YAML = files("data/**/*.yaml")
JSON = [json.dumps(value, indent=1).encode() for value in RECORDS]
TURTLE = files("shapes/*.ttl")
QUERIES = [query.body.encode() for query in named_queries(targets.publication())]
CONTEXT = json.loads(targets.publication().read("ontology/context.jsonld"))
TEXT_PAGE = "\n".join(
    f"{state}\n⠀⠀⠀\nAnsprechstelle für Kommunen|E-Mail: ozg@{state.lower()}.de, Telefon: 0431-530 550 46|\n"
    "Wo findet die Kommune die nachnutzbaren Leistungen?|OZG-Shop, Go-Live folgt in Kürze|\n"
    "Ggf. weiterer Marktplatz|n. a.|\n"
    "Finanzierung|Das Land finanziert die Entwicklung bis 31.12.2024. Stand: November 2022|"
    for state in ("Bayern", "Berlin", "Hamburg", "Hessen", "Saarland")
).encode()
HTML_PAGES = [path.read_bytes() for path in sorted((packaged_folder() / "tests/pages").glob("*.html"))]
SMALL_RDF = {suffix: targets.serialized(suffix) for suffix in RDF_SUFFIXES}


@fuzzed(150)
@given(damaged_bytes(YAML))
def test_yaml_bytes(data: bytes) -> None:
    """YAML with any bytes in it is read or refused."""
    targets.reader(data, ".yaml")


@fuzzed(150)
@given(damaged_bytes(JSON), st.sampled_from([".json", ".jsonl"]))
def test_json_bytes(data: bytes, suffix: str) -> None:
    """JSON with any bytes in it is read or refused."""
    targets.reader(data, suffix)


@fuzzed(150)
@given(damaged(RECORDS))
def test_records(value: Any) -> None:
    """A damaged record is reported, or all of its dumps say the same."""
    targets.record_file(json.dumps(value).encode(), ".json")
    targets.record_file(json.dumps(value).encode(), ".jsonl")


@fuzzed(15)
@given(damaged(RECORDS, most=1))
def test_validated_records(value: Any) -> None:
    """A damaged record that conforms all the same can be written in every format."""
    with suppress(UnicodeEncodeError):  # lone surrogates: reading refuses them
        json.dumps(value, ensure_ascii=False).encode()
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            targets.validated(value)


@fuzzed(60)
@given(st.one_of(damaged_words(YAML), damaged_bytes(YAML)))
def test_yaml_records(data: bytes) -> None:
    """The same holds for a record as people write it."""
    targets.record_file(data, ".yaml")


@fuzzed(60)
@given(damaged([CONTEXT]))
def test_contexts(value: Any) -> None:
    """Records are read under a damaged context, or that is refused."""
    targets.context_file(json.dumps(value))


@fuzzed(60)
@given(damaged([targets.publication().settings.value]))
def test_settings(value: Any) -> None:
    """A catalogue is made with damaged settings, or they are refused."""
    with suppress(UnicodeEncodeError):  # lone surrogates: reading refuses them
        json.dumps(value, ensure_ascii=False).encode()
        targets.settings(value)


@fuzzed(20)
@given(st.one_of(damaged_words(TURTLE), damaged_bytes(TURTLE, most=1)))
def test_shapes(data: bytes) -> None:
    """A record is held against damaged shapes, or they are refused."""
    targets.shapes(data)


@pytest.mark.parametrize("suffix", SMALL_RDF)
@fuzzed(60)
@given(data=st.data())
def test_rdf(suffix: str, data: st.DataObject) -> None:
    """A damaged RDF file is read or refused."""
    targets.rdf(data.draw(st.one_of(damaged_bytes([SMALL_RDF[suffix]]), damaged_words([SMALL_RDF[suffix]]))), suffix)


@fuzzed(200)
@given(
    damaged_bytes(QUERIES, most=4),
    st.sampled_from(FORMATS),
)
def test_queries(data: bytes, format_: str) -> None:
    """A damaged query is answered or refused."""
    targets.query(data.decode("utf-8", "surrogateescape"), format_)


@fuzzed(150)
@given(texts)
def test_parameters(text: str) -> None:
    """Any text is a parameter, or refused."""
    targets.parameter(text)


@fuzzed(60)
@given(st.one_of(damaged_words([TEXT_PAGE, *HTML_PAGES]), damaged_bytes([TEXT_PAGE, *HTML_PAGES], most=4)))
def test_pages(data: bytes) -> None:
    """A damaged page is compared with the records, or refused."""
    targets.page(data)


@fuzzed(100)
@given(st.fixed_dictionaries(dict.fromkeys(("path", "key", "found", "message", "rule", "focus"), encodable)))
def test_reports(parts: dict[str, str]) -> None:
    """Results that hold strange texts are told in every format, so that programs can read it."""
    targets.strange_results(parts)
