// The query page of the site: asks the engine in a worker, or the endpoint of the server where one answers.
// What it shares with the query page of the server is in answers.js.

const desk = by("ask");
const language = document.documentElement.lang;
const texts = JSON.parse(desk.dataset.texts);
const root = new URL("../", new URL(desk.dataset.root, location.href)).href;
const isOnDisk = location.protocol === "file:";

let description = null;
let endpoint = "";
let worker = null;
let ready = null;
let running = null;
let answered = null;

const say = (key, values = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`%${name}%`, value), texts[key]);
const number = (n) => new Intl.NumberFormat(language).format(n);

// --- getting ready ---

function scriptFromDisk() {
  return new Promise((resolve, reject) => {
    const script = element("script", undefined, { src: `${root}assets/query-disk.js`, onload: resolve, onerror: () => reject(new Error(say("noDisk"))) });
    document.head.append(script);
  });
}

async function describe() {
  if (description) return;
  if (isOnDisk) {
    await scriptFromDisk();
    description = globalThis.queryPage.description;
    return;
  }
  const answers = await Promise.all([fetch(`${root}assets/query.json`), fetch(`${root}queries.json`).catch(() => null)]);
  description = await answers[0].json();
  if (answers[1] && answers[1].ok) endpoint = `${root}sparql`;
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

// A page on a disk makes the worker from a text, since a browser loads no file from there into a worker.
function newWorker() {
  if (!isOnDisk) return new Worker(`${root}assets/query-worker.js`, { type: "module" });
  return new Worker(URL.createObjectURL(new Blob([globalThis.queryPage.worker], { type: "text/javascript" })));
}

function ask(message) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data) : reject(new Error(data.error)));
    worker.onerror = (event) => reject(new Error(event.message || say("noEngine")));
    worker.postMessage(message);
  });
}

// Begun when a reader turns to the editor or to a question, so that the engine is often there when a query is asked.
function prepare() {
  if (!ready) {
    const begun = (ready = load());
    begun.catch(() => { if (ready === begun) end(); });
  }
  return ready;
}

async function load() {
  await describe();
  if (endpoint) return;
  if (!desk.dataset.engine) throw new Error(say("noEngine"));
  worker = newWorker();
  const held = globalThis.queryPage;
  const graph = isOnDisk ? { text: held.graph, base: description.base } : { address: root + desk.dataset.graph, base: description.base };
  const wasm = isOnDisk ? bytesOf(held.wasm) : `${root}assets/oxigraph.wasm`;
  const found = await ask({ load: { wasm, graph, most: description.most } });
  if (found.tooLarge) {
    throw new Error(say("tooLarge", { count: number(found.tooLarge), most: number(description.most) }));
  }
  by("facts").textContent = say("statements", { count: number(found.loaded) });
}

function end() {
  if (worker) worker.terminate();
  worker = ready = null;
}

// --- reading a query ---

function formOf(query) {
  const found = /\b(select|ask|construct|describe)\b/i.exec(bare(query).replace(/\b(prefix\s+[\w.-]*:|base)\s/gi, ""));
  return found ? found[1].toLowerCase() : "";
}

function declared(query) {
  return Object.fromEntries([...query.matchAll(/\bprefix\s+([\w.-]*):\s*<([^<>]*)>/gi)].map(([, prefix, iri]) => [prefix, iri]));
}

