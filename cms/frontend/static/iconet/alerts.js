/* The form of an alert: keeps what is typed, shows alerts that look alike, adds rows. The form works without this file. */
"use strict";

const alertForm = document.querySelector("form[data-keep]");
if (alertForm) {
  const KEEP_AFTER = 2000; // milliseconds without a key
  const ASK_AFTER = 700;
  const told = alertForm.querySelector("[data-kept]");
  const list = alertForm.querySelector("[data-similar-list]");
  let keepTimer = 0;
  let askTimer = 0;
  let leaving = false;

  const keep = async () => {
    try {
      const answer = await fetch(alertForm.dataset.keep, { method: "POST", body: new FormData(alertForm), credentials: "same-origin" });
      if (answer.redirected) { told.textContent = told.dataset.signedOut; return; }
      if (!answer.ok) { throw new Error("not kept"); }
      told.textContent = `${told.dataset.said} ${(await answer.json()).kept}`;
    } catch {
      if (leaving) { return; }
      told.textContent = told.dataset.failed;
      window.clearTimeout(keepTimer);
      keepTimer = window.setTimeout(keep, 3 * KEEP_AFTER);
    }
  };

  const ask = async () => {
    const typed = new URLSearchParams();
    ["title", "summary", "place_country", "alert_kind"].forEach((name) => typed.set(name, alertForm.elements[name].value.slice(0, 500)));
    try {
      const answer = await fetch(`${alertForm.dataset.similar}?${typed}`, { credentials: "same-origin" });
      if (answer.ok) { list.innerHTML = await answer.text(); }
    } catch { /* the list stays as it is; the note below the form says that there is no connection */ }
  };

  alertForm.addEventListener("input", () => {
    window.clearTimeout(keepTimer);
    keepTimer = window.setTimeout(keep, KEEP_AFTER);
    window.clearTimeout(askTimer);
    askTimer = window.setTimeout(ask, ASK_AFTER);
  });
  alertForm.addEventListener("submit", () => { leaving = true; window.clearTimeout(keepTimer); window.clearTimeout(askTimer); });
  window.addEventListener("online", keep);

  /* Rows are numbered in names and ids: `legs-1-country`. A new one is the last one with the next number, empty. */
  const addRow = (rows) => {
    const all = rows.querySelectorAll("[data-row]");
    const last = all[all.length - 1];
    const added = last.cloneNode(true);
    const from = `${rows.dataset.rows}-${all.length - 1}-`;
    const to = `${rows.dataset.rows}-${all.length}-`;
    added.querySelectorAll("[name], [id], [for]").forEach((part) => {
      ["name", "id", "for"].filter((name) => part.hasAttribute(name)).forEach((name) => {
        part.setAttribute(name, part.getAttribute(name).replace(from, to));
      });
    });
    added.querySelectorAll("input, select").forEach((part) => {
      if (part.type === "checkbox") { part.checked = false; } else { part.value = ""; }
    });
    last.after(added);
    added.querySelector("input, select").focus();
    return all.length + 1;
  };

  alertForm.querySelectorAll("[data-rows]").forEach((rows) => {
    const button = rows.querySelector("[data-add-row]");
    const most = Number(rows.dataset.most);
    button.hidden = rows.querySelectorAll("[data-row]").length >= most;
    button.addEventListener("click", () => { button.hidden = addRow(rows) >= most; });
  });
}
