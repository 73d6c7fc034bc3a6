/* Comforts of the officers' quick forms; they work without this file.
   data-officer-filing: focus on the first field, Enter moves on, Ctrl+Enter files.
   data-lookup: an address that answers with companies of the organisation's own directory.
   data-focus: takes the focus. Texts come from data attributes. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-officer-filing]");
  if (!form) return;
  const field = (name) => form.elements[name];
  const typing = (element) =>
    element.tagName === "INPUT" && !["checkbox", "radio", "file", "submit", "button", "hidden"].includes(element.type);

  // Enter presses nothing in a line of text; Ctrl+Enter files from anywhere on the form.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-file-now]"));
    } else if (typing(event.target)) {
      event.preventDefault();
    }
  });

  // An event has a name: its fold opens with the choice.
  form.querySelectorAll('input[name="channel"]').forEach((radio) => {
    radio.addEventListener("change", () => {
      const fold = document.getElementById("received");
      if (fold && radio.checked && radio.value === "event") fold.open = true;
    });
  });
  // What is asked only after a yes is folded until then.
  form.querySelectorAll("[data-opens]").forEach((box) => {
    const part = document.getElementById(box.dataset.opens);
    if (!part) return;
    const show = () => { if (box.checked) part.open = true; };
    box.addEventListener("change", show);
    show();
  });

  const lookUp = (address, status) => {
    const button = form.querySelector("[data-lookup-button]");
    if (button) button.hidden = true;
    const say = (words) => { status.textContent = words; };
    const set = (name, value) => {
      const target = field(name);
      if (!target || value === undefined || value === null || value === "") return;
      target.value = value;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const pretty = (number) => number.replace(/^(\d{3})(\d{2})(\d{5})$/, "$1-$2-$3");

    const combobox = (input) => {
      const list = document.createElement("ul");
      list.id = `${input.id}_list`;
      list.className = "lookup-list";
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", form.dataset.lookupList);
      list.hidden = true;
      const holder = document.createElement("div");
      holder.className = "lookup-holder";
      input.replaceWith(holder);
      holder.append(input, list);
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", list.id);
      let rows = [];
      let at = -1;
      let timer = 0;
      let asked = 0;

      const close = () => {
        list.hidden = true;
        at = -1;
        input.setAttribute("aria-expanded", "false");
        input.removeAttribute("aria-activedescendant");
      };
      const stand = (place) => {
        at = place;
        Array.from(list.children).forEach((line, index) => line.setAttribute("aria-selected", String(index === at)));
        if (at < 0) input.removeAttribute("aria-activedescendant");
        else {
          input.setAttribute("aria-activedescendant", list.children[at].id);
          list.children[at].scrollIntoView({ block: "nearest" });
        }
      };
      const choose = (row) => {
        set("company_name", row.name);
        if (row.business_number) {
          set("business_number", pretty(row.business_number));
          const none = field("no_number");
          if (none) none.checked = false;
        }
        Object.keys(row).forEach((name) => {
          if (!["id", "name", "business_number", "open_cases"].includes(name)) set(name, row[name]);
        });
        window.clearTimeout(timer);
        asked += 1;
        close();
        say(form.dataset.lookupFilled);
        input.focus();
      };
      const draw = (found) => {
        rows = found;
        list.replaceChildren(
          ...rows.map((row, index) => {
            const line = document.createElement("li");
            line.id = `${list.id}_${index}`;
            line.setAttribute("role", "option");
            line.setAttribute("aria-selected", "false");
            line.textContent = [row.name, pretty(row.business_number || ""), row.contact_name].filter(Boolean).join(" · ");
            line.addEventListener("mousedown", (event) => { event.preventDefault(); choose(row); });
            return line;
          }),
        );
        at = -1;
        list.hidden = rows.length === 0;
        input.setAttribute("aria-expanded", String(rows.length > 0));
        input.removeAttribute("aria-activedescendant");
        say(rows.length ? `${rows.length} ${form.dataset.lookupFound}` : form.dataset.lookupNone);
      };
      const ask = async () => {
        const words = input.value.trim();
        const mine = (asked += 1);
        if (words.length < 2) { close(); say(""); return; }
        try {
          const answer = await window.fetch(`${address}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
          if (mine !== asked) return;
          const found = answer.ok ? await answer.json() : [];
          if (mine === asked && Array.isArray(found)) draw(found);
        } catch {
          close(); /* a lost line: fill in by hand */
        }
      };
      input.addEventListener("input", (event) => {
        if (!event.isTrusted) return;
        window.clearTimeout(timer);
        timer = window.setTimeout(ask, 250);
      });
      input.addEventListener("blur", close);
      input.addEventListener("keydown", (event) => {
        if (list.hidden || event.isComposing) return;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          event.preventDefault();
          const step = event.key === "ArrowDown" ? 1 : -1;
          stand((at + step + rows.length + (at < 0 && step < 0 ? 1 : 0)) % rows.length);
        } else if (event.key === "Enter" && at >= 0 && !event.ctrlKey && !event.metaKey) {
          event.preventDefault();
          choose(rows[at]);
        } else if (event.key === "Escape") {
          event.preventDefault();
          close();
        }
      });
    };
    ["company_name", "business_number"].forEach((name) => {
      const input = field(name);
      if (input) combobox(input);
    });
  };
  const status = form.querySelector("[data-lookup-status]");
  if (form.dataset.lookup && status && window.fetch) lookUp(form.dataset.lookup, status);

  // Last: an input that was moved loses the focus.
  const mark = document.querySelector("[data-focus]");
  const untouched = !document.querySelector("[data-error-summary]") && !mark;
  if (mark) mark.focus();
  else if (untouched && !window.location.hash) {
    const first = form.querySelector("[data-first]") || field("company_name");
    if (first && !first.value) first.focus();
  }
})();
