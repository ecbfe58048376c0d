"""What the check of a site looks at, and what to change where a check fails: one table, by kind of server.

The lines are for the configuration of the server, with the place for a value of the finding in braces. What the rules
that a build writes already contain is said here once more, for those who keep a configuration of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from efa_lod.web.record_documents import POLICY

Texts = Mapping[str, str]
"""A text by language."""

SERVERS: Mapping[str, Texts] = {
    "apache": {"de": "Apache", "en": "Apache"},
    "nginx": {"de": "nginx", "en": "nginx"},
    "caddy": {"de": "Caddy", "en": "Caddy"},
    "object-storage": {"de": "Objektspeicher", "en": "object storage"},
}
"""The kinds of server that advice is given for, with their names."""
_SIGNS = {
    "apache": ("apache",),
    "nginx": ("nginx", "openresty"),
    "caddy": ("caddy",),
    "object-storage": ("amazons3", "cloudfront", "google", "uploadserver", "azure", "github", "gitlab", "netlify"),
}
"""What the header Server says where a server is of that kind."""
RULES = {"apache": ".htaccess", "nginx": "rules/nginx.conf", "caddy": "rules/Caddyfile"}
"""The rules that a build writes, by kind of server."""


def kind_of_server(header: str) -> str:
    """Return the kind of server that the value of a header Server tells, or an empty text."""
    return next((kind for kind, signs in _SIGNS.items() if any(sign in header.lower() for sign in signs)), "")


@dataclass(frozen=True)
class Check:
    """Something that is looked at: its *name*, what should be the case, why, and the lines that bring it about.

    The lines for several findings are *merged* line by line – ``{name…}`` then stands for the values of all – or stand
    one block after the other.
    """

    name: str
    title: Texts
    remedy: Texts
    lines: Mapping[str, Sequence[str] | Texts] = field(default_factory=dict)
    merged: bool = False

    def lines_for(self, server: str, language: str, found: Sequence[Mapping[str, str]]) -> list[str]:
        """Return what to write or to do with a kind of *server*, for the values of each finding that was *found*."""
        said = self.lines.get(server, ())
        template = [said[language]] if isinstance(said, Mapping) else list(said)
        blocks = [[line] for line in template] if self.merged else [template]
        if self.merged:
            found = [{**values, **_joined(found)} for values in found]
        filled = dict.fromkeys(tuple(_filled(line, values) for line in block) for block in blocks for values in found)
        return [line for block in filled for line in block]


def _joined(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    names = dict.fromkeys(name for values in found for name in values)
    return {f"{name}…": " ".join(dict.fromkeys(values[name] for values in found if name in values)) for name in names}


def _filled(line: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        line = line.replace(f"{{{name}}}", value)
    return line


_RULES_OF_BUILD: Mapping[str, Sequence[str] | Texts] = {
    "apache": {
        "de": "AllowOverride All  # für den Ordner der Website: so gilt die mitgelieferte .htaccess; mod_rewrite laden",
        "en": "AllowOverride All  # for the folder of the site, so that its own .htaccess counts; load mod_rewrite",
    },
    "nginx": {
        "de": "include rules/nginx.conf;  # in http { }; darin listen, server_name und root ändern",
        "en": "include rules/nginx.conf;  # in http { }; change listen, server_name and root in it",
    },
    "caddy": ("EFA_LOD_ADDRESS=data.example.org EFA_LOD_ROOT=/srv/efa-lod/dist caddy run --config rules/Caddyfile",),
    "object-storage": {
        "de": "kann das nicht selbst: einen der drei anderen Server oder eine Funktion am Rand des CDN davorsetzen",
        "en": "cannot do this itself: put one of the three other servers, or a function of the CDN, in front of it",
    },
}
_CDN = {
    "de": "im CDN davor als Kopf der Antwort setzen (response headers policy)",
    "en": "set it as a header of the response in the CDN in front (response headers policy)",
}
_UPLOAD_AGAIN = {
    "de": "Den Ordner dist/ neu erzeugen (efa-lod build) und als Ganzes hochladen, danach die Zwischenspeicher (CDN, "
    "Proxy) leeren.",
    "en": "Build the folder dist/ again (efa-lod build), upload it as a whole, then empty the caches (CDN, proxy).",
}

CHECKS: Mapping[str, Check] = {
    check.name: check
    for check in (
        Check(
            "media-type",
            {
                "de": "Jede Datei kommt mit ihrem genauen Medientyp.",
                "en": "Every file comes with its exact media type.",
            },
            {
                "de": "Am Medientyp erkennen Portale und Programme, wie eine Datei zu lesen ist; an einem falschen "
                "scheitern sie. Dem Server den Typ dieser Endung sagen:",
                "en": "Portals and programs tell by the media type how to read a file, and fail at a wrong one. Tell "
                "the server the type of this suffix:",
            },
            {
                "apache": ("AddType {media_type} {suffix}",),
                "nginx": (
                    "# http { }",
                    "include mime.types;",
                    "types {",
                    "    {media_type} {extension};",
                    "}",
                ),
                "caddy": ("@{extension} path *{suffix}", "header @{extension} Content-Type {media_type}"),
                "object-storage": (
                    "aws s3 cp dist/ s3://BUCKET/ --recursive --exclude '*' --include '*{suffix}'"
                    " --content-type {media_type}",
                ),
            },
            merged=True,
        ),
        Check(
            "named-type",
            {
                "de": "Auch Dateien, deren Endung das nicht sagt, kommen mit ihrem genauen Medientyp.",
                "en": "Files whose suffix does not tell it come with their exact media type too.",
            },
            {
                "de": "Am Namen erkennt der Server den Medientyp nicht; ihm den dieser Datei sagen:",
                "en": "A server cannot tell the media type by the name. Tell it that of this file:",
            },
            {
                "apache": ("<Files {name}>", "    ForceType {media_type}", "</Files>"),
                "nginx": ("location = /{path} { types { } default_type {media_type}; }",),
                "caddy": ("header /{path} Content-Type {media_type}",),
                "object-storage": ("aws s3 cp dist/{path} s3://BUCKET/{path} --content-type {media_type}",),
            },
        ),
        Check(
            "content",
            {
                "de": "Größe und Prüfsumme jeder Datei sind die der Veröffentlichung.",
                "en": "Size and digest of every file are those of the publication.",
            },
            {
                "de": "Auf dem Server liegt etwas anderes, als veröffentlicht wurde: ein halber Upload, zwei Stände "
                "gemischt, ein alter Zwischenspeicher, oder etwas verändert Dateien (Minifizierung, FTP im Textmodus). "
                + _UPLOAD_AGAIN["de"]
                + " Im Ordner auf dem Server prüft das: sha256sum --check --quiet SHA256SUMS",
                "en": "What is on the server is not what was published: half an upload, two releases mixed, an old "
                "cache, or something changes files (minifying, FTP in text mode). "
                + _UPLOAD_AGAIN["en"]
                + " In the folder on the server, this checks it: sha256sum --check --quiet SHA256SUMS",
            },
        ),
        Check(
            "sums",
            {
                "de": "SHA256SUMS und build.json sagen dasselbe.",
                "en": "SHA256SUMS and build.json say the same.",
            },
            _UPLOAD_AGAIN,
        ),
        Check(
            "head",
            {
                "de": "HEAD antwortet mit denselben Köpfen wie GET.",
                "en": "HEAD answers with the same headers as GET.",
            },
            {
                "de": "Portale fragen zuerst mit HEAD. HEAD überall erlauben, wo GET erlaubt ist, und nichts davor "
                "(Firewall, CDN, Funktion) selbst antworten lassen:",
                "en": "Portals ask with HEAD first. Allow HEAD wherever GET is allowed, and let nothing in front "
                "(firewall, CDN, function) answer by itself:",
            },
            {
                "apache": ("<LimitExcept GET HEAD OPTIONS>", "    Require all denied", "</LimitExcept>"),
                "nginx": ("limit_except GET { deny all; }  # GET: GET + HEAD",),
                "caddy": ("@other not method GET HEAD OPTIONS", "respond @other 405"),
                "object-storage": {
                    "de": "im CDN die Methoden GET, HEAD und OPTIONS zulassen",
                    "en": "allow the methods GET, HEAD and OPTIONS in the CDN",
                },
            },
        ),
        Check(
            "cache",
            {
                "de": "Wer eine Datei schon hat, bekommt 304 statt der Datei (ETag, Last-Modified).",
                "en": "Who has a file already gets 304 instead of the file (ETag, Last-Modified).",
            },
            {
                "de": "Ohne das lädt jede Ernte alles neu. Beide Marken senden und Anfragen mit If-None-Match und "
                "If-Modified-Since beachten, auch bei gepackten Antworten:",
                "en": "Without this, every harvest loads everything anew. Send both marks, and heed requests with "
                "If-None-Match and If-Modified-Since, for compressed responses too:",
            },
            {
                "apache": ("FileETag MTime Size", "RequestHeader edit If-None-Match '-gzip\"' '\"'"),
                "nginx": ("etag on;", "if_modified_since before;"),
                "caddy": ("file_server  # ETag, Last-Modified, 304",),
                "object-storage": {
                    "de": "sendet beides selbst: im CDN davor ETag, Last-Modified, If-None-Match und If-Modified-Since"
                    " durchlassen",
                    "en": "sends both itself: let ETag, Last-Modified, If-None-Match and If-Modified-Since pass the CDN"
                    " in front",
                },
            },
        ),
        Check(
            "compression",
            {
                "de": "Text kommt gepackt, wenn der Client das kann, und nur dann.",
                "en": "Text comes compressed where the client can read that, and only there.",
            },
            {
                "de": "Gepackt ist Text ein Bruchteil so groß. Diese Medientypen packen, mit Vary: Accept-Encoding:",
                "en": "Compressed, text is a fraction of its size. Compress these types, with Vary: Accept-Encoding:",
            },
            {
                "apache": ("AddOutputFilterByType DEFLATE {media_type…}",),
                "nginx": ("gzip on;", "gzip_vary on;", "gzip_types {media_type…};"),
                "caddy": (
                    "encode gzip {",
                    "    match {",
                    "        header Content-Type {media_type}*",
                    "    }",
                    "}",
                ),
                "object-storage": {
                    "de": "Kompression im CDN davor einschalten, auch für {media_type…}",
                    "en": "switch on compression in the CDN in front, for {media_type…} too",
                },
            },
            merged=True,
        ),
        Check(
            "dereference",
            {
                "de": "Die IRI eines Dings führt mit 303 zu dem Dokument, das der Client will (Accept).",
                "en": "The IRI of a thing leads with 303 to the document that the client wants (Accept).",
            },
            {
                "de": "Jede IRI soll antworten: einem Menschen mit einer Seite, einem Programm mit Daten. Die "
                "Regeln dafür schreibt efa-lod build:",
                "en": "Every IRI in the data should answer: a person with a page, a program with data. efa-lod build "
                "writes the rules for it:",
            },
            _RULES_OF_BUILD,
        ),
        Check(
            "vary",
            {
                "de": "Was vom Accept abhängt, sagt es mit Vary: Accept.",
                "en": "What depends on Accept says so with Vary: Accept.",
            },
            {
                "de": "Sonst gibt ein Zwischenspeicher dem Portal die Seite, die er für einen Browser geholt hat:",
                "en": "Otherwise a cache hands a portal the page that it has fetched for a browser:",
            },
            {
                "apache": ("Header always merge Vary Accept",),
                "nginx": ("add_header Vary Accept always;",),
                "caddy": ("header +Vary Accept",),
                "object-storage": {
                    "de": "im CDN Accept zum Schlüssel des Zwischenspeichers nehmen (cache key), Vary: Accept senden",
                    "en": "make Accept part of the cache key in the CDN, and send Vary: Accept",
                },
            },
        ),
        Check(
            "not-acceptable",
            {
                "de": "Wer nur nimmt, was es nicht gibt, bekommt 406.",
                "en": "Who takes only what there is not gets 406.",
            },
            {
                "de": "Eine Seite statt der verlangten Daten bringt Programme durcheinander. Die Regeln dafür schreibt "
                "efa-lod build:",
                "en": "A page in place of the data asked for confuses programs. efa-lod build writes the rules for it:",
            },
            _RULES_OF_BUILD,
        ),
        Check(
            "not-found",
            {"de": "Was es nicht gibt, antwortet mit 404.", "en": "What does not exist answers with 404."},
            {
                "de": "Eine Fehlerseite mit 200 oder eine Weiterleitung lässt Portale und Suchmaschinen glauben, dass "
                "es die Adresse gibt:",
                "en": "An error page with 200, or a redirect, makes portals and search engines believe that the "
                "address exists:",
            },
            {
                "apache": ("FallbackResource disabled", "ErrorDocument 404 /404.html"),
                "nginx": ("try_files $uri $uri/ =404;",),
                "caddy": ("try_files {path} {path}/index.html =404",),
                "object-storage": {
                    "de": "404.html als Fehlerdokument eintragen, im CDN mit dem Status 404",
                    "en": "set 404.html as the error document, with the status 404 in the CDN",
                },
            },
        ),
        Check(
            "gone",
            {"de": "Was zurückgezogen ist, antwortet mit 410.", "en": "What has been withdrawn answers with 410."},
            {
                "de": "410 sagt Portalen, dass sie löschen dürfen. Die Regeln dafür schreibt efa-lod build:",
                "en": "410 tells portals that they may delete. efa-lod build writes the rules for it:",
            },
            _RULES_OF_BUILD,
        ),
        Check(
            "cors",
            {
                "de": "Webseiten anderer dürfen die Daten lesen (CORS).",
                "en": "Web pages of others may read the data (CORS).",
            },
            {
                "de": "Ohne diesen Kopf verwerfen Browser, was ein Programm in einer anderen Seite abruft – auch eine "
                "Weiterleitung:",
                "en": "Without this header, browsers throw away what a program in another page fetches – a redirect "
                "too:",
            },
            {
                "apache": ('Header always set Access-Control-Allow-Origin "*"',),
                "nginx": ('add_header Access-Control-Allow-Origin "*" always;',),
                "caddy": ('header Access-Control-Allow-Origin "*"',),
                "object-storage": (
                    "aws s3api put-bucket-cors --bucket BUCKET --cors-configuration"
                    ' \'{"CORSRules":[{"AllowedOrigins":["*"],"AllowedMethods":["GET","HEAD"]}]}\'',
                ),
            },
        ),
        Check(
            "nosniff",
            {
                "de": "Browser dürfen den Medientyp nicht raten (X-Content-Type-Options).",
                "en": "Browsers must not guess the media type (X-Content-Type-Options).",
            },
            {"de": "Diesen Kopf bei jeder Antwort senden:", "en": "Send this header with every response:"},
            {
                "apache": ("Header always set X-Content-Type-Options nosniff",),
                "nginx": ("add_header X-Content-Type-Options nosniff always;",),
                "caddy": ("header X-Content-Type-Options nosniff",),
                "object-storage": _CDN,
            },
        ),
        Check(
            "csp",
            {
                "de": "Seiten führen nur aus, was zur Website gehört (Content-Security-Policy).",
                "en": "Pages run only what belongs to the site (Content-Security-Policy).",
            },
            {
                "de": "Die Seiten brauchen weder Skripte in der Seite noch Fremdes; diesen Kopf senden:",
                "en": "The pages need neither scripts within the page nor anything from elsewhere; send this header:",
            },
            {
                "apache": (f'Header always set Content-Security-Policy "{POLICY}"',),
                "nginx": (f'add_header Content-Security-Policy "{POLICY}" always;',),
                "caddy": (f'header Content-Security-Policy "{POLICY}"',),
                "object-storage": _CDN,
            },
        ),
        Check(
            "https",
            {"de": "http führt zu https, auf Dauer.", "en": "http leads to https, for good."},
            {
                "de": "Mit 301 oder 308 zur selben Adresse mit https weiterleiten:",
                "en": "Redirect to the same address with https, with 301 or 308:",
            },
            {
                "apache": ("Redirect permanent / https://{host}/",),
                "nginx": ("return 301 https://$host$request_uri;",),
                "caddy": {
                    "de": "tut das von selbst: im Namen der Website kein http:// davor, Port 80 offen",
                    "en": "does so by itself: no http:// before the name of the site, and port 80 open",
                },
                "object-storage": {
                    "de": "im CDN »HTTP zu HTTPS weiterleiten« einschalten",
                    "en": "switch on “redirect HTTP to HTTPS” in the CDN",
                },
            },
        ),
        Check(
            "links",
            {
                "de": "Die Links der Seiten führen innerhalb der Website zu etwas.",
                "en": "The links of the pages lead to something within the site.",
            },
            {
                "de": _UPLOAD_AGAIN["de"] + " Was dann noch fehlt, fehlt in dist/ selbst: bitte melden.",
                "en": _UPLOAD_AGAIN["en"] + " What is missing after that is missing in dist/ itself: please report it.",
            },
        ),
        Check(
            "third-party",
            {
                "de": "Keine Seite lädt etwas von anderen.",
                "en": "No page loads anything from others.",
            },
            {
                "de": "Die Seiten brauchen nichts von anderen; was hier geladen wird, hat der Server oder das CDN "
                "hinzugefügt (Statistik, Schutz vor Bots). Das dort abschalten.",
                "en": "The pages need nothing from others; what is loaded here was added by the server or the CDN "
                "(statistics, protection against bots). Switch it off there.",
            },
        ),
        Check(
            "sitemap",
            {
                "de": "Alle Adressen der Sitemap antworten mit einer Seite.",
                "en": "All addresses of the sitemap answer with a page.",
            },
            _UPLOAD_AGAIN,
        ),
        Check(
            "hreflang",
            {
                "de": "Jede Seite der Sitemap nennt ihre andere Sprache, und diese nennt sie.",
                "en": "Each page in the sitemap names its other language, which names it in turn.",
            },
            _UPLOAD_AGAIN,
        ),
        Check(
            "robots",
            {
                "de": "robots.txt lässt Suchmaschinen herein und nennt die Sitemap.",
                "en": "robots.txt lets search engines in and names the sitemap.",
            },
            {
                "de": "Am Ursprung der Website muss die mitgelieferte robots.txt liegen, nicht die einer Testumgebung.",
                "en": "At the root of the site, there must be the robots.txt that comes with it, not that of a staging "
                "environment.",
            },
        ),
        Check(
            "catalogue",
            {
                "de": "Die Adressen im Datenkatalog antworten mit dem, was er von ihnen sagt.",
                "en": "The addresses in the data catalogue answer with what it says of them.",
            },
            {
                "de": "Portale übernehmen diese Adressen so, wie sie dastehen. Die Datei dort bereitstellen, oder den "
                "Katalog mit der richtigen baseIri (data/publication.yaml) neu erzeugen.",
                "en": "Portals take these addresses over as they stand. Provide the file there, or build the catalogue "
                "again with the right baseIri (data/publication.yaml).",
            },
        ),
        Check(
            "complete",
            {"de": "Alles wurde geprüft.", "en": "Everything was checked."},
            {
                "de": "Mehr Anfragen oder Bytes zulassen (--requests, --megabytes) oder weniger auswählen (--limit).",
                "en": "Allow more requests or bytes (--requests, --megabytes), or sample less (--limit).",
            },
        ),
    )
}
"""Everything that is looked at, in the order it is told."""
