"""Addresses in drafts are those that a page gives, or are left for a person; none is made up of what robots see."""

from typing import Any

import pytest

from efa_lod.errors import BrokenInput
from efa_lod.overview.drafting import drafted
from efa_lod.overview.page import read_page
from efa_lod.overview.protection import decoded_address, decoded_target

LABELS = ["Ansprechstelle für Kommunen", "Wo findet die Kommune die nachnutzbaren Leistungen?", "Ggf. weiterer Marktplatz", "Finanzierung"]  # fmt: skip
CODE = "422f373136273002273a232f322e276c2d3025"


def draft(contact: str, services: str = "Marktplatz", style: str = "") -> dict[str, Any]:
    """Return what is drafted of a page whose first two rows are *contact* and *services*."""
    cells = [contact, services, "", "n. a."]
    rows = "".join(f"<tr><th>{label}</th><td>{cell}</td></tr>" for label, cell in zip(LABELS, cells, strict=True))
    html = f"<html><head>{style}</head><body><h1>T</h1><h2>Bayern</h2><table>{rows}</table></body></html>"
    return drafted(read_page(html.encode(), "page", url="https://www.example.org/a").rows)


GIVEN = {
    "plain": "E-Mail: muster@example.org",
    "hidden by an attribute": "E-Mail: muster<span hidden>x</span>@example.org",
    "hidden by a style": 'E-Mail: muster<span style="color:red; display : none ">nospam</span>@example.org',
    "hidden by visibility": 'E-Mail: muster<b style="visibility:hidden">.x</b>@example.org',
    "out of sight": 'E-Mail: muster<i style="position:absolute;left:-9999px">.x</i>@example.org',
    "too small to see": 'E-Mail: muster<i style="font-size:0">.x</i>@example.org',
    "hidden by a known class": 'E-Mail: muster<span class="visually-hidden">.x</span>@example.org',
    "hidden by a rule": 'E-Mail: muster<span class="q7">.x</span>@example.org',
    "in pieces": "E-Mail: <span>muster</span><!-- x -->&#64;<b></b>exam<wbr>ple.org",
    "in words": "E-Mail: muster (at) example [dot] org",
    "backwards": 'E-Mail: <span style="unicode-bidi:bidi-override; direction:rtl">gro.elpmaxe@retsum</span>',
    "in Cloudflare's code": f'E-Mail: <a class="__cf_email__" href="/cdn-cgi/l/email-protection" data-cfemail="{CODE}">[email&#160;protected]</a>',
    "in the target only": '<a href="mailto:muster@example.org?subject=EfA">E-Mail schreiben</a>',
    "in a coded target only": f'<a href="https://www.example.org/cdn-cgi/l/email-protection#{CODE}">Nachricht</a>',
}


@pytest.mark.parametrize("cell", GIVEN.values(), ids=GIVEN)
def test_an_address_that_people_see_is_drafted(cell: str) -> None:
    """However a page protects an address, the draft has what a reader would type, and nothing else as a name."""
    contacts = draft(f"Amt Musterstadt {cell}", style="<style>.q7 { display:none }</style>")["contacts"]

    assert ["muster@example.org"] == [contact["email"] for contact in contacts]
    assert ["Amt Musterstadt"] == [contact["name"]["de"] for contact in contacts]
    assert not [contact for contact in contacts if "link" in contact]


def test_an_address_whose_link_leads_to_another_is_left_open() -> None:
    """Where text and target contradict each other, a person decides."""
    [contact] = draft('Amt Musterstadt <a href="mailto:other@example.org">muster@example.org</a>')["contacts"]

    assert "TODO" == contact["email"]


@pytest.mark.parametrize(
    "cell",
    ["E-Mail: [email protected]", "E-Mail: muster.nospam@example.org", '<a data-cfemail="zz">[email protected]</a>'],
)
def test_an_address_that_cannot_be_told_ends_in_one_line(cell: str) -> None:
    """What robots see is never taken for an address or a name."""
    with pytest.raises(BrokenInput, match="protected from robots") as caught:
        draft(f"Amt {cell}")

    assert "vor Robotern geschützt" in caught.value.in_language("de")


def test_a_homepage_is_a_whole_address() -> None:
    """Addresses are resolved, led back from archives and mail filters, and left open where they lead nowhere."""
    links = {
        "/shop": "https://www.example.org/shop",
        "https://web.archive.org/web/20240101000000/https://shop.example/x": "https://shop.example/x",
        "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.example%2Fy&amp;data=1": "https://shop.example/y",
        "ftp://shop.example/": None,
    }
    for target, expected in links.items():
        [offer] = draft("Amt", f'<a href="{target}">Marktplatz</a>')["catalogues"]
        assert expected == offer.get("link")


def test_codes_that_are_none_decode_to_nothing() -> None:
    """Odd, short, long and wrong codes give no address."""
    assert ["muster@example.org", "", "", "", ""] == [
        decoded_address(c) for c in (CODE, CODE[:-1], "42", "zz" * 9, "00" * 9)
    ]
    assert "" == decoded_target("/cdn-cgi/l/email-protection#42")
