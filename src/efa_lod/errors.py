"""The errors that users meet, and the exit codes that go with them.

An error message is one line for the person who must act: the place, what was expected, what was found and, where it
is not plain, the remedy. Results of a validation are values, not errors (see ``validation``).
"""

DONE = 0
"""Done, or the data conforms."""
DOES_NOT_CONFORM = 1
"""The data was read and does not conform."""
COULD_NOT_RUN = 2
"""The command could not run: broken input, wrong options, no permission."""


LONGEST = 1_000
"""Most characters of a message, of which the middle is left out otherwise."""


class EfaLodError(Exception):
    """What stopped a command; ``str(error)`` is the line to show."""

    def __str__(self) -> str:
        """Return the message as one line of bounded length; what a file holds must not steer a terminal."""
        text = "".join(sign if sign.isprintable() else " " for sign in super().__str__())
        return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


class BrokenInput(EfaLodError):
    """A file, a page or a query that cannot be read as what it should be."""


class BadSetting(EfaLodError):
    """A setting of the publication or an option that has no usable value."""


class CannotWrite(EfaLodError):
    """An output that could not be written; what was there before is untouched."""
