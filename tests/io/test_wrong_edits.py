"""Wrong edits of a real record: what a person who knows Excel and no YAML is told, in German, with line and remedy."""

import random
import re
from pathlib import Path

import pytest

from conftest import Cli
from efa_lod.build.check import check_files
from efa_lod.errors import BrokenInput
from efa_lod.io.reading import read_documents
from efa_lod.model.context import Context
from efa_lod.model.publication import Publication
from efa_lod.model.records import RecordCheck, with_context
from efa_lod.validation.reports import result_line

EDITS: dict[str, tuple[str, str, str]] = {
    'tab': ('  de: Schleswig-Holstein\n', '\tde: Schleswig-Holstein\n', 'x.yaml:6: die Zeile ist mit einem Tabulator eingerückt – mit Leerzeichen einrücken, zwei je Stufe'),
    'one space too many': ('stateKey:', ' stateKey:', 'x.yaml:11: weiter eingerückt als die Zeile darüber, die schon einen Wert hat – in derselben Spalte beginnen wie Zeile 10'),
    'deeper than its neighbour': ('  en: Schleswig-Holstein\nofficial', '    en: Schleswig-Holstein\nofficial', 'x.yaml:7: weiter eingerückt als die Zeile darüber, die schon einen Wert hat – in derselben Spalte beginnen wie Zeile 6'),
    'text less far in than its beginning': ('        Leistungen. Bei', '       Leistungen. Bei', 'x.yaml:151: 7 Leerzeichen eingerückt, zwischen dem Text darüber (8) und seinem Schlüssel (6) – 8 nehmen, wenn die Zeile zum Text gehört, sonst 6'),
    'no colon': ('abbreviation: SH', 'abbreviation SH', 'x.yaml:10: hinter dem Schlüssel fehlt der Doppelpunkt – so schreiben: abbreviation: SH; gehört die Zeile zum Text darüber, weiter einrücken'),
    'no colon in a list': ('    - id: source/efa-nachnutzung#sh-services', '    - id source/efa-nachnutzung#sh-services', 'x.yaml:38: hinter dem Schlüssel fehlt der Doppelpunkt – so schreiben: id: source/efa-nachnutzung#sh-services; gehört die Zeile zum Text darüber, weiter einrücken'),
    'no space after the colon': ('abbreviation: SH', 'abbreviation:SH', 'x.yaml:10: hinter dem Doppelpunkt fehlt ein Leerzeichen – so schreiben: abbreviation: SH'),
    'no space after the dash': ('  - https://d-nb.info', '  -https://d-nb.info', 'x.yaml:17: hinter dem Spiegelstrich fehlt ein Leerzeichen – so schreiben: - https://d-nb.info/gnd/4052692-6'),
    'no closing quote': ('stateKey: "01"', 'stateKey: "01', 'x.yaml:11: der Text, der hier mit " beginnt, hört nicht auf – am Ende " ergänzen, ein gerades Anführungszeichen'),
    'no opening quote': ('"@context":', '@context":', 'x.yaml:2: die Zeile beginnt mit @ – das Zeichen löschen; einen Schlüssel, der so beginnt, in Anführungszeichen setzen: "@…":'),
    'one quote only at the end': ('stateKey: "01"', 'stateKey: 01"', 'x.yaml:11: Verstoß: stateKey: gefunden \'01"\' – Zum isoCode DE-SH gehören abbreviation: SH, stateKey: \'01\' und nutsCode: DEF.'),
    'typographic quotes': ('stateKey: "01"', 'stateKey: "01“', 'x.yaml:11: der Text, der hier mit " beginnt, hört nicht auf – am Ende " ergänzen, ein gerades Anführungszeichen'),
    'text after the quotes': ('abbreviation: SH', 'abbreviation: "SH" (Land)', 'x.yaml:10: hinter dem schließenden Anführungszeichen steht noch „(Land)“ – den ganzen Wert in ein Paar Anführungszeichen setzen; ein Anführungszeichen darin schreibt man \\"'),
    'apostrophe in quotes': ('abbreviation: SH', "abbreviation: 'S'H'", "x.yaml:10: hinter dem schließenden Anführungszeichen steht noch „H'“ – den ganzen Wert in ein Paar Anführungszeichen setzen; ein Anführungszeichen darin schreibt man ''"),
    'colon in a text': ('de: Land Schleswig-Holstein', 'de: Land: Schleswig-Holstein', 'x.yaml:9: im Wert steht noch ein Doppelpunkt mit Leerzeichen – den Wert in Anführungszeichen setzen: de: "Land: Schleswig-Holstein"'),
    'bracket not closed': ('covers: [maintenance, upkeep, operation, furtherDevelopment]', 'covers: [maintenance, upkeep, operation, furtherDevelopment', 'x.yaml:182: die Klammer [ wird nicht geschlossen – ] ergänzen, oder einen Text, der mit [ beginnt, in Anführungszeichen setzen'),
    'two commas': ('covers: [maintenance, upkeep,', 'covers: [maintenance,, upkeep,', 'x.yaml:182: in der Liste in Klammern fehlt etwas oder es steht ein Komma zu viel – so schreiben: [eins, zwei]'),
    'text after a bracket': ('furtherDevelopment]', 'furtherDevelopment] usw.', 'x.yaml:182: hinter der schließenden Klammer steht noch „usw.“ – weglassen, oder den ganzen Wert in Anführungszeichen setzen'),
    'star': ('de: Land Schleswig', 'de: *Land* Schleswig', 'x.yaml:9: ein Wert, der mit * beginnt, braucht Anführungszeichen – so schreiben: de: "*Land* Schleswig-Holstein"'),
    'at sign': ('abbreviation: SH', 'abbreviation: @SH', 'x.yaml:10: ein Wert, der mit @ beginnt, braucht Anführungszeichen – so schreiben: abbreviation: "@SH"'),
    'percent': ('abbreviation: SH', 'abbreviation: %SH', 'x.yaml:10: ein Wert, der mit % beginnt, braucht Anführungszeichen – so schreiben: abbreviation: "%SH"'),
    'exclamation mark': ('abbreviation: SH', 'abbreviation: !SH', 'x.yaml:10: ein Wert, der mit ! beginnt, wird nicht gelesen – das Ausrufezeichen weglassen oder den Wert in Anführungszeichen setzen: "…"'),
    'ampersand': ('abbreviation: SH', 'abbreviation: &SH x', 'x.yaml:10: ein Wert, der mit & oder * beginnt, wird als Verweis verstanden, und Verweise werden nicht gelesen – den Wert ausschreiben oder in Anführungszeichen setzen: "…"'),
    'backslash': ('stateKey: "01"', 'stateKey: "\\01\\d"', 'x.yaml:11: in doppelten Anführungszeichen leitet \\ ein Sonderzeichen ein – für einen Schrägstrich nach links schreibt man \\\\'),
    'list on the line of its key': ('origin: source/state-identifiers', 'origin: - source/state-identifiers', 'x.yaml:29: eine Liste beginnt in einer eigenen Zeile – origin: schreiben und darunter, eingerückt: - source/state-identifiers'),
    'text on the line of its mark': ('      de: >-\n        Nach dem', '      de: >- Nach dem', 'x.yaml:149: ein mehrzeiliger Text beginnt erst in der nächsten Zeile – de: >- schreiben und den Text darunter, eingerückt'),
    'list item among keys': ('  - http://dbpedia.org', '- http://dbpedia.org', 'x.yaml:18: Schlüssel und Liste stehen auf derselben Stufe – die Zeile einrücken oder so schreiben wie die Zeilen darüber'),
    'unquoted number': ('stateKey: "01"', 'stateKey: 01', 'x.yaml:11: stateKey: erwartet wird ein Text, gefunden wurde eine Zahl, 01 – in Anführungszeichen setzen: "01"'),
    'unquoted word': ('abbreviation: SH', 'abbreviation: no', 'x.yaml:10: abbreviation: erwartet wird ein Text, gefunden wurde ein Wort, das als wahr oder falsch gelesen wird, no – in Anführungszeichen setzen: "no"'),
    'no value': ('abbreviation: SH', 'abbreviation:', 'x.yaml:10: abbreviation: erwartet wird ein Text, gefunden wurde nichts – den Schlüssel weglassen oder einen Wert schreiben'),
    'null': ('abbreviation: SH', 'abbreviation: null', 'x.yaml:10: abbreviation: erwartet wird ein Text, gefunden wurde nichts, null – den Schlüssel weglassen oder einen Wert schreiben'),
    'second key': ('isoCode: DE-SH', 'abbreviation: S-H', 'x.yaml:12: der Schlüssel „abbreviation“ steht hier zum zweiten Mal, zuerst in Zeile 10 – einen davon löschen; mehrere Werte kommen in eine Liste'),
    'no-break space': ('abbreviation: SH', 'abbreviation:\xa0SH', 'x.yaml:10: ein geschütztes Leerzeichen steht, wo ein gewöhnliches hingehört – löschen und ein Leerzeichen tippen'),
    'bell': ('abbreviation: SH', 'abbreviation: SH\x07', 'x.yaml:10: das Zeichen U+0007 BELL darf in keinem Text stehen – löschen und die Zeile neu schreiben'),
    'NUL': ('abbreviation: SH', 'abbreviation: SH\x00', 'x.yaml:10: enthält ein Nullzeichen: keine Textdatei, oder als UTF-16 („Unicode“) gespeichert – mit der Zeichencodierung UTF-8 sichern'),
    'no key at all': ('abbreviation: SH', 'SH', 'x.yaml:10: hinter dem Schlüssel fehlt der Doppelpunkt – so schreiben: SH: …; gehört die Zeile zum Text darüber, weiter einrücken'),
    'merge': ('abbreviation: SH', '<<: SH', 'x.yaml:10: Verweise mit << werden nicht gelesen – die Schlüssel ausschreiben'),
    'comment mark of another program': ('abbreviation: SH', '// abbreviation', 'x.yaml:10: hinter dem Schlüssel fehlt der Doppelpunkt – so schreiben: //: abbreviation; gehört die Zeile zum Text darüber, weiter einrücken'),
    'two versions': ('abbreviation: SH', '<<<<<<< HEAD\nabbreviation: SH\n=======\nabbreviation: S-H\n>>>>>>> b', 'x.yaml:10: <<<<<<< markiert, wo zwei Fassungen der Datei zusammengeführt wurden – eine davon behalten und die Zeilen löschen, die mit <<<<<<<, ======= und >>>>>>> beginnen'),
    'no-break space after a value': ('abbreviation: SH', 'abbreviation: SH\xa0', "x.yaml:10: Verstoß: abbreviation: gefunden 'SH⟨U+00A0 NO-BREAK SPACE⟩' – Zum isoCode DE-SH gehören abbreviation: SH, stateKey: '01' und nutsCode: DEF."),
    'no context': ('"@context": ../../ontology/context.jsonld\n', '', 'x.yaml:2: erwartet wird eine erste Zeile, die den Kontext nennt, gefunden wurde keine solche Zeile – den Datensatz so beginnen: "@context": ../../ontology/context.jsonld'),
    'no id': ('id: state/sh\n', '', 'x.yaml:2: Verstoß: Hier fehlt die Kennung. Ergänzen Sie einen Schlüssel id, etwa id: state/sh#contact-itvsh.'),
    'no id within': ('    - id: source/efa-nachnutzung#sh-contact\n      type', '    - type', 'x.yaml:31: Verstoß: record.rows[0]: Hier fehlt die Kennung. Ergänzen Sie einen Schlüssel id, etwa id: state/sh#contact-itvsh.'),
    'id with a space': ('id: state/sh\n', 'id: state/schleswig holstein\n', "x.yaml:3: Verstoß: id: gefunden 'state/schleswig holstein' – Das ist keine brauchbare Kennung oder Adresse. Sie hat keine Leerzeichen, Anführungszeichen, spitzen Klammern und kein '..', und sie ist nicht leer."),
    'id twice': ('id: state/sh#record', 'id: state/sh', "x.yaml:24: Verstoß: record.id: gefunden 'state/sh' – Diese Kennung ist schon vergeben, an x.yaml:3. Geben Sie jedem Ding eine eigene."),
    'misspelt key': ('abbreviation:', 'abreviation:', 'x.yaml:2: Verstoß: abbreviation: Ein Land hat genau eine abbreviation aus zwei Großbuchstaben, z. B. SH.'),
    'misspelt type': ('type: State\n', 'type: Staat\n', "x.yaml:4: Verstoß: type: gefunden 'Staat' – Diesen Typ gibt es nicht; gemeint ist wohl State."),
    'name as plain text': ('name:\n  de: Schleswig-Holstein\n  en: Schleswig-Holstein\n', 'name: Schleswig-Holstein\n', 'x.yaml:5: name: erwartet werden Texte je Sprache, also name: und darunter, eingerückt, de: … und en: …, gefunden wurde „Schleswig-Holstein“'),
    'name as a list': ('name:\n  de: Schleswig-Holstein\n  en: Schleswig-Holstein\n', 'name:\n  - Schleswig-Holstein\n', 'x.yaml:5: name: erwartet werden Texte je Sprache, also name: und darunter, eingerückt, de: … und en: …, gefunden wurde eine Liste'),
    'text where keys belong': ('  en: Schleswig-Holstein\nofficial', '  en:\n    kurz: SH\nofficial', 'x.yaml:7: name.en: erwartet wird ein einzelner Text: en: …, gefunden wurde Schlüssel und Werte'),
    'keys where a text belongs': ('abbreviation: SH', 'abbreviation:\n  de: SH', 'x.yaml:10: abbreviation: erwartet wird ein einzelner Text: abbreviation: …, gefunden wurde Schlüssel und Werte'),
    'list in a list': ('covers: [maintenance,', 'covers: [[maintenance],', 'x.yaml:182: reuse.financing.provisions[1].covers[0]: erwartet wird ein einzelner Text: covers: …, gefunden wurde eine Liste in einer Liste'),
    'language in words': ('officialName:\n  de:', 'officialName:\n  Deutsch:', "x.yaml:9: Verstoß: officialName.Deutsch: gefunden 'Deutsch' – Hier gehört ein Sprachkürzel hin, de oder en, und dahinter der Text."),
    'soft hyphen': ('de: Land Schleswig-Holstein', 'de: Land Schles\xadwig-Holstein', "x.yaml:9: Verstoß: officialName.de: gefunden 'Land Schles⟨U+00AD SOFT HYPHEN⟩wig-Holstein' – Dieser Text enthält ein unsichtbares oder unbrauchbares Zeichen: U+00AD SOFT HYPHEN. Löschen Sie es, oder schreiben Sie den Text neu."),
    'zero width': ('de: Land Schleswig-Holstein', 'de: Land\u200b Schleswig-Holstein', "x.yaml:9: Verstoß: officialName.de: gefunden 'Land⟨U+200B ZERO WIDTH SPACE⟩ Schleswig-Holstein' – Dieser Text enthält ein unsichtbares oder unbrauchbares Zeichen: U+200B ZERO WIDTH SPACE. Löschen Sie es, oder schreiben Sie den Text neu."),
    'right to left': ('de: Land Schleswig-Holstein', 'de: Land \u202eSchleswig-Holstein', "x.yaml:9: Verstoß: officialName.de: gefunden 'Land ⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩Schleswig-Holstein' – Dieser Text enthält ein unsichtbares oder unbrauchbares Zeichen: U+202E RIGHT-TO-LEFT OVERRIDE. Löschen Sie es, oder schreiben Sie den Text neu."),
    'tags': ('de: Land Schleswig-Holstein', 'de: <b>Land</b> Schleswig-Holstein', "x.yaml:9: Verstoß: officialName.de: gefunden '<b>Land</b> Schleswig-Holstein' – Dieser Text enthält Auszeichnung einer Webseite: <b>. Schreiben Sie den Text so, wie man ihn liest, ohne Tags und mit den Zeichen selbst."),
    'entity': ('de: Land Schleswig-Holstein', 'de: Land&nbsp;Schleswig-Holstein', "x.yaml:9: Verstoß: officialName.de: gefunden 'Land&nbsp;Schleswig-Holstein' – Dieser Text enthält Auszeichnung einer Webseite: &nbsp;. Schreiben Sie den Text so, wie man ihn liest, ohne Tags und mit den Zeichen selbst."),
    'code with a space': ('valueStatus: stated', 'valueStatus: wird genannt', "x.yaml:36: Verstoß: record.rows[0].valueStatus: gefunden 'wird genannt' – Hier gehört der Name eines Begriffs hin: ein Wort aus Buchstaben und Ziffern."),
    'day in German': ('issued: 2026-11-23', 'issued: 23.11.2026', "x.yaml:26: Verstoß: record.issued: gefunden '23.11.2026' – issued ist genau ein Tag als JJJJ-MM-TT, z. B. 2026-11-23."),
    'day that is none': ('issued: 2026-11-23', 'issued: 2026-02-30', "x.yaml:26: Verstoß: record.issued: gefunden '2026-02-30' – issued ist genau ein Tag als JJJJ-MM-TT, z. B. 2026-11-23."),
    'unknown code': ('contactKind: organisation', 'contactKind: organization', "x.yaml:71: Verstoß: reuse.contacts[0].contactKind: gefunden 'organization' – contactKind ist genau eines von organisation, unit, mailbox oder topic."),
    'address without an at': ('abbreviation: SH', 'abbreviation: Schleswig', "x.yaml:10: Verstoß: abbreviation: gefunden 'Schleswig' – Ein Land hat genau eine abbreviation aus zwei Großbuchstaben, z. B. SH."),
}  # fmt: skip
ENCODINGS = {
    "windows-1252": 'x.yaml:92: nicht in UTF-8 gespeichert (Byte 0xFC) – die Datei im Editor mit „Speichern unter“ und der Zeichencodierung UTF-8 sichern',
    "utf-16": 'x.yaml:1: nicht in UTF-8 gespeichert (Byte 0xFF) – die Datei im Editor mit „Speichern unter“ und der Zeichencodierung UTF-8 sichern',
}  # fmt: skip
NO_PERSON_SAYS_THAT = re.compile(
    r"expected|found|mapping|scalar|token|while|flow|indicator|not readable|object|attribute|None|dict\b|sequence|plain",
    re.IGNORECASE,
)
"""Words of parsers, of the program's insides, and of English."""
QUOTED = re.compile(r"„.*?“|'.*?'|(schreiben|setzen): .*", re.DOTALL)
SIGNS = "\t:\"'[]{}-#&*!|>%@`,?\\ äx\u00a0\u200b\u00ad"
VALUES = [
    "~",
    "",
    "yes",
    "12",
    "[a, b",
    "{a: b}",
    "- x",
    "'x",
    '"x',
    "x: y",
    "*x",
    "@x",
    "|",
    "> a",
    "!x",
    "&x y",
    "%5",
]


