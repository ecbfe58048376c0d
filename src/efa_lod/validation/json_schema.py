"""The form of records as a JSON Schema, by which editors complete and check YAML while it is written.

It is made from what ``key_rules`` reads in the context and the shapes, and says less than the shapes do: what spans
records or depends on other values is left to ``shacl``.
"""

import json
from dataclasses import dataclass
from functools import cached_property

from efa_lod.io.messages import Messages
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.validation.key_rules import KeyRule, KeyRules

SCHEMA_FILE = "record.schema.json"
"""The name that the schema has among the outputs."""
COMMITTED_SCHEMA = f"ontology/{SCHEMA_FILE}"
"""Where a publication keeps the schema, beside the context."""
SCHEMA_COMMENT = f"# yaml-language-server: $schema=../../{COMMITTED_SCHEMA}\n"
"""The first line of a state's record, by which editors find the schema."""
_DRAFT = "http://json-schema.org/draft-07/schema#"
_TEXTS = Messages(__file__, "json_schema")
_THING = {"$ref": "#/definitions/thing"}
_CODE = "^[A-Za-z][A-Za-z0-9_-]*$"
Schema = dict[str, object]


def record_schema(publication: Publication, context: Context) -> bytes:
    """Return the JSON Schema (draft 7) of the records of *publication*, with German titles and descriptions."""
    maker = _Maker(publication, context)
    text = json.dumps(maker.schema(), ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


@dataclass(frozen=True)
class _Maker:
    publication: Publication
    context: Context

    @cached_property
    def rules(self) -> KeyRules:
        """Return what the shapes ask of keys."""
        return KeyRules(self.publication, self.context)

    def schema(self) -> Schema:
        """Return the whole: a thing with its context, and a definition for each type."""
        names = sorted(self.context.types)
        told = [name for name in names if self.rules.shapes_of(name)]
        thing = {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"type": _one_or_many({"enum": names})},
            "allOf": [{"if": _has_type(name), "then": {"$ref": f"#/definitions/{name}"}} for name in told],
        }
        return {
            "$schema": _DRAFT,
            "$id": f"{self.publication.base_iri}{SCHEMA_FILE}",
            "title": _TEXTS("title")[1],
            "description": _TEXTS("description")[1],
            "allOf": [_THING],
            "required": ["@context"],
            "definitions": {"thing": thing, **{name: self._kind(name) for name in told}},
        }

    def _kind(self, name: str) -> Schema:
        """Return the definition of the type *name*: the keys that it may have, and those that it must have."""
        rules = self.rules.of_type(name)
        kind: Schema = {
            "title": self.rules.label(self.context.types[name], "de") or name,
            "type": "object",
            "properties": {**_fixed(), **{key: self._value(rule) for key, rule in rules.items()}},
            "required": sorted({"id", "type", *(key for key, rule in rules.items() if rule.is_required)}),
        }
        return {**kind, "additionalProperties": False} if self.rules.is_closed(name) else kind

    def _value(self, rule: KeyRule) -> Schema:
        """Return the schema of what stands under a key."""
        told = {"title": self.rules.key_label(rule.key, "de")}
        if message := rule.messages.get("de"):
            told["description"] = message
        single = self._single(rule)
        return {**told, **(single if rule.is_single else _one_or_many(single))}

    def _single(self, rule: KeyRule) -> Schema:
        key, values = rule.key, rule.values
        if key.form == "language":
            text = _one_or_many({"type": "string"})
            return {"type": "object", "minProperties": 1, "properties": {"de": text, "en": text}}
        if key.form == "iri":
            other = {"enum": [self.context.compact(value) for value in values]} if values else _THING
            return {"anyOf": [other, {"type": "string"}]}
        if key.form == "code":
            codes = [value.removeprefix(key.vocabulary) for value in values]
            return {"enum": codes} if codes and key.vocabulary else {"type": "string", "pattern": _CODE}
        if values:
            return {"enum": list(values)}
        return {"type": "string", "pattern": rule.pattern} if rule.pattern else {"type": "string"}


def _fixed() -> Schema:
    """Return the keys that every thing has."""
    return {
        "@context": {"type": "string", "pattern": "context\\.jsonld$", "title": _TEXTS("key-context")[1]},
        "id": {"type": "string", "minLength": 1, "title": _TEXTS("key-id")[1]},
        "type": {"title": _TEXTS("key-type")[1]},
    }


def _has_type(name: str) -> Schema:
    one = {"anyOf": [{"const": name}, {"type": "array", "contains": {"const": name}}]}
    return {"required": ["type"], "properties": {"type": one}}


def _one_or_many(single: Schema) -> Schema:
    return {"anyOf": [single, {"type": "array", "items": single}]}
