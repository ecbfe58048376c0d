"""Record what the rows of the page say, as marks of their words, so that claims can be checked without the page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from efa_lod.errors import BrokenInput
from efa_lod.io.reading import Document
from efa_lod.model.phrases import phrase_marks
from efa_lod.model.record_values import text_in
from efa_lod.model.record_views import ReuseRecord
from efa_lod.overview.lines import Link
from efa_lod.overview.page import OverviewPage


def facts_of(page: OverviewPage, documents: Sequence[Document]) -> dict[str, object]:
    """Return what is recorded of *page*: for each row that a record of *documents* quotes, digest and marks."""
    return {
        name: {"sha256": digest, "marks": phrase_marks([text, *(link.target for link in links)])}
        for name, digest, text, links in sorted(_quoted(page, documents))
    }


def facts_text(rows: Mapping[str, object]) -> str:
    """Return *rows* as the text of a file, a line for each row."""
    lines = [f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(rows.items())]
    return '{\n "rows": {\n' + ",\n".join(lines) + "\n }\n}\n"


def known_facts(data: bytes, name: str) -> dict[str, object]:
    """Return the rows in the file *name*, whose content is *data*; raise BrokenInput where it is no such file."""
    try:
        return dict(json.loads(data)["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenInput(
            f"{name}: cannot be used: {error} – write it anew with efa-lod source facts",
            f"{name}: nicht verwendbar: {error} – mit efa-lod source facts neu schreiben",
        ) from error


def _quoted(page: OverviewPage, documents: Sequence[Document]) -> Iterator[tuple[str, str, str, tuple[Link, ...]]]:
    """Yield id, digest, text and links of what *documents* quote of *page*: its rows, and its introduction."""
    for document in documents:
        if document.value.get("type") == "WebPage":
            introduction = f"{page.title} {page.introduction}"
            digest = sha256(introduction.encode()).hexdigest().upper()
            yield str(document.value["id"]), digest, introduction, page.links
        record = ReuseRecord(document.value)
        for entry in record.rows:
            row = page.by_key.get((text_in(record.names, "de"), entry.kind))
            if row:
                yield entry.id, row.sha256, row.text, row.links
