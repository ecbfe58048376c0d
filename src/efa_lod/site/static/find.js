// The finder in the page: what is asked by ?q= leads to the page of the state, or to the page of the volume in which
// the name stands, where the search goes on. The rules are those of finder.py and gazetteer.py; nothing is fetched.
"use strict";

const UMLAUTS = { "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss" };
const ARTICLES = ["freie und hansestadt ", "freie hansestadt ", "freistaat ", "land "];
const SHORT_WORDS = { an: "a", am: "a", in: "i", im: "i", der: "d", dem: "d", den: "d", bei: "b", ob: "o", vor: "v", sankt: "st" };
const LEADING = Object.fromEntries([
  ["landkreis lk kreis", 5],
  ["stadt stadtkreis kreisstadt hansestadt landeshauptstadt universitaetsstadt gemeinde einheitsgemeinde markt flecken", 8],
  ["samtgemeinde sg verbandsgemeinde vg amt verwaltungsgemeinschaft verwaltungsverband", 9],
].flatMap(([words, digits]) => words.split(" ").map((word) => [word, digits])));
const MOST = 20;

function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[äöüß]/g, (sign) => UMLAUTS[sign])
    .normalize("NFD").replace(/\p{M}/gu, "").replace(/[\s./,()_-]+/g, " ").trim();
}

function comparable(name) {
  return folded(name).split(" ").map((word) => Object.hasOwn(SHORT_WORDS, word) ? SHORT_WORDS[word] : word).join(" ");
}

// The names that a question may mean, each with the digits of the key, or 0.
function variants(question) {
  const bare = question.replace(/^\s*(?:[Dd][\s-]*)?[0-9]{5}[\s,]+(?=\D)/, ""), found = new Map();
  for (const text of new Set([question, bare, bare.split(",")[0]].map(folded))) {
    for (const one of text ? withoutTitle(text) : []) found.set(one.join("|"), one);
  }
  return [...found.values()];
}

function withoutTitle(text) {
  const words = text.split(" "), names = [[text, 0]];
  for (const [title, name] of [[words[0], words.slice(1).join(" ")], [words.at(-1), words.slice(0, -1).join(" ")]]) {
    if (name && Object.hasOwn(LEADING, title)) names.push([name, LEADING[title]], [name, 0]);
  }
  return names;
}

// All that the page knows: states, records, the beginnings of the volumes, and the lines of the volume it shows.
function known() {
  const keys = new Map(), words = new Map(), starts = {};
  for (const row of document.querySelectorAll("[data-words]")) {
    const link = row.querySelector("a.target");
    keys.set(row.dataset.key, link);
    for (const word of row.dataset.words.split("|")) if (!words.has(folded(word))) words.set(folded(word), link);
  }
  for (const link of document.querySelectorAll(".entries a")) {
    const key = link.getAttribute("href").match(/\/([0-9]{8}|[0-9]{12})\.html$/);
    if (key) keys.set(key[1], link);
    if (!words.has(folded(link.textContent))) words.set(folded(link.textContent), link);
  }
  const volumes = document.getElementById("volumes")?.dataset ?? {};
  for (const kind of ["names", "numbers"]) if (volumes[kind]) starts[kind] = volumes[kind].split(" ");
  const shown = document.querySelector(".places");
  const rows = shown ? [...shown.children].map((row) => ({
    row, key: row.dataset.key, link: row.querySelector("a"),
    name: shown.dataset.kind === "numbers" ? row.querySelector(".code").textContent : comparable(row.querySelector("a").textContent),
    place: placeOf(row),
  })) : [];
  return { keys, words, starts, rows, root: volumes.root, kind: shown?.dataset.kind, start: shown?.dataset.start };
}

// What the page of the state says was looked for: the name, and what kind of place where.
function placeOf(row) {
  const kind = row.querySelector("span:not(.code)").textContent.split(" · ")[0];
  return `${row.querySelector("a").textContent} (${kind})`;
}

// The address of a link, with the place that was looked for.
function forPlace(link, place) {
  return place ? `${link.href}?${new URLSearchParams({ place })}` : link.href;
}

// The volume in which a name or number stands, if any has it: the last one that begins with its first word or before.
function volumeOf(kind, asked, { starts }) {
  const word = asked.split(" ")[0];
  return starts[kind]?.findLast((start) => start <= word) ?? starts[kind]?.[0];
}

function page(kind, volume, { root }, attempt) {
  return { page: `${root}${kind}/${volume}.html`, attempt };
}

function find(whole, all, attempt = 0) {
  const question = whole.slice(0, 200), asked = folded(question);
  const digits = asked.replaceAll(" ", "");
  if (!asked) return { reason: "empty" };
  if (/^[0-9]+$/.test(digits)) return digits.length === 5 ? byFive(digits, all) : byKey(digits, all);
  for (const word of [asked, ...ARTICLES.filter((start) => asked.startsWith(start)).map((start) => asked.slice(start.length))]) {
    if (all.words.has(word)) return { link: all.words.get(word) };
  }
  const names = variants(question);
  return byPlace(names, all, attempt) ?? nearly(asked, comparable(names.at(-1)[0]), all);
}

