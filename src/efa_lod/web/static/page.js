// The query page: shows the questions, sends queries to the endpoint of the same server, and shows the answers.
// What it shares with the query page of the site is in answers.js.

const TEXTS = {
  de: {
    skip: "Zur Abfrage springen", heading: "Die Daten fragen", language: "Sprache",
    lead: "Wie Kommunen in den 16 Ländern Onlinedienste nachnutzen: eine Frage auswählen, sie ändern oder eine eigene in SPARQL schreiben.",
    questions: "Fragen", find: "Frage suchen", none: "Keine Frage enthält diese Wörter.", query: "Abfrage",
    run: "Abfrage ausführen", stop: "Abbrechen", link: "Link kopieren", keys: "Strg + Enter führt aus. Tab verlässt das Feld.",
    prefixes: "Präfixe, die nicht erklärt werden müssen", answer: "Antwort", save: "Speichern als", paste: "Anderswo verwenden",
    copy: "Kopieren", start: "Startseite", description: "Dienstbeschreibung", asrdf: "Fragen als RDF", notebook: "Notebook",
    running: "Läuft …", stopped: "Abgebrochen.", copied: "Kopiert.", yes: "ja", no: "nein",
    rows: (n) => (n === 1 ? "1 Zeile" : `${number(n)} Zeilen`), statements: "Graph in Turtle",
    rest: (n, all) => `Gezeigt sind ${number(n)} von ${number(all)} Zeilen; die Dateien enthalten alle.`,
    facts: (n, s) => `${number(n)} Aussagen · höchstens ${s} s je Abfrage · Abfragen lesen nur`,
    unreachable: "Der Dienst ist nicht erreichbar.", empty: "Bitte erst eine Abfrage schreiben.", title: "SPARQL · efa-lod",
    nothing: "Die Antwort hat keine Zeilen.", own: "Eigene Abfrage",
    unknown: (term, near) => `${term}: Diesen Begriff gibt es nicht${near ? `; gemeint ist wohl ${near}` : ""}.`,
    absent: (term, near) => `${term}: Diesen Begriff verwenden diese Daten nicht${near ? `; gemeint ist wohl ${near}` : ""}.`,
    scheme: (wrong, right) => `${wrong}: In diesen Daten heißt das ${right}.`,
    tooLong: "Die Abfrage ist zu lang für einen Link.",
  },
  en: {
    skip: "Skip to the query", heading: "Ask the data", language: "Language",
    lead: "How municipalities in the 16 German states reuse online services: pick a question, change it, or write your own in SPARQL.",
    questions: "Questions", find: "Find a question", none: "No question has these words.", query: "Query",
    run: "Run query", stop: "Stop", link: "Copy link", keys: "Ctrl + Enter runs the query. Tab leaves the field.",
    prefixes: "Prefixes that need no declaration", answer: "Answer", save: "Save as", paste: "Use it elsewhere",
    copy: "Copy", start: "Start page", description: "Service description", asrdf: "Questions as RDF", notebook: "Notebook",
    running: "Running …", stopped: "Stopped.", copied: "Copied.", yes: "yes", no: "no",
    rows: (n) => (n === 1 ? "1 row" : `${number(n)} rows`), statements: "graph in Turtle",
    rest: (n, all) => `Shown are ${number(n)} of ${number(all)} rows; the files have all of them.`,
    facts: (n, s) => `${number(n)} statements · at most ${s} s for a query · queries only read`,
    unreachable: "The service cannot be reached.", empty: "Please write a query first.", title: "SPARQL · efa-lod",
    nothing: "The answer has no rows.", own: "Your own query",
    unknown: (term, near) => `${term}: there is no such term${near ? `; perhaps ${near}` : ""}.`,
    absent: (term, near) => `${term}: this data does not use that term${near ? `; perhaps ${near}` : ""}.`,
    scheme: (wrong, right) => `${wrong}: this data writes ${right}.`,
    tooLong: "The query is too long for a link.",
  },
};
const TABLE_FILES = { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" };
const GRAPH_FILES = { turtle: "Turtle", "n-triples": "N-Triples", "json-ld": "JSON-LD", "rdf-xml": "RDF/XML" };
const TOOLS = { curl: "curl", python: "Python", r: "R" };

const say = (key) => TEXTS[language][key];
const number = (n) => new Intl.NumberFormat(language).format(n);

let language = (localStorageGet("language") || (navigator.language || "en").slice(0, 2)) === "de" ? "de" : "en";
let service = { queries: [], prefixes: {}, base: "", triples: 0, limits: { seconds: 0 } };
let current = null;
let tool = "curl";
let running = null;
let lastAnswer = null;

function localStorageGet(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

function localStorageSet(key, value) {
  try { localStorage.setItem(key, value); } catch { /* a browser may forbid it */ }
}

function speak() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = say(one.dataset.text);
  for (const one of document.getElementsByName("language")) one.checked = one.value === language;
  by("find").placeholder = say("find");
  by("facts").textContent = service.triples ? TEXTS[language].facts(service.triples, service.limits.seconds) : "";
  listQuestions();
  showAbout();
  if (lastAnswer) showAnswer(lastAnswer);
}

// --- the questions ---

function listQuestions() {
  const words = by("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = service.queries.filter((query) => {
    const text = `${query.title[language]} ${query.question[language]} ${query.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  by("questions").replaceChildren(...matching.map(questionItem));
  by("none").hidden = matching.length > 0 || service.queries.length === 0;
}

function questionItem(query) {
  const item = element("li");
  const button = element("button", query.title[language], { type: "button" });
  if (query === current) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => choose(query));
  item.append(button);
  return item;
}

function choose(query) {
  current = query;
  by("query").value = query.query;
  by("query").removeAttribute("aria-invalid");
  by("query").rows = Math.min(15, query.query.split("\n").length + 1);
  for (const button of by("questions").querySelectorAll("button")) {
    const is = button.textContent === query.title[language];
    if (is) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  showAbout();
  run();
}

// What is shown beside the text belongs to the text: a question that was edited is one of one's own.
function edited() {
  const text = by("query").value;
  by("query").removeAttribute("aria-invalid");
  current = namedQuery(text);
  for (const button of by("questions").querySelectorAll("button")) {
    if (current && button.textContent === current.title[language]) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  showAbout();
}

function namedQuery(text) {
  return service.queries.find((one) => one.query.trim() === text.trim()) || null;
}

function showAbout() {
  const text = by("query").value;
  by("about").hidden = by("paste").hidden = !text.trim() && current === null;
  by("about-heading").textContent = current ? current.question[language] : say("own");
  by("explanation").textContent = current ? current.explanation[language] : "";
  by("explanation").hidden = !current;
  by("tools").replaceChildren(...Object.entries(TOOLS).map(([name, label]) => {
    const button = element("button", label, { type: "button" });
    button.setAttribute("aria-pressed", String(name === tool));
    button.addEventListener("click", () => { tool = name; showAbout(); by("tools").children[Object.keys(TOOLS).indexOf(name)].focus(); });
    return button;
  }));
  by("snippet").textContent = current ? current.snippets[tool] : ownSnippet(text);
}

function ownSnippet(text) {
  if (!service.templates) return "";
  const form = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i.exec(bare(text));
  const name = form ? form[1].toUpperCase().replace("DESCRIBE", "CONSTRUCT") : "SELECT";
  const lines = text.endsWith("\n") ? text : `${text}\n`;
  const literal = lines.includes('"""') || lines.includes("\\") ? JSON.stringify(lines) : `"""\n${lines}"""`;
  return service.templates[name][tool].replace("{query}", () => lines).replace("{literal}", () => literal);
}

// --- the terms of a query ---

function notesOn(text, isEmpty) {
  const prefixes = { ...service.prefixes };
  const whole = bare(text, true);
  for (const [, name, iri] of whole.matchAll(/\bPREFIX\s+([\w-]*):\s*<([^<>]*)>/gi)) prefixes[name] = iri;
  const asked = whole.replace(/\b(?:PREFIX\s+[\w-]*:|BASE|FROM(?:\s+NAMED)?|GRAPH)\s*<[^<>]*>/gi, " ");
  const terms = [...asked.matchAll(/<([^<>]*)>|(?<![?$\w:@-])([A-Za-z][\w-]*):([A-Za-z_][\w-]*)/g)]
    .map(([written, iri, prefix, local]) => [written, iri ?? (prefix in prefixes ? prefixes[prefix] + local : "")])
    .filter(([, iri]) => iri);
  return [...new Set(terms.map(([written, iri]) => noteOn(written, iri, isEmpty)).filter(Boolean))];
}

function noteOn(written, iri, isEmpty) {
  const known = service.terms || [];
  if (known.includes(iri)) return "";
  const start = /^https?:\/\/(?:www\.)?/;
  for (const namespace of Object.values(service.prefixes)) {
    const rest = namespace.replace(start, "");
    if (!iri.startsWith(namespace) && iri.replace(start, "").startsWith(rest)) {
      return TEXTS[language].scheme(iri.slice(0, iri.indexOf(rest)) + rest, namespace);
    }
  }
  const { efa, schema, dcat } = service.prefixes;
  const namespace = [efa, schema, dcat].find((one) => one && iri.startsWith(one));
  if (!namespace || (namespace !== efa && !isEmpty)) return "";
  const local = nearest(iri.slice(namespace.length), known.filter((one) => one.startsWith(namespace)).map((one) => one.slice(namespace.length)));
  const near = local && (written[0] === "<" ? `<${namespace}${local}>` : `${written.split(":")[0]}:${local}`);
  return TEXTS[language][namespace === efa ? "unknown" : "absent"](written, near);
}

function showNotes(query, isEmpty) {
  by("notes").replaceChildren(...notesOn(query, isEmpty).map((note) => element("li", note)));
}

// --- asking ---

async function run() {
  const query = by("query").value;
  if (!query.trim()) return tell(say("empty"), true);
  if (running) running.abort();
  const mine = (running = new AbortController());
  busy(true);
  tell(say("running"));
  try {
    const headers = { Accept: "application/sparql-results+json, text/turtle;q=0.9", "Accept-Language": language };
    const body = new URLSearchParams({ query });
    const response = await fetch("sparql", { method: "POST", headers, body, signal: mine.signal });
    const text = await response.text();
    if (!response.ok) return refused(text.trim() || `${response.status} ${response.statusText}`);
    const isGraph = (response.headers.get("Content-Type") || "").startsWith("text/turtle");
    lastAnswer = { query, isGraph, content: isGraph ? text : JSON.parse(text) };
    if (by("query").value === query) by("query").removeAttribute("aria-invalid");
    showAnswer(lastAnswer);
    tell("");
  } catch (error) {
    tell(error.name === "AbortError" ? say("stopped") : say("unreachable"), error.name !== "AbortError");
  } finally {
    if (running === mine) { running = null; busy(false); }
  }
}

function busy(is) {
  by("stop").hidden = !is;
  by("answer").setAttribute("aria-busy", String(is));
}

function refused(text) {
  lastAnswer = null;
  by("answer").hidden = true;
  by("notes").replaceChildren();
  by("query").setAttribute("aria-invalid", "true");
  tell(text, true);
  const place = /^query:(\d+):(\d+):/.exec(text);
  if (place) pointAt(Number(place[1]), Number(place[2]));
}

// --- showing ---

function showAnswer({ query, isGraph, content }) {
  by("answer").hidden = false;
  by("rest").hidden = true;
  const bindings = isGraph || "boolean" in content ? null : content.results.bindings;
  showNotes(query, isGraph ? !content.trim() : bindings ? bindings.length === 0 : !content.boolean);
  const files = isGraph ? GRAPH_FILES : TABLE_FILES;
  by("downloads").replaceChildren(by("downloads").firstElementChild, ...Object.entries(files).map(([format, label]) => {
    const address = `sparql?${new URLSearchParams({ format, query })}`;
    return element("a", label, { href: address, download: fileName(format, query) });
  }));
  if (isGraph) return showText(content);
  if ("boolean" in content) return showVerdict(content.boolean);
  showTable(content.head.vars || [], content.results.bindings);
}

function fileName(format, query) {
  const suffixes = { turtle: "ttl", "n-triples": "nt", "json-ld": "jsonld", "rdf-xml": "rdf" };
  const named = namedQuery(query);
  return `${named ? named.name : "efa-lod-query"}.${suffixes[format] || format}`;
}

function showText(text) {
  by("count").textContent = say("statements");
  const pre = element("pre");
  pre.append(element("code", text));
  by("result").replaceChildren(pre);
}

function showVerdict(value) {
  by("count").textContent = "";
  by("result").replaceChildren(element("p", say(value ? "yes" : "no"), { className: "verdict" }));
}

function showTable(names, rows) {
  by("count").textContent = TEXTS[language].rows(rows.length);
  if (!rows.length) return by("result").replaceChildren(element("p", say("nothing"), { className: "verdict" }));
  by("result").replaceChildren(answerTable(names, rows, service));
  for (const one of by("result").querySelectorAll("td[lang]")) one.append(element("span", one.lang, { className: "tag" }));
  by("result").scrollTop = 0;
  by("rest").hidden = rows.length <= SHOWN;
  by("rest").textContent = TEXTS[language].rest(SHOWN, rows.length);
}

// --- links ---

function linkOf(query) {
  const named = service.queries.find((one) => one.query === query);
  const part = named ? `name=${named.name}` : new URLSearchParams({ query }).toString();
  return `${location.origin}${location.pathname}#${part}`;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell(say("copied"));
  } catch {
    tell(text);
  }
}

function open() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const named = service.queries.find((one) => one.name === wanted.get("name"));
  if (named) return choose(named);
  if (wanted.get("query")) {
    by("query").value = wanted.get("query");
    edited();
    return tell("");
  }
  if (service.queries.length) choose(service.queries.find((one) => one.name === "contacts") || service.queries[0]);
}

async function begin() {
  speak();
  by("form").addEventListener("submit", (event) => { event.preventDefault(); run(); });
  by("query").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
  });
  by("query").addEventListener("input", edited);
  by("stop").addEventListener("click", () => running && running.abort());
  by("find").addEventListener("input", listQuestions);
  by("copy").addEventListener("click", () => copy(by("snippet").textContent));
  by("link").addEventListener("click", () => {
    const address = linkOf(by("query").value);
    if (address.length > LONGEST_LINK) return tell(say("tooLong"), true);
    history.replaceState(null, "", address);
    copy(address);
  });
  for (const one of document.getElementsByName("language")) {
    one.addEventListener("change", () => { language = one.value; localStorageSet("language", language); speak(); });
  }
  addEventListener("hashchange", open);
  try {
    service = await (await fetch("queries.json")).json();
  } catch {
    return tell(say("unreachable"), true);
  }
  by("prefixes").replaceChildren(...Object.entries(service.prefixes).map(([prefix, namespace]) => {
    const item = element("li");
    item.append(element("b", `${prefix}:`), ` ${namespace}`);
    return item;
  }));
  speak();
  open();
}

begin();
