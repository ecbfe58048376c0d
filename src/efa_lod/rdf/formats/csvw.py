"""Say what the columns of the table mean: CSV on the Web."""

from collections.abc import Mapping, Sequence

from efa_lod.io.json_text import json_text
from efa_lod.model.context import Context
from efa_lod.rdf.formats.csv import COLUMNS, LIST_SEPARATOR, Column


def csvw_metadata(context: Context, tables: Sequence[str], titles: Mapping[str, str], licence: str) -> bytes:
    """Return the metadata of *tables* after CSVW ("Metadata Vocabulary for Tabular Data"), from the columns above.

    Several are a table group, whose members have one schema.
    """
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        **({"url": tables[0]} if len(tables) == 1 else {"tables": [{"url": table} for table in tables]}),
        "dc:title": [{"@value": title, "@language": language} for language, title in titles.items()],
        "dc:license": {"@id": licence},
        "dialect": {"delimiter": ",", "header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_csvw_column(column, context) for column in COLUMNS]},
    }
    return json_text(metadata).encode()


def _csvw_column(column: Column, context: Context) -> dict[str, object]:
    about = {"state": "{+state}", "row": "{+sourceRow}", "item": "{+item}"}[column.thing]
    titles = {"de": column.de, "en": column.en, "und": column.name}
    found: dict[str, object] = {"name": column.name, "titles": titles}
    key = context.keys.get(column.key)
    if column.key == "id":
        return {**found, "datatype": "anyURI", "required": column.thing != "item", "suppressOutput": True}
    if column.key == "type":
        return {**found, "suppressOutput": True, "separator": LIST_SEPARATOR}
    assert key is not None, column.key
    found |= {"aboutUrl": about, "propertyUrl": key.iri}
    if key.form in ("iri", "code"):
        found["valueUrl"] = (key.vocabulary if key.form == "code" else "") + f"{{+{column.name}}}"
        found["separator"] = LIST_SEPARATOR
    elif key.form == "language":
        found["lang"] = column.language
    elif key.form.startswith("http"):
        found["datatype"] = key.form.rpartition("#")[2]
    return found