@pytest.fixture(scope="module")
def record() -> str:
    """Give the record of Schleswig-Holstein as it was in the first version, so that lines stay those of the table."""
    return Path(__file__).with_name("record.yaml").read_text(encoding="utf-8")


def told(file: Path, publication: Publication) -> list[str]:
    """Return what is said of *file* in German; rules that came later may find more than the edit."""
    try:
        return [result_line(result, "de") for result in check_files([str(file)], publication)]
    except BrokenInput as error:
        return [error.in_language("de")]


@pytest.mark.parametrize("name", EDITS)
def test_a_wrong_edit_is_told_with_line_and_remedy(
    name: str, record: str, publication: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each edit of one line gives one message in German that names the line and how it should look."""
    monkeypatch.chdir(tmp_path)
    old, new, message = EDITS[name]
    assert old in record
    Path("x.yaml").write_bytes(record.replace(old, new, 1).encode())

    assert any(line.startswith(message) for line in told(Path("x.yaml"), publication))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_another_encoding_is_told_with_the_way_to_save_it(
    encoding: str, record: str, publication: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Editors save in encodings of their own; the message says where to choose another."""
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_bytes(record.encode(encoding))

    assert [ENCODINGS[encoding]] == told(Path("x.yaml"), publication)


def damaged(lines: list[str], chance: random.Random) -> str:
    """Return *lines* with a slip of the hand in one or two of them."""
    lines = list(lines)
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randrange(len(lines))
        line = lines[at]
        place = chance.randrange(len(line) + 1)
        key, colon, _ = line.partition(": ")
        slips = [
            line[:place] + line[place + 1 :],
            line[:place] + chance.choice(SIGNS) + line[place:],
            " " * chance.randint(1, 3) + line,
            line[chance.randint(1, 3) :],
            line.replace("  ", "\t", 1),
            line.replace(":", "", 1),
            line.replace(": ", ":", 1),
            line.replace('"', "", 1),
            line.replace('"', "„", 1).replace('"', "“", 1),
            line.replace("- ", "-", 1),
            line.replace("- ", "– ", 1),
            key + colon + chance.choice(VALUES),
            line.rstrip() + chance.choice([":", " :", '"', "'", "]", "}", ",", "\\"]),
            line.split(":")[0],
            f"{line}\n{line}",
            "",
        ]
        lines[at] = chance.choice(slips)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(4))
