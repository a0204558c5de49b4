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

// Items whose titles have the words typed so far: a combobox with a listbox after the ARIA Authoring Practices. Focus
// stays in the box; arrows move through the list, Enter opens the item, Escape closes the list.
const suggest = (input) => {
  const list = document.createElement("ul");
  const told = document.createElement("span");
  list.id = `${input.id}-suggested`;
  list.className = "ic-suggested";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  told.className = "ecl-u-sr-only";
  told.setAttribute("role", "status");
  input.after(list, told);
  // a search box may not be a combobox
  input.type = "text";
  input.enterKeyHint = "search";
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  Object.entries(roles).forEach(([name, value]) => input.setAttribute(name, value));

  let items = [];
  let active = -1;
  let waiting = 0;

  const activate = (place) => {
    active = place;
    Array.from(list.children).forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    if (place < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  };
  const open = (opened) => {
    list.hidden = !(opened && items.length);
    input.setAttribute("aria-expanded", String(!list.hidden));
    activate(-1);
  };
  const optionOf = (item, number) => {
    const option = document.createElement("li");
    const kind = document.createElement("span");
    option.id = `${list.id}-${number}`;
    option.className = "ic-suggested__item";
    option.setAttribute("role", "option");
    option.append(Object.assign(document.createElement("span"), { lang: item.language, textContent: item.title }), " ", kind);
    kind.className = "ic-suggested__kind";
    kind.textContent = item.kind;
    option.addEventListener("click", () => window.location.assign(item.url));
    return option;
  };
  const ask = async () => {
    const asked = input.value;
    const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(asked)}`).catch(() => null);
    if (!answer || !answer.ok || input.value !== asked) return;
    const found = await answer.json();
    items = found.items;
    list.replaceChildren(...items.map(optionOf));
    told.textContent = found.told;
    open(document.activeElement === input);
  };
  const move = (step) => {
    if (list.hidden) open(true);
    // one place more than items: the box itself, with no item chosen
    if (!list.hidden) activate(((active + 1 + step + items.length + 1) % (items.length + 1)) - 1);
  };
  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: () => open(false),
    Enter: () => window.location.assign(items[active].url),
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (input.value.trim().length > 2) {
      waiting = setTimeout(ask, 200);
    } else {
      items = [];
      open(false);
    }
  });
  input.addEventListener("keydown", (event) => {
    const meant = { ArrowDown: items.length > 0, ArrowUp: items.length > 0, Escape: !list.hidden, Enter: active >= 0 };
    if (event.isComposing || !meant[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  input.addEventListener("blur", () => open(false));
  // a click takes the focus only after it has done what it is for
  list.addEventListener("mousedown", (event) => event.preventDefault());
};
document.querySelectorAll("input[data-suggest]").forEach(suggest);

// lists that reading does not wait for: fetched when they come near, in place of the link that leads to them
const fill = async (place) => {
  const answer = await fetch(place.dataset.fill).catch(() => null);
  if (answer && answer.ok && !answer.redirected) place.innerHTML = await answer.text();
};
const near = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
  near.unobserve(entry.target);
  fill(entry.target);
}), { rootMargin: "400px" });
document.querySelectorAll("[data-fill]").forEach((place) => near.observe(place));
