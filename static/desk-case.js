// The case page: steps open below the story instead of on a page of their own, and "@" in a note
// offers the colleagues' names. Without this file the links lead to the steps' pages.
(() => {
  // --- Steps in the page ----------------------------------------------------------------------
  const bar = document.querySelector("[data-panels]");
  if (bar) {
    const panel = bar.querySelector("[data-panel]");
    const body = bar.querySelector("[data-panel-body]");
    const title = bar.querySelector("[data-panel-title]");
    const said = bar.querySelector("[data-panel-said]");
    // Forms once opened stay as they are: what was typed waits while another step is looked at.
    const kept = new Map();
    let open = null;

    const links = () => bar.querySelectorAll("a[data-opens]");
    const mark = () => links().forEach((link) => {
      link.setAttribute("aria-expanded", String(link.dataset.opens === open));
    });
    mark();

    const put = (verb, nodes, link) => {
      kept.set(verb, nodes);
      body.replaceChildren(nodes);
      title.textContent = link.dataset.label;
      panel.hidden = false;
      open = verb;
      document.documentElement.classList.add("case-open");
      mark();
      const further = bar.querySelector(".case-further");
      if (further) further.open = false;
      const first = body.querySelector("[autofocus], textarea, select, input:not([type=hidden])");
      (first || panel).focus({ preventScroll: true });
      panel.dispatchEvent(new CustomEvent("desk:panel", { bubbles: true, detail: { verb } }));
    };

    const close = (back) => {
      if (!open) return;
      const link = bar.querySelector(`a[data-opens="${open}"]`);
      open = null;
      panel.hidden = true;
      body.replaceChildren();
      document.documentElement.classList.remove("case-open");
      mark();
      if (back && link) link.focus({ preventScroll: true });
    };

    const fetched = async (link) => {
      const address = new URL(link.href);
      address.searchParams.set("part", "form");
      const answer = await window.portalFragment(address);
      if (answer.moved || !answer.html || (!answer.ok && answer.status !== 409)) {
        throw new Error(String(answer.status));
      }
      if (!answer.body.querySelector(".desk-step")) throw new Error("no form");
      const box = document.createElement("div");
      box.append(...answer.body.childNodes);
      return box;
    };

    const show = async (link) => {
      const verb = link.dataset.opens;
      if (open === verb) return close(true);
      if (kept.has(verb)) return put(verb, kept.get(verb), link);
      said.textContent = said.dataset.loading;
      try {
        put(verb, await fetched(link), link);
      } catch {
        // Signed out, a server that is away: the step's own page says what is wrong.
        window.location.assign(link.href);
      }
      said.textContent = "";
    };

    bar.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-opens]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      show(link);
    });
    bar.querySelector("[data-panel-close]").addEventListener("click", () => close(true));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      const further = bar.querySelector(".case-further[open]");
      if (further) {
        further.open = false;
        further.querySelector("summary").focus();
      } else if (panel.contains(event.target)) {
        close(true);
      }
    });
    document.addEventListener("click", (event) => {
      const further = bar.querySelector(".case-further[open]");
      if (further && !further.contains(event.target)) further.open = false;
    });
    // Leaving with words in an open form asks first; sending does not.
    let sending = false;
    document.addEventListener("submit", () => { sending = true; });
    window.addEventListener("pageshow", () => { sending = false; });
    window.addEventListener("beforeunload", (event) => {
      const typed = [...kept.values()].some((box) =>
        [...box.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue));
      if (typed && !sending) event.preventDefault();
    });
  }

  // --- Calling colleagues -----------------------------------------------------------------------
  const START = /(^|[^\p{L}\p{N}_.+-])[@＠]([\p{L}\p{N}]{0,20})$/u;
  let list = null;

  const boxes = (area) => [...area.form.querySelectorAll(`input[name="${area.dataset.mentions}"]`)]
    .map((box) => ({ box, name: box.closest("label").textContent.trim() }));
  const shut = (area) => {
    if (list) list.remove();
    list = null;
    if (area) {
      area.removeAttribute("aria-activedescendant");
    }
  };
  const pick = (area, person) => {
    const before = area.value.slice(0, area.selectionStart).replace(/[@＠][\p{L}\p{N}]*$/u, `@${person.name} `);
    area.value = before + area.value.slice(area.selectionStart);
    area.setSelectionRange(before.length, before.length);
    person.box.checked = true;
    shut(area);
    area.focus();
  };
  const current = () => list && list.querySelector("[aria-selected=true]");
  const choose = (area, option) => {
    list.querySelectorAll("[role=option]").forEach((one) => {
      one.setAttribute("aria-selected", String(one === option));
    });
    area.setAttribute("aria-activedescendant", option.id);
  };

  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches || !area.matches("textarea[data-mentions]")) return;
    const found = START.exec(area.value.slice(0, area.selectionStart));
    const people = found
      ? boxes(area).filter((one) => one.name.toLowerCase().startsWith(found[2].toLowerCase())).slice(0, 8)
      : [];
    shut(area);
    if (!people.length) return;
    list = document.createElement("ul");
    list.className = "case-names";
    list.id = "case-names";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.dataset.mentionsLabel);
    people.forEach((person, place) => {
      const option = document.createElement("li");
      option.id = `case-name-${place}`;
      option.setAttribute("role", "option");
      option.textContent = person.name;
      // Before the field loses the focus.
      option.addEventListener("mousedown", (press) => { press.preventDefault(); pick(area, person); });
      option.person = person;
      list.append(option);
    });
    area.setAttribute("aria-controls", "case-names");
    area.setAttribute("aria-autocomplete", "list");
    area.after(list);
    choose(area, list.firstElementChild);
  });
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!list || event.isComposing || !area.matches || !area.matches("textarea[data-mentions]")) return;
    const now = current();
    const ways = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };
    if (event.key in ways) {
      event.preventDefault();
      choose(area, now[ways[event.key]] || now);
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      pick(area, now.person);
    } else if (event.key === "Escape") {
      event.preventDefault();
      shut(area);
    }
  });
  document.addEventListener("focusout", (event) => {
    if (list && event.target.matches && event.target.matches("textarea[data-mentions]")) shut(event.target);
  });
})();
