/* The form of an alert: keeps what is typed, and shows alerts that look alike. The form works without this file. */
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
}
