"""Write rules with which other servers answer as our own does: Apache, nginx, Caddy, and the forwarding of w3id.org.

All are made from the tables of ``documents``, so none can differ from them. What a server must do is told once, in
three steps that each of them can take by its own means:

1. Weigh each format by the header Accept: ``_weighing`` gives one character, ``0`` to ``9`` for tenths and ``:`` for 1,
   which comes next in ASCII. ``_ranking`` gives a second one, which counts among equals: whether the format is named.
   ``--`` stands for a format in which there is no document.
2. Put the characters of all formats side by side, the preferred one first.
3. Choose by one regular expression for each format: its pair is greater than those before it and at least as great as
   those behind it.

**What they can and cannot do.** Ranges, wildcards, and the more specific range going first are as in RFC 9110. Weights
count in tenths (``q=0.85`` is 0.8, ``q=0.01`` is 0.1), and of languages the first one named counts; our own server
compares exactly. Our own server makes an ETag of the content, the others of time and size. Where an address has an
encoded slash, Apache and nginx send a plain answer. w3id.org forwards and leaves the rest to the server behind it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from efa_lod.rdf.formats import File
from efa_lod.web.negotiation import ALSO_CALLED, COVERED, DATA_FIRST, NAMED, READS_DATA
from efa_lod.web.record_documents import (
    CACHING,
    FAILURE_VARIANTS,
    FAILURES,
    MEDIA_TYPES,
    NAMED_TYPES,
    OPEN_TO_ALL,
    PREFLIGHT,
    SECURITY,
    TABLE_FILE,
    VARIANTS,
    Dereference,
    Variant,
    compressible_types,
    content_type,
)

PLAIN = "text/plain"
CONDITIONS = "(?:;[^,;]*)*"
"""Parameters of a media range before its weight."""

_WEIGHTS = (
    (rf"{CONDITIONS};\s*q\s*=\s*0?\.([1-9])", "\\1"),
    (rf"{CONDITIONS};\s*q\s*=\s*0?\.0[0-9]*[1-9]", "1"),
    (rf"{CONDITIONS};\s*q\s*=\s*[^1\s]", "0"),
    (r"(?:[;,]|$)", ":"),
)
"""What may follow a media range, the first that fits, and its character; ``\\1`` is the tenth."""


def _ranges() -> Iterator[tuple[str, str, str]]:
    """Yield name, media range as a regular expression, and the name of the next broader range (none: not accepted)."""
    yield "any", r"\*/\*", ""
    kinds = sorted({variant.media_type.partition("/")[0] for variant in VARIANTS})
    yield from ((kind, rf"{kind}/\*", "any") for kind in kinds)
    for variant in VARIANTS:
        broader = variant.media_type.partition("/")[0]
        for number, name in reversed([*enumerate(ALSO_CALLED.get(variant.media_type, ()))]):
            yield f"{variant.name}_{number}", _quoted(name), broader
            broader = f"{variant.name}_{number}"
        yield variant.name, _quoted(variant.media_type), broader


def _quoted(text: str) -> str:
    """Return a regular expression for *text* that every engine and every file of rules takes."""
    return re.sub(r"([.+*?()\[\]{}|^$\\])", r"\\\1", text)


def _weighing() -> Iterator[tuple[str, str, Sequence[tuple[str, str]]]]:
    """Yield name of a range, that of the next broader one, and patterns of Accept with the character each means."""
    for name, media_range, broader in _ranges():
        rules = [(rf"(?:^|,)\s*{media_range}\s*{rest}", character) for rest, character in _WEIGHTS]
        yield name, broader, rules


def _ranking() -> Iterator[tuple[Variant, Sequence[tuple[str, str]], str]]:
    """Yield each format with patterns of Accept and the character each means among equals, and the one otherwise."""
    for variant in VARIANTS:
        rules = [(_naming((variant.media_type, *ALSO_CALLED.get(variant.media_type, ()))), str(NAMED))]
        if variant.is_page:
            rules.append((_naming(READS_DATA), str(DATA_FIRST)))
        yield variant, rules, str(COVERED)


def _naming(media_types: Iterable[str]) -> str:
    """Return a pattern of Accept where it names one of *media_types*."""
    return rf"(?:^|,)\s*(?:{'|'.join(map(_quoted, media_types))})\s*(?:[;,]|$)"


def _choosing(variants: Sequence[Variant]) -> Iterator[tuple[Variant, str]]:
    """Yield each of *variants* with a pattern of the characters side by side where it is the best one."""
    last = len(variants) - 1
    for place, variant in enumerate(variants):
        levels = []
        for weight in ":987654321":
            less = f"[-0-{chr(ord(weight) - 1)}]" if weight != "1" else "[-0]"
            for rank in range(NAMED, (COVERED, DATA_FIRST)[variant.is_page] - 1, -1):
                below = f"(?:{less}.|{weight}[0-{rank - 1}])" if rank else f"{less}."
                levels.append(f"{below * place}{weight}{rank}{f'(?:{less}.|{weight}[0-{rank}])' * (last - place)}")
        yield variant, f"^(?:{'|'.join(levels)})$"


_ENGLISH = (r"^[.]html /en/", r"^[.]html [^ ]* \s*en")
"""When a failure is told in English, by suffix, address and Accept-Language."""
ABSENT_FORMAT = "--"
"""The characters of a format in which there is no document."""
NOTHING = ABSENT_FORMAT * len(VARIANTS)
"""The characters side by side where there is no document at all."""


def rule_files(table: Dereference, title: str) -> Iterator[File]:
    """Yield the rules for each server, and the *table* that they are made of; *title* is that of the publication."""
    yield TABLE_FILE, "application/json", [table.to_json()], None
    for path, write in RULES.items():
        if path != "rules/w3id.htaccess" or table.base_iri.startswith("https://w3id.org/"):
            yield path, PLAIN, [write(table, title).encode()], None


def _note(title: str, *lines: str) -> str:
    """Return the comment at the top of a file of rules."""
    text = [
        f"{' '.join(title.split())}: linked data over HTTP. Made by efa-lod build; changes are lost with the next one.",
        *lines,
    ]
    return "".join(f"# {line}\n" if line else "#\n" for line in text)


# --- Apache ---------------------------------------------------------------------------------------------------------


def apache(table: Dereference, title: str) -> str:
    """Return the ``.htaccess`` of a site: it works in any folder of a server that runs Apache 2.4.13 or newer."""
    note = _note(
        title,
        "",
        "For Apache 2.4.13 or newer. It stands in the folder of the site, wherever that is, and needs nothing else but",
        "AllowOverride All (or FileInfo Indexes Options) for it and the modules alias, deflate, dir, filter, headers,",
        "mime, rewrite and setenvif.",
    )
    return "\n".join([note, *_apache_types(), *_apache_headers(table), *_apache_weights(), *_apache_ways(table), ""])


def _apache_types() -> Iterator[str]:
    yield "Options -Indexes -MultiViews"
    yield "DirectorySlash Off"
    yield "DirectoryIndex index.html"
    yield "AddDefaultCharset Off"
    for suffix, media_type in MEDIA_TYPES.items():
        if suffix.count(".") == 1:
            yield f'AddType "{content_type(media_type)}" {suffix}'
        else:
            yield f'<Files "*{suffix}">\n  ForceType {media_type}\n</Files>'
    for path, media_type in NAMED_TYPES.items():
        yield f'<Files "{path.rpartition("/")[2]}">\n  ForceType "{content_type(media_type)}"\n</Files>'
    yield ""


def _apache_headers(table: Dereference) -> Iterator[str]:
    for name, value in {**SECURITY, **OPEN_TO_ALL}.items():
        yield f'Header always set {name} "{value}"'
    for name, value in PREFLIGHT.items():
        yield f'Header always set {name} "{value}" "expr=%{{REQUEST_METHOD}} == \'OPTIONS\'"'
    for start, value in reversed(CACHING):
        condition = f' "expr=%{{reqenv:EFA_PATH}} =~ m#^{start}#"' if start else ""
        yield f'Header always set Cache-Control "{value}"{condition}'
    yield "Header always merge Vary \"Accept\" \"expr=%{REQUEST_STATUS} in {'303', '404', '406', '410'}\""
    yield "Header always merge Vary \"Accept-Language\" \"expr=%{REQUEST_STATUS} in {'404', '406', '410'}\""
    yield 'Header merge Vary "Accept" env=REDIRECT_EFA_AT_BASE'
    for number, links in enumerate(table.links):
        value = links.value.replace("%", "%%").replace('"', '\\"')
        value = value.replace("{root}", "/%{EFA_BASE}e").replace("\\1", "%{EFA_THING}e")
        yield f'Header set Link "{value}" env=EFA_LINKS_{number}'
    yield "# Apache marks packed content in the ETag, but does not know the mark when it comes back."
    yield "RequestHeader edit If-None-Match '-gzip\"' '\"'"
    yield f"AddOutputFilterByType DEFLATE {' '.join(compressible_types())}"
    yield ""


def _apache_weights() -> Iterator[str]:
    """Yield one variable for each range; later lines go before earlier ones, so the broadest stands first."""
    for name, broader, rules in _weighing():
        variable = f"EFA_Q_{name.upper()}"
        if broader:
            yield f'SetEnvIf EFA_Q_{broader.upper()} "^(.)$" {variable}=$1'
        else:
            yield f'SetEnvIf Accept "^" {variable}=0'
            yield f'SetEnvIf Accept "^$" {variable}=:'
        for pattern, character in reversed(rules):
            yield f'SetEnvIfNoCase Accept "{pattern}" {variable}={character.replace(chr(92), "$")}'
    for variant, rules, otherwise in _ranking():
        variable = f"EFA_R_{variant.name.upper()}"
        yield f'SetEnvIf Accept "^" {variable}={otherwise}'
        for pattern, character in reversed(rules):
            yield f'SetEnvIfNoCase Accept "{pattern}" {variable}={character}'
    yield r'SetEnvIfNoCase Accept-Language "^\s*en" EFA_LANGUAGE=en/'
    for failure in FAILURES:
        target = f"/%{{reqenv:EFA_BASE}}%{{reqenv:EFA_FAILURE_LANGUAGE}}{failure.status}%{{reqenv:EFA_FAILURE}}"
        yield f'ErrorDocument {failure.status} "{target}"'
    yield ""


def _apache_ways(table: Dereference) -> Iterator[str]:
    yield "RewriteEngine On"
    yield "# The path of this folder in addresses (EFA_BASE) and on disk (EFA_ROOT); the path asked for below it."
    yield 'RewriteCond "$0#%{REQUEST_URI}" "^([^#]*)#/(.*)\\1$"'
    yield 'RewriteRule "^.*$" "-" [E=EFA_PATH:$0,E=EFA_BASE:%2]'
    yield 'RewriteCond "%{CONTEXT_PREFIX}#/%{ENV:EFA_BASE}" "^([^#]*)#\\1/?(.*)$"'
    yield 'RewriteRule "^" "-" [E=EFA_ROOT:%{CONTEXT_DOCUMENT_ROOT}/%2]'
    for number, links in enumerate(table.links):
        yield f'RewriteRule "^{links.pattern}$" "-" [E=EFA_LINKS_{number}:1,E=EFA_THING:$1]'
    yield "# What answers in place of a missing document."
    weights = "".join(map(_apache_liking, FAILURE_VARIANTS))
    yield 'RewriteRule "^" "-" [E=EFA_FAILURE:.html,E=EFA_FAILURE_LANGUAGE:%{ENV:EFA_LANGUAGE}]'
    yield 'RewriteRule "^en/" "-" [E=EFA_FAILURE_LANGUAGE:en/]'
    for variant, pattern in _choosing(FAILURE_VARIANTS):
        if not variant.is_page:
            yield f'RewriteCond "{weights}" "{pattern}"'
            yield f'RewriteRule "^" "-" [E=EFA_FAILURE:{variant.suffix},E=EFA_FAILURE_LANGUAGE:]'
    yield "# An answer that stands already; requests that only ask what they may; what is withdrawn, hidden, or a file."
    yield 'RewriteCond "%{ENV:REDIRECT_STATUS}" "."'
    yield 'RewriteRule "^" "-" [L]'
    yield 'RewriteCond "%{REQUEST_METHOD}" "=OPTIONS"'
    yield 'RewriteRule "^" "-" [R=204,L]'
    yield 'RewriteCond "%{REQUEST_METHOD}" "!^(?:GET|HEAD)$"'
    yield 'RewriteRule "^" "-" [R=405,L]'
    if table.withdrawn:
        yield f'RewriteRule "^{_withdrawn(table)}$" "-" [R=410,L]'
    yield 'RewriteRule "(?:^|/)\\.(?!well-known/)" "-" [R=404,L]'
    yield 'RewriteCond "%{REQUEST_FILENAME}" -f'
    yield 'RewriteRule "." "-" [L]'
    yield 'RewriteCond "%{REQUEST_FILENAME}index.html" -f'
    yield 'RewriteRule "/$" "-" [L]'
    yield "# The documents about what is asked for, and the best of them."
    yield 'RewriteRule "^(.*)$" "-" [E=EFA_PAGE:$1,E=EFA_DATA:$1]'
    for way in table.ways:
        page, data = (stem.replace("\\1", "$1") for stem in (way.page, way.data))
        yield f'RewriteRule "^{way.pattern}$" "-" [E=EFA_PAGE:{page},E=EFA_DATA:{data}]'
    for variant in VARIANTS:
        yield f'RewriteRule "^" "-" [E=EFA_HAS_{variant.name.upper()}:{ABSENT_FORMAT}]'
        yield f'RewriteCond "%{{ENV:EFA_ROOT}}{_apache_document(variant)}" -f'
        yield f'RewriteRule "^" "-" [E=EFA_HAS_{variant.name.upper()}:{_apache_liking(variant)}]'
    weights = "".join(f"%{{ENV:EFA_HAS_{variant.name.upper()}}}" for variant in VARIANTS)
    yield f'RewriteCond "{weights}" "={NOTHING}"'
    yield 'RewriteRule "^" "-" [R=404,L]'
    for variant, pattern in _choosing(VARIANTS):
        if variant.is_page:
            yield f'RewriteCond "{weights}" "{pattern}"'
            yield f'RewriteRule "^$" "index{variant.suffix}" [E=EFA_AT_BASE:1,L]'
        yield f'RewriteCond "{weights}" "{pattern}"'
        yield f'RewriteRule "^" "/%{{ENV:EFA_BASE}}{_apache_document(variant)}" [R=303,QSD,L]'
    yield 'RewriteRule "^" "-" [R=406,L]'


def _apache_liking(variant: Variant) -> str:
    return f"%{{ENV:EFA_Q_{variant.name.upper()}}}%{{ENV:EFA_R_{variant.name.upper()}}}"


def _apache_document(variant: Variant) -> str:
    return f"%{{ENV:EFA_{'PAGE' if variant.is_page else 'DATA'}}}{variant.suffix}"


def _withdrawn(table: Dereference) -> str:
    paths = "|".join(map(_quoted, table.withdrawn))
    return rf"(?:en/)?(?:{paths})(?:\.[a-z]+)?"


# --- nginx ----------------------------------------------------------------------------------------------------------


def nginx(table: Dereference, title: str) -> str:
    """Return rules for nginx 1.18 or newer: maps and a server, for the http block."""
    note = _note(
        title,
        "",
        "For nginx 1.18 or newer, included in its http block (Debian: /etc/nginx/conf.d/). Three lines are yours to",
        "change, those with listen, server_name and root.",
    )
    return "\n".join([note, *_nginx_maps(table), *_nginx_server(table), ""])


def _nginx_map(source: str, name: str, rules: Iterable[tuple[str, str]], default: str) -> str:
    lines = "".join(f'  "{pattern}" "{value}";\n' for pattern, value in rules)
    return f'map {source} ${name} {{\n  volatile;\n{lines}  default "{default}";\n}}'


def _nginx_maps(table: Dereference) -> Iterator[str]:
    for name, broader, rules in _weighing():
        patterns = [(f"~*{pattern}", character.replace("\\1", "$1")) for pattern, character in rules]
        default = f"$efa_q_{broader}" if broader else "0"
        nothing_said = [] if broader else [("", ":")]
        yield _nginx_map("$http_accept", f"efa_q_{name}", [*nothing_said, *patterns], default)
    for variant, rules, otherwise in _ranking():
        patterns = [(f"~*{pattern}", character) for pattern, character in rules]
        yield _nginx_map("$http_accept", f"efa_r_{variant.name}", patterns, otherwise)
    chosen = [(f"~{pattern}", variant.suffix) for variant, pattern in _choosing(VARIANTS)]
    has = '"' + "".join(f"$efa_has_{variant.name}" for variant in VARIANTS) + '"'
    yield _nginx_map(has, "efa_choice", [(NOTHING, "404"), *chosen], "406")
    chosen = [(f"~{pattern}", variant.suffix) for variant, pattern in _choosing(FAILURE_VARIANTS)]
    weights = '"' + "".join(f"${{efa_q_{v.name}}}${{efa_r_{v.name}}}" for v in FAILURE_VARIANTS) + '"'
    yield _nginx_map(weights, "efa_failure", chosen, ".html")
    source = '"$efa_failure $request_uri $http_accept_language"'
    yield _nginx_map(source, "efa_language", [(f"~*{pattern}", "en/") for pattern in _ENGLISH], "")
    for name, stems in (("page", [way.page for way in table.ways]), ("data", [way.data for way in table.ways])):
        rules_ = [
            (f"~^/{way.pattern}$", "/" + stem.replace("\\1", "$1")) for way, stem in zip(table.ways, stems, strict=True)
        ]
        yield _nginx_map("$uri", f"efa_{name}", rules_, "$uri")
    links = [
        (f"~^/{one.pattern}$", one.value.replace("{root}", "/").replace("\\1", "$1").replace('"', '\\"'))
        for one in table.links
    ]
    yield _nginx_map("$uri", "efa_link", links, "")
    yield _nginx_map("$uri", "efa_caching", [(f"~^/{start}", value) for start, value in CACHING], "")
    yield _nginx_map("$request_uri", "efa_vary_at_base", [(r"~^/(?:\?|$)", "Accept")], "")
    failures = [(str(failure.status), "Accept, Accept-Language") for failure in FAILURES]
    yield _nginx_map("$status", "efa_vary", [("303", "Accept"), *failures], "$efa_vary_at_base")
    allowed = [(method, value) for method, value in (("OPTIONS", PREFLIGHT),)]
    for number, header in enumerate(PREFLIGHT):
        yield _nginx_map("$request_method", f"efa_preflight_{number}", [(m, v[header]) for m, v in allowed], "")
    yield ""


def _nginx_server(table: Dereference) -> Iterator[str]:
    yield "server {"
    yield "  listen 80;"
    yield "  server_name data.example.org;"
    yield "  root /srv/efa-lod/dist;"
    yield ""
    yield "  absolute_redirect off;\n  server_tokens off;\n  etag on;\n  charset utf-8;"
    charsets = sorted({kind for kind in MEDIA_TYPES.values() if content_type(kind) != kind} - {"text/html"})
    yield f"  charset_types {' '.join(charsets)};"
    yield "  types {"
    by_type: dict[str, list[str]] = {}
    for suffix, media_type in MEDIA_TYPES.items():
        if suffix.count(".") == 1:
            by_type.setdefault(media_type, []).append(suffix[1:])
    yield from (f"    {media_type} {' '.join(suffixes)};" for media_type, suffixes in by_type.items())
    yield "  }\n  default_type application/octet-stream;"
    yield "  gzip on;\n  gzip_vary on;\n  gzip_proxied any;\n  gzip_min_length 256;"
    yield f"  gzip_types {' '.join(kind for kind in compressible_types() if kind != 'text/html')};"
    yield ""
    for name, value in {**SECURITY, **OPEN_TO_ALL}.items():
        yield f'  add_header {name} "{value}" always;'
    for number, name in enumerate(PREFLIGHT):
        yield f"  add_header {name} $efa_preflight_{number} always;"
    yield "  add_header Vary $efa_vary always;\n  add_header Cache-Control $efa_caching always;"
    yield "  add_header Link $efa_link;"
    for failure in FAILURES:
        yield f"  error_page {failure.status} /${{efa_language}}{failure.status}$efa_failure;"
    yield "  error_page 403 =404 /${efa_language}404$efa_failure;"
    yield ""
    yield "  if ($request_method = OPTIONS) { return 204; }"
    yield "  if ($request_method !~ ^(?:GET|HEAD)$) { return 405; }"
    yield '  if ($request_uri ~* "%(?:2f|5c|00)") { return 404; }'
    yield ""
    yield "  location / { try_files $uri ${uri}index.html @thing; }"
    yield "  location = / { try_files /.none @thing; }"
    yield "  location ~ /\\.(?!well-known/) { return 404; }"
    for path, media_type in NAMED_TYPES.items():
        yield f"  location = /{path} {{ types {{ }} default_type {media_type}; }}"
    for suffix, media_type in MEDIA_TYPES.items():
        if suffix.count(".") > 1:
            yield f"  location ~ {_quoted(suffix)}$ {{ types {{ }} default_type {media_type}; }}"
    if table.withdrawn:
        yield f'  location ~ "^/{_withdrawn(table)}$" {{ return 410; }}'
    yield ""
    yield "  location @thing {"
    for variant in VARIANTS:
        yield f'    set $efa_has_{variant.name} "{ABSENT_FORMAT}";'
        there = f'(-f "$document_root{_nginx_document(variant)}")'
        yield f"    if {there} {{ set $efa_has_{variant.name} $efa_q_{variant.name}$efa_r_{variant.name}; }}"
    yield "    if ($efa_choice = 404) { return 404; }\n    if ($efa_choice = 406) { return 406; }"
    for variant in VARIANTS:
        at_base = "rewrite ^/$ /index.html last; " if variant.is_page else ""
        yield f"    if ($efa_choice = {variant.suffix}) {{ {at_base}return 303 {_nginx_document(variant)}; }}"
    yield "  }\n}"


def _nginx_document(variant: Variant) -> str:
    return f"$efa_{'page' if variant.is_page else 'data'}{variant.suffix}"


# --- Caddy ----------------------------------------------------------------------------------------------------------


def caddy(table: Dereference, title: str) -> str:
    """Return a Caddyfile for Caddy 2.6 or newer; address and folder come from the environment."""
    note = _note(
        title,
        "",
        "For Caddy 2.6 or newer. The address and the folder of the site come from the environment:",
        "EFA_LOD_ADDRESS=data.example.org EFA_LOD_ROOT=/srv/efa-lod/dist caddy run --config Caddyfile",
    )
    return "\n".join([note, *_caddy_snippets(table), *_caddy_site(table), ""])


def _caddy_map(source: str, name: str, rules: Iterable[tuple[str, str]], default: str) -> str:
    lines = "".join(f"\t\t`{pattern}` `{value}`\n" for pattern, value in rules)
    return f"\tmap {source} {{{name}}} {{\n{lines}\t\tdefault `{default}`\n\t}}"


def _caddy_snippets(table: Dereference) -> Iterator[str]:
    yield "(efa_accept) {"
    for name, broader, rules in _weighing():
        patterns = [(f"~(?i){pattern}", character.replace("\\1", "${1}")) for pattern, character in rules]
        default = f"{{efa_q_{broader}}}" if broader else "0"
        nothing_said = [] if broader else [("~^$", ":")]
        yield _caddy_map("{header.Accept}", f"efa_q_{name}", [*nothing_said, *patterns], default)
    for variant, rules, otherwise in _ranking():
        patterns = [(f"~(?i){pattern}", character) for pattern, character in rules]
        yield _caddy_map("{header.Accept}", f"efa_r_{variant.name}", patterns, otherwise)
    yield "}\n"
    yield "(efa_headers) {\n\theader {"
    yield from (f"\t\t{name} `{value}`" for name, value in {**SECURITY, **OPEN_TO_ALL}.items())
    yield "\t}\n}\n"
    yield "(efa_types) {"
    types = [(f"*{suffix}", kind) for suffix, kind in sorted(MEDIA_TYPES.items(), key=lambda one: one[0].count("."))]
    types += [(f"/{path}", kind) for path, kind in NAMED_TYPES.items()]
    for number, (pattern, media_type) in enumerate(types):
        yield f"\t@efa_type_{number} path {pattern}"
        yield f"\theader @efa_type_{number} Content-Type `{content_type(media_type)}`"
    yield "}\n"
    yield "(efa_send) {"
    for start, value in reversed(CACHING):
        yield f"\theader /{start}* Cache-Control `{value}`"
    for number, links in enumerate(table.links):
        name, group = f"efa_links_{number}", f"{{re.efa_links_{number}.1}}"
        value = links.value.replace("{root}", "/").replace("\\1", group)
        yield f"\t@{name} path_regexp {name} `^/{links.pattern}$`\n\theader @{name} Link `{value}`"
    yield "\tfile_server {\n\t\tdisable_canonical_uris\n\t}\n}\n"


def _caddy_site(table: Dereference) -> Iterator[str]:
    yield "{$EFA_LOD_ADDRESS::8080} {"
    yield "\troot * {$EFA_LOD_ROOT:/srv/efa-lod/dist}"
    yield "\tencode gzip {\n\t\tminimum_length 256\n\t\tmatch {"
    yield from (f"\t\t\theader Content-Type `{kind}*`" for kind in compressible_types())
    yield "\t\t}\n\t}"
    yield "\troute {\n\timport efa_headers"
    yield "\t@preflight method OPTIONS\n\thandle @preflight {\n\theader {"
    yield from (f"\t\t{name} `{value}`" for name, value in PREFLIGHT.items())
    yield "\t}\n\trespond 204\n\t}"
    yield "\t@other not method GET HEAD\n\terror @other 405"
    yield '\t@encoded expression `{http.request.orig_uri}.matches("(?i)%(2f|5c|00)")`\n\terror @encoded 404'
    yield "\t@hidden {\n\t\tpath */.*\n\t\tnot path /.well-known/*\n\t}\n\terror @hidden 404"
    if table.withdrawn:
        yield f"\t@withdrawn path_regexp `^/{_withdrawn(table)}$`\n\terror @withdrawn 410"
    yield "\timport efa_accept"
    for name, stems in (("page", [way.page for way in table.ways]), ("data", [way.data for way in table.ways])):
        rules = [
            (f"~^/{way.pattern}$", "/" + stem.replace("\\1", "${1}"))
            for way, stem in zip(table.ways, stems, strict=True)
        ]
        yield _caddy_map("{path}", f"efa_{name}", rules, "{path}")
    for variant in VARIANTS:
        yield f"\tvars efa_has_{variant.name} {ABSENT_FORMAT}"
        yield f"\t@efa_{variant.name} file {_caddy_document(variant)}"
        yield f"\tvars @efa_{variant.name} efa_has_{variant.name} {{efa_q_{variant.name}}}{{efa_r_{variant.name}}}"
    has = "".join(f"{{vars.efa_has_{variant.name}}}" for variant in VARIANTS)
    chosen = [(f"~{pattern}", variant.suffix) for variant, pattern in _choosing(VARIANTS)]
    yield _caddy_map(f"`{has}`", "efa_choice", [(NOTHING, "none"), *chosen], "refused")
    yield "\t@file {\n\t\tnot path */\n\t\tfile {path}\n\t}"
    yield "\thandle @file {\n\troute {\n\timport efa_types\n\timport efa_send\n\t}\n\t}"
    yield "\t@folder {\n\t\tnot path /\n\t\tpath */\n\t\tfile {path}index.html\n\t}"
    yield "\thandle @folder {\n\troute {\n\trewrite * {path}index.html\n\timport efa_types\n\timport efa_send\n\t}\n\t}"
    yield '\t@none expression `{efa_choice} == "none"`\n\terror @none 404'
    yield "\theader Vary Accept"
    yield '\t@refused expression `{efa_choice} == "refused"`\n\terror @refused 406'
    yield '\t@base expression `{path} == "/" && {efa_choice} == ".html"`'
    yield "\thandle @base {\n\troute {\n\trewrite * /index.html\n\timport efa_types\n\timport efa_send\n\t}\n\t}"
    yield "\theader Cache-Control no-cache"
    for variant in VARIANTS:
        yield f'\t@to_{variant.name} expression `{{efa_choice}} == "{variant.suffix}"`'
        yield f"\tredir @to_{variant.name} {_caddy_document(variant)} 303"
    yield "\t}\n\thandle_errors {\n\timport efa_headers\n\timport efa_accept"
    weights = "".join(f"{{efa_q_{v.name}}}{{efa_r_{v.name}}}" for v in FAILURE_VARIANTS)
    chosen = [(f"~{pattern}", variant.suffix) for variant, pattern in _choosing(FAILURE_VARIANTS)]
    yield _caddy_map(f"`{weights}`", "efa_failure", chosen, ".html")
    english = [(f"~(?i){pattern}", "en/") for pattern in _ENGLISH]
    source = "`{efa_failure} {http.request.orig_uri} {header.Accept-Language}`"
    yield _caddy_map(source, "efa_language", english, "")
    statuses = "".join(f" || {{err.status_code}} == {failure.status}" for failure in FAILURES)[4:]
    yield f"\t@told expression `{statuses}`"
    yield "\thandle @told {\n\troute {\n\trewrite * /{efa_language}{err.status_code}{efa_failure}\n\timport efa_types"
    yield "\theader Vary `Accept, Accept-Language`\n\theader Cache-Control no-cache\n\tfile_server\n\t}\n\t}"
    yield f"\theader Allow `{PREFLIGHT['Allow']}`\n\trespond `{{err.status_text}}` {{err.status_code}}"
    yield "\t}\n}"


def _caddy_document(variant: Variant) -> str:
    return f"{{efa_{'page' if variant.is_page else 'data'}}}{variant.suffix}"


# --- w3id.org -------------------------------------------------------------------------------------------------------


def w3id(table: Dereference, title: str) -> str:
    """Return the rules for the folder of the publication at w3id.org, which forward everything to one server."""
    note = _note(
        title,
        "",
        f"For https://github.com/perma-id/w3id.org, folder {table.base_iri.removeprefix('https://w3id.org/')}:",
        "w3id.org forwards each address to the same one on your server, which then negotiates the format. Put its",
        "address in place of https://data.example.org/efa-lod/, and whom to ask into a README.md beside this file.",
    )
    rules = 'RewriteEngine On\nRewriteRule "^(.*)$" "https://data.example.org/efa-lod/$1" [R=302,L]\n'
    return f'{note}\nHeader always set Access-Control-Allow-Origin "*"\n{rules}'


RULES: dict[str, Callable[[Dereference, str], str]] = {
    ".htaccess": apache,
    "rules/nginx.conf": nginx,
    "rules/Caddyfile": caddy,
    "rules/w3id.htaccess": w3id,
}
"""The files of rules by path."""
