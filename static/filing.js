/* Comforts of the filing and status pages; both work without this file.
   data-filing: one form per window keeps its key, so that going back and sending again is the
   same filing. data-agree-all: sets all consents. data-files: says what is too big before it is
   sent. data-print: prints the page. Texts come from data attributes. */
(() => {
  "use strict";
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const KEY = "filing";
  const store = (() => {
    try {
      return window.sessionStorage;
    } catch {
      return null;
    }
  })();
  const read = () => {
    try {
      return JSON.parse((store && store.getItem(KEY)) || "{}");
    } catch {
      return {};
    }
  };
  const write = (value) => {
    try {
      if (store) store.setItem(KEY, JSON.stringify(value));
    } catch {
      /* full or forbidden: the server still knows the key */
    }
  };

  const form = document.getElementById("filing");
  if (form) {
    const field = form.elements.key;
    const known = read();
    const [entry] = performance.getEntriesByType("navigation");
    const returned = entry && entry.type !== "navigate";
    const resume = form.dataset.filingResume;
    if (resume) {
      write({ key: field.value, resume });
    } else if (known.key && (returned || !known.done)) {
      // The same window, the same filing: whether reloaded, gone back to, or opened again.
      field.value = known.key;
      const earlier = document.querySelector("[data-filing-earlier]");
      if (known.resume && !known.done && earlier) {
        earlier.hidden = false;
        earlier.querySelector("[data-filing-go-on]").href = known.resume;
      }
    } else {
      write({ key: field.value });
    }
    form.addEventListener("submit", (event) => {
      if (!event.submitter || !("filingClear" in event.submitter.dataset) || !store) return;
      store.removeItem(KEY);
      store.removeItem(`draft:${form.dataset.draft}`);
    });
  }
  if (document.querySelector("[data-filing-done]")) write({ ...read(), done: true });

  all("[data-agree-all]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const yes = all('#consents input[type="radio"][value="yes"]');
      yes.forEach((radio) => { radio.checked = true; });
      if (yes[0]) yes[0].dispatchEvent(new Event("input", { bubbles: true }));
    });
  });

  // What was chosen is listed with its size; what cannot be taken is said before it is sent.
  all("input[data-files]").forEach((input) => {
    const told = document.createElement("div");
    told.setAttribute("role", "status");
    input.after(told);
    input.addEventListener("change", () => {
      const lines = Array.from(input.files, (file) => {
        const line = document.createElement("li");
        const text = document.createElement("span");
        const name = document.createElement("bdi");
        name.textContent = file.name.normalize("NFC");
        text.append(name, ` ${(file.size / 1048576).toFixed(1)} MB`);
        if (file.size > Number(input.dataset.files) * 1048576) {
          text.className = "form-hint-invalid";
          text.append(` – ${input.dataset.tooBig}`);
        }
        line.append(text);
        return line;
      });
      const list = document.createElement("ul");
      list.className = "file-list";
      list.append(...lines);
      told.replaceChildren(...(lines.length ? [list] : []));
      if (input.files.length > Number(input.dataset.most)) {
        const warning = document.createElement("p");
        warning.className = "form-hint-invalid";
        warning.textContent = input.dataset.tooMany;
        told.append(warning);
      }
    });
  });

  all("button[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
