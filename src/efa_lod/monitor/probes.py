"""Look at a deployed site as portals, browsers and search engines do: what is asked, and what should come back.

Each function of ``LOOKS`` is put to a survey and yields an outcome for each single thing it has looked at.
"""

import hashlib
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from efa_lod.catalog.dcat import PREFIXES
from efa_lod.errors import BrokenInput
from efa_lod.io.http import NOT_MODIFIED, PERMANENT, Answer, NotFetched
from efa_lod.monitor.remedies import Texts
from efa_lod.monitor.session import (
    MIB,
    NO_HEADER,
    OTHER_ORIGIN,
    Listed,
    Outcome,
    Page,
    Survey,
    both,
    kind_of,
    no_answer,
    of,
    outcome,
    read_page,
    sample,
    spread,
    status,
    told,
)
from efa_lod.rdf.formats import TURTLE
from efa_lod.rdf.graphs import parsed_triples
from efa_lod.web.negotiation import accepted
from efa_lod.web.record_documents import MEDIA_TYPES, compressible_types

INVENTORY = "build.json"
SUMS = "SHA256SUMS"
SITEMAP = "sitemap.xml"
CATALOGUE = "catalog.ttl"
HTML = "text/html"
OF_HOST = ".well-known/"
"""What describes the whole host (RFC 8615): whoever runs it may say there more than one site knows."""

