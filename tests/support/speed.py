"""Which tests are slow, and why tests were skipped: a line for each reason."""

from collections import Counter
from collections.abc import Iterable

SLOW = (
    "tests/benchmarks/",  # measure the program
    "tests/fuzz/",  # try hundreds of damaged inputs
    "tests/soak/",  # ask a server for minutes
    "tests/build/test_batches.py",  # build, in several processes
    "tests/build/test_build.py",
    "tests/build/test_identifiers.py::test_memory",
    "tests/build/test_interrupts.py",
    "tests/build/test_origin_files.py",
    "tests/build/test_processes.py",
    "tests/build/test_spark.py",
    "tests/build/test_watch.py",
    "tests/cli/test_cli_query.py::test_an_error_of_a_query_is_told_in_german",
    "tests/cli/test_finder.py::test_the_command_follows_the_publication",  # write a register anew
    "tests/cli/test_german_messages.py::test_every_error_of_ours",  # read all modules
    "tests/cli/test_little_memory.py",  # call commands dozens of times
    "tests/cli/test_mcp.py::test_no_query_reaches_another_host",
    "tests/cli/test_mcp.py::test_tools_only_read",
    "tests/editing/test_workbook.py::test_libreoffice",  # start LibreOffice
    "tests/io/test_wrong_edits.py::test_no_slip_of_the_hand",  # try hundreds of slips
    "tests/model/test_statements.py::test_what_is_refused_has_a_reason",  # try hundreds of mutations
    "tests/rdf/test_exports.py::test_the_same_bytes_whatever_the_hash_seed",  # build in processes of their own
    "tests/releases/test_redaction.py",  # make releases
    "tests/sparql/test_cookbook.py::test_lines_for_r_run",  # start R
    "tests/sparql/test_inference.py::test_inference_changes_no_answer",
    "tests/validation/test_shapes.py::test_invalid_case_breaks_its_shape_alone",  # judge hundreds of cases
    "tests/validation/test_shapes.py::test_every_constraint_is_broken",
    "tests/cli/test_hostile_values.py",  # call every command hundreds of times
    "tests/editing/test_bad_workbooks.py",  # start LibreOffice, unpack bombs
    "tests/editing/test_sheet_import.py",  # start LibreOffice, check publications
    "tests/editing/test_workbook.py::test_libreoffice",  # start LibreOffice
    "tests/editing/test_form.py",  # start Chromium
    "tests/delivery/test_ckan_push.py",  # start CKAN
    "tests/delivery/test_starter.py",  # run what a repository runs
    "tests/delivery/test_secrets.py",  # push to every kind of target
    "tests/delivery/test_graph_push.py",  # start Oxigraph and Virtuoso
    "tests/delivery/test_broken_pushes.py",
    "tests/catalog/test_catalog.py",  # start Java and CKAN
    "tests/house/test_generator.py",  # check thousands of records
    "tests/house/test_quality.py",  # run linter and type checker
    "tests/monitor/test_site_check.py",  # start servers
    "tests/monitor/test_site_faults.py",
    "tests/monitor/test_site_remedies.py",  # start Apache, nginx and Caddy
    "tests/releases/test_histories.py",  # make dozens of releases
    "tests/site/test_accessibility.py",  # start Chromium, build pages
    "tests/site/test_browser_queries.py",
    "tests/site/test_guidance.py",
    "tests/site/test_lookup.py",
    "tests/site/test_further_records.py",
    "tests/site/test_map.py",
    "tests/site/test_site.py",
    "tests/site/test_site_browser.py",
    "tests/site/test_use_of_pages.py",
    "tests/site/test_state_pages.py",
    "tests/site/test_site_cookbook.py",
    "tests/site/test_site_data.py",
    "tests/site/test_site_shared.py",
    "tests/validation/test_screening.py",  # compare with pySHACL
    "tests/web/",  # start servers
    "tests/house/test_readme.py",  # run the examples
    "tests/sparql/test_engines.py",  # start Java, R and Node.js
    "tests/catalog/test_real_ckan.py",  # start CKAN
    "tests/catalog/test_rehearsal_by_ckan.py",  # start CKAN
    "tests/catalog/test_rehearsal_fields.py::test_every_field_of_a_portal_can_be_lost",  # rehearse hundreds of times
    "tests/catalog/test_profiles.py::test_shapes_come_from_a_folder",  # load all shapes anew
    "tests/overview/test_coverage.py::test_no_fact_can_be",  # change each fact of the page
    "tests/overview/test_nothing_unseen.py::test_no_mutation",  # change each word of the page
    "tests/releases/test_citing.py",  # start programs that cite
    "tests/releases/test_event_stream.py",  # read whole streams of releases
    "tests/releases/test_vocabulary.py",  # make a release for each test
    "tests/releases/test_release.py",  # make a release for each test
    "tests/releases/test_served_releases.py",  # start servers
    "tests/sparql/test_workers.py",  # start processes
    "tests/validation/test_published_shapes.py",  # judge all that is published by two engines
    "tests/validation/test_refusals.py::test_what_is_hostile_is_refused_by_name",  # read files of a gigabyte
    "tests/validation/test_refusals.py::test_what_only_looks_hostile",  # read what is a hundred thousand deep
    "tests/validation/test_shapes.py::test_shapes_are_well_formed",  # judge the shapes by the shapes of SHACL
)
"""What the identifiers of slow tests begin with."""

