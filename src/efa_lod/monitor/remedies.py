"""What the check of a site looks at, and what to change where a check fails, by kind of server: ``texts/checks.toml``.

The lines are for the configuration of the server, with the place for a value of the finding in braces. What the rules
that a build writes already contain is said there once more, for those who keep a configuration of their own.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from efa_lod.model.languages import Texts
from efa_lod.web.response_headers import POLICY

SERVERS: Mapping[str, Texts] = {
    "apache": {"de": "Apache", "en": "Apache"},
    "nginx": {"de": "nginx", "en": "nginx"},
    "caddy": {"de": "Caddy", "en": "Caddy"},
    "object-storage": {"de": "Objektspeicher", "en": "object storage"},
}
"""The kinds of server that advice is given for, with their names."""
_SIGNS = {
    "apache": ("apache",),
    "nginx": ("nginx", "openresty"),
    "caddy": ("caddy",),
    "object-storage": ("amazons3", "cloudfront", "google", "uploadserver", "azure", "github", "gitlab", "netlify"),
}
"""What the header Server says where a server is of that kind."""
RULES_FILES = {"apache": ".htaccess", "nginx": "rules/nginx.conf", "caddy": "rules/Caddyfile"}
"""The rules that a build writes, by kind of server."""


def kind_of_server(header: str) -> str:
    """Return the kind of server that the value of a header Server tells, or an empty text."""
    return next((kind for kind, signs in _SIGNS.items() if any(sign in header.lower() for sign in signs)), "")


@dataclass(frozen=True)
class Check:
    """Something that is looked at: its *name*, what should be the case, why, and the lines that bring it about.

    The lines for several findings are *merged* line by line – ``{name…}`` then stands for the values of all – or stand
    one block after the other.
    """

    name: str
    title: Texts
    remedy: Texts
    lines: Mapping[str, Sequence[str] | Texts] = field(default_factory=dict)
    merged: bool = False

    def lines_for(self, server: str, language: str, found: Sequence[Mapping[str, str]]) -> list[str]:
        """Return what to write or to do with a kind of *server*, for the values of each finding that was *found*."""
        said = self.lines.get(server, ())
        template = [said[language]] if isinstance(said, Mapping) else list(said)
        blocks = [[line] for line in template] if self.merged else [template]
        if self.merged:
            found = [{**values, **_joined(found)} for values in found]
        filled = dict.fromkeys(tuple(_filled(line, values) for line in block) for block in blocks for values in found)
        return [line for block in filled for line in block]


def _joined(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    names = dict.fromkeys(name for values in found for name in values)
    return {f"{name}…": " ".join(dict.fromkeys(values[name] for values in found if name in values)) for name in names}


def _filled(line: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        line = line.replace(f"{{{name}}}", value)
    return line


def _checks() -> Iterator[Check]:
    """Yield the checks of the table, with the lines that several of them have filled in."""
    table = tomllib.loads((Path(__file__).parent / "texts/checks.toml").read_text(encoding="utf-8"))
    blocks: Mapping[str, Any] = table["lines"]
    for name, check in table["checks"].items():
        own = blocks[check["same"]] if "same" in check else check.get("lines", {})
        lines = {
            server: _with_policy(blocks.get(said, said) if isinstance(said, str) else said)
            for server, said in own.items()
        }
        yield Check(name, check["title"], check["remedy"], lines, check.get("merged", False))


def _with_policy(lines: Sequence[str] | Texts) -> Sequence[str] | Texts:
    return lines if isinstance(lines, Mapping) else [line.replace("{policy}", POLICY) for line in lines]


CHECKS: Mapping[str, Check] = {check.name: check for check in _checks()}
"""Everything that is looked at, in the order it is told."""