MAX_LIST = 64 * MIB
"""Most bytes of a list that says what to expect: inventory, digests, sitemap, catalogue."""
MAX_FILE = 64 * MIB
"""Files with more bytes are not read: of them only headers and length are compared."""
WORTH_PACKING = 1024
"""Least bytes of a file that a server ought to compress."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NOTHING = "application/x-nothing-of-the-kind"
MISSING = "no-such-thing-as-this"


# --- files ----------------------------------------------------------------------------------------------------------


def files(survey: Survey) -> Iterator[Outcome]:
    """Look whether files are what the inventory lists, and how they are sent."""
    listed = survey.inventory
    chosen = sample(listed.served, survey.bounds.kind)
    yield from survey.each(chosen, lambda path: _file(survey, path, listed.files[path]))
    largest: dict[str, str] = {}
    for path in sorted(listed.served, key=lambda path: (-listed.files[path].size, path)):
        if listed.files[path].size <= MAX_FILE:
            largest.setdefault(listed.files[path].media_type, path)
    yield from survey.each(sorted(largest.values()), lambda path: _cached(survey, path))
    packed = [
        path
        for media_type, path in sorted(largest.items())
        if media_type in compressible_types() and listed.files[path].size >= WORTH_PACKING
    ]
    yield from survey.each(packed, lambda path: _packed(survey, path, listed.files[path]))


def _file(survey: Survey, path: str, listed: Listed) -> Iterator[Outcome]:
    url = survey.url(path)
    too_large = listed.size > MAX_FILE
    try:
        answer = survey.ask(url, "HEAD") if too_large else survey.ask(url, most=listed.size + MIB)
    except NotFetched as error:
        yield no_answer("content", url, error)
        return
    survey.seen(url, answer)
    if answer.status != 200:
        yield outcome("content", url, False, both("200"), status(answer))
        return
    yield _media_type(url, path, listed.media_type, answer)
    if too_large:
        length = answer.headers.get("content-length", "")
        yield outcome("content", url, length == str(listed.size), _size(listed.size), of(length))
    else:
        if not path.startswith(OF_HOST):
            yield _content(url, listed, answer)
        yield _head(survey, url, answer)
    yield _allows_reading(url, answer)
    nosniff = answer.headers.get("x-content-type-options", "")
    yield outcome("nosniff", url, nosniff.lower() == "nosniff", both("X-Content-Type-Options: nosniff"), of(nosniff))
    if listed.media_type == HTML:
        survey.pages[path] = read_page(answer.content)
        yield _policy(url, answer, survey.pages[path])


def _media_type(url: str, path: str, expected: str, answer: Answer) -> Outcome:
    sent = answer.headers.get("content-type", "")
    charset = answer.charset.lower().replace("_", "-")
    good = answer.media_type.lower() == expected and charset in ("", "utf-8", "utf8")
    name = posixpath.basename(path)
    suffix = posixpath.splitext(name)[1]
    values = {"media_type": expected, "suffix": suffix, "extension": suffix[1:], "path": path, "name": name}
    by_suffix = suffix and MEDIA_TYPES.get(suffix, expected) == expected
    return outcome("media-type" if by_suffix else "named-type", url, good, both(expected), of(sent), values)


def _size(size: int) -> Texts:
    return told("{n} Bytes", "{n} bytes", n=size)


def _content(url: str, listed: Listed, answer: Answer) -> Outcome:
    digest = hashlib.sha256(answer.content).hexdigest()
    return outcome(
        "content",
        url,
        (len(answer.content), digest) == (listed.size, listed.sha256),
        told("{n} Bytes, SHA-256 {d}…", "{n} bytes, SHA-256 {d}…", n=listed.size, d=listed.sha256[:12]),
        told("{n} Bytes, SHA-256 {d}…", "{n} bytes, SHA-256 {d}…", n=len(answer.content), d=digest[:12]),
    )


_SAME = ("content-type", "content-length", "etag", "last-modified")


def _head(survey: Survey, url: str, got: Answer) -> Outcome:
    try:
        head = survey.ask(url, "HEAD")
    except NotFetched as error:
        return no_answer("head", url, error)
    if head.status != got.status:
        return outcome("head", url, False, told("200 wie bei GET", "200, as with GET"), status(head))
    differing = [name for name in _SAME if name in got.headers and got.headers[name] != head.headers.get(name)]
    return outcome(
        "head",
        url,
        not differing,
        both("; ".join(f"{name}: {got.headers[name]}" for name in differing)),
        both("; ".join(f"{name}: {head.headers.get(name, '–')}" for name in differing)),
    )


def _allows_reading(url: str, answer: Answer) -> Outcome:
    allowed = answer.headers.get("access-control-allow-origin", "")
    good = allowed in ("*", OTHER_ORIGIN)
    return outcome("cors", url, good, both("Access-Control-Allow-Origin: *"), of(allowed))


def _policy(url: str, answer: Answer, page: "Page") -> Outcome:
    policy = answer.headers.get("content-security-policy", "")
    rules = {words[0]: words[1:] for part in policy.lower().split(";") if (words := part.split())}
    scripts = rules.get("script-src", rules.get("default-src", ["*"]))
    good = bool(policy) and not {"*", "http:", "https:", "data:", "'unsafe-inline'", "'unsafe-eval'"} & {*scripts}
    found = of(policy)
    if not policy and page.policy:
        found = told("nur in der Seite (meta), nicht als Kopf", "only in the page (meta), not as a header")
    expected = told("Content-Security-Policy ohne fremde Skripte", "Content-Security-Policy without scripts of others")
    return outcome("csp", url, good, expected, found)


_MARKS = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))


def _cached(survey: Survey, path: str) -> Iterator[Outcome]:
    """Look whether who has the file already is told so, for the plain and for the compressed file."""
    url = survey.url(path)
    is_text = survey.inventory.files[path].media_type in compressible_types()
    for encoding in ("identity", "gzip") if is_text else ("identity",):
        try:
            first = survey.ask(url, "HEAD", headers={"Accept-Encoding": encoding})
            if first.status != 200:
                continue  # told elsewhere
            for mark, condition in _MARKS:
                yield _not_modified(survey, url, first, mark, condition, encoding)
        except NotFetched as error:
            yield no_answer("cache", url, error)


def _not_modified(survey: Survey, url: str, first: Answer, mark: str, condition: str, encoding: str) -> Outcome:
    value = first.headers.get(mark.lower(), "")
    if not value:
        return outcome("cache", url, False, told("den Kopf {n}", "the header {n}", n=mark), NO_HEADER)
    again = survey.ask(url, headers={"Accept-Encoding": encoding, condition: value})
    expected = told("304 auf {c}: {v}", "304 to {c}: {v}", c=condition, v=value)
    if encoding != "identity":
        expected = {tag: f"{text} (Accept-Encoding: {encoding})" for tag, text in expected.items()}
    return outcome("cache", url, again.status == NOT_MODIFIED, expected, status(again))


def _packed(survey: Survey, path: str, listed: Listed) -> Iterator[Outcome]:
    url, values = survey.url(path), {"media_type": listed.media_type}
    try:
        plain = survey.ask(url, "HEAD")
        packed = survey.ask(url, most=listed.size + MIB, headers={"Accept-Encoding": "gzip"})
    except NotFetched as error:
        yield no_answer("compression", url, error)
        return
    if packed.status != 200:
        return  # told elsewhere
    encoding = packed.headers.get("content-encoding", "")
    yield outcome("compression", url, encoding == "gzip", both("Content-Encoding: gzip"), of(encoding), values)
    unasked = plain.headers.get("content-encoding", "")
    without = told("keine Kompression für Accept-Encoding: identity", "no compression for Accept-Encoding: identity")
    yield outcome("compression", url, unasked in ("", "identity"), without, of(unasked), values)
    if encoding and not path.startswith(OF_HOST):
        good = hashlib.sha256(packed.content).hexdigest() == listed.sha256
        same = told("ausgepackt dieselbe Datei", "the same file when unpacked")
        yield outcome("content", url, good, same, told("eine andere", "another one"))
        vary = packed.headers.get("vary", "")
        good = bool({"accept-encoding", "*"} & _members(vary))
        yield outcome("compression", url, good, both("Vary: Accept-Encoding"), of(vary), values)


def _members(header: str) -> set[str]:
    return {part.strip().lower() for part in header.split(",")}


def sums(survey: Survey) -> Iterator[Outcome]:
    """Look whether the digests on the site are those of the inventory."""
    url = survey.url(SUMS)
    try:
        answer = survey.ask(url, most=MAX_LIST)
    except NotFetched as error:
        yield no_answer("sums", url, error)
        return
    if answer.status != 200:
        yield outcome("sums", url, False, both("200"), status(answer))
        return
    lines = answer.content.decode("utf-8", "replace").splitlines()
    said = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    listed = {path: file.sha256 for path, file in survey.inventory.files.items() if path not in (SUMS, INVENTORY)}
    differing = sorted(path for path in {*said, *listed} if said.get(path) != listed.get(path))
    yield Outcome("sums")
    for path in differing:
        expected = both(f"{path} {listed[path][:12]}…") if path in listed else told("{p} nicht", "no {p}", p=path)
        found = both(f"{said[path][:12]}…") if path in said else told("keine Zeile dafür", "no line for it")
        yield outcome("sums", url, False, expected, found)


# --- things ---------------------------------------------------------------------------------------------------------


def things(survey: Survey) -> Iterator[Outcome]:
    """Look whether the IRIs of things lead to their documents, and what happens where there is none."""
    known = survey.inventory.things
    chosen = sample([*known], survey.bounds.kind)
    kinds: dict[str, str] = {}
    for path in chosen:
        kinds.setdefault(kind_of(path), path)
    yield from survey.each(chosen, lambda path: _thing(survey, path, known[path], path in kinds.values()))


def _thing(survey: Survey, path: str, documents: Mapping[str, str], closely: bool) -> Iterator[Outcome]:
    """Yield how the IRI of a thing answers: for each of its formats and, *closely*, for what programs send."""
    headers = [*documents]
    if closely:
        headers += ["*/*", BROWSER, *_preferences([*documents])]
    for accept in dict.fromkeys(headers):
        chosen = accepted(accept, tuple(documents))
        if chosen is not None and (path or chosen != HTML):  # the start page is sent at once
            yield from _led(survey, path, accept, documents[chosen])
    if closely:
        yield from _refused(survey, path)


def _preferences(media_types: Sequence[str]) -> list[str]:
    """Return headers Accept that like the second of *media_types* less than the third, and the reverse."""
    data = [media_type for media_type in media_types if media_type != HTML][:2]
    if len(data) < 2:
        return []
    one, other = data
    return [f"{one};q=0.5, {other}", f"{one}, {other};q=0.5, {HTML};q=0.1"]


def _led(survey: Survey, path: str, accept: str, document: str) -> Iterator[Outcome]:
    url = survey.url(path)
    try:
        answer = survey.ask(url, headers={"Accept": accept})
    except NotFetched as error:
        yield no_answer("dereference", url, error)
        return
    found = status(answer)
    target = urljoin(url, answer.headers.get("location", "")) if answer.status == 303 else ""
    expected = told("303 → {d} für Accept: {a}", "303 → {d} for Accept: {a}", d=document, a=accept)
    yield outcome("dereference", url, bool(target) and survey.here(target) == survey.url(document), expected, found)
    if answer.status == 303:
        yield _varies(url, answer)
        yield _allows_reading(url, answer)


def _varies(url: str, answer: Answer) -> Outcome:
    vary = answer.headers.get("vary", "")
    return outcome("vary", url, bool({"accept", "*"} & _members(vary)), both("Vary: Accept"), of(vary))


def _refused(survey: Survey, path: str) -> Iterator[Outcome]:
    url = survey.url(path)
    try:
        answer = survey.ask(url, headers={"Accept": NOTHING})
    except NotFetched as error:
        yield no_answer("not-acceptable", url, error)
        return
    expected = told("406 für Accept: {a}", "406 for Accept: {a}", a=NOTHING)
    yield outcome("not-acceptable", url, answer.status == 406, expected, status(answer))
    if answer.status == 406:
        yield _varies(url, answer)


def missing(survey: Survey) -> Iterator[Outcome]:
    """Look what happens where there is nothing, and where there is nothing any more."""
    folders = sorted({f"{posixpath.dirname(path)}/" for path in survey.inventory.things if "/" in path})
    paths = [f"{folder}{MISSING}" for folder in ("", *folders)]
    paths += [f"{path}{suffix}" for path in paths[:2] for suffix in (".html", TURTLE.suffix)]
    table = survey.inventory.table
    paths = [path for path in paths if not table.variants(path, survey.inventory.has)]
    for check, expected, asked in (("not-found", 404, paths), ("gone", 410, spread(survey.withdrawn, 5))):
        for path in asked:
            url = survey.url(path)
            try:
                answer = survey.ask(url)
                yield outcome(check, url, answer.status == expected, both(expected), status(answer))
            except NotFetched as error:
                yield no_answer(check, url, error)


# --- links ----------------------------------------------------------------------------------------------------------


def links(survey: Survey) -> Iterator[Outcome]:
    """Follow the links within the site of the pages that were read, as far as the sample goes."""
    known = {survey.url(path): page for path, page in survey.pages.items()}
    targets: dict[str, dict[str, str]] = defaultdict(dict)
    for source, page in known.items():
        for link in dict.fromkeys([*page.links, *page.resources]):
            found = _target(survey, source, link)
            if found is None:
                if link in page.resources and urlsplit(urljoin(source, link)).scheme in ("http", "https"):
                    nothing = told("nichts von anderen", "nothing from others")
                    yield outcome("third-party", source, False, nothing, both(link[:200]))
                continue
            url, fragment = urldefrag(found)
            targets[url].setdefault(fragment, source)
        yield Outcome("third-party")
    chosen = sample(sorted(url.removeprefix(survey.root) for url in targets), survey.bounds.kind)
    chosen_urls = [survey.root + path for path in chosen]
    yield from survey.each(chosen_urls, lambda url: _link(survey, url, targets[url], known.get(url)))


def _target(survey: Survey, source: str, link: str) -> str | None:
    try:
        return survey.here(urljoin(source, link))
    except ValueError:
        return None


def _link(survey: Survey, url: str, sources: Mapping[str, str], page: Page | None) -> Iterator[Outcome]:
    """Yield whether a link leads to something, and to parts of the *page* there that exist, if that was read.

    *sources* are pages where the link stands, by the fragment that it has there.
    """
    try:
        answer = survey.look(url)
    except NotFetched as error:
        yield no_answer("links", url, error)
        return
    good = answer.status == 200 and survey.here(answer.url) is not None
    yield outcome("links", url, good, _from("200", next(iter(sources.values()))), status(answer))
    names = page.names | {"", "top"} if page else sources
    for fragment, source in sorted(sources.items()):
        if unquote(fragment) not in names and fragment not in names:
            missing_part = told("keinen Teil mit diesem Namen", "no part of that name")
            yield outcome("links", f"{url}#{fragment}", False, _from(f"#{fragment}", source), missing_part)


def _from(text: str, source: str) -> Texts:
    return told("{t}, verlinkt auf {s}", "{t}, linked on {s}", t=text, s=source)


# --- search engines -------------------------------------------------------------------------------------------------


def search(survey: Survey) -> Iterator[Outcome]:
    """Look whether search engines find their way: sitemap, languages, robots.txt."""
    if survey.inventory.has(SITEMAP):
        try:
            listed = _sitemap(survey, survey.url(SITEMAP))
        except (NotFetched, BrokenInput) as error:
            expected = told("eine Sitemap", "a sitemap")
            yield outcome("sitemap", survey.url(SITEMAP), False, expected, both(error))
        else:
            yield from _listed(survey, listed)
    yield from _robots(survey)


Alternates = Mapping[str, str]
"""The addresses of a page by language."""


def _sitemap(survey: Survey, url: str, depth: int = 0) -> dict[str, Alternates]:
    """Return the addresses in the sitemap at *url*, and in those that it lists, each with its languages."""
    from xml.etree import ElementTree

    answer = survey.ask(url, most=MAX_LIST, headers={"Accept-Encoding": "gzip"})
    if answer.status != 200:
        raise BrokenInput(f"{answer.status}")
    if b"<!DOCTYPE" in answer.content or b"\0" in answer.content:
        raise BrokenInput("<!DOCTYPE …>")  # entities, plain or in another encoding, can blow up what is read
    try:
        tree = ElementTree.fromstring(answer.content)
    except (ElementTree.ParseError, ValueError) as error:
        raise BrokenInput(str(error)) from error
    listed: dict[str, Alternates] = {}
    for entry in tree.iterfind(f"{_SITEMAPS}sitemap"):
        part = survey.here((entry.findtext(f"{_SITEMAPS}loc") or "").strip())
        if part and not depth:
            listed |= _sitemap(survey, part, depth + 1)
    for entry in tree.iterfind(f"{_SITEMAPS}url"):
        others = {link.get("hreflang", ""): link.get("href", "") for link in entry.iterfind(f"{_XHTML}link")}
        listed[(entry.findtext(f"{_SITEMAPS}loc") or "").strip()] = others
    return listed


_SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_XHTML = "{http://www.w3.org/1999/xhtml}"


def _listed(survey: Survey, listed: Mapping[str, Alternates]) -> Iterator[Outcome]:
    for url in listed:
        if survey.here(url) is None:
            below = told("eine Adresse unter {b}", "an address below {b}", b=survey.inventory.base_iri)
            yield outcome("sitemap", survey.url(SITEMAP), False, below, both(url[:200]))
    paths = {here.removeprefix(survey.root): url for url in listed if (here := survey.here(url)) is not None}
    chosen = sample(sorted(paths), survey.bounds.kind)
    yield from survey.each(chosen, lambda path: _entry(survey, survey.root + path))
    for path in chosen:
        yield from _languages(survey, paths[path], listed)


def _entry(survey: Survey, url: str) -> Iterator[Outcome]:
    try:
        answer = survey.look(url)
    except NotFetched as error:
        yield no_answer("sitemap", url, error)
        return
    good = answer.status == 200 and not answer.steps and answer.media_type == HTML
    found = f"{answer.status} {answer.media_type}" + (f" ({answer.url})" if answer.steps else "")
    yield outcome("sitemap", url, good, both(f"200 {HTML}"), both(found))


def _languages(survey: Survey, url: str, listed: Mapping[str, Alternates]) -> Iterator[Outcome]:
    others = listed[url]
    pair = told("de und en, die aufeinander verweisen", "de and en that refer to each other")
    found = ", ".join(f"{tag} {other}" for tag, other in sorted(others.items()))
    good = {"de", "en"} <= {*others} and url in others.values()
    back = all(listed.get(other) == others for tag, other in others.items() if tag != "x-default")
    place = survey.here(url) or url
    yield outcome("hreflang", place, good and back, pair, both(found[:300]) if found else told("keine", "none"))


def _robots(survey: Survey) -> Iterator[Outcome]:
    """Yield whether the robots.txt at the origin, the one that counts (RFC 9309, 2.3), lets programs in."""
    url = urljoin(survey.root, "/robots.txt")
    is_ours = url == survey.url("robots.txt")
    try:
        answer = survey.ask(url, most=MIB)
    except NotFetched as error:
        yield no_answer("robots", url, error)
        return
    if answer.status != 200:
        expected = told("200, oder 404: dann ist alles offen", "200, or 404: then everything is open")
        good = 400 <= answer.status < 500 and not (is_ours and survey.inventory.has("robots.txt"))
        yield outcome("robots", url, good, expected, status(answer))
        return
    lines = answer.content.decode("utf-8", "replace").splitlines()
    rules = RobotFileParser()
    rules.parse(lines)
    allows = told("{u} erlaubt für User-agent: *", "{u} allowed for User-agent: *", u=survey.root)
    yield outcome("robots", url, rules.can_fetch("*", survey.root), allows, told("verboten", "forbidden"))
    if is_ours and survey.inventory.has(SITEMAP):
        named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
        good = any(survey.here(one) == survey.url(SITEMAP) for one in named)
        found = both(", ".join(named)[:200]) if named else told("keine", "none")
        yield outcome("robots", url, good, both(f"Sitemap: {survey.inventory.base_iri}{SITEMAP}"), found)


# --- the catalogue --------------------------------------------------------------------------------------------------

_DCAT = PREFIXES["dcat"]
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def catalogue(survey: Survey) -> Iterator[Outcome]:
    """Look whether the addresses in the catalogue answer with what it says of them."""
    url = survey.url(CATALOGUE)
    if not survey.inventory.has(CATALOGUE):
        return
    try:
        answer = survey.ask(url, most=MAX_LIST)
        triples = parsed_triples(answer.content, TURTLE.suffix, url, survey.inventory.base_iri)
    except (NotFetched, BrokenInput) as error:
        readable = told("einen lesbaren Katalog", "a catalogue that can be read")
        yield outcome("catalogue", url, False, readable, both(str(error).removeprefix(f"{url}: ")))
        return
    claims = sorted(_claims(triples))[: 10 * survey.bounds.kind]
    yield from survey.each(claims, lambda claim: _claim(survey, *claim))


def _claims(triples: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the addresses of distributions with the media type and size that the catalogue says they have, if any."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if triple.predicate.value.startswith(_DCAT):
            value = getattr(triple.object, "value", "")
            said[str(triple.subject)][triple.predicate.value.removeprefix(_DCAT)].append(value)
    for one in said.values():
        media_type = next(iter(one["mediaType"]), "").removeprefix(_MEDIA_TYPES)
        size = next(iter(one["byteSize"]), "")
        yield from ((address, media_type, size) for address in one["downloadURL"])
        yield from ((address, "", "") for address in one["accessURL"] if address not in one["downloadURL"])


def _claim(survey: Survey, address: str, media_type: str, size: str) -> Iterator[Outcome]:
    url = survey.here(address) or address
    try:
        answer = survey.look(url)
    except NotFetched as error:
        yield no_answer("catalogue", url, error)
        return
    length = answer.headers.get("content-length", "")
    wrong_type = bool(media_type) and answer.media_type.lower() != media_type
    wrong_size = bool(size) and bool(length) and length != size and "content-encoding" not in answer.headers
    expected = " ".join(["200", media_type, size and f"({size} B)"]).strip()
    found = " ".join([str(answer.status), answer.media_type, length and f"({length} B)"]).strip()
    good = answer.status == 200 and not wrong_type and not wrong_size
    yield outcome("catalogue", url, good, both(" ".join(expected.split())), both(" ".join(found.split())))


# --- https ----------------------------------------------------------------------------------------------------------


def https(survey: Survey) -> Iterator[Outcome]:
    """Look whether the address with http leads to the one with https."""
    parts = urlsplit(survey.root)
    if parts.scheme == "https" and parts.port in (None, 443):
        yield secured(survey, f"http://{parts.hostname}{parts.path}", survey.root)


def secured(survey: Survey, insecure: str, secure: str) -> Outcome:
    """Return whether the address *insecure* leads to *secure* for good."""
    values = {"host": urlsplit(secure).netloc}
    expected = both(f"301 → {secure}")
    try:
        answer = survey.ask(insecure)
    except NotFetched as error:
        return outcome("https", insecure, False, expected, both(str(error).removeprefix(f"{insecure}: ")), values)
    target = urljoin(insecure, answer.headers.get("location", ""))
    return outcome("https", insecure, answer.status in PERMANENT and target == secure, expected, status(answer), values)


# --- all of it ------------------------------------------------------------------------------------------------------

LOOKS: Sequence[Callable[[Survey], Iterator[Outcome]]] = (
    files, sums, things, missing, links, search, catalogue, https,
)  # fmt: skip
"""What is looked at, in order: pages are read with the files, and their links followed afterwards."""
