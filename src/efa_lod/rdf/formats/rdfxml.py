"""Write statements as RDF/XML: an element for each subject, named by its first class."""

import re

from efa_lod.model.context import Context
from efa_lod.model.expansion import TYPE, unescaped
from efa_lod.rdf.formats.writer import RecordBatch, encoded

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")


def rdf_xml_head(context: Context) -> bytes:
    """Return the beginning of the document with the namespaces that have prefixes."""
    prefixes = {"rdf": TYPE[1:-5], **context.prefixes}
    namespaces = "".join(f'\n\txmlns:{prefix}="{prefixes[prefix]}"' for prefix in sorted(prefixes))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{namespaces}>\n'.encode()


def rdf_xml_body(batch: RecordBatch, context: Context) -> bytes:
    """Return an element for each subject, named by its first class; subjects must have their statements together."""
    names, kinds = _XmlNames(context), _XmlKinds()
    pieces: list[str] = []
    add = pieces.append
    subject = closing = ""
    for this, verb, found in batch.statements:
        if this != subject:
            typed = verb == TYPE and found[0] == "<"
            tag = names[found] if typed else ("rdf:Description", "rdf:Description")
            add(f"{closing}\t<{tag[0]} {_about(this)}>\n")
            subject, closing = this, f"\t</{tag[1]}>\n"
            if typed:
                continue
        opening, name = names[verb]
        if found[0] == "<" and "&" not in found:  # of what XML gives a meaning, only the ampersand can stand in an IRI
            add(f'\t\t<{opening} rdf:resource="{found[1:-1]}"/>\n')
            continue
        if found[0] != '"':
            add(f"\t\t<{opening} {_reference(found)}/>\n")
            continue
        end = found.rindex('"')
        text = found[1:end]
        if "\\" in text or "&" in text or "<" in text or ">" in text:
            text = _xml_text(text)
        add(f"\t\t<{opening}{kinds[found[end + 1 :]]}>{text}</{name}>\n")
    add(closing)
    return encoded(pieces)


class _XmlNames(dict[str, tuple[str, str]]):
    """IRIs as names of elements: what stands in the opening tag, with a namespace if it has no prefix, and the name."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._prefixes = {namespace: prefix for prefix, namespace in context.prefixes.items()}
        self._prefixes.setdefault(TYPE[1:-5], "rdf")

    def __missing__(self, term: str) -> tuple[str, str]:
        iri = term[1:-1]
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        while cut < len(iri) and not _XML_NAME.match(iri, cut):
            cut += 1
        name, prefix = iri[cut:], self._prefixes.get(iri[:cut])
        if not name:
            raise ValueError(f"{iri}: RDF/XML has no way to write this property or class")
        qualified = f"{prefix}:{name}" if prefix else name
        opening = qualified if prefix else f'{name} xmlns="{_xml_text(iri[:cut])}"'
        self[term] = opening, qualified
        return self[term]


class _XmlKinds(dict[str, str]):
    """Language tags and datatypes of literals, as attributes."""

    def __missing__(self, kind: str) -> str:
        attribute = f' xml:lang="{kind[1:]}"' if kind[:1] == "@" else f' rdf:datatype="{_xml_text(kind[3:-1])}"'
        self[kind] = found = attribute if kind else ""
        return found


def _about(term: str) -> str:
    return f'rdf:about="{_in_quotes(term)}"' if term[0] == "<" else f'rdf:nodeID="{term[2:]}"'


def _reference(term: str) -> str:
    return f'rdf:resource="{_in_quotes(term)}"' if term[0] == "<" else f'rdf:nodeID="{term[2:]}"'


def _in_quotes(term: str) -> str:
    """Return an IRI without its brackets as XML; of what XML gives a meaning, only the ampersand can stand in it."""
    return term[1:-1].replace("&", "&amp;")


def _xml_text(text: str) -> str:
    """Return what stands in an N-Triples term as XML; a carriage return must not stand there as it is."""
    text = unescaped(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")
