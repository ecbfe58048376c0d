"""The overview page in the forms that programs and sites give to it, made from its rows by transformation."""

import email.message
import email.policy
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from efa_lod.overview.description import packaged_description
from efa_lod.overview.page import OverviewPage
from efa_lod.overview.rows import PageRow

LABELS = packaged_description().labels
Block = tuple[str, list[PageRow]]
BLANK = "\u2800" * 9
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def _broken(width: int, **how: bool | str) -> Callable[[str], str]:
    def broken(text: str) -> str:
        lines = (textwrap.wrap(line, width, **how) for line in text.split("\n"))  # type: ignore[arg-type]
        return "\n".join(one for pieces in lines for one in (pieces or [""]))

    return broken


BREAKERS: dict[str, Callable[[str], str]] = {
    "words at 80": _broken(80, break_on_hyphens=False, break_long_words=False),
    "words at 76": _broken(76, break_on_hyphens=False, break_long_words=False),
    "words and hyphens at 80": _broken(80, break_long_words=False),
    "words and hyphens at 66": _broken(66, break_long_words=False),
    "set in": _broken(78, subsequent_indent="    ", break_long_words=False),
    "blanks at the ends": lambda text: re.sub(r"(?<=\S)\n(?=\S)", " \n", BREAKERS["words at 76"](text)),
    "quoted": lambda text: "".join(f"> {line}\n" for line in BREAKERS["words at 76"](text).split("\n")),
    "Windows": lambda text: BREAKERS["words and hyphens at 80"](text).replace("\n", "\r\n"),
}
"""Ways in which programs break the lines of a text at a width."""


@dataclass(frozen=True)
class Source:
    """The page to transform: the lines above the states, and the rows of each state."""

    above: list[str]
    blocks: list[Block]


def source_of(page: OverviewPage) -> Source:
    """Return what is transformed of *page*."""
    above = [passage.text for passage in page.passages]
    return Source(above, [(state, list(rows)) for state, rows in groupby(page.rows, key=lambda row: row.state)])


def _text(source: Source, state: Callable[[str], str], row: Callable[[str, str], str], after: str = "") -> bytes:
    parts = [*(f"{line}\n" for line in source.above)]
    for name, rows in source.blocks:
        parts.append(state(name))
        parts += [row(LABELS[one.kind], one.text) for one in rows]
        parts.append(after)
    return "".join(parts).encode()


def _html(
    source: Source,
    row: Callable[[str, str], str],
    block: Callable[[str, str], str] = lambda name, rows: f"<h2>{name}</h2><table><tbody>\n{rows}</tbody></table>\n",
    cell: Callable[[str], str] = lambda text: escape(text, quote=False),
    around: tuple[str, str] = ("", ""),
) -> bytes:
    title, *rest = source.above or [""]
    head = f"<h1>{escape(title)}</h1>" + "".join(f"<p>{escape(line)}</p>" for line in rest)
    blocks = [
        block(name, "".join(row(LABELS[one.kind], cell(one.text)) + "\n" for one in rows))
        for name, rows in source.blocks
    ]
    page = f"{around[0]}{head}{''.join(blocks)}{around[1]}"
    start = '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>x</title></head><body>'
    return f"{start}{page}</body></html>".encode()


def _cells(label: str, text: str) -> str:
    return f"<tr><th>{label}</th><td>{text}</td></tr>"


def _bars(label: str, text: str) -> str:
    return f"{label} | {text} |\n"


def _line(name: str) -> str:
    return f"{name}\n"


def _changed(form: Callable[[Source], bytes], change: Callable[[str], str]) -> Callable[[Source], bytes]:
    return lambda source: change(form(source).decode()).encode()