LONGEST = (
    "tests/build/test_spark.py",
    "tests/cli/test_hostile_values.py",
    "tests/site/test_accessibility.py",
    "tests/catalog/test_catalog.py",
    "tests/house/test_quality.py",
    "tests/build/test_interrupts.py",
    "tests/build/test_batches.py",
    "tests/sparql/test_engines.py",
    "tests/overview/test_nothing_unseen.py",
    "tests/releases/test_histories.py",
    "tests/delivery/test_ckan_push.py",
    "tests/monitor/test_site_faults.py",
    "tests/monitor/test_site_remedies.py",
    "tests/validation/test_refusals.py",
    "tests/validation/test_screening.py",
    "tests/validation/test_shapes.py",
    "tests/site/test_site.py",
    "tests/site/test_use_of_pages.py",
    "tests/site/test_site_browser.py",
    "tests/web/test_query_limits.py",
    "tests/web/test_server.py",
    "tests/house/test_readme.py",
    "tests/build/test_build.py",
    "tests/overview/test_coverage.py",
    "tests/cli/test_cli_query.py",
    "tests/cli/test_finder.py",
)
"""Files that take longest, which begin before the others so that no process ends long after the rest."""

ALONE = (
    "tests/benchmarks/",
    "tests/soak/",
    "tests/sparql/test_workers.py::test_a_query_that_takes_too_long",
    "tests/sparql/test_workers.py::test_a_client_with_a_crowd_of_queries",
    "tests/web/test_connections.py",
    "tests/web/test_reconciliation.py::test_a_thousand_cells",
    "tests/web/test_query_limits.py::test_a_query_ends_at_the_time_limit",
    "tests/web/test_query_limits.py::test_a_crowd_of_hostile_clients",
    "tests/web/test_query_limits.py::test_hostile_queries",
)
"""What the identifiers of tests begin with that measure time or load the machine."""


def is_alone(identifier: str) -> bool:
    """Return whether no other test may run beside the one with this *identifier*."""
    return identifier.startswith(ALONE)


def is_slow(identifier: str) -> bool:
    """Return whether the test with this *identifier*, relative to the checkout, is slow."""
    return identifier.startswith(SLOW)


def folded(reasons: Iterable[str]) -> list[str]:
    """Return a line for each of *reasons* with the number of tests that have it, the most frequent first."""
    counts = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    return [f"SKIPPED [{count}] {reason}" for reason, count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))]
