"""The generator of test data: the same records everywhere, of every kind, right as they are and wrong where damaged."""

import json
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document, Place, read_documents
from efa_lod.model.context import Context
from efa_lod.model.expansion import Expansion
from efa_lod.model.publication import Publication
from efa_lod.model.records import RecordCheck, with_context
from efa_lod.validation.privacy import privacy_results
from efa_lod.validation.shacl import RECOMMENDED_SHAPES, RECORD_SHAPES, Engine, validate_records
from support.generator import BROKEN, BY_SHAPES, DAMAGES, FREE_NUMBERS, MOST, Record, damaged, lines, records

PROGRAM = Path(__file__).parents[1] / "support/generator.py"
STATE_FILES = (Path(__file__).parents[2] / "data" / "states").glob("*.yaml")
BY_RULES = [name for name, damage in DAMAGES.items() if damage.rule[0].islower()]
BY_ERRORS = [name for name, damage in DAMAGES.items() if damage.rule == BROKEN]

VALUES = {
    "valueStatus": {"stated", "empty", "notApplicable", "notYetAvailable"},
    "contactKind": {"organisation", "unit", "mailbox", "topic"},
    "provisionKind": {
        "decision", "development", "funding", "implementation", "information", "procurement", "rollout", "supply",
    },
    "certainty": {"stated", "currentAgreement", "currently", "expected"},
    "extent": {"fully", "largely"},
    "partOfState": {f"state/{file.stem}" for file in STATE_FILES},
}  # fmt: skip
"""Values that must all occur in a few thousand records."""
ALSO = {
    "lost",
    "sameAs",
    "servicesContact",
    "furtherMarketplaces",
    "belongsTo",
    "linkLabel",
    "until",
    "condition",
    "topic",
}
"""Keys that some records have and others have not."""


