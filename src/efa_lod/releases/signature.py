"""Sign a list of digests with a key of SSH (``ssh-keygen -Y sign -n file``), which needs no other tool to verify."""

import shutil
import subprocess
from pathlib import Path

from efa_lod.errors import BadSetting

NAMESPACE = "file"
_SIGN_TIMEOUT_S = 60


def signed(data: bytes, key: Path) -> bytes:
    """Return the signature of *data* by the private key in the file *key*.

    Raise BadSetting when there is no such key, or when it would ask for a passphrase that no agent knows.
    """
    program = shutil.which("ssh-keygen")
    if program is None:
        raise BadSetting(
            "--sign: needs the program ssh-keygen of OpenSSH, which is not installed",
            "--sign: braucht das Programm ssh-keygen von OpenSSH, das nicht installiert ist",
        )
    if not key.is_file():
        raise BadSetting(
            f"{key}: expected a private key of SSH, found no file – make one with ssh-keygen -t ed25519",
            f"{key}: erwartet ein privater SSH-Schlüssel, keine Datei gefunden – erzeugen Sie einen mit ssh-keygen -t"
            " ed25519",
        )
    found = subprocess.run(
        [program, "-q", "-Y", "sign", "-n", NAMESPACE, "-f", key],
        input=data,
        capture_output=True,
        check=False,
        timeout=_SIGN_TIMEOUT_S,
        start_new_session=True,  # no terminal to ask for a passphrase on
    )
    if found.returncode or not found.stdout:
        said = found.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise BadSetting(
            f"{key}: cannot sign: {said[0]} – name a private key without a passphrase, or one that your agent has",
            f"{key}: kann nicht unterschreiben: {said[0]} – nennen Sie einen privaten Schlüssel ohne Passphrase oder"
            " einen, den Ihr Agent hat",
        )
    return found.stdout
