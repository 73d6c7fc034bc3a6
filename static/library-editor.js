// The editor of entries: a bar of tools over each text area for running text, a preview that
// follows what is typed, pictures by choice or upload. Words come from #entry-editor, so this file
// has no language. Without it the text areas are plain and the form works the same.
(() => {
  "use strict";
  const desk = document.getElementById("entry-editor");
  if (!desk) return;
  const word = (name) => desk.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`] || name;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const make = (tag, facts = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), facts);
    made.append(...inside);
    return made;
  };

  // Typed in by the browser, so that its own undo takes it back; written plainly where it cannot.
  function type(area, text) {
    area.focus();
    if (document.execCommand && document.execCommand("insertText", false, text)) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function around(area, before, after, fallback) {
    const { selectionStart: from, selectionEnd: to } = area;
    const chosen = area.value.slice(from, to) || fallback;
    type(area, before + chosen + after);
    area.setSelectionRange(from + before.length, from + before.length + chosen.length);
  }
  // Every line that the selection touches gets the mark, or loses it where all have it.
  function lines(area, mark) {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const next = area.value.indexOf("\n", area.selectionEnd);
    const to = next < 0 ? area.value.length : next;
    const rows = area.value.slice(from, to).split("\n");
    const marks = rows.map((_row, at) => mark(at));
    const has = rows.every((row, at) => row.startsWith(marks[at]));
    const changed = rows.map((row, at) => (has ? row.slice(marks[at].length) : marks[at] + row));
    area.setSelectionRange(from, to);
    type(area, changed.join("\n"));
    // The lines stay chosen: a second press takes the mark off again.
    area.setSelectionRange(from, from + changed.join("\n").length);
  }
  // A block stands between blank lines.
  function block(area, text) {
    const before = area.value.slice(0, area.selectionStart);
    const lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    type(area, `${lead}${text}\n\n`);
  }
  const table = () => {
    const head = [1, 2, 3].map((n) => `${word("column")} ${n}`).join(" | ");
    return `| ${head} |\n|---|---|---|\n|  |  |  |\n|  |  |  |`;
  };

  // --- Pictures ---------------------------------------------------------------------------------
  const kept = Array.from(document.querySelectorAll("#entry-pictures li"), (one) => ({
    id: one.dataset.id, alt: one.dataset.alt, caption: one.textContent,
  }));
  const coded = (one) => `![${one.alt.replace(/[[\]\n]/g, " ")}](picture:${one.id})`;

  function choosePicture(area) {
    const dialog = make("dialog", { className: "entry-dialog" });
    dialog.setAttribute("aria-label", word("picture"));
    const put = (one) => {
      dialog.close();
      block(area, coded(one));
    };
    const list = make("ul");
    kept.forEach((one) => {
      const button = make("button", { type: "button", className: "desk-button", textContent: word("insert") });
      button.setAttribute("aria-label", `${word("insert")}: ${one.caption}`);
      button.addEventListener("click", () => put(one));
      list.append(make("li", {}, make("span", { textContent: one.caption }), button));
    });
    const close = make("button", { type: "button", className: "desk-button quiet-button", textContent: word("close") });
    close.addEventListener("click", () => dialog.close());
    dialog.append(make("h2", { textContent: word("picture") }));
    dialog.append(kept.length ? list : make("p", { textContent: word(desk.dataset.files ? "none" : "first") }));
    if (desk.dataset.files) dialog.append(uploadForm(put));
    dialog.append(make("p", {}, close));
    dialog.addEventListener("close", () => {
      dialog.remove();
      area.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  function uploadForm(put) {
    const form = make("form", { method: "dialog" });
    const file = make("input", { type: "file", name: "picture-upload", required: true, accept: "image/png,image/jpeg,image/gif,image/webp", id: "new-picture-file" });
    const alt = make("input", { type: "text", name: "picture-alt", required: true, maxLength: 500, id: "new-picture-alt" });
    const caption = make("input", { type: "text", name: "picture-caption", required: true, maxLength: 300, id: "new-picture-caption" });
    const said = make("p");
    said.setAttribute("role", "alert");
    const send = make("button", { className: "desk-button primary", textContent: word("send") });
    const labelled = (name, field) => [make("label", { htmlFor: field.id, textContent: word(name) }), field];
    form.append(make("h2", { textContent: word("upload") }), ...labelled("file", file), ...labelled("alt", alt), ...labelled("caption", caption), said, make("p", {}, send));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      send.disabled = true;
      said.textContent = "";
      const facts = new FormData(form);
      facts.append("what", "picture");
      facts.append("csrfmiddlewaretoken", token());
      try {
        const answer = await fetch(desk.dataset.files, { method: "POST", body: facts, headers: { Accept: "application/json" } });
        const told = await answer.json();
        if (answer.ok) {
          kept.push(told);
          put(told);
        } else {
          said.textContent = (told.errors || [word("failed")]).join(" ");
        }
      } catch {
        said.textContent = word("failed");
      }
      send.disabled = false;
    });
    return form;
  }

  // --- The bar and the preview ------------------------------------------------------------------
  const tools = [
    ["heading", "H", (area) => lines(area, () => "## ")],
    ["bold", "B", (area) => around(area, "**", "**", word("words"))],
    ["list", "•", (area) => lines(area, () => "- ")],
    ["numbers", "1.", (area) => lines(area, (at) => `${at + 1}. `)],
    ["quote", "❝", (area) => lines(area, () => "> ")],
    ["link", "↗", (area) => around(area, "[", "](https://)", word("words"))],
    ["table", "▦", (area) => block(area, table())],
    ["picture", "▣", choosePicture],
  ];

  function equip(field) {
    const area = field.querySelector("textarea");
    const bar = make("div", { className: "markdown-bar" });
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", word("tools"));
    bar.setAttribute("aria-controls", area.id);
    tools.forEach(([name, sign, act]) => {
      const mark = make("span", { textContent: sign });
      mark.setAttribute("aria-hidden", "true");
      const button = make("button", { type: "button", title: word(name) }, mark, ` ${word(name)}`);
      button.addEventListener("click", () => act(area));
      bar.append(button);
    });
    const show = make("button", { type: "button", textContent: word("preview") });
    show.setAttribute("aria-pressed", "false");
    bar.append(show);
    // One stop for the Tab key; the arrows go along the bar.
    const buttons = Array.from(bar.querySelectorAll("button"));
    buttons.forEach((button, at) => { button.tabIndex = at ? -1 : 0; });
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
      buttons.forEach((button, place) => { button.tabIndex = place === at ? 0 : -1; });
      buttons[at].focus();
    });
    area.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "b") return;
      event.preventDefault();
      around(area, "**", "**", word("words"));
    });

    const preview = make("div", { className: "markdown-preview", hidden: true, tabIndex: 0 });
    preview.setAttribute("role", "region");
    preview.setAttribute("aria-label", word("preview"));
    const split = make("div", { className: "markdown-split" });
    area.before(bar, split);
    split.append(area, preview);

    let timer = 0;
    let asked = 0;
    async function draw() {
      const mine = (asked += 1);
      const facts = new FormData();
      facts.append("text", area.value);
      facts.append("csrfmiddlewaretoken", token());
      try {
        const answer = await window.portalFragment(desk.dataset.preview, { method: "POST", body: facts });
        // The server's own words, cleaned there; an answer that was overtaken is dropped.
        if (mine !== asked) return;
        if (answer.ok && answer.body) preview.replaceChildren(...answer.body.childNodes);
        else preview.textContent = word("failed");
      } catch {
        preview.textContent = word("failed");
      }
    }
    show.addEventListener("click", () => {
      preview.hidden = !preview.hidden;
      show.setAttribute("aria-pressed", String(!preview.hidden));
      if (!preview.hidden) draw();
    });
    area.addEventListener("input", () => {
      clearTimeout(timer);
      if (!preview.hidden) timer = setTimeout(draw, 350);
    });
    if (window.matchMedia("(min-width: 1100px)").matches && area.rows > 12) show.click();
  }
  document.querySelectorAll("[data-markdown-field]").forEach(equip);

  // Leaving with unsaved words asks first.
  const form = document.querySelector("#content-main form");
  let touched = false;
  let sent = false;
  if (form) {
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { sent = true; });
    window.addEventListener("beforeunload", (event) => {
      if (touched && !sent) event.preventDefault();
    });
  }
})();
