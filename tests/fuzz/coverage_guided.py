"""Fuzz a target with inputs that are grown towards code not yet reached.

    python tests/fuzz/coverage_guided.py TARGET [SECONDS]

The targets are those of ``targets.TARGETS``; it begins with the files of the publication and ends after SECONDS, 60 if
none are given. A finding ends it at once with a traceback and the input in a file. It needs the extra ``fuzz``
(atheris, for Linux and macOS). Memory is bounded at 2 GiB and one input at 25 seconds.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import atheris

with atheris.instrument_imports(include=["efa_lod", "json", "yaml"]):
    import targets

    from efa_lod.model.publication import packaged_folder

SEEDS = {
    "yaml": "data/**/*.yaml",
    "yaml-record": "data/**/*.yaml",
    "context": "ontology/*.jsonld",
    "settings": "data/publication.yaml",
    "shapes": "shapes/**/*.ttl",
    "query": "data/queries/*.rq",
    "page": "tests/pages/*.html",
}
SYNTAXES = {"turtle": ".ttl", "n-triples": ".nt", "rdf-xml": ".rdf", "json-ld": ".jsonld", "trig": ".trig"}


def seeds(target: str) -> list[bytes]:
    """Return inputs that *target* takes."""
    if target in SYNTAXES:
        return [targets.serialized(SYNTAXES[target])]
    if pattern := SEEDS.get(target):
        return [path.read_bytes() for path in sorted(packaged_folder().glob(pattern))]
    return [targets.written(document.value) for document in targets.records()]


def main() -> None:
    """Run the target that the command line names until its time is over."""
    target = sys.argv[1] if len(sys.argv) > 1 else ""
    if target not in targets.TARGETS:
        sys.exit(f"expected one of {', '.join(targets.TARGETS)}, found '{target}'")
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds(target)):
            (Path(folder) / f"seed-{number}").write_bytes(data)
        options = [f"-max_total_time={seconds}", "-rss_limit_mb=2048", "-timeout=25", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], folder, *options, "-max_len=20000"], targets.TARGETS[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