def documents_of(found: Sequence[Record]) -> list[Document]:
    """Return records as documents, one a line."""
    return [Document(record, Place("test.jsonl", number), dict) for number, record in enumerate(found, 1)]


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each key in *value*, however deep, with each single value that it has."""
    if isinstance(value, dict):
        for key, held in value.items():
            for single in held if isinstance(held, list) else [held]:
                yield key, single
                yield from pairs(single)


@cache
def sample() -> list[Record]:
    """Return a few thousand records."""
    return list(records(3000, seed=7))


def test_same_seed_gives_the_same_bytes() -> None:
    """The bytes are fixed for good, so figures of different days and machines are about the same data."""
    digest = sha256(b"".join(lines(1000, seed=1))).hexdigest()
    with_damages = sha256(b"".join(lines(1000, seed=1, rate=0.5, kinds=tuple(DAMAGES)))).hexdigest()

    assert "3418dcfcdf86b5ae56da3fd9d9c5458d551c49e860bfbb0a09c59ea95c439ed8" == digest
    assert "2ec07f1fffe22109500d4be812556d89383411c65acca5b92a07ba5f88147a34" == with_damages


def test_another_seed_gives_other_records() -> None:
    """A seed changes what the records say, but not which municipalities they are of."""
    one, other = list(records(50, seed=1)), list(records(50, seed=2))

    assert all(a != b for a, b in zip(one, other, strict=True))
    assert [a["id"] for a in one] == [b["id"] for b in other]


def test_a_part_is_the_same_as_in_the_whole() -> None:
    """Whoever begins later gets the same records and damages: the work can be divided among processes."""
    whole = list(lines(60, seed=3, rate=0.3))

    assert whole[25:40] == list(lines(15, seed=3, start=25, rate=0.3))


def test_municipalities_are_all_different() -> None:
    """Each record has a key of its own, which begins with the key of its state, and ids below its own."""
    keys = [record["municipalityKey"] for record in sample()]
    last = next(records(1, start=MOST - 1))

    assert len(keys) == len({*keys})
    assert "16000000" == last["municipalityKey"]
    for record in sample():
        inner = {held for key, held in pairs(record) if key == "id"}
        assert {record["id"]} == {name.partition("#")[0] for name in inner}


@pytest.mark.parametrize(("count", "start"), [(-1, 0), (1, -1), (MOST + 1, 0), (1, MOST)])
def test_more_records_than_there_are_keys_are_refused(count: int, start: int) -> None:
    """Counts and starts out of range are an error at once, not after millions of records."""
    with pytest.raises(ValueError, match="expected from 0 to 16,000,000 records"):
        records(count, start=start)


@pytest.mark.parametrize("key", VALUES)
def test_all_values_of_a_list_occur(key: str) -> None:
    """All kinds, states and silences are there, and nothing else."""
    assert VALUES[key] == {held for record in sample() for name, held in pairs(record) if name == key}


def test_records_differ_in_what_they_have() -> None:
    """One to three contacts, one or two marketplaces, one to four provisions, and keys that come and go."""
    reuses = [record["reuse"] for record in sample()]
    provisions = [[held for key, held in pairs(reuse) if key == "provisions"] for reuse in reuses]
    marketplaces = [
        [held for key, held in pairs(reuse) if key in ("catalogues", "furtherMarketplaces")] for reuse in reuses
    ]
    keys = Counter(key for record in sample() for key in {key for key, _ in pairs(record)})

    assert {1, 2, 3} == {len(reuse["contacts"]) for reuse in reuses}
    assert {1, 2} == {len(names) for names in marketplaces}
    assert {1, 2, 3, 4} == {len(found) for found in provisions}
    assert set() == {key for key in ALSO if not 0 < keys[key] < len(sample())}


def test_texts_differ_in_length_and_hold_umlauts() -> None:
    """Texts are short and long, in German with umlauts and quotation marks, and in English."""
    summaries = [held for record in sample() for key, held in pairs(record) if key == "summary"]
    lengths = sorted(len(text["de"]) for text in summaries)

    assert lengths[0] < 60 < 250 < lengths[-1]
    assert set("äöüßÄÖ„“") <= set("".join(text["de"] for text in summaries))
    assert all({"de", "en"} == set(text) for text in summaries)


def test_nobody_is_reached() -> None:
    """Names and notes say what this is; addresses and numbers belong to nobody (RFC 2606, Bundesnetzagentur)."""
    free = re.compile(rf"\+49({'|'.join(area + block for area, block in FREE_NUMBERS)})\d{{3}}")
    for record in sample():
        said = [*pairs(record)]
        assert "muster" in record["name"]["de"].casefold()
        assert "Testdaten" in record["editorialNote"]["de"]
        assert all(re.fullmatch(r"[a-z]+@[a-z-]+\.example", held) for key, held in said if key == "email")
        assert all(free.fullmatch(held) for key, held in said if key == "telephone")
        assert all(held.startswith("https://register.example/") for key, held in said if key == "sameAs")
    assert [] == privacy_results(documents_of(sample()[:500]))


def test_printed_number_is_the_number_for_dialling() -> None:
    """The two forms of a telephone number have the same digits."""
    for record in sample():
        for contact in record["reuse"]["contacts"]:
            printed = re.sub(r"\D", "", contact.get("printedAs", ""))
            assert printed == contact.get("telephone", "").replace("+49", "0")


def test_records_are_of_the_size_of_real_ones(context: Context) -> None:
    """A record comes to 45 to 50 statements on average, all of them with keys that the context knows."""
    expand = Expansion(context, strict=True)
    sizes = [len(expand(record)) for record in sample()]

    assert 45 < sum(sizes) / len(sizes) < 50


def test_memory_does_not_grow() -> None:
    """A thousand lines take no more memory than ten."""
    peaks = []
    for count in (10, 1000):
        tracemalloc.start()
        for _ in lines(count):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 50_000


def test_records_conform(publication: Publication, context: Context, documents: list[Document]) -> None:
    """300 records fulfil all shapes and recommendations, beside the records that they refer to."""
    shapes = (*RECORD_SHAPES, RECOMMENDED_SHAPES)
    found = validate_records(
        documents_of(sample()[:300]), publication, context, shapes, documents, engine=Engine.PYSHACL
    )

    assert [] == found[0]


@pytest.fixture(scope="module")
def found_by_shapes(publication: Publication, context: Context, documents: list[Document]) -> dict[str, set[str]]:
    """Return the shapes that find something in a record with a damage, by the name of the damage.

    Days that are none are validated apart: pySHACL compares no days beside one that is none.
    """
    no_days = [name for name in BY_SHAPES if name.startswith("day ")]
    found: dict[str, set[str]] = {}
    for names in (no_days, [name for name in BY_SHAPES if name not in no_days]):
        wrong = [damaged(record, name, Random(0)) for record, name in zip(sample(), names, strict=False)]
        results = validate_records(
            documents_of(wrong), publication, context, RECORD_SHAPES, documents, engine=Engine.PYSHACL
        )[0]
        for line, name in enumerate(names, 1):
            found[name] = {result.rule for result in results if result.place.line == line}
    return found


@pytest.mark.filterwarnings("ignore:NotImplemented should not be used in a boolean context:DeprecationWarning")
@pytest.mark.parametrize("name", BY_SHAPES)
def test_damage_is_found_by_its_shape(name: str, found_by_shapes: dict[str, set[str]]) -> None:
    """The shape that a damage is meant for finds it."""
    assert DAMAGES[name].rule in found_by_shapes[name]


@pytest.mark.parametrize("name", BY_RULES)
def test_damage_is_found_by_its_rule(name: str, context: Context) -> None:
    """The rule of the records that a damage is meant for finds it, and no other does."""
    wrong = damaged(sample()[0], name, Random(0))

    assert [DAMAGES[name].rule] == [result.rule for result in RecordCheck(context)(documents_of([wrong])[0])]


@pytest.mark.parametrize("name", BY_ERRORS)
def test_damage_ends_the_reading(name: str, context: Context, tmp_path: Path) -> None:
    """A file with a damage of the coarsest kind is refused."""
    file = tmp_path / "test.jsonl"
    file.write_bytes(next(lines(1, rate=1, kinds=[name])))

    with pytest.raises(BrokenInput):
        for document in read_documents(file):
            RecordCheck(context)(with_context(document))


def test_damage_is_at_different_places() -> None:
    """Where a record has several contacts or provisions, the damage falls on one or another; the record is a copy."""
    record = next(record for record in sample() if len(record["reuse"]["contacts"]) == 3)
    before = json.dumps(record)
    copies = [damaged(record, "address with mailto", Random(seed)) for seed in range(20)]
    places = {
        i
        for copy in copies
        for i, contact in enumerate(copy["reuse"]["contacts"])
        if "mailto:" in contact.get("email", "")
    }

    assert {0, 1, 2} == places
    assert before == json.dumps(record)


def test_share_of_damaged_records() -> None:
    """The rate is the share of records that differ from those without damages."""
    same = sum(a == b for a, b in zip(lines(2000), lines(2000, rate=0.25), strict=True))

    assert 1440 < same < 1560


def test_program_writes_the_lines() -> None:
    """Run as a program, the generator writes the same bytes and nothing else, with every option."""
    command = [sys.executable, str(PROGRAM), "20", "--seed", "5", "--start", "100", "--damaged", "0.5"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)

    assert (0, b"") == (done.returncode, done.stderr)
    assert b"".join(lines(20, seed=5, start=100, rate=0.5)) == done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-1"], "expected from 0 to 16,000,000 records"),
        (["ten"], "invalid int value: 'ten'"),
        (["1", "--damaged", "2"], "expected a share from 0 to 1, found 2.0"),
        (["1", "--damaged", "nan"], "expected a share from 0 to 1, found nan"),
        (["1", "--start", "16000000"], "from number 16,000,000 on"),
    ],
)
def test_program_refuses_options_that_make_no_sense(arguments: list[str], message: str) -> None:
    """A wrong option is named, nothing is written, and the exit code is 2."""
    done = subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, check=False)

    assert (2, "") == (done.returncode, done.stdout)
    assert message in done.stderr


def test_program_ends_quietly_when_nobody_reads_on() -> None:
    """A reader that stops early, as ``head`` does, is no error."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), "100000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout
        assert run.stderr
        begun = [*islice(run.stdout, 3)]
        run.stdout.close()
        complaint = run.stderr.read()

    assert [*lines(3)] == begun
    assert (0, b"") == (run.returncode, complaint)