// The prefixes that a query uses and does not declare, as declarations in one line, so that lines stay.
function declarations(query) {
  const own = declared(query);
  const used = new Set([...bare(query).matchAll(/([A-Za-z][\w-]*):/g)].map(([, prefix]) => prefix));
  return Object.entries(description.prefixes).filter(([prefix]) => used.has(prefix) && !(prefix in own))
    .map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}> `).join("");
}

// The IRIs that a query names with a prefix: what is misspelt among them is why an answer is empty.
function irisIn(query) {
  const known = { ...description.prefixes, ...declared(query) };
  const names = [...bare(query).replace(/\bprefix\s+[\w.-]*:/gi, "").matchAll(/(?<![\w?$:])([A-Za-z][\w-]*):([\w][\w-]*)/g)];
  const found = names.filter(([, prefix]) => prefix in known && !/XMLSchema#$/.test(known[prefix])).map(([, prefix, name]) => known[prefix] + name);
  return [...new Set(found)];
}

// --- asking ---

async function run(event) {
  if (event) event.preventDefault();
  const query = by("query").value;
  if (!query.trim()) return tell(say("empty"), true);
  if (running) return;
  const stopped = new Promise((_, reject) => { running = { reject }; });
  busy(true);
  tell(say("loading"));
  try {
    await Promise.race([prepare(), stopped]);
    tell(say("running"));
    const begun = performance.now();
    const { text, isGraph, absent } = await Promise.race([endpoint ? askEndpoint(query) : askWorker(query), stopped]);
    answered = { query, isGraph, text, content: isGraph ? null : JSON.parse(text) };
    by("query").removeAttribute("aria-invalid");
    show(absent);
    tell(say("took", { seconds: number(Math.round((performance.now() - begun) / 10) / 100) }));
  } catch (error) {
    if (error.name !== "AbortError") refused(error.message);
  } finally {
    running = null;
    busy(false);
  }
}

async function askWorker(query) {
  const head = declarations(query);
  const isGraph = ["construct", "describe"].includes(formOf(query));
  try {
    const format = isGraph ? "text/turtle" : "json";
    const { answer, absent } = await ask({ ask: { query: head + query, format, base: description.base, iris: irisIn(query) } });
    return { text: answer, isGraph, absent };
  } catch (error) {
    throw placed(error, head.length);
  }
}

async function askEndpoint(query) {
  const stopping = new AbortController();
  running.reject = () => stopping.abort();
  const headers = { Accept: "application/sparql-results+json, text/turtle;q=0.9" };
  const response = await fetch(endpoint, { method: "POST", headers, body: new URLSearchParams({ query }), signal: stopping.signal });
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim() || `${response.status}`);
  return { text, isGraph: (response.headers.get("Content-Type") || "").startsWith("text/turtle"), absent: [] };
}

// The engine names line and column; the first line is longer by the declarations put before it.
function placed(error, before) {
  const found = /(?:error at |query:)(\d+):(\d+):?\s*(.*)/s.exec(error.message);
  if (!found) return error;
  const line = Number(found[1]);
  const column = Math.max(1, Number(found[2]) - (line === 1 ? before : 0));
  const made = new Error(say("unreadable", { line, column, rest: by("query").value.split("\n")[line - 1]?.slice(column - 1, column + 39).trim() || say("end") }));
  return Object.assign(made, { line, column });
}

function refused(message) {
  by("answer").hidden = true;
  by("query").setAttribute("aria-invalid", "true");
  tell(message, true);
  const place = /(?:Zeile|line|query:)\s*(\d+)[^\d]+(\d+)/.exec(message);
  if (place) pointAt(Number(place[1]), Number(place[2]));
}

function stop() {
  if (!running) return;
  end();
  running.reject(new DOMException(say("stopped"), "AbortError"));
  tell(say("stopped"));
  by("query").focus();
}

function busy(is) {
  by("stop").hidden = !is;
  by("answer").setAttribute("aria-busy", String(is));
}

// --- showing ---

function show(absent) {
  by("answer").hidden = false;
  by("rest").hidden = true;
  for (const one of by("downloads").querySelectorAll("button")) one.hidden = answered.isGraph === (one.dataset.format !== "turtle");
  warn(absent);
  if (answered.isGraph) return by("result").replaceChildren(Object.assign(element("pre"), { tabIndex: 0 })) || by("result").firstElementChild.append(element("code", answered.text));
  if ("boolean" in answered.content) {
    by("count").textContent = "";
    return by("result").replaceChildren(element("p", say(answered.content.boolean ? "yes" : "no"), { className: "verdict" }));
  }
  showTable(answered.content.head.vars || [], answered.content.results.bindings);
}

function warn(absent) {
  by("warnings").replaceChildren(...absent.map((iri) => {
    const name = shortened(iri, description);
    const near = nearest(name, description.terms.map((term) => term.name));
    return element("li", near && near !== name ? say("absentNear", { name, near }) : say("absent", { name }));
  }));
}

function showTable(names, rows) {
  by("count").textContent = rows.length === 1 ? say("oneRow") : say("rows", { count: number(rows.length) });
  if (!rows.length) return by("result").replaceChildren(element("p", say("nothing"), { className: "nothing" }));
  by("result").replaceChildren(answerTable(names, rows, description));
  by("rest").hidden = rows.length <= SHOWN;
  by("rest").textContent = say("cut", { shown: number(SHOWN), count: number(rows.length) });
}

// --- taking away ---

// RFC 4180, with the values of the data unchanged (SPARQL 1.1 Query Results CSV).
function csv({ head, results, boolean }) {
  if (boolean !== undefined) return `${boolean}\r\n`;
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [head.vars, ...results.bindings.map((row) => head.vars.map((name) => (row[name] ? row[name].value : "")))];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

function download(format) {
  const contents = { csv: () => csv(answered.content), json: () => answered.text, turtle: () => answered.text };
  const types = { csv: "text/csv", json: "application/sparql-results+json", turtle: "text/turtle" };
  const address = URL.createObjectURL(new Blob([contents[format]()], { type: types[format] }));
  element("a", "", { href: address, download: `efa-lod.${format === "turtle" ? "ttl" : format}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

