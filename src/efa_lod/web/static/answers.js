// What the query pages of the site and of the server have in common: reading a query, and showing its answer. It is a
// script of its own and no module, since a page that is opened from a disk loads none.
// Everything that comes from data or from a query is put in as text, never as markup.
"use strict";

const SHOWN = 500;
const LONGEST_LINK = 8000;
const NUMBERS = new Set(["integer", "decimal", "double", "float"].map((name) => `http://www.w3.org/2001/XMLSchema#${name}`));
const by = (id) => document.getElementById(id);

function element(name, text, properties = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return Object.assign(made, properties);
}

function tell(text, isWrong = false) {
  by("status").textContent = text;
  by("status").classList.toggle("wrong", isWrong);
}

// The query without comments, texts and IRIs, each replaced by blanks, so that places stay.
function bare(query, keepIris = false) {
  const pattern = /"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*/g;
  return query.replace(pattern, (found) => (found[0] === "<" && keepIris ? found : found.replace(/[^\n]/g, " ")));
}

function pointAt(line, column) {
  const field = by("query");
  const start = field.value.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  field.focus();
  field.setSelectionRange(start, Math.min(field.value.length, start + 1));
}

// The member of *known* that a misspelt name most likely means, or an empty text.
function nearest(name, known) {
  const scored = known.map((one) => [distance(name.toLowerCase(), one.toLowerCase()), distance(name, one), one]);
  const [best] = scored.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return best && best[0] <= Math.max(2, name.length / 3) ? best[2] : "";
}

// How many letters are put in, left out or changed on the way from one name to the other.
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] !== other[j - 1]));
    row = next;
  }
  return row[other.length];
}

// The first rows of an answer as a table; *known* has the base IRI and the prefixes by which IRIs are shortened.
function answerTable(names, rows, known) {
  const table = element("table", undefined, { className: "answer-table" });
  const head = table.createTHead().insertRow();
  for (const name of names) head.append(element("th", name, { scope: "col" }));
  const body = table.createTBody();
  for (const row of rows.slice(0, SHOWN)) {
    const line = body.insertRow();
    for (const name of names) line.append(answerCell(row[name], known));
  }
  return table;
}

function answerCell(term, known) {
  const made = element("td");
  if (!term) return made;
  if (term.type === "uri") {
    const short = shortened(term.value, known);
    const isLink = /^(https?:|mailto:|tel:)/.test(term.value);
    made.append(isLink ? element("a", short, { href: term.value, title: term.value, rel: "noreferrer" }) : element("span", short));
    return made;
  }
  made.textContent = term.value;
  if (NUMBERS.has(term.datatype)) made.className = "number";
  if (term["xml:lang"]) made.lang = term["xml:lang"];
  return made;
}

function shortened(iri, { base, prefixes }) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace)) return `${prefix}:${iri.slice(namespace.length)}`;
  }
  return iri.startsWith(base) ? iri.slice(base.length) : iri;
}
