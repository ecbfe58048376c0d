"""What each command does, in a sentence: by this the help of the program tells of them without loading them."""

from collections.abc import Mapping

SUMMARIES: Mapping[str, str] = {
    "build": "Read the records, validate them, and write all outputs to a folder.",
    "check-site": "Prove that the site at URL behaves as portals, browsers and search engines need it, and say what to"
    " change.",
    "completion": "Print what makes a shell complete commands, options, states and names.",
    "diff": "Say what changed between two builds, releases or dumps.",
    "edit": "Edit the record of STATE in a form in the browser; without STATE, choose one there.",
    "find": "Say whom a municipality asks: the contacts of its state and the page about it.",
    "help": "Say what a command takes, or all of them.",
    "init": "Write a publication of your own to a new folder, with the steps that publish it.",
    "links": "Check whether the addresses in the data answer.",
    "mcp": "Answer a language model over the Model Context Protocol, on standard input and output.",
    "push": "Bring a build to a triple store, a portal or a folder, and see that it arrived.",
    "query": "Ask the graph a SPARQL question; the usual prefixes are known.",
    "rehearse": "Say what GovData, CKAN and data.europa.eu would do with a catalogue on their next harvest.",
    "release": "Make the next release: compare with the last one, propose a version, and write it down with --write.",
    "schema": "Print the form of records as a JSON Schema, for editors.",
    "serve": "Serve what was built until Ctrl-C: the site, and the graph as a SPARQL endpoint with a page to ask from.",
    "sheet": "Send records out as workbooks for people who write no YAML, and take their corrections in.",
    "source": "Read the overview page, hold the records against it, and notice what has changed.",
    "spark": "Validate and build inside Apache Spark: as validate and build do, on as many machines as there are.",
    "validate": "Check records (YAML, JSON, JSON Lines) or RDF files, and say what to mend and where.",
    "watch": "Check and build anew after each change until Ctrl-C, and show the site in a browser.",
}
"""The sentences by command, in the order of the help; each is the first of the command's own help."""
