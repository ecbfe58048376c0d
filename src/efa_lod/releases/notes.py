"""Write the notes of a release as a page that stays as it is: in its frozen folder, without style or script."""

from collections.abc import Iterator
from html import escape

from efa_lod.model.publication import Publication
from efa_lod.releases.issued import IssuedRelease
from efa_lod.releases.vocabulary import vocabulary_sentences
from efa_lod.releases.wording import Wording, called, sentences_by_thing, without_thing

_TEXTS = {
    "de": {
        "title": "Ausgabe {version} vom {day}",
        "files": "Dateien dieser Ausgabe",
        "changes": "Was sich geändert hat",
        "vocabulary": "Begriffe, Regeln und Abfragen",
        "first": "Dies ist die erste Ausgabe.",
        "withdrawn": "Zurückgezogen",
        "replaced": "ersetzt durch",
    },
    "en": {
        "title": "Release {version} of {day}",
        "files": "Files of this release",
        "changes": "What has changed",
        "vocabulary": "Terms, shapes and queries",
        "first": "This is the first release.",
        "withdrawn": "Withdrawn",
        "replaced": "replaced by",
    },
}


def notes_page(
    publication: Publication, one: IssuedRelease, wording: Wording, language: str, files: list[str]
) -> bytes:
    """Return the page in *language* about a release with these *files* beside it."""
    return "\n".join(_lines(publication, one, wording, language, files)).encode()


def _lines(
    publication: Publication, one: IssuedRelease, wording: Wording, language: str, files: list[str]
) -> Iterator[str]:
    texts = _TEXTS[language]
    title = escape(texts["title"].format(version=one.version, day=one.release.day))
    name = escape(publication.texts(language)["title"])
    yield f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">'
    yield "<style>li { margin-block: .5em }</style>"
    yield f"<title>{title} – {name}</title>"
    yield f'<link rel="latest-version" href="{escape(publication.base_iri)}dataset">'
    yield f"</head>\n<body>\n<main>\n<p>{name}</p>\n<h1>{title}</h1>"
    yield f"<p>{escape(one.release.notes.get(language, ''))}</p>"
    yield from _changes(one, wording, language)
    if one.release.withdrawn:
        yield f"<h2>{texts['withdrawn']}</h2>\n<ul>"
        for gone in one.release.withdrawn:
            reason = f": {escape(gone.reason[language])}" if gone.reason.get(language) else ""
            new = f" ({texts['replaced']} {escape(gone.replaced_by)})" if gone.replaced_by else ""
            yield f"<li>{escape(gone.iri)}{reason}{new}</li>"
        yield "</ul>"
    yield f"<h2>{texts['files']}</h2>\n<ul>"
    yield from (f'<li><a href="{escape(path)}">{escape(path)}</a></li>' for path in files)
    yield "</ul>\n</main>\n</body>\n</html>\n"


def _changes(one: IssuedRelease, wording: Wording, language: str) -> Iterator[str]:
    texts = _TEXTS[language]
    yield f"<h2>{texts['changes']}</h2>"
    if not one.release.previous:
        yield f"<p>{texts['first']}</p>"
        return
    for thing, told in sentences_by_thing(one.listed, wording):
        name = called(thing, one.listed, wording, language)
        yield f'<h3><a href="{escape(thing)}">{escape(name)}</a></h3>\n<ul>'
        yield from (f"<li>{escape(without_thing(said[language], name))}</li>" for _, said in told)
        yield "</ul>"
    if one.vocabulary:
        yield f"<h3>{texts['vocabulary']}</h3>\n<ul>"
        yield from (f"<li>{escape(said[language])}</li>" for said in vocabulary_sentences(one.vocabulary, wording))
        yield "</ul>"
