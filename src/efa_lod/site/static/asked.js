// The page of a state says for which place it was opened; ?place= is put there by the finder.
"use strict";

const place = (new URLSearchParams(location.search).get("place") ?? "").normalize("NFKC").trim();
const line = document.getElementById("asked");
if (/^[\p{L}\p{M}0-9 .,/()'’-]{1,120}$/u.test(place)) {
  line.querySelector("strong").textContent = place;
  line.hidden = false;
}
