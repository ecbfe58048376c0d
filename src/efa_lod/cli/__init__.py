"""The command line: options in, one call, the result out.

Each command calls one function of another package.

- ``check_site``: The command ``check-site``: an address in, what is wrong with the site out.
- ``commands``: The command line: options in, one call, the result out.
- ``completion``: The command ``completion``: what makes a shell complete commands, options, states and names of
  queries.
- ``dialogue``: Queries one after the other over one graph that stays loaded, with a history that is there again the
  next time.
- ``diff``: The command ``diff``: two dumps in, what changed out.
- ``edit``: The command ``edit``: a state in, a form in the browser until its page is closed.
- ``find``: The command ``find``: from the name or key of a municipality, district or state to the contacts and the
  page.
- ``german_help``: The help of commands in German, from ``texts/help.toml``; examples are those of the English help.
- ``group``: What all commands have in common: imported when they are asked for, they end in one line where they cannot
  run.
- ``help``: The command ``help``: what each command takes, as text or as the page of the manual.
- ``init``: The command ``init``: a folder in, a publication of one's own out.
- ``jobs``: What commands with much to read have: how many processes share the work, and how far it is.
- ``links``: Commands about the links in the data.
- ``mcp``: The command ``mcp``: tools for language models over standard input and output.
- ``memory``: Notice that there is no more memory, whatever Python calls it, and end quietly.
- ``options``: Options that several commands have, and what follows from them.
- ``push``: The command ``push``: a build and a target in, a receipt out.
- ``query``: The command ``query``: a question in, its answer out.
- ``release``: The command ``release``: a changed publication in, the next release in its ledger out.
- ``schema``: The command ``schema``: the form of records, by which editors complete and check them.
- ``serve``: The command ``serve``: a graph in, an endpoint until it is told to end.
- ``sheet``: Commands about the workbooks by which states check and correct their records.
- ``source``: Commands about the overview page: read it, hold the records against it, draft from it, and notice change.
- ``source_inputs``: What the commands about the overview page are given: the page, the states that are meant, the day.
- ``source_records``: Commands that tell how fresh the records are, and that write days and digests into them.
- ``source_reports``: What the commands about the overview page show, for people and for programs.
- ``spark``: The command ``spark``: records by the cluster in, a report or a folder of outputs in parts.
- ``summaries``: What each command does, in the first sentence of its own help: the help of the program tells of them
  without loading.
- ``usage``: What is said of a command line that cannot be understood: in one line, in both languages, with what may be
  meant.
- ``watch``: The command ``watch``: a publication in, its site beside the editor, anew after each change.
"""

from efa_lod.cli.commands import main

__all__ = ["main"]
