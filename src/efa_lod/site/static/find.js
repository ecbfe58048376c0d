// The finder in the page: what is asked by ?q= leads to the page of the state. The rules are those of finder.py; the
// page itself carries all that can be found, so nothing is fetched.
"use strict";

const UMLAUTS = { "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss" };
const ARTICLES = ["freie und hansestadt ", "freie hansestadt ", "freistaat ", "land "];

function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[äöüß]/g, (sign) => UMLAUTS[sign])
    .normalize("NFD").replace(/\p{M}/gu, "").replace(/[\s./_-]+/g, " ").trim();
}

function known() {
  const keys = new Map(), words = new Map();
  for (const row of document.querySelectorAll("[data-key]")) {
    const link = row.querySelector("a.target");
    keys.set(row.dataset.key, link);
    for (const word of row.dataset.words.split("|")) words.set(folded(word), link);
  }
  for (const link of document.querySelectorAll(".entries a")) {
    const key = link.getAttribute("href").match(/\/([0-9]{8}|[0-9]{12})\.html$/);
    if (key) keys.set(key[1], link);
    if (!words.has(folded(link.textContent))) words.set(folded(link.textContent), link);
  }
  return { keys, words };
}

function find(question, { keys, words }) {
  const asked = folded(question.slice(0, 200));
  const digits = asked.replaceAll(" ", "");
  if (!asked) return { reason: "empty" };
  if (/^[0-9]+$/.test(digits)) {
    if (digits.length === 5) return { reason: "five-digits" };
    const key = [1, 7, 11].includes(digits.length) ? `0${digits}` : digits;
    if (![2, 8, 9, 12].includes(key.length)) return { reason: "digits" };
    const link = keys.get(key) ?? keys.get(key.slice(0, 2));
    return link ? { link } : { reason: "no-state" };
  }
  for (const word of [asked, ...ARTICLES.filter((start) => asked.startsWith(start)).map((start) => asked.slice(start.length))]) {
    if (words.has(word)) return { link: words.get(word) };
  }
  const near = asked.length < 3 ? [] : [...words].filter(([word]) => word.startsWith(asked)).map(([, link]) => link);
  return { reason: "unknown", near: [...new Set(near)].slice(0, 5) };
}

function text(reason) {
  return document.querySelector(`template[data-reason="${reason}"]`).content.textContent;
}

function show(question) {
  const place = document.getElementById("found");
  const answer = find(question, known());
  place.classList.toggle("missing", !answer.link);
  if (answer.link) {
    answer.link.closest("tr, li").dataset.hit = "";
    place.textContent = text("found").replace("{name}", answer.link.textContent);
    location.replace(answer.link.href);
    return;
  }
  place.textContent = text(answer.reason).replace("{key}", question);
  if (answer.near?.length) {
    const [before, after] = text("near").split("{names}");
    const links = answer.near.flatMap((link, number) => [number ? ", " : "", link.cloneNode(true)]);
    place.append(" ", before, ...links, after);
  }
}

const question = new URLSearchParams(location.search).get("q");
if (question !== null) {
  document.getElementById("q").value = question;
  show(question);
}
