"""Text as it stands in XML; what the standard library has for this loads what opens addresses, which takes time."""


def escape(text: str) -> str:
    """Return *text* as it stands between tags (XML 1.0, 2.4)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoteattr(text: str) -> str:
    """Return *text* as the value of an attribute, in the quotation marks that it needs (XML 1.0, 2.3 and 3.3.3)."""
    told = escape(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' not in told:
        return f'"{told}"'
    return f"'{told}'" if "'" not in told else '"' + told.replace('"', "&quot;") + '"'
