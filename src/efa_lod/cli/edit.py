"""The command ``edit``: a state in, a form in the browser until its page is closed."""

from pathlib import Path

import click

from efa_lod.cli.options import language_of, language_option, publication_of, publication_option
from efa_lod.cli.source_inputs import state_records, states_meant


@click.command("edit")
@click.argument("state", required=False)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Where to listen; 0 takes a free one."
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@publication_option
@language_option
def edit_command(
    state: str | None, port: int, no_browser: bool, publication: Path | None, language: str | None
) -> None:
    """Edit the record of STATE in a form in the browser; without STATE, choose one there.

    The form runs on this computer only and ends when its page is closed, or with Ctrl-C. What is saved is written to
    the YAML files in place, checked by the same rules as by validate; who stated it and when is kept with it.

    \b
    Example:
        efa-lod edit SH --lang de
    """
    from efa_lod.editing.form_server import serve_form
    from efa_lod.editing.form_session import refuse_installed

    read = publication_of(publication, None, language)
    refuse_installed(read)
    record = str(states_meant([state], state_records(read))[0].value["id"]) if state else ""

    def begun(address: str) -> None:
        click.echo(address)
        if not no_browser:
            import webbrowser

            webbrowser.open(address)

    serve_form(read, record, language_of(language), port, begun)