def _addresses(make: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: ADDRESS.sub(lambda match: make(match[0]), escape(text, quote=False))


def _cloudflare(address: str) -> str:
    code = bytes([0x42, *(byte ^ 0x42 for byte in address.encode())]).hex()
    return (
        f'<a href="/cdn-cgi/l/email-protection#{code}"><span class="__cf_email__" data-cfemail="{code}">'
        "[email&#160;protected]</span></a>"
    )


def _bait(style: str) -> Callable[[str], str]:
    return _addresses(lambda address: address.replace("@", f"<span {style}>nospam</span>@"))


def _matrix(source: Source, cell: Callable[[Iterable[str]], str]) -> str:
    head = cell(["Land", *LABELS.values()])
    return head + "".join(cell([name, *(row.text for row in rows)]) for name, rows in source.blocks)


def _in_table(source: Source) -> bytes:
    def line(cells: Iterable[str]) -> str:
        return "<tr>" + "".join(f"<td>{escape(text, quote=False)}</td>" for text in cells) + "</tr>\n"

    whole = _html(Source(source.above, []), _cells).decode()
    return whole.replace("</body>", f"<table>{_matrix(source, line)}</table></body>").encode()


def _in_markdown_table(source: Source) -> bytes:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |\n"

    head, *rest = _matrix(source, line).splitlines(keepends=True)
    return "".join([*(f"{one}\n" for one in source.above), "\n", head, "| --- " * 5 + "|\n", *rest]).encode()


def _separated(sign: str) -> Callable[[Source], bytes]:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    def form(source: Source) -> bytes:
        lines = [f"{quoted(line)}{sign}" for line in source.above]
        for name, rows in source.blocks:
            lines.append(f"{name}{sign}")
            lines += [f"{quoted(LABELS[row.kind])}{sign}{quoted(row.text)}" for row in rows]
        return "\r\n".join(lines).encode()

    return form


def _mhtml(source: Source) -> bytes:
    part = email.message.EmailMessage(policy=email.policy.SMTP)
    part["Snapshot-Content-Location"] = "https://www.example.org/overview"
    part.set_content(_html(source, _cells).decode(), subtype="html", cte="quoted-printable")
    part.make_related()
    return b"From: <Saved by Blink>\r\n" + part.as_bytes()


def _archive(source: Source) -> bytes:
    whole = _mhtml(source).partition(b"\r\n")[2]
    head, _, body = whole.partition(b"\r\n\r\n")
    found = re.search(rb'boundary="([^"]+)"', head)
    assert found
    location = b"Content-Location: https://www.example.org/overview\r\n"
    other = b"--" + found[1] + b"\r\nContent-Type: text/html\r\n\r\n<html><body><p>Werbung</p></body></html>\r\n"
    parts = body.replace(b"Content-Type: text/html", location + b"Content-Type: text/html")
    return head + b"\r\n\r\n" + other + parts


def _hyphens(text: str) -> str:
    return re.sub(r"(?<=\w)-(?=\w)", "\u2011", text)


def _bidi(text: str) -> str:
    return ADDRESS.sub(lambda match: f"\u2068{match[0]}\u2069", text).replace("Finanzierung", "\u200eFinanzierung")


LINE = "─" * 9
tables: Callable[[Source], bytes] = lambda source: _html(source, _cells)  # noqa: E731
original: Callable[[Source], bytes] = lambda source: _text(source, _line, _bars, f"{BLANK}\n")  # noqa: E731
definitions: Callable[[Source], bytes] = lambda source: _html(  # noqa: E731
    source, lambda label, text: f"<dt>{label}</dt><dd>{text}</dd>", lambda name, rows: f"<h3>{name}</h3><dl>{rows}</dl>"
)
headings: Callable[..., bytes] = lambda source, **more: _html(  # noqa: E731
    source, lambda label, text: f"<h3>{label}</h3><p>{text}</p>", lambda name, rows: f"<h2>{name}</h2>{rows}", **more
)

READ: dict[str, Callable[[Source], bytes]] = {
    "as it is at hand": original,
    "without a line between states": lambda s: _text(s, _line, _bars),
    "a table in HTML": tables,
    "definitions in HTML": definitions,
    "headings and paragraphs": headings,
    "tabs": lambda s: _text(s, _line, lambda label, text: f"{label}\t{text}\n", "\n"),
    "tabs and bars": lambda s: _text(s, _line, lambda label, text: f"{label}\t{text} |\n", f"{BLANK}\n"),
    "tabs and blank lines": lambda s: _text(s, _line, lambda label, text: f"{label}\t\n\n{text}\n\n", "\n"),
    "a Markdown table": lambda s: _text(
        s, lambda name: f"## {name}\n\n| | |\n| --- | --- |\n", lambda label, text: f"| {label} | {text} |\n", "\n"
    ),
    "a Markdown table with bold labels": lambda s: _text(
        s,
        lambda name: f"### **{name}**\n\n| Feld | Text |\n|:--|:--|\n".replace("Feld | Text", " | "),
        lambda label, text: f"| **{label}** | {text} |\n",
        "\n",
    ),
    "Markdown headings before bars": lambda s: _text(s, lambda name: f"## {name}\n", _bars, f"{BLANK}\n"),
    "Markdown headings for all": lambda s: _text(
        s, lambda name: f"## {name}\n\n", lambda label, text: f"### {label}\n\n{text}\n\n"
    ),
    "underlined headings": lambda s: _text(
        s, lambda name: f"{name}\n{'-' * len(name)}\n\n", lambda label, text: f"**{label}:** {text}\n\n"
    ),
    "Markdown lists": lambda s: _text(s, lambda name: f"# {name} #\n", lambda label, text: f"* **{label}**: {text}\n"),
    "wiki headings": lambda s: _text(s, lambda name: f"== {name} ==\n", lambda label, text: f"'''{label}:''' {text}\n"),
    "lists of dashes": lambda s: _text(s, _line, lambda label, text: f"- {label}: {text}\n", "\n"),
    "labels and colons": lambda s: _text(s, _line, lambda label, text: f"{label}: {text}\n", "\n"),
    "labels on lines of their own": lambda s: _text(s, _line, lambda label, text: f"{label}\n{text}\n"),
    "blank lines between all": lambda s: _text(
        s, lambda name: f"{name}\n\n", lambda label, text: f"{label}\n\n{text}\n\n", "\n"
    ),
    "labels in capitals": lambda s: _text(s, _line, lambda label, text: f"{label.upper()}\n{text}\n"),
    "columns set apart by blanks": lambda s: _text(s, _line, lambda label, text: f"{label:<60}{text}\n"),
    "a table that is drawn": lambda s: _text(
        s, lambda name: f"{name}\n┌{LINE}┐\n", lambda label, text: f"│ {label} │ {text} │\n├{LINE}┤\n", "\n"
    ),
    "a sheet with semicolons": _separated(";"),
    "a sheet with commas": _separated(","),
    "a sheet with quoted tabs": _separated("\t"),
    "states across in HTML": _in_table,
    "states across in Markdown": _in_markdown_table,
    "decomposed umlauts": _changed(original, lambda text: unicodedata.normalize("NFD", text)),
    "decomposed umlauts in HTML": _changed(tables, lambda text: unicodedata.normalize("NFD", text)),
    "no-break spaces": _changed(original, lambda text: text.replace(" ", "\u00a0").replace("\u00a0|\u00a0", " | ")),
    "hyphens that do not break": _changed(original, _hyphens),
    "U+2010 for hyphens": _changed(original, lambda text: re.sub(r"(?<=\w)-(?=\w)", "\u2010", text)),
    "marks of direction": _changed(original, _bidi),
    "marks of direction in HTML": _changed(tables, _bidi),
    "zero-width signs": _changed(original, lambda text: text.replace("en", "e\u200bn").replace("al", "a\ufeffl")),
    "soft hyphens": _changed(tables, lambda text: text.replace("finanz", "fi&shy;nanz")),
    "curly quotes": _changed(original, lambda text: text.replace(' "', " „").replace('"', "“")),
    "carriage returns": _changed(original, lambda text: "\ufeff" + text.replace("\n", "\r\n")),
    "UTF-16": lambda s: original(s).decode().encode("utf-16"),
    "labels in bold inside paragraphs": lambda s: _html(
        s, lambda label, text: f"<p><strong>{label}:</strong> {text}</p>", lambda name, rows: f"<h2>{name}</h2>{rows}"
    ),
    "labels in bold in a list": lambda s: _html(
        s,
        lambda label, text: f"<li><strong>{label}</strong><br>{text}</li>",
        lambda name, rows: f"<h2>{name}</h2><ul>{rows}</ul>",
    ),
    "labels in bold in one cell": lambda s: _html(
        s,
        lambda label, text: f"<b>{label}</b><br>{text}<br>",
        lambda name, rows: f"<table><tr><td>{name}</td></tr><tr><td>{rows}</td></tr></table>",
    ),
    "label and text in spans": lambda s: _html(
        s,
        lambda label, text: f"<div><span>{label}</span> <span>{text}</span></div>",
        lambda name, rows: f"<div>{name}</div>{rows}",
    ),
    "a cell below its label": lambda s: _html(
        s, lambda label, text: f"<tr><th>{label}</th></tr><tr><td>{text}</td></tr>"
    ),
    "text as it was typed": lambda s: (
        b"<html><body><pre>" + escape(original(s).decode()).encode() + b"</pre></body></html>"
    ),
    "a button in each heading": lambda s: _html(
        s,
        _cells,
        lambda name, rows: f'<h2><button type="button" aria-expanded="false">{name}</button></h2><table>{rows}</table>',
    ),
    "a button beside the name in each heading": lambda s: _html(
        s,
        _cells,
        lambda name, rows: f"<h2>{name}<button aria-expanded='false'>Öffnen</button></h2><table>{rows}</table>",
    ),
    "numbers before and after each heading": lambda s: _html(
        s, _cells, lambda name, rows: f"<h2>{len(name)}. {name} (4)</h2><table>{rows}</table>"
    ),
    "labels in bold before a colon": lambda s: _html(
        s, lambda label, text: f"<p><b>{label}</b>: {text}</p>", lambda name, rows: f"<h2>{name}</h2>{rows}"
    ),
    "headings of a wiki with bars": lambda s: _text(
        s, lambda name: f"h2. {name}\n", lambda label, text: f"|| {label} | {text} |\n", "\n"
    ),
    "a list of definitions in Markdown": lambda s: _text(
        s, lambda name: f"## {name}\n\n", lambda label, text: f"{label}\n: {text}\n\n"
    ),
    "what is shared and how old the page is": lambda s: _html(
        s,
        lambda label, text: f"<h3>{label}</h3><p>{text}</p>",
        lambda name, rows: f"<h2>{name}</h2>{rows}",
        around=("", "<p>Zuletzt geändert am 1. Februar 2027</p><p>Seite teilen</p><p>Stand: 01.02.2027</p>"),
    ),
    "an accordion": lambda s: _html(
        s,
        _cells,
        lambda name, rows: (
            f'<button aria-expanded="false" aria-controls="x-{name}">{name}</button>'
            f'<div id="x-{name}" hidden><table>{rows}</table></div>'
        ),
    ),
    "details": lambda s: _html(
        s, _cells, lambda name, rows: f"<details><summary>{name}</summary><table>{rows}</table></details>"
    ),
    "text under hidden": lambda s: _html(
        s, lambda label, text: _cells(label, f"{text}<span hidden>Intern: prüfen</span>")
    ),
    "a hint for those who do not see": lambda s: _html(
        s, lambda label, text: _cells(label, f'{text} <span class="visually-hidden">(öffnet in neuem Fenster)</span>')
    ),
    "text with display:none": lambda s: _html(
        s, lambda label, text: _cells(label, f'<i style="display: none">x</i>{text}')
    ),
    "text hidden by the page's style": lambda s: _html(
        s,
        lambda label, text: _cells(label, f'{text}<i class="q">x</i>'),
        around=("<style>.q{display:none}</style>", ""),
    ),
    "addresses with hidden words": lambda s: _html(s, _cells, cell=_bait('style="display:none"')),
    "addresses with hidden words by class": lambda s: _html(s, _cells, cell=_bait('class="nospam"')),
    "addresses with (at)": lambda s: _html(s, _cells, cell=_addresses(lambda one: one.replace("@", " (at) "))),
    "addresses set backwards": lambda s: _html(
        s,
        _cells,
        cell=_addresses(lambda one: f'<span style="unicode-bidi:bidi-override;direction:rtl">{one[::-1]}</span>'),
    ),
    "addresses in Cloudflare's code": lambda s: _html(s, _cells, cell=_addresses(_cloudflare)),
    "addresses as links": lambda s: _html(s, _cells, cell=_addresses(lambda one: f'<a href="mailto:{one}">{one}</a>')),
    "addresses as links in Markdown": lambda s: _changed(
        original, lambda text: ADDRESS.sub(lambda m: f"<{m[0]}>", text)
    )(s),
    "a page saved as one file": _mhtml,
    "menus, a notice about cookies, a form and a footer": lambda s: headings(
        s,
        around=(
            '<nav><a href="#x">Menü</a></nav><div class="cookie-banner"><p>Wir setzen Cookies.</p></div>',
            "<p>War diese Seite hilfreich?</p><form><button>Ja</button><button>Nein</button></form>"
            "<p>Seite drucken</p><footer><p>Impressum</p></footer>",
        ),
    ),
    "a line for feedback in text": lambda s: (
        _text(s, _line, lambda label, text: f"{label}\n{text}\n") + b"War diese Seite hilfreich?\nImpressum\n"
    ),
    "headings with links to themselves": lambda s: _html(
        s,
        _cells,
        lambda name, rows: f'<h2 id="x">{name} <a href="#x" title="Link">¶</a></h2><table>{rows}</table>',
    ),
    "headings with arrows": lambda s: _html(s, _cells, lambda name, rows: f"<h3>▸ {name}</h3><table>{rows}</table>"),
    "text with arrows": lambda s: _text(s, lambda name: f"▼ {name}\n", lambda label, text: f"• {label}\n{text}\n"),
    "tabs to click on": lambda s: _html(
        Source(s.above, s.blocks),
        _cells,
        lambda name, rows: f'<div role="tabpanel" id="p-{name}" hidden><table>{rows}</table></div>',
        around=(
            '<div role="tablist">'
            + "".join(f'<a role="tab" href="#p-{name}" aria-controls="p-{name}">{name}</a>' for name, _ in s.blocks)
            + "</div>",
            "",
        ),
    ),
    "pictures of a private font": lambda s: _html(s, lambda label, text: _cells(f"\uf101 {label}", text)),
    "UTF-16 without a mark": lambda s: original(s).decode().encode("utf-16-le"),
    "UTF-16 without a mark, the other way round": lambda s: original(s).decode().encode("utf-16-be"),
    "XML that names its encoding": lambda s: (
        b'<?xml version="1.0" encoding="iso-8859-15"?>\n'
        + _html(s, _cells).decode().replace('<meta charset="utf-8">', "").encode("iso-8859-15", "xmlcharrefreplace")
    ),
    "an archive in which another page goes first": lambda s: _archive(s),
    "a sheet that names its sign": lambda s: b"\xef\xbb\xbfsep=;\r\n" + _separated(";")(s),
    "lists within lists in Markdown": lambda s: _text(
        s, lambda name: f"- **{name}**\n", lambda label, text: f"  - {label}\n    - {text}\n"
    ),
    "a mail that quotes the text, and says whose it is": lambda s: (
        b"Am 1. Februar 2027 um 10:12 schrieb A. Beispiel:\n"
        + b"".join(b"> " + line for line in original(s).splitlines(keepends=True))
    ),
    "a mail whose quoted lines were broken again": lambda s: "\n".join(
        BREAKERS["words at 76"](f"> {line}") for line in original(s).decode().splitlines()
    ).encode(),
    "a mail that quotes the text": lambda s: b"".join(b"> " + line for line in original(s).splitlines(keepends=True)),
    "labels and colons in paragraphs": lambda s: _html(
        s, lambda label, text: f"<p>{label}: {text}</p>", lambda name, rows: f"<h2>{name}</h2>{rows}"
    ),
    "a column of numbers": lambda s: _html(
        s, lambda label, text: f"<tr><td>1.</td><td>{label}</td><td>{text}</td><td></td></tr>"
    ),
    "a caption": lambda s: _html(
        s, _cells, lambda name, rows: f"<table><caption>{name}</caption><tbody>{rows}</tbody></table>"
    ),
    "definitions within definitions": lambda s: _html(
        s,
        lambda label, text: f"<dt>{label}</dt><dd>{text}</dd>",
        lambda name, rows: f"<dl><dt>{name}</dt><dd><dl>{rows}</dl></dd></dl>",
    ),
    "a table of contents": lambda s: _html(
        s,
        _cells,
        around=("<ul>" + "".join(f'<li><a href="#{name}">{name}</a></li>' for name, _ in s.blocks) + "</ul>", ""),
    ),
}
"""Forms of the page that say the same as it."""


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]