async function copyLink() {
  const query = by("query").value;
  const named = Object.entries(description ? description.queries : {}).find(([, text]) => text === query);
  const address = `${location.href.split("#")[0]}#${named ? `question-${named[0]}` : new URLSearchParams({ query })}`;
  if (address.length > LONGEST_LINK) return tell(say("tooLong"), true);
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address);
    tell(say("copied"));
  } catch {
    tell(address);
  }
}

// --- completing terms ---

function wordBefore(field) {
  const found = /[A-Za-z][\w-]*:[\w-]*$/.exec(field.value.slice(0, field.selectionStart));
  return found ? found[0] : "";
}

function offer() {
  const word = wordBefore(by("query")).toLowerCase();
  const part = word.split(":")[1] || "";
  const found = !word || !description ? [] : description.terms.filter((term) => {
    const [prefix, name] = term.name.toLowerCase().split(":");
    return word.startsWith(`${prefix}:`) && (name.startsWith(part) || (part.length > 2 && `${term[language] || ""}`.toLowerCase().includes(part)));
  }).slice(0, 8);
  by("terms").hidden = !found.length;
  by("terms").replaceChildren(...found.map((term, i) => {
    const item = element("li", term.name, { id: `term-${i}`, role: "option" });
    item.setAttribute("aria-selected", "false");
    item.append(element("span", term[language] || "", { className: "quiet" }));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); complete(term.name); });
    return item;
  }));
  choose(-1);
}

function chosen() {
  return [...by("terms").children].findIndex((one) => one.getAttribute("aria-selected") === "true");
}

function choose(index) {
  const items = [...by("terms").children];
  items.forEach((one, i) => one.setAttribute("aria-selected", String(i === index)));
  if (index < 0) by("query").removeAttribute("aria-activedescendant");
  else by("query").setAttribute("aria-activedescendant", `term-${index}`);
}

function complete(name) {
  const field = by("query");
  field.setRangeText(name, field.selectionStart - wordBefore(field).length, field.selectionStart, "end");
  by("terms").hidden = true;
  field.focus();
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return run(event);
  if (by("terms").hidden) return;
  const count = by("terms").children.length;
  const moves = { ArrowDown: (chosen() + 1) % count, ArrowUp: (chosen() + count - (chosen() < 0 ? 0 : 1)) % count };
  if (event.key in moves) {
    event.preventDefault();
    choose(moves[event.key]);
  } else if (event.key === "Enter" && chosen() >= 0) {
    event.preventDefault();
    complete(by("terms").children[chosen()].firstChild.textContent);
  } else if (event.key === "Escape") {
    by("terms").hidden = true;
  }
}

// --- beginning ---

function take(query) {
  by("query").value = query;
  by("query").rows = Math.min(18, query.split("\n").length + 1);
  by("query").removeAttribute("aria-invalid");
}

async function open(name) {
  try {
    await describe();
  } catch (error) {
    return tell(error.message, true);
  }
  for (const one of document.querySelectorAll("[data-query]")) one.setAttribute("aria-pressed", String(one.dataset.query === name));
  const said = document.querySelector(`[data-query="${CSS.escape(name)}"]`);
  by("about").hidden = !said;
  by("question").textContent = said ? said.dataset.question : "";
  by("explanation").textContent = said ? said.dataset.explanation : "";
  take(description.queries[name] || "");
  return run();
}

// Without an engine, there is something to ask only where a server answers.
async function begin() {
  if (!desk.dataset.engine) {
    await describe().catch(() => {});
    if (!endpoint) return;
    by("no-engine").hidden = true;
  }
  desk.hidden = false;
  by("form").addEventListener("submit", run);
  by("query").addEventListener("keydown", onKey);
  by("query").addEventListener("input", () => {
    by("about").hidden = true;
    for (const one of document.querySelectorAll("[data-query]")) one.setAttribute("aria-pressed", "false");
    offer();
  });
  const ahead = () => prepare().catch(() => {});
  by("query").addEventListener("focus", ahead, { once: true });
  for (const one of [by("run"), ...document.querySelectorAll("[data-query]")]) one.addEventListener("pointerenter", ahead, { once: true });
  by("query").addEventListener("blur", () => { by("terms").hidden = true; });
  by("stop").addEventListener("click", stop);
  by("link").addEventListener("click", copyLink);
  for (const one of document.querySelectorAll("[data-query]")) one.addEventListener("click", () => open(one.dataset.query));
  for (const one of by("downloads").querySelectorAll("button")) one.addEventListener("click", () => download(one.dataset.format));
  addEventListener("hashchange", follow);
  follow();
}

// What the address names: a question, which is asked, or a query, which is shown and asked by the reader alone.
function follow() {
  const question = document.querySelector(`#${CSS.escape(location.hash.slice(1) || "none")} [data-query]`);
  const query = new URLSearchParams(location.hash.slice(1)).get("query");
  if (location.hash.startsWith("#question-") && question) open(question.dataset.query);
  else if (query) take(query);
}

begin();
