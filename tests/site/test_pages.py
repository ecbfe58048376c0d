"""The frame of all pages: what templates can say, and that nothing in a record becomes more than text."""

import json
from typing import cast

import jinja2
import pyoxigraph as ox
import pytest

from efa_lod.model.context import Context
from efa_lod.model.languages import LANGUAGES
from efa_lod.model.publication import Publication
from efa_lod.site.addresses import is_web_address, path_in_language
from efa_lod.site.page import Site, concept_labels, described, embedded, entry
from efa_lod.site.page_helpers import PageHelpers
from efa_lod.site.templating import environment
from support.read_sites import read_site
from support.sites import Html

RIGHT_TO_LEFT = "\u202e"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def site(publication: Publication) -> Site:
    """Return the site of the packaged publication."""
    return read_site(publication)[0]


@pytest.fixture
def german(site: Site) -> PageHelpers:
    """Return the German page of a state."""
    return PageHelpers(site, "de", "state/sh.html")


@pytest.fixture
def english(site: Site) -> PageHelpers:
    """Return its English page."""
    return PageHelpers(site, "en", "state/sh.html")


def shown(site: Site, template: str, **values: object) -> str:
    """Return what a *template* makes of *values* on the German page of a state."""
    names = PageHelpers(site, "de", "state/sh.html").names
    return environment(site.context.keys, names).from_string(template).render(names | values)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "https://a.example/\u00a0b c",
        'https://a.example/"onclick="x',
        "",
    ],
)
def test_only_web_addresses_become_links(address: str, german: PageHelpers) -> None:
    """A link leads to http and https; anything else is shown as text."""
    assert not is_web_address(address)
    assert "href" not in german.link(address)
    assert "href" not in german.link(address, "Text")


@pytest.mark.parametrize("address", ["a@b", "a b@c.de", "a@b.de?bcc=x@y.de", "a@b.de\nBcc: c", "<a@b.de>", 'a"@b.de'])
def test_only_mail_addresses_become_mail_links(address: str, german: PageHelpers) -> None:
    """What is no plain e-mail address is shown as text and never starts a message with other fields."""
    assert "href" not in german.mail(address)


@pytest.mark.parametrize("number", ["0431 530", "+49;ext=1", "javascript:alert(1)", "+49 431", ["+49431530"]])
def test_only_numbers_for_dialling_become_telephone_links(number: object, german: PageHelpers) -> None:
    """A number to call is E.164; other text is shown and not dialled."""
    assert "href" not in german.phone(number, "printed")


def test_ways_to_reach_someone_are_links(german: PageHelpers) -> None:
    """E-mail addresses and numbers are shown as printed and can be used by a tap."""
    assert german.mail("info@itvsh.de") == '<a href="mailto:info@itvsh.de">info@<wbr>itvsh.de</a>'
    assert german.phone("+4943153055046", "0431-530 550 46") == '<a href="tel:+4943153055046">0431-530 550 46</a>'
    assert german.link("https://itvsh.de/", "ITVSH") == '<a href="https://itvsh.de/" rel="external">ITVSH</a>'


def test_text_is_escaped_wherever_it_stands(site: Site) -> None:
    """Markup in a value is text in an element, in an attribute and in a text with places to fill in."""
    made = shown(
        site,
        '<p title="{{ x }}">{{ x }}{{ said({"de": x}) }}{{ t("Zu {x}", "On {x}", x=x) }}{{ day(x) }}{{ label("covers", x) }}'
        '{{ link("https://a.example/", x) }}{{ named(x) }}</p>',
        x=f'{HOSTILE}"onmouseover="x',
    )
    page = Html(made)

    assert ["p", "a", "code"] == [tag for tag, _ in page.elements if tag != "span"]
    assert [] == page.values("onmouseover")
    assert 7 == page.text.count(HOSTILE)


def test_text_cannot_turn_its_surroundings_round(site: Site) -> None:
    """Controls that turn the direction of text or hide in it are left out of what is shown."""
    name = f"a{RIGHT_TO_LEFT}b\u2066c\x00d\u200be\ufefff"
    made = shown(site, '{{ x }}{{ said({"de": x}) }}{{ plain({"en": x}) }}{{ t("{x}", "{x}", x=x) }}', x=name)

    assert "abcdef" * 3 + '<span lang="en">abcdef</span>' != made
    assert made.count("abcdef") == 4


def test_data_cannot_leave_its_script_element() -> None:
    """JSON in a page holds no character that a parser of HTML would take for more, and is read as what it was."""
    value = {"a": ["</script><script>alert(1)</script>", "<!--", "&amp;", RIGHT_TO_LEFT, "\u2028", "ä"]}
    text = embedded(value)

    assert not set(text) & set(f"<>&{RIGHT_TO_LEFT}\u2028")
    assert value == json.loads(text)


def test_a_lone_surrogate_does_not_stop_a_page(site: Site) -> None:
    """Text that is no Unicode text is shown with a sign in its place."""
    assert shown(site, "{{ x }}", x="a\ud800b").encode("utf-8", "replace") == b"a?b"