function byKey(digits, { keys }) {
  const key = [1, 7, 11].includes(digits.length) ? `0${digits}` : digits;
  if (![2, 8, 9, 12].includes(key.length)) return { reason: "digits" };
  const link = keys.get(key) ?? keys.get(key.slice(0, 2));
  return link ? { link, place: key.length > 2 ? key : "" } : { reason: "no-state" };
}

function byFive(digits, all) {
  const volume = volumeOf("numbers", digits, all);
  if (!volume) return { reason: "five-digits" };
  if (all.kind !== "numbers" || volume !== all.start) return page("numbers", volume, all, 0);
  const rows = all.rows.filter((one) => one.name === digits);
  const districts = rows.filter((one) => one.key.length === 5);
  if (!rows.length) return { reason: "five-digits" };
  if (districts.length === rows.length) return { link: rows[0].link, place: rows[0].place };
  return { reason: districts.length ? "choice" : "postcode", rows };
}

function byPlace(names, all, attempt) {
  for (let n = attempt; n < names.length; n += 1) {
    const name = comparable(names[n][0]), volume = volumeOf("names", name, all);
    if (!volume) return undefined;
    if (all.kind !== "names" || volume !== all.start) return page("names", volume, all, n);
    const rows = named(name, all).filter((one) => [0, one.key.length].includes(names[n][1]));
    if (new Set(rows.map((one) => one.link.getAttribute("href"))).size === 1) return { link: rows[0].link, place: only(rows, name) };
    if (rows.length) return { reason: "choice", rows };
  }
  return undefined;
}

// The place that is meant where all lie in one state; several have in common only what was asked.
function only(rows, name) {
  const exact = rows.filter((one) => one.name === name), [first] = exact.length ? exact : rows;
  return (exact.length || rows.length) === 1 ? first.place : null;
}

function named(name, { rows }) {
  const found = rows.filter((one) => one.name === `${name}kreis` || `${one.name} `.startsWith(`${name} `));
  return [...found.filter((one) => one.name === name), ...found.filter((one) => one.name !== name)];
}

// Names that begin like the question or differ from it by a slip of the pen, those of states first.
function nearly(asked, name, all) {
  const most = slips(asked);
  const words = [...all.words];
  const near = [
    ...(asked.length > 2 ? words.filter(([word]) => word.startsWith(asked)) : []),
    ...(most ? words.filter(([word]) => distance(asked, word, most) <= most) : []),
  ].map(([, link]) => link);
  if (near.length || all.kind !== "names") return { reason: near.length ? "similar" : "unknown", near: [...new Set(near)] };
  const allowed = slips(name);
  const close = name.length < 2 ? [] : all.rows
    .map((one) => [one.name.startsWith(name) ? 0 : distance(name, one.name, allowed), one])
    .filter(([far]) => far <= allowed).sort(([a], [b]) => a - b);
  return { reason: close.length ? "similar" : "unknown", rows: close.map(([, one]) => one) };
}

function slips(asked) {
  return asked.length < 4 ? 0 : asked.length < 8 ? 1 : 2;
}

// How many letters must be put in, left out, changed or swapped, up to most + 1.
function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before = [], last = [], row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i += 1) {
    [before, last, row] = [last, row, [i]];
    for (let j = 1; j <= other.length; j += 1) {
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most) return most + 1;
  }
  return row.at(-1);
}

function text(reason) {
  return document.querySelector(`template[data-reason="${reason}"]`).content.textContent;
}

function show(question, attempt) {
  const place = document.getElementById("found");
  const answer = find(question, known(), attempt);
  if (answer.page) {
    location.replace(`${answer.page}?${new URLSearchParams({ q: question, try: answer.attempt })}`);
    return;
  }
  place.classList.toggle("missing", !answer.link);
  if (answer.link) {
    answer.link.closest("tr, li").dataset.hit = "";
    place.textContent = text("found").replace("{name}", answer.link.textContent);
    location.replace(forPlace(answer.link, answer.place === null ? question : answer.place));
    return;
  }
  const said = document.createElement("p");
  said.textContent = text(answer.reason).replace("{key}", question);
  for (const [number, link] of (answer.near ?? []).entries()) said.append(number ? ", " : " ", link.cloneNode(true));
  place.replaceChildren(said, ...choices(answer.rows ?? []));
  if (question) document.querySelector("h1").textContent = text("heading");
}

// The lines that a question may mean, as a list of links.
function choices(rows) {
  if (!rows.length) return [];
  const list = document.createElement("ul");
  list.className = "places";
  for (const { row, link, place } of rows.slice(0, MOST)) {
    const line = row.cloneNode(true);
    line.removeAttribute("id");
    line.querySelector("a").href = forPlace(link, place);
    list.append(line);
  }
  if (rows.length > MOST) {
    const line = document.createElement("li");
    line.textContent = text("more").replace("{count}", rows.length - MOST);
    list.append(line);
  }
  return [list];
}

document.querySelector(".places")?.addEventListener("click", ({ target }) => {
  const row = target.closest("li");
  if (target.matches("a") && !target.search) target.href = forPlace(target, placeOf(row));
});
const asked = new URLSearchParams(location.search);
if (asked.has("q")) {
  document.getElementById("q").value = asked.get("q");
  show(asked.get("q"), Number.parseInt(asked.get("try") ?? "0", 10) || 0);
}
