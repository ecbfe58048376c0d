"""The pages of the form: a list of the records, and one record with all its fields."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from efa_lod.editing.fields import FormField, Section, confidence_field
from efa_lod.editing.form_session import FormOutcome, RecordForm
from efa_lod.editing.values import field_text
from efa_lod.io.messages import Messages
from efa_lod.model.context import read_context
from efa_lod.model.origins import EDITED_KEYS
from efa_lod.model.publication import Publication
from efa_lod.model.record_values import is_mapping
from efa_lod.model.records import publication_records

if TYPE_CHECKING:
    import jinja2

_TEXTS = Messages(__file__, "form")
_HERE = Path(__file__).parent
_TERM = re.compile(r"\b[a-z]+:[A-Za-z]+\b")
_LONG = 70
"""Characters from which a text gets several lines."""
_OFTEN = frozenset({"name", "contactKind", "topic", "email", "telephone", "printedAs", "homepage", "summary"})
"""Keys of which the field is shown although it is empty."""


def list_page(publication: Publication, language: str, root: str) -> str:
    """Return the page that lists the records by name."""
    own = {publication.name_of(file) for file in publication.state_files}
    records = [one.value for one in publication_records(publication) if one.place.path in own]
    named = sorted((str(one.get("name", {}).get(language, one["id"])), str(one["id"])) for one in records)
    return _page("form_list.html", language, publication, root, records=named, folder=str(publication.folder))


def record_page(form: RecordForm, day: str, root: str) -> str:
    """Return the page on which the record of *form* is edited; *day* is proposed as the day of the answer."""
    labels = _labels(form)
    sections = [(section, [part for part in form.parts if part.section is section]) for section in form.sections]
    base: dict[str, dict[str, str]] = {}
    for (thing, key), text in form.values.items():
        base.setdefault(thing, {})[key] = text
    own = str(form.document.value["id"])
    rules = form.checker.rules
    addable = set(rules.of_type("Addition")["property"].values)
    return _page(
        "form_record.html",
        form.language,
        form.publication,
        root,
        form=form,
        sections=sections,
        own=own,
        day=day,
        confidence=confidence_field(form.publication, form.language, rules),
        stated_keys={key.name for key in rules.context.keys.values() if key.iri in addable} - EDITED_KEYS,
        plain=lambda text: _TERM.sub(lambda term: labels.get(term[0], term[0]), text),
        name=str(form.document.value.get("name", {}).get(form.language, own)),
        data=json.dumps({"base": base, "words": _words(form.language)}, ensure_ascii=False).replace("<", "\\u003c"),
    )


def outcome_as_data(outcome: FormOutcome, language: str) -> dict[str, object]:
    """Return *outcome* for the page."""
    return {
        "findings": [
            {
                "thing": one.thing,
                "key": one.key,
                "severity": str(one.result.severity),
                "message": one.result.message(language),
                "found": one.result.found,
            }
            for one in outcome.findings
        ],
        "conflicts": [
            {"thing": one.thing, "key": one.key, "message": one.messages[language], "current": one.current or ""}
            for one in outcome.conflicts
        ],
        "difference": outcome.difference,
        "saved": list(outcome.saved),
        "wrong": outcome.is_wrong,
    }


def _labels(form: RecordForm) -> dict[str, str]:
    """Return what a person calls the properties that the help texts name, by how they are written there."""
    context = read_context(form.publication)
    fields = (field for section in form.sections for field in section.fields)
    named = {context.compact(context.keys[field.name].iri): field.label.partition(" (")[0] for field in fields}
    return {term: f"„{label}“" if form.language == "de" else f"“{label}”" for term, label in named.items()}


def _page(template: str, language: str, publication: Publication, root: str, **values: object) -> str:
    texts = publication.texts(language)
    helpers = {"t": partial(_said, language), "text_of": field_text, "lines_of": _lines_of, "is_shown": _is_shown}
    helpers |= {"called_by": partial(_called_by, language)}
    made = _environment().get_template(template)
    return made.render(language=language, title=texts["title"], root=root, **helpers, **values)


def _said(language: str, rule: str, **words: object) -> str:
    return _TEXTS(rule, **words)[language == "de"]


def _called_by(language: str, thing: Mapping[str, object], section: Section) -> str:
    """Return what *thing* is called on its form: its name, or how its summary begins."""
    for key in ("name", "topic", "mentionedAs", "summary"):
        texts = thing.get(key)
        if is_mapping(texts) and texts:
            text = str(texts.get(language) or next(iter(texts.values())))
            return text if len(text) <= _LONG else text[: text.rfind(" ", 0, _LONG)] + " …"
    return section.title


def _words(language: str) -> dict[str, str]:
    """Return the texts that the page says by itself."""
    return {rule.removeprefix("js-"): texts[language] for rule, texts in _TEXTS.table.items() if rule.startswith("js-")}


def _lines_of(text: str, field: FormField) -> int:
    """Return how many lines the field of *text* has; 0 for a single one that cannot be more."""
    if field.is_many:
        return max(2, text.count("\n") + 1)
    return max(1, -(-len(text) // _LONG)) if field.form == "language" else 0


def _is_shown(thing: Mapping[str, object], field: FormField, section: Section) -> bool:
    """Return True if *field* is shown at once; others are a tap away."""
    return bool(field_text(thing, field)) or field.is_required or (field.name in _OFTEN and section.is_repeatable)


@lru_cache(1)
def _environment() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
