/* Small comforts for people with JavaScript; every page works without this file.
   It asks for nothing by attributes: data-form, data-draft, data-count, data-error-summary,
   data-menu, data-copy, data-retry. Texts come from data attributes, so this file has no language. */
(() => {
  "use strict";
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  // A second press of a form's button while the first is on its way is ignored. The button keeps
  // its name and value and is only marked, so that going back finds a form that works.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });

  // Errors first: the summary takes the focus, and its links open the fold they lead into.
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.error-summary a[href^="#"]');
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.focus();
    const group = target.closest(".form-group");
    (group || target).scrollIntoView({ block: "start" });
  });

  // The phone's menu closes with Esc and gives the focus back.
  all("details[data-menu]").forEach((menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // Characters used, counted as the server counts (code points, line ends as two).
  all("textarea[data-count]").forEach((area) => {
    const limit = Number(area.dataset.count);
    const line = document.createElement("p");
    line.className = "textarea-count";
    line.setAttribute("aria-hidden", "true");
    const spoken = document.createElement("p");
    spoken.className = "sr-only";
    spoken.setAttribute("role", "status");
    const show = () => {
      const used = Array.from(area.value.replace(/\r?\n/g, "\r\n")).length;
      line.textContent = `${used.toLocaleString()} / ${limit.toLocaleString()}`;
      line.classList.toggle("over", used > limit);
      const near = used > limit * 0.9;
      if (near || spoken.textContent) spoken.textContent = near ? line.textContent : "";
    };
    area.after(line, spoken);
    area.addEventListener("input", show);
    show();
  });

  // A form with data-draft="key" keeps its text on this device until it has arrived: a page with
  // data-draft-done="key" says so. Never kept: passwords, files, hidden fields, data-no-draft.
  const store = (() => {
    try {
      return window.sessionStorage;
    } catch {
      return null;
    }
  })();
  const kept = (form) =>
    Array.from(form.elements).filter(
      (e) => e.name && !["password", "file", "hidden", "submit", "button", "reset"].includes(e.type) && e.closest("[data-no-draft]") === null && e.tagName !== "FIELDSET",
    );
  if (store) {
    all("[data-draft-done]").forEach((e) => store.removeItem(`draft:${e.dataset.draftDone}`));
    all("form[data-draft]").forEach((form) => {
      const key = `draft:${form.dataset.draft}`;
      const save = () => {
        const rows = kept(form).map((e) => [e.name, e.type === "checkbox" || e.type === "radio" ? [e.value, e.checked] : e.multiple ? Array.from(e.selectedOptions, (o) => o.value) : e.value]);
        try {
          store.setItem(key, JSON.stringify(rows));
        } catch {
          /* full or forbidden: the server's draft remains */
        }
      };
      const restore = (rows) => {
        kept(form).forEach((e) => {
          const tick = e.type === "checkbox" || e.type === "radio";
          const row = rows.find(([name, value]) => name === e.name && (!tick || value[0] === e.value));
          if (!row) return;
          if (tick) e.checked = row[1][1];
          else if (e.multiple) Array.from(e.options).forEach((o) => { o.selected = row[1].includes(o.value); });
          else e.value = row[1];
          e.dispatchEvent(new Event("input", { bubbles: true }));
        });
      };
      // Only an untouched form is filled: what the server sent back is newer than what we kept.
      if (!("draftFilled" in form.dataset)) {
        try {
          const rows = JSON.parse(store.getItem(key) || "null");
          if (rows) restore(rows);
        } catch {
          store.removeItem(key);
        }
      }
      let timer = 0;
      form.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(save, 400);
      });
      form.addEventListener("submit", save);
    });
  }

  // <button data-copy="id" data-copied="…" hidden>: copies a code and says so.
  all("button[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(code.textContent.trim());
      const word = button.textContent;
      button.textContent = button.dataset.copied;
      button.setAttribute("role", "status");
      setTimeout(() => { button.textContent = word; button.removeAttribute("role"); }, 3000);
    });
  });

  // The "away for a moment" page: counts down in [data-seconds], then sends the form again, or
  // loads the page again where nothing had been sent. The wait doubles, up to a minute.
  const retry = document.querySelector("[data-retry]");
  if (retry) {
    const tried = store ? Number(store.getItem("retry") || 0) : 0;
    let left = Math.min(60, Number(retry.dataset.retry) * 2 ** tried);
    const shown = all("[data-seconds]");
    all("[data-retry-note]").forEach((e) => { e.hidden = false; });
    const tick = () => {
      shown.forEach((e) => { e.textContent = String(left); });
      if (left > 0) {
        left -= 1;
        setTimeout(tick, 1000);
        return;
      }
      if (store) store.setItem("retry", String(tried + 1));
      if (retry.tagName === "FORM") retry.requestSubmit();
      else window.location.reload();
    };
    tick();
  } else if (store) {
    store.removeItem("retry");
  }
})();