def test_no_slip_of_the_hand_is_told_in_the_words_of_a_parser(
    seed: int, record: str, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of slips give a German message with a line, or a record that can be checked: never a traceback."""
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    lines = record.split("\n")
    for _ in range(250):
        text = damaged(lines, chance)
        Path("x.yaml").write_bytes(text.encode())
        try:
            check = RecordCheck(context)
            results = [
                result for document in read_documents(Path("x.yaml")) for result in check(with_context(document))
            ]
            said = [f"x.yaml:{result.place.line}: {result.message('de')}" for result in results]
        except BrokenInput as error:
            said = [error.in_language("de")]
            assert error.in_language("en") != said[0]
        for message in said:
            assert re.match(r"x\.yaml:[0-9]+: ", message), text
            assert not NO_PERSON_SAYS_THAT.search(QUOTED.sub("", message)), (message, text)


def test_the_command_line_speaks_the_chosen_language(tmp_path: Path, cli: Cli) -> None:
    """What stops a command is told in the language of --lang or of the environment, wherever it was met."""
    file = tmp_path / "x.yaml"
    file.write_text("a: b: c\n")
    german = f"efa-lod: {file}:1: im Wert steht noch ein Doppelpunkt mit Leerzeichen"

    assert german in cli("validate", file, "--lang", "de").stderr
    assert german in cli("validate", file, LC_ALL="de_DE.UTF-8").stderr
    assert "not readable as YAML: a colon and a space" in cli("validate", file, "--lang", "en", LC_ALL="de").stderr
    assert f"efa-lod: {tmp_path}/none.yaml: lässt sich nicht lesen: gibt es nicht\n" == (
        cli("validate", tmp_path / "none.yaml", "--lang", "de").stderr
    )


@pytest.mark.parametrize("command", [["query", "ASK {}"], ["find", "SH"], ["validate"], ["build"], ["source", "due"]])
def test_a_broken_file_of_the_publication_is_told_by_every_command(
    command: list[str], copy: Path, cli: Cli, tmp_path: Path
) -> None:
    """A forgotten id, or a name as plain text, is told with file, line and remedy, whatever was asked."""
    file = copy / "data/states/sh.yaml"
    record = file.read_text(encoding="utf-8")
    output = ["-o", tmp_path / "dist"] if command == ["build"] else []
    breaches = {
        ("id: state/sh\n", ""): "data/states/sh.yaml:3: [^\n]*Hier fehlt die Kennung",
        (
            "name:\n  de: Schleswig-Holstein\n  en: Schleswig-Holstein\n",
            "name: SH\n",
        ): "data/states/sh.yaml:6: name: erwartet werden Texte je Sprache",
    }
    for (old, new), message in breaches.items():
        file.write_text(record.replace(old, new, 1), encoding="utf-8")
        done = cli(*command, *output, "--publication", copy, "--lang", "de")

        assert done.exit_code in (1, 2)
        assert re.search(message, done.output + done.stderr)
        assert "Traceback" not in done.output
