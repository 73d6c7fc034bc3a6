/* “Perhaps this already answers you”: htmx asks, this file keeps it from disturbing anybody.
   What is being typed never moves: when the list above it grows, the page scrolls along. The same
   answer again changes nothing. A short sentence, not the list, is read aloud. */
(() => {
  "use strict";
  // “Read it” opens a window each time; the guard against a second press is for filing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("perhapsOpen" in form.dataset)) return;
    setTimeout(() => {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      if (event.submitter) event.submitter.removeAttribute("aria-disabled");
    });
  });

  // The same window keeps its key (filing.js): what is opened belongs to the same form.
  const filing = document.getElementById("filing");
  const open = document.getElementById("perhaps-open");
  if (filing && open) open.addEventListener("submit", () => { open.elements.key.value = filing.elements.key.value; });

  const region = document.querySelector("[data-perhaps]");
  if (!region) return;
  const list = region.querySelector("[data-perhaps-list]");
  const said = region.querySelector("[data-perhaps-said]");
  const offered = (root) => Array.from(root.querySelectorAll("button[name=enough]"), (b) => b.value).join(" ");
  let held = null;
  let top = 0;

  // The browser parses the answer and this file puts it there: nothing makes HTML out of a text.
  region.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.shouldSwap) return;
    event.detail.shouldSwap = false;
    const fresh = event.detail.xhr.response;
    // Whoever reads one of the entries by keyboard does not lose their place either.
    if (!fresh || offered(fresh) === offered(list) || list.contains(document.activeElement)) return;
    held = document.activeElement === document.body ? null : document.activeElement;
    top = held ? held.getBoundingClientRect().top : 0;
    document.documentElement.classList.add("perhaps-still");
    list.replaceChildren(...document.importNode(fresh.body, true).childNodes);
    const words = list.querySelector("[data-perhaps-words]");
    said.textContent = words ? words.dataset.perhapsWords : "";
    if (held) window.scrollBy({ top: held.getBoundingClientRect().top - top, behavior: "instant" });
    held = null;
    requestAnimationFrame(() => document.documentElement.classList.remove("perhaps-still"));
  });
  // Whoever goes on to the next page has not made an error: nothing else ends a request early.
  region.addEventListener("htmx:beforeSend", (event) => {
    event.detail.xhr.onabort = null;
    event.detail.xhr.responseType = "document";
  });
  // A line that is down must not speak up beside a form that works.
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => region.addEventListener(name, (event) => event.stopPropagation()));
})();
