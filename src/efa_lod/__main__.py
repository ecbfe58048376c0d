"""Run the command line: ``efa-lod``, or ``python -m efa_lod``."""

import gc
import sys


def run() -> None:
    """Run the program; where there is not even the memory to load it, end in one line."""
    gc.disable()  # what is loaded stays: to look for cycles in it takes a tenth of a short command
    try:
        from efa_lod.cli import main
    except (ImportError, MemoryError) as error:
        if isinstance(error, ModuleNotFoundError):
            raise
        sys.stderr.write("efa-lod: there is not enough memory to begin\n")
        sys.exit(2)
    gc.freeze()
    gc.enable()
    try:
        main(prog_name="efa-lod")
    finally:
        gc.freeze()  # what is still live ends with the process, so that nobody need look for cycles in it


if __name__ == "__main__":
    run()
