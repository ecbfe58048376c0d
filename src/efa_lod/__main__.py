"""Run the command line with ``python -m efa_lod``."""

from efa_lod.cli import main

main(prog_name="efa-lod")
