"""How to start Jena's arq where Debian has installed it (libapache-jena-java brings the library, but no command)."""

import os
import shutil
import zipfile
from pathlib import Path

LIBRARIES = Path("/usr/share/java")
JARS = (
    "jena-arq",
    "jena-base",
    "jena-cmds",
    "jena-core",
    "jena-iri",
    "commons-compress",
    "commons-io",
    "dexx.collection",
    "guava",
    "slf4j-api",
    "slf4j-nop",
    "thrift",
)
"""What arq needs; all jars of the folder together would hold two loggers that call each other for ever."""
XERCES_MESSAGES = "xerces/impl/xpath/regex/message.properties"


def arq(work: Path) -> list[str]:
    """Return the beginning of a command line of arq, or nothing where Java or Jena is missing.

    Debian's jena-core holds a copy of Xerces under another name, but looks for its messages under the old one: they
    are laid out for it in the folder *work*.
    """
    java = shutil.which("java")
    jars = [LIBRARIES / f"{name}.jar" for name in JARS]
    if not java or not all(jar.exists() for jar in jars):
        return []
    overlay = work / "overlay"
    messages = overlay / XERCES_MESSAGES
    messages.parent.mkdir(parents=True)
    with zipfile.ZipFile(LIBRARIES / "jena-core.jar") as jar:
        messages.write_bytes(jar.read(f"org/apache/jena/ext/{XERCES_MESSAGES}"))
    class_path = os.pathsep.join(map(str, [overlay, *jars]))
    return [java, "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-cp", class_path, "arq.arq"]