def test_a_text_in_another_language_is_marked(german: PageHelpers, english: PageHelpers) -> None:
    """The best text there is is shown, with its language where that is not the page's."""
    both = {"de": "Land", "en": "state"}

    assert ("Land", "state") == (german.said(both), english.said(both))
    assert '<span lang="de">Kiel</span>' == english.said({"de": "Kiel"})
    assert "a / b" == german.said({"de": ["a", "b"]})
    assert "" == german.said(None) == german.plain({})


def test_a_key_that_a_record_lacks_is_nothing_and_a_wrong_name_an_error(site: Site) -> None:
    """A key of the context may be missing in a record; a name that nobody knows is a mistake in the template."""
    assert "no" == shown(site, "{% if x.email %}yes{% else %}no{% endif %}", x={})
    assert "no" == shown(site, "{% if x.email is defined or y is defined %}yes{% else %}no{% endif %}", x={})
    with pytest.raises(jinja2.UndefinedError):
        shown(site, "{{ x.emial }}", x={})
    with pytest.raises(jinja2.UndefinedError):
        shown(site, "{{ nothing }}")


def test_links_are_relative_and_keep_the_language(german: PageHelpers, english: PageHelpers) -> None:
    """A page leads to pages in its language and to files that have none, from whatever folder."""
    assert ("../find.html", "../assets/site.css", "../en/state/sh.html") == (
        german.url("find.html"),
        german.file("assets/site.css"),
        german.in_other("en"),
    )
    assert ("../find.html", "../../assets/site.css", "../../state/sh.html") == (
        english.url("find.html"),
        english.file("assets/site.css"),
        english.in_other("de"),
    )
    assert "../state/a%3Fb%22.html#c" == german.url('state/a?b".html#c')
    assert ["index.html", "en/index.html"] == [path_in_language("index.html", language) for language in LANGUAGES]


def test_addresses_are_those_of_the_base(german: PageHelpers, english: PageHelpers) -> None:
    """The full address of a page begins with the base; a start page is its folder."""
    assert "https://w3id.org/efa-lod/state/sh.html" == german.address()
    assert "https://w3id.org/efa-lod/en/" == english.address("index.html")


@pytest.mark.parametrize(
    ("date", "de", "en"),
    [
        ("2026-11-23", "23. November 2026", "23 November 2026"),
        ("2022-03", "März 2022", "March 2022"),
        ("bald", "bald", "bald"),
        ("2022-13", "2022-13", "2022-13"),
    ],
)
def test_dates_are_said_in_words(date: str, de: str, en: str, german: PageHelpers, english: PageHelpers) -> None:
    """A day or month is written as people write it; what is neither stays as it is."""
    assert (de, en) == (german.day_text(date), english.day_text(date))


def test_numbers_are_written_as_people_write_them(german: PageHelpers, english: PageHelpers) -> None:
    """Sizes have a unit and few digits, with the signs of the language."""
    assert ["98,7 kB", "105 kB", "1,5 MB", "12 Byte", ""] == [
        german.size(s) for s in (98722, 105438, 1500000, 12, None)
    ]
    assert "1,234.5" == english.number(1234.5, 1)
    assert "1.234" == german.counted(1234)


def test_codes_have_the_names_of_the_ontology(german: PageHelpers, english: PageHelpers) -> None:
    """A code is shown by its label in the ontology, an access right by that of the EU, an unknown one as it is."""
    assert ("genannt, Link verloren", "named, link lost") == (
        german.label("valueStatus", "linkLost"),
        english.label("valueStatus", "linkLost"),
    )
    assert "eingeschränkt" == german.label("access", "RESTRICTED")
    assert "anything" == german.label("covers", "anything")
    assert "Kommunen" == german.named("efa:Party-municipalities")
    assert '<a href="../organisation/itvsh.html">IT-Verbund SH</a>' == german.named("organisation/itvsh")


def test_a_described_record_needs_nothing_else(context: Context) -> None:
    """JSON-LD in a page carries the part of the context that it uses, and no more."""
    record = {"@context": "x", "id": "state/sh", "type": "State", "name": {"de": "SH"}, "rows": [{"asOf": "2022-11"}]}
    made = described([record], context)

    assert {"State", "name", "rows", "asOf"} == set(cast("dict[str, object]", made["@context"])) - set(
        context.prefixes
    ) - {
        "@version",
        "@base",
        "id",
        "type",
    }
    assert len(list(ox.parse(json.dumps(made), format=ox.RdfFormat.JSON_LD))) == 4


def test_labels_are_taken_from_preferred_labels_first() -> None:
    """A concept is called by its skos:prefLabel; rdfs:label serves where there is none."""
    text = """
        @prefix s: <http://www.w3.org/2004/02/skos/core#> . @prefix r: <http://www.w3.org/2000/01/rdf-schema#> .
        <a:x> r:label "label"@en ; s:prefLabel "name"@en . <a:y> r:label "Schild"@de .
    """
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]

    assert {"a:x": {"en": "name"}, "a:y": {"de": "Schild"}} == concept_labels(triples)


def test_an_entry_is_short() -> None:
    """The list of all records holds id, first type, names and key alone."""
    made = entry({"id": "m/1", "type": ["A", "B"], "name": {"de": "x"}, "municipalityKey": "01002000", "reuse": {}})

    assert ("m/1", "A", {"de": "x"}, "01002000") == (made.id, made.type, made.name, made.key)
