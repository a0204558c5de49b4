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
