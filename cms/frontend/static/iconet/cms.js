// Makes the forms quicker and safer; without it everything can be done as well.

// a filter and a count above each long list of ticks
function dressTicks(box) {
  const list = box.querySelector(".ic-ticks__list");
  const options = [...box.querySelectorAll("[data-ticks-option]")];
  const bar = document.createElement("div");
  bar.className = "ic-ticks__bar";
  const count = document.createElement("span");
  count.className = "ic-ticks__count";
  count.setAttribute("role", "status");
  if (options.length > 8) {
    const filter = document.createElement("input");
    filter.type = "search";
    filter.placeholder = box.dataset.ticksLabel;
    filter.setAttribute("aria-label", box.dataset.ticksLabel);
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    filter.addEventListener("input", () => show(filter.value.trim().toLocaleLowerCase()));
    bar.append(filter);
  }
  bar.append(count);
  box.insertBefore(bar, list);

  function show(words) {
    for (const option of options) {
      const group = option.closest("[data-ticks-group]");
      const text = `${group?.querySelector("legend")?.textContent ?? ""} ${option.textContent}`;
      option.toggleAttribute("data-ticks-hidden", !text.toLocaleLowerCase().includes(words));
    }
    for (const group of box.querySelectorAll("[data-ticks-group]")) {
      const shown = group.querySelector("[data-ticks-option]:not([data-ticks-hidden])");
      group.toggleAttribute("data-ticks-hidden", !shown);
    }
  }

  function tell() {
    count.textContent = `${box.querySelectorAll("input:checked").length} ${box.dataset.ticksChosen}`;
  }

  box.addEventListener("change", tell);
  tell();
  const first = box.querySelector("input:checked")?.closest("[data-ticks-option]");
  if (first) list.scrollTop = first.getBoundingClientRect().top - list.getBoundingClientRect().top - 8;
}

// recipients are shown while the item goes to named recipients
function followState(form) {
  const states = form.querySelectorAll("input[name='state']");
  const recipients = form.querySelectorAll(".ic-recipients");
  if (!states.length || !recipients.length) return;
  function follow() {
    const chosen = form.querySelector("input[name='state']:checked")?.value;
    for (const part of recipients) part.toggleAttribute("data-recipients-hidden", chosen !== "restricted");
  }
  for (const state of states) state.addEventListener("change", follow);
  follow();
}

// a state that the marking forbids cannot be chosen
function followMarking(form) {
  const widest = { RED: 1, "AMBER+STRICT": 1, AMBER: 1, GREEN: 2, CLEAR: 3 };
  const width = { owner: 0, restricted: 1, network: 2, public: 3, withdrawn: 0 };
  const markings = form.querySelectorAll("input[name='marking']");
  const states = [...form.querySelectorAll("input[name='state']")];
  if (!markings.length || !states.length) return;
  function follow() {
    const marking = form.querySelector("input[name='marking']:checked")?.value;
    if (!(marking in widest)) return;
    for (const state of states) state.disabled = width[state.value] > widest[marking];
    const chosen = states.find((state) => state.checked);
    if (chosen?.disabled) {
      const fits = states.filter((state) => !state.disabled).at(-1);
      fits.checked = true;
      fits.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  for (const marking of markings) marking.addEventListener("change", follow);
  follow();
}

// the text editor writes its field a quarter of a second after the last key: what was typed just before saving goes too
function keepLastWords(form) {
  form.addEventListener(
    "submit",
    () => [...form.elements].forEach((field) => field.draftailEditor?.saveState()),
    true,
  );
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-ticks]").forEach(dressTicks);
  document.querySelectorAll("form").forEach((form) => {
    followState(form);
    followMarking(form);
    keepLastWords(form);
  });
});
