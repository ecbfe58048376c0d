// The form: tells what was changed, asks for findings while somebody types, and saves. No library, no storage.
const form = document.getElementById("record");
const where = new URL(".", document.querySelector('link[rel="icon"]').href.replace(/assets\/[^/]*$/, ""));

// The program ends when nobody is connected here any more.
const line = new EventSource(new URL("alive", where));
let isGone = false;

if (form) {
  const { base, words } = JSON.parse(document.getElementById("data").textContent);
  const status = document.getElementById("status");
  const problems = document.getElementById("problems");
  const save = form.querySelector('button[type="submit"]');
  const undo = document.getElementById("undo");
  const difference = document.getElementById("difference");
  const language = document.documentElement.lang;
  const say = (rule, values = {}) => words[rule].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  let timer = 0;
  let round = 0;
  let isSaved = false;
  let count = 0;

  const things = () => [...form.querySelectorAll("fieldset.thing")];
  const fieldsOf = (thing) => [...thing.querySelectorAll(".field[data-key]")];
  const inputsOf = (field) => [...field.querySelectorAll("input, select, textarea")].filter((one) => !one.closest(".sure"));

  // What somebody adds may be more or less sure than the rest: asked beside a value that was changed, and once for a new thing.
  let asked = 0;
  const sureOf = (holder, isAsked) => {
    let place = holder.querySelector(":scope > .sure");
    if (isAsked && !place) {
      place = document.getElementById("sure").content.cloneNode(true).firstElementChild;
      place.querySelector("select").id = place.querySelector("label").htmlFor = `sure-${++asked}`;
      holder.insertBefore(place, holder.querySelector(":scope > .goes"));
    }
    if (place) place.hidden = !isAsked;
    return isAsked ? place.querySelector("select").value : "";
  };

  const valueOf = (field) => {
    const boxes = field.querySelector(".choices");
    if (boxes) return [...boxes.querySelectorAll("input:checked")].map((one) => one.value).join("\n");
    return field.querySelector("input, select, textarea").value.trim();
  };
  // Ticking boxes keeps the order in which the record has its values; what is new comes last.
  const ordered = (value, before) => {
    const fresh = value.split("\n").filter(Boolean);
    const old = before.split("\n").filter((one) => fresh.includes(one));
    return [...old, ...fresh.filter((one) => !old.includes(one))].join("\n");
  };
  const put = (field, value) => {
    const boxes = field.querySelector(".choices");
    if (boxes) for (const one of boxes.querySelectorAll("input")) one.checked = value.split("\n").includes(one.value);
    else field.querySelector("input, select, textarea").value = value;
  };

  const gathered = () => {
    const wanted = structuredClone(base);
    const isStated = form.querySelector('input[name="says"]:checked').value === "office";
    const sure = {};
    const added = [];
    const removed = [];
    count = 0;
    for (const thing of things()) {
      const values = {};
      for (const field of fieldsOf(thing)) {
        const key = field.dataset.key;
        const before = base[thing.dataset.thing]?.[key] ?? "";
        const value = field.querySelector(".choices") ? ordered(valueOf(field), before) : valueOf(field);
        const isChanged = value !== before.trim();
        field.classList.toggle("changed", isChanged && !thing.dataset.new);
        values[key] = isChanged ? value : before;
        if (isChanged && !thing.dataset.new && !thing.classList.contains("gone")) count += 1;
        const said = sureOf(field, isStated && isChanged && value !== "" && !thing.dataset.new && "stated" in field.dataset);
        if (said) sure[thing.dataset.thing] = { ...sure[thing.dataset.thing], [key]: said };
      }
      if (thing.dataset.new) {
        added.push({ kind: thing.dataset.new, values, confidence: sureOf(thing, isStated) });
        count += 1;
      } else if (thing.classList.contains("gone")) {
        const why = thing.querySelector("[data-reason]").value.trim();
        removed.push({ thing: thing.dataset.thing, reason: why ? { [language]: why } : {} });
        count += 1;
      } else {
        wanted[thing.dataset.thing] = { ...wanted[thing.dataset.thing], ...values };
      }
    }
    const given = (id) => document.getElementById(id).value;
    const stated = isStated ? { by: given("by"), byEn: given("by-en"), day: given("day"), confidence: given("confidence") } : null;
    return { base, wanted, added, removed, stated, sure };
  };

  const fieldOf = (thing, key) => {
    const holder = thing.startsWith("+")
      ? things().filter((one) => one.dataset.new)[Number(thing.slice(1))]
      : things().find((one) => one.dataset.thing === thing);
    const field = holder && fieldsOf(holder).find((one) => one.dataset.key === key);
    return field ?? holder ?? null;
  };

  const clear = () => {
    for (const one of form.querySelectorAll(".finding")) { one.hidden = true; one.classList.remove("hint"); one.replaceChildren(); }
    for (const one of form.querySelectorAll('[aria-invalid="true"]')) one.removeAttribute("aria-invalid");
    for (const one of form.querySelectorAll(".field.invalid")) one.classList.remove("invalid");
    problems.replaceChildren();
    problems.hidden = true;
  };

  const mark = (place, message, isHint) => {
    const isField = place.classList.contains("field");
    const told = isField ? place.querySelector(".finding") : place.querySelector("[data-whole]");
    const text = document.createElement("span");
    text.textContent = message;
    if (told.childElementCount) told.append(document.createElement("br"));
    told.append(text);
    told.hidden = false;
    told.classList.toggle("hint", isHint);
    if (isField && !isHint) {
      place.classList.add("invalid");
      if (!place.querySelector(".choices")) for (const one of inputsOf(place)) one.setAttribute("aria-invalid", "true");
    }
    place.closest("details")?.setAttribute("open", "");
    return told;
  };

  const list = (place, message) => {
    const item = document.createElement("li");
    const label = place?.querySelector(".label")?.firstChild?.textContent.trim() ?? place?.querySelector("legend")?.firstChild?.textContent.trim();
    if (place) {
      const link = document.createElement("a");
      link.href = "#main";
      link.textContent = label;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const target = place.querySelector("input, select, textarea");
        target?.focus();
        target?.scrollIntoView({ block: "center" });
      });
      item.append(link, `: ${message}`);
    } else item.textContent = `${say("elsewhere")} ${message}`;
    problems.append(item);
    problems.hidden = false;
  };

  const show = (answer) => {
    clear();
    const wrong = answer.findings.filter((one) => one.severity === "violation");
    const hints = answer.findings.filter((one) => one.severity !== "violation");
    const touched = (one) => { const place = fieldOf(one.thing, one.key); return !place || place.matches(".changed, .fresh, .fresh *"); };
    for (const one of wrong) {
      const place = fieldOf(one.thing, one.key);
      if (place) mark(place, one.message, false);
      list(place, one.message);
    }
    const shown = hints.filter(touched);
    for (const one of shown) {
      const place = fieldOf(one.thing, one.key);
      if (place) mark(place, one.message, true);
    }
    difference.querySelector("pre").textContent = answer.difference;
    difference.hidden = !answer.difference;
    if (wrong.length) status.textContent = say("wrong", { count, wrong: wrong.length });
    else if (shown.length) status.textContent = say("warned", { count, warned: shown.length });
    else status.textContent = count ? say("right", { count }) : say("unchanged");
    status.classList.toggle("wrong", wrong.length > 0);
    form.dataset.state = "checked";
  };

  // A conflict is decided by its field: after that, what the record says counts as known.
  const settle = (conflicts) => {
    for (const one of conflicts) {
      const place = fieldOf(one.thing, one.key);
      if (!place) { list(null, one.message); continue; }
      const told = mark(place, one.message, false);
      const choice = document.createElement("span");
      choice.className = "buttons";
      const decide = (value) => {
        base[one.thing] = { ...base[one.thing], [one.key]: one.current };
        if (value !== null) put(place, value);
        told.hidden = true;
        told.replaceChildren();
        inputsOf(place)[0].focus();
        later();
      };
      for (const [rule, value] of [["take", one.current], ["mine", null]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "second";
        button.textContent = say(rule);
        button.addEventListener("click", () => decide(value));
        choice.append(button);
      }
      told.append(choice);
      list(place, one.message);
    }
    status.textContent = say("conflict");
    status.classList.add("wrong");
  };

  const ask = async (path, data) => {
    const answer = await fetch(new URL(path, where), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...data, state: form.dataset.own, lang: language }),
    });
    const told = await answer.json();
    if (!answer.ok && !told.findings) throw new Error(told.error);
    return told;
  };
  const fail = (error) => {
    status.textContent = isGone || error instanceof TypeError ? say("gone") : error.message;
    status.classList.add("wrong");
  };

  const check = async () => {
    const mine = ++round;
    const data = gathered();
    save.disabled = undo.disabled = count === 0;
    if (count === 0) {
      show({ findings: [], difference: "" });
      return;
    }
    status.textContent = say("checking");
    try {
      // What nobody has named yet does not keep a value from being checked.
      const stated = data.stated && { ...data.stated, by: data.stated.by.trim() || "…" };
      const answer = await ask("check", { ...data, stated });
      if (mine !== round) return;
      show(answer);
      if (answer.conflicts.length) settle(answer.conflicts);
    } catch (error) {
      if (mine === round) fail(error);
    }
  };
  const later = () => {
    clearTimeout(timer);
    round += 1; // an answer that is still on its way speaks of what was typed before
    form.dataset.state = "typing";
    gathered();
    save.disabled = undo.disabled = count === 0;
    timer = setTimeout(check, 200);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const thing = button.closest("fieldset.thing");
    if ("remove" in button.dataset) {
      const goes = thing.classList.toggle("gone");
      button.setAttribute("aria-pressed", String(goes));
      thing.querySelector(".why").hidden = !goes;
      if (goes) thing.querySelector("[data-reason]").focus();
      later();
    } else if ("drop" in button.dataset) {
      const add = thing.closest("section").querySelector("[data-add]");
      thing.remove();
      add.focus();
      later();
    } else if ("add" in button.dataset) {
      const section = button.closest("section");
      const fresh = section.querySelector("template").content.cloneNode(true);
      const suffix = `-${Date.now()}`;
      for (const one of fresh.querySelectorAll("[id]")) one.id += suffix;
      for (const one of fresh.querySelectorAll("[for]")) one.htmlFor += suffix;
      for (const name of ["aria-describedby", "aria-labelledby"])
        for (const one of fresh.querySelectorAll(`[${name}]`))
          one.setAttribute(name, one.getAttribute(name).split(" ").map((id) => id + suffix).join(" "));
      section.querySelector(".none")?.remove();
      button.closest("p").before(fresh);
      const made = [...section.querySelectorAll("fieldset.fresh")].at(-1);
      made.querySelector("input, select, textarea").focus();
      later();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    const data = gathered();
    const by = document.getElementById("by");
    if (count === 0) return;
    if (data.stated && !data.stated.by.trim()) {
      mark(by.closest(".field"), say("needs-office"), false);
      status.textContent = say("needs-office");
      status.classList.add("wrong");
      by.focus();
      return;
    }
    round += 1;
    status.textContent = say("saving");
    save.disabled = true;
    try {
      const answer = await ask("save", data);
      show(answer);
      if (answer.conflicts.length) settle(answer.conflicts);
      if (answer.saved.length) {
        isSaved = true;
        const target = new URL(location.href);
        target.hash = "";
        target.searchParams.set("saved", answer.saved.join(", "));
        location.replace(target);
        return;
      }
    } catch (error) {
      fail(error);
    }
    save.disabled = false;
  });
  undo.addEventListener("click", () => {
    isSaved = true;
    const target = new URL(location.href);
    target.hash = "";
    target.searchParams.delete("saved");
    location.replace(target);
  });
  addEventListener("beforeunload", (event) => {
    if (count > 0 && !isSaved) event.preventDefault();
  });
  line.addEventListener("error", () => {
    isGone = line.readyState !== EventSource.OPEN;
  });
  line.addEventListener("open", () => { isGone = false; });

  const saved = new URL(location.href).searchParams.get("saved");
  status.textContent = saved ? say("saved", { files: saved }) : say("unchanged");
  form.dataset.state = "checked";
}
