/* Additions only: every page works without this file. */
"use strict";

// browsers that cannot show a closed <details> on wide screens by style alone get it opened here
const wide = window.matchMedia("(min-width: 996px)");
const folds = document.querySelectorAll("details[data-open-when-wide]");
const unfold = () => folds.forEach((fold) => { fold.open = fold.open || wide.matches; });
if (!CSS.supports("selector(::details-content)")) {
  unfold();
  wide.addEventListener("change", unfold);
}

document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// titles while somebody types; the list is the browser's own, so arrows and Enter work as everywhere
document.querySelectorAll("input[data-suggest]").forEach((input) => {
  const list = document.createElement("datalist");
  list.id = `${input.id}-suggested`;
  input.after(list);
  input.setAttribute("list", list.id);
  let waiting = 0;
  const ask = async () => {
    const asked = input.value;
    const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(asked)}`);
    if (!answer.ok || input.value !== asked) return;
    const { items } = await answer.json();
    list.replaceChildren(...items.map((item) => { const option = document.createElement("option"); option.value = item.title; return option; }));
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (input.value.trim().length > 2) waiting = setTimeout(ask, 200);
  });
});