def _columns(label: str, text: str) -> str:
    left, right = _wrapped(label, 24), _wrapped(text, 50)
    height = max(len(left), len(right))
    left += [""] * (height - len(left))
    right += [""] * (height - len(right))
    return "".join(f"{one:<26}{other}\n" for one, other in zip(left, right, strict=True))


REFUSED: dict[str, Callable[[Source], bytes]] = {
    "columns with broken labels": lambda s: _text(s, lambda name: f"{name}\n\n", _columns, "\n"),
    "rows apart from the names of states": lambda s: _html(
        s,
        _cells,
        lambda name, rows: f"<table>{rows}</table>",
        around=("<ul>" + "".join(f"<li>{name}</li>" for name, _ in s.blocks) + "</ul>", ""),
    ),
    "labels with a blank before the text": lambda s: _text(s, _line, lambda label, text: f"   {label} {text}\n", "\n"),
    "labels without texts": lambda s: _text(s, _line, lambda label, text: f"{label}\t\n"),
    "all in one line": lambda s: b" ".join(original(s).replace(b"|", b" ").split()),
    "all in one paragraph": lambda s: (
        b"<html><body><p>" + b" ".join(original(s).replace(b"|", b" ").split()) + b"</p></body></html>"
    ),
    "protected addresses in text": _changed(original, lambda text: ADDRESS.sub("[email protected]", text)),
    "protected addresses without their code": lambda s: _html(
        s, _cells, cell=_addresses(lambda one: '<a href="/cdn-cgi/l/email-protection">[email&#160;protected]</a>')
    ),
    "words for robots that are not hidden": lambda s: _html(s, _cells, cell=_bait("")),
    "a part of a page saved as one file": lambda s: _mhtml(s).partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[2],
    "a text with numbered references": lambda s: (
        original(s).replace(b"Webseite", b"[1]Webseite") + b"References\n\n 1. https://x.example/\n"
    ),
}
"""Forms in which label and text, or an address, cannot be told."""
