/* Suggestions while typing in a search box: a combobox with a list (ARIA APG). Without this file,
   or when the answer does not come, the box is a plain form. Texts come from data attributes. */
(() => {
  "use strict";
  const WAIT = 150;
  let boxes = 0;

  function suggest(form) {
    const input = form.querySelector('input[type="search"]');
    if (!input || !window.portalFragment) return;
    boxes += 1;
    const name = `suggestions-${boxes}`;
    const list = document.createElement("ul");
    list.id = name;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.suggestLabel);
    list.hidden = true;
    const status = document.createElement("p");
    status.className = "sr-only";
    status.setAttribute("role", "status");
    const frame = document.createElement("div");
    frame.className = "suggest-frame";
    input.before(frame);
    frame.append(input, list);
    form.append(status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", name);

    let typed = input.value;
    let timer = 0;
    let asking = null;
    let active = -1;
    const options = () => Array.from(list.children);

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(place) {
      const all = options();
      active = place;
      all.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
      if (place < 0) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      input.setAttribute("aria-activedescendant", all[place].id);
      all[place].scrollIntoView({ block: "nearest" });
    }

    function take(option) {
      close();
      if (option.dataset.url) {
        window.location.assign(option.dataset.url);
        return;
      }
      input.value = option.dataset.words;
      if (form.requestSubmit) form.requestSubmit();
      else form.submit();
    }

    function show(offered) {
      list.replaceChildren(...offered);
      const all = options();
      all.forEach((option, at) => { option.id = `${name}-${at}`; });
      if (!all.length || document.activeElement !== input) {
        close();
        status.textContent = all.length ? "" : form.dataset.suggestNone;
        return;
      }
      list.hidden = false;
      active = -1;
      input.setAttribute("aria-expanded", "true");
      input.removeAttribute("aria-activedescendant");
      status.textContent = form.dataset.suggestCount.replace("{n}", String(all.length));
    }

    function ask() {
      const words = input.value.trim();
      if (asking) asking.abort();
      if (!words) {
        close();
        status.textContent = "";
        return;
      }
      asking = new AbortController();
      window.portalFragment(`${form.dataset.suggest}?q=${encodeURIComponent(words.slice(0, 60))}`, { signal: asking.signal })
        .then((answer) => (answer.ok && answer.body ? Array.from(answer.body.children) : []))
        .then((offered) => { if (input.value.trim() === words) show(offered); })
        .catch(() => {});
    }

    input.addEventListener("input", () => {
      if (input.value === typed) return;
      typed = input.value;
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      // While a syllable is being composed the keys belong to the input method.
      if (event.isComposing) return;
      const all = options();
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) {
          if (event.key === "ArrowDown" && input.value.trim()) ask();
          return;
        }
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        const next = active + step;
        mark(next >= all.length ? -1 : next < -1 ? all.length - 1 : next);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        take(all[active]);
      } else if (event.key === "Tab") {
        close();
      }
    });
    // Before the box loses the focus, so that a press on an option still meets it.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) take(option);
    });
    input.addEventListener("blur", close);
  }

  document.querySelectorAll("form[data-suggest]").forEach(suggest);
})();
