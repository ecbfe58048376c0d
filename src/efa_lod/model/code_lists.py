"""The lists that values of a catalogue must come from: codes and labels of the EU, of DCAT-AP.de and of ADMS.

Each list is here once. The check of the settings, the catalogue and the rehearsal read it; the version behind each list
says how old it is. What a list has gained since then is admitted by ``alsoListed`` in ``publication.yaml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Labels = Mapping[str, str]
"""Texts by language tag."""


@dataclass(frozen=True)
class CodeList:
    """A list: the *iri* of its scheme, the *version* it was taken from, and its *codes* with their labels.

    The IRI of a concept is that of the list, a slash, and the code.
    """

    iri: str
    version: str
    codes: Mapping[str, Labels]

    def concept(self, code: str) -> str:
        """Return the IRI of the concept *code*."""
        return f"{self.iri}/{code}"

    def code(self, concept: str) -> str:
        """Return the code of the IRI *concept*, or an empty text when it is not of this list."""
        return concept.removeprefix(f"{self.iri}/") if concept.startswith(f"{self.iri}/") else ""


def _codes(rows: str) -> dict[str, Labels]:
    """Return codes and labels from lines ``code | German | English``; a label that the list lacks is left out."""
    cells = ([cell.strip() for cell in row.split("|")] for row in rows.strip().splitlines())
    return {code: {tag: text for tag, text in zip(("de", "en"), texts, strict=True) if text} for code, *texts in cells}


def _codes_only(text: str) -> dict[str, Labels]:
    """Return the codes in *text*, without labels."""
    return {code: {} for code in text.split()}


_EU = "http://publications.europa.eu/resource/authority"

ACCESS_RIGHT = CodeList(
    f"{_EU}/access-right",
    "20240612-0",
    _codes("""
    PUBLIC | öffentlich | public
    RESTRICTED | eingeschränkt | restricted
    NON_PUBLIC | nicht öffentlich | non-public
    """),
)
AVAILABILITY = CodeList(f"{_EU}/planned-availability", "20220715-0", _codes("STABLE | stabil | stable"))
LANGUAGE = CodeList(f"{_EU}/language", "2024", _codes("DEU | Deutsch | German\nENG | Englisch | English"))
LANGUAGE_CODES = {"de": "DEU", "en": "ENG"}
"""Codes of the EU language table by language tag."""
COUNTRY = CodeList(f"{_EU}/country", "20221214-0", _codes("DEU | Deutschland | Germany"))
GEONAMES = "https://sws.geonames.org/"

THEME = CodeList(
    f"{_EU}/data-theme",
    "20220715-0",
    _codes("""
    AGRI | Landwirtschaft, Fischerei, Forstwirtschaft und Nahrungsmittel | Agriculture, fisheries, forestry and food
    ECON | Wirtschaft und Finanzen | Economy and finance
    EDUC | Bildung, Kultur und Sport | Education, culture and sport
    ENER | Energie | Energy
    ENVI | Umwelt | Environment
    GOVE | Regierung und öffentlicher Sektor | Government and public sector
    HEAL | Gesundheit | Health
    INTR | Internationale Themen | International issues
    JUST | Justiz, Rechtssystem und öffentliche Sicherheit | Justice, legal system and public safety
    OP_DATPRO | Vorläufige Daten | Provisional data
    REGI | Regionen und Städte | Regions and cities
    SOCI | Bevölkerung und Gesellschaft | Population and society
    TECH | Wissenschaft und Technologie | Science and technology
    TRAN | Verkehr | Transport
    """),
)

FREQUENCY = CodeList(
    f"{_EU}/frequency",
    "20220615-0",
    _codes("""
    10MIN | | every ten minutes
    12HRS | | every twelve hours
    15MIN | | every fifteen minutes
    1MIN | | every minute
    30MIN | | every thirty minutes
    5MIN | | every five minutes
    ANNUAL | jährlich | annual
    ANNUAL_2 | halbjährlich | semiannual
    ANNUAL_3 | dreimal im Jahr | three times a year
    AS_NEEDED | | as needed
    BIDECENNIAL | | bidecennial
    BIENNIAL | zweijährlich | biennial
    BIHOURLY | | bihourly
    BIMONTHLY | zweimonatlich | bimonthly
    BIWEEKLY | zweiwöchentlich | biweekly
    CONT | kontinuierlich | continuous
    DAILY | täglich | daily
    DAILY_2 | zweimal täglich | twice a day
    DECENNIAL | | decennial
    HOURLY | | hourly
    IRREG | unregelmäßig | irregular
    MONTHLY | monatlich | monthly
    MONTHLY_2 | zweimal im Monat | semimonthly
    MONTHLY_3 | dreimal im Monat | three times a month
    NEVER | niemals | never
    NOT_PLANNED | | not planned
    OP_DATPRO | Vorläufige Daten | Provisional data
    OTHER | anderer | other
    QUADRENNIAL | | quadrennial
    QUARTERLY | vierteljährlich | quarterly
    QUINQUENNIAL | | quinquennial
    TRIDECENNIAL | | tridecennial
    TRIENNIAL | dreijährlich | triennial
    TRIHOURLY | | trihourly
    UNKNOWN | unbekannt | unknown
    UPDATE_CONT | ständige Aktualisierung | continuously updated
    WEEKLY | wöchentlich | weekly
    WEEKLY_2 | zweimal in Woche | semiweekly
    WEEKLY_3 | dreimal in Woche | three times a week
    """),
)

PUBLISHER_TYPE = CodeList(
    "http://purl.org/adms/publishertype",
    "1.0",
    _codes("""
    Academia-ScientificOrganisation | Hochschule oder Forschungseinrichtung | Academia/Scientific organisation
    Company | Unternehmen | Company
    IndustryConsortium | Industriekonsortium | Industry consortium
    LocalAuthority | Kommunalbehörde | Local Authority
    NationalAuthority | Bundesbehörde | National authority
    NonGovernmentalOrganisation | Nichtregierungsorganisation | Non-Governmental Organisation
    NonProfitOrganisation | Gemeinnützige Organisation | Non-Profit Organisation
    RegionalAuthority | Landesbehörde | Regional authority
    StandardisationBody | Normungsorganisation | Standardisation body
    SupraNationalAuthority | Supranationale Behörde | Supra-national authority
    """),
)

LICENCE_TYPE = CodeList(
    "http://purl.org/adms/licencetype",
    "1.0",
    _codes("""
    Attribution | Namensnennung | Attribution
    PublicDomain | Gemeinfrei | Public domain
    ViralEffect-ShareAlike | Weitergabe unter gleichen Bedingungen | Viral effect (a.k.a. Share-alike)
    """),
)

POLITICAL_LEVEL = CodeList(
    "http://dcat-ap.de/def/politicalGeocoding/Level",
    "1_0",
    _codes("""
    administrativeDistrict | Kreis | administrative district
    european | Europa | european
    federal | Bund | federal
    international | international | international
    municipality | Gemeinde | municipality
    state | Land | state
    """),
)

LICENCE = CodeList(
    "http://dcat-ap.de/def/licenses",
    "20200715",
    _codes("""
    cc-by-de/3.0 | Creative Commons Namensnennung 3.0 Deutschland (CC BY 3.0 DE) |
    cc-by-sa-de/3.0 | Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 3.0 Deutschland |
    cc-by-sa/4.0 | Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 4.0 International |
    cc-by/4.0 | Creative Commons Namensnennung – 4.0 International (CC BY 4.0) |
    cc-zero | Creative Commons CC Zero License (cc-zero) |
    ccpdm/1.0 | Public Domain Mark 1.0 (PDM) |
    dl-by-de/2.0 | Datenlizenz Deutschland Namensnennung 2.0 | Data licence Germany – attribution – Version 2.0
    dl-zero-de/2.0 | Datenlizenz Deutschland – Zero – Version 2.0 | Data licence Germany – Zero – Version 2.0
    geonutz/20130319 | Nutzungsbestimmungen für die Bereitstellung von Geodaten des Bundes |
    odbl | Open Data Commons Open Database License (ODbL) |
    odby | Open Data Commons Attribution License (ODC-BY 1.0) |
    odcpddl | Open Data Commons Public Domain Dedication and Licence (ODC PDDL) |
    officialWork | Amtliches Werk, lizenzfrei nach §5 Abs. 1 UrhG |
    """),
)
"""The open licences for data among those that GovData knows."""

_SHARE_ALIKE = frozenset({"cc-by-sa-de/3.0", "cc-by-sa/4.0", "odbl"})
_PUBLIC_DOMAIN = frozenset({"cc-zero", "ccpdm/1.0", "dl-zero-de/2.0", "odcpddl", "officialWork"})


def licence_type(licence: str) -> str:
    """Return the code of the type that the licence with this IRI has."""
    code = LICENCE.code(licence)
    return (
        "PublicDomain"
        if code in _PUBLIC_DOMAIN
        else "ViralEffect-ShareAlike"
        if code in _SHARE_ALIKE
        else "Attribution"
    )


def asks_for_attribution(licence: str) -> bool:
    """Return whether the licence with this IRI asks users to name the source."""
    return licence_type(licence) != "PublicDomain"


CONTRIBUTOR = CodeList(
    "http://dcat-ap.de/def/contributors",
    "20251021",
    _codes_only("""
    SWONetzGmbH auswaertigesAmt berlinOpenData bundesamtFuerBauwesenUndRaumordnung bundesamtFuerJustiz
    bundesamtFuerVerbraucherschutzUndLebensmittelsicherheit bundesamtFuerWirtschaftUndAusfuhrkontrolle
    bundesanstaltFuerArbeitsschutzUndArbeitsmedizin bundesanstaltFuerMaterialforschungUndPruefung bundesarchiv
    bundesausgleichsamt bundesinstitutFuerBauStadtUndRaumforschungImBundesamtFuerBauwesenundRaumordnung
    bundesministeriumDerFinanzen bundesministeriumDerVerteidigung bundesministeriumDesInnernUndHeimat
    bundesministeriumFuerArbeitUndSoziales bundesministeriumFuerBildungUndForschung
    bundesministeriumFuerErnaehrungUndLandwirtschaft bundesministeriumFuerFamilieSeniorenFrauenUndJugend
    bundesministeriumFuerWirtschaftUndEnergie bundesministeriumFuerWirtschaftlicheZusammenarbeitUndEntwicklung
    bundessortenamt bundesversicherungsamt bundesverwaltungsamt bundeszentralamtFuerSteuern datenBW
    derBundesbeauftragteFuerDenDatenschutzUndDieInformationsfreiheit destatis deutscheNationalbibliothek
    deutscheRentenversicherungBund deutschesPatentUndMarkenamt
    dieBeauftragteDerBundesregierungFuerKulturUndMedien fitko freistaatSachsen friedrichLoefflerInstitut gdiDE
    generalzolldirektion genesisDestatis govData hessen itzBund landBrandenburg landNiedersachsen
    landSachsenAnhalt landeshauptstadtMuenchen mCloud maxRubnerInstitut mecklenburgVorpommern
    metropolregionRheinNeckar mobilithek openAgrarRepositoriumDerForschungseinrichtungenDesBMEL openDataBayern
    openDataBrandenburg openDataBund openDataHRO openGovernmentDataPortalRheinlandPfalz openNRW
    paulEhrlichInstitut regionalstatistik robertKochInstitut schleswigHolstein stadtAugsburg
    stadtFrankfurtAmMain stadtFreiburgImBreisgau stadtNuernberg stadtOldenburg transparenzportalBremen
    transparenzportalHamburg umweltbundesamt
    """),
)
"""The data providers that deliver to GovData; the labels are not needed."""

DAYS_BY_FREQUENCY: Mapping[str, int] = {
    "DAILY": 1,
    "WEEKLY": 7,
    "BIWEEKLY": 14,
    "MONTHLY": 31,
    "BIMONTHLY": 61,
    "QUARTERLY": 92,
    "ANNUAL_2": 183,
    "ANNUAL": 365,
    "BIENNIAL": 730,
}
"""After how many days a record is due again, by the frequency that the publication promises."""


def days_between(frequency: object) -> int:
    """Return the days between two comparisons of a record under *frequency*, a code of the EU; a year under others."""
    return DAYS_BY_FREQUENCY.get(str(frequency), DAYS_BY_FREQUENCY["ANNUAL"])
