"""The errors that users meet, and the exit codes that go with them.

An error message is one line for the person who must act: the place, what was expected, what was found and, where it
is not plain, the remedy. Results of a validation are values, not errors (see ``validation``).
"""

import errno
import re

DONE = 0
"""Done, or the data conforms."""
DOES_NOT_CONFORM = 1
"""The data was read and does not conform."""
COULD_NOT_RUN = 2
"""The command could not run: broken input, wrong options, no permission."""


_LONGEST = 1_000
"""Most characters of a message, of which the middle is left out otherwise."""


def masked(text: str) -> str:
    """Return *text* without the passwords, and the names of users, that addresses in it hold.

    An address that was taken for a path has one slash after the colon.
    """
    return re.sub(r"(?<=:/)(?P<slash>/?)[^/?#\s'@]*(?:@[^/?#\s'@]*)*@", r"\g<slash>…@", text)


class EfaLodError(Exception):
    """What stopped a command, told in English and German; ``str(error)`` is the English line."""

    def __init__(self, english: str, german: str) -> None:
        super().__init__(english, german)  # both are arguments, so that an error keeps them between processes

    def __str__(self) -> str:
        """Return the message in English."""
        return self.in_language("en")

    def in_language(self, language: str) -> str:
        """Return the message in *language* (de or en) as one line of bounded length.

        What a file holds must not steer a terminal, and no password is shown.
        """
        english, german = self.args
        chosen = german if language == "de" else english
        text = masked("".join(sign if sign.isprintable() else " " for sign in str(chosen)))
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"


class BrokenInput(EfaLodError):
    """A file, a page or a query that cannot be read as what it should be."""


class BadSetting(EfaLodError):
    """A setting of the publication or an option that has no usable value."""


class CannotWrite(EfaLodError):
    """An output that could not be written; what was there before is untouched."""


_GERMAN_REASONS = {
    errno.EACCES: "keine Berechtigung",
    errno.EPERM: "das erlaubt das System nicht",
    errno.ENOENT: "gibt es nicht",
    errno.EEXIST: "gibt es schon",
    errno.ENOTDIR: "ein Teil des Weges ist kein Ordner",
    errno.EISDIR: "ist ein Ordner",
    errno.ENAMETOOLONG: "der Name ist zu lang",
    errno.ELOOP: "eine Verknüpfung führt im Kreis",
    errno.ENOSPC: "auf dem Datenträger ist kein Platz mehr",
    errno.EDQUOT: "das zugeteilte Speicherkontingent ist voll",
    errno.EROFS: "der Datenträger ist schreibgeschützt",
    errno.EMFILE: "es sind zu viele Dateien geöffnet",
    errno.ENFILE: "es sind zu viele Dateien geöffnet",
    errno.EIO: "der Datenträger meldet einen Fehler",
    errno.EBUSY: "ist gerade in Gebrauch",
    errno.ENOTEMPTY: "der Ordner ist nicht leer",
    errno.ENOMEM: "der Arbeitsspeicher reicht nicht",
    errno.EADDRINUSE: "dieser Port ist schon belegt",
    errno.EADDRNOTAVAIL: "diese Adresse hat der Rechner nicht",
    -2: "einen Rechner dieses Namens gibt es nicht",  # socket.EAI_NONAME, as socket.gaierror has it
    errno.ECONNREFUSED: "die Verbindung wurde abgelehnt",
    errno.EFBIG: "die Datei ist zu groß",
    errno.EBADF: "die Ausgabe ist geschlossen",
    errno.EPIPE: "die Gegenseite hat aufgehört zu lesen",
    errno.ETXTBSY: "ist gerade in Gebrauch",
    errno.EXDEV: "liegt auf einem anderen Datenträger",
}


def in_german(error: OSError) -> str:
    """Return the reason of *error* in German, or in the words of the system where none is known."""
    return _GERMAN_REASONS.get(error.errno or 0) or error.strerror or str(error)
