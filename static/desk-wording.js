// Reply templates. At a step: a template is put where the cursor stands, its first gap is chosen.
// While writing one: a click inserts a placeholder, and the preview follows what is typed.
const GAP = /\{\{[^{}\n]+\}\}/;

// Typed in by the browser, so that its own undo takes it back; written plainly where it cannot.
function type(field, text) {
  field.focus();
  if (document.execCommand && document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A text that grew is seen whole, as far as the window allows.
function grow(field) {
  const most = Math.max(field.rows, Math.floor(window.innerHeight / 32));
  while (field.rows < most && field.scrollHeight > field.clientHeight) field.rows += 1;
}

function chooseGap(field, from) {
  let at = field.value.slice(from).search(GAP);
  const start = at < 0 ? 0 : from;
  if (at < 0) at = field.value.search(GAP);
  if (at < 0) return false;
  const length = field.value.slice(start + at).match(GAP)[0].length;
  field.focus();
  field.setSelectionRange(start + at, start + at + length);
  return true;
}

const ready = new WeakSet();

function prepare(picker) {
  if (ready.has(picker)) return;
  ready.add(picker);
  const field = document.getElementById(picker.dataset.target);
  const form = document.getElementById("step");
  const status = picker.querySelector("[data-status]");
  const tools = picker.querySelector("[data-tools]");
  const marks = picker.querySelector("input[name=wording]");
  if (!field || !form) return;
  const past = [];
  // Where the cursor last stood: pressing a button takes the focus away, not the place.
  let touched = field.value !== field.defaultValue || document.activeElement === field;
  field.addEventListener("focus", () => { touched = true; });

  function openGaps() {
    return field.value.split("\n").flatMap((line) => line.match(new RegExp(GAP, "g")) || []);
  }
  function say() {
    const gaps = openGaps();
    const inserted = past.length > 0;
    const lead = inserted ? status.dataset.gaps : status.dataset.open;
    if (gaps.length) status.textContent = `${lead} ${gaps.join(", ")}`;
    else status.textContent = inserted ? status.dataset.filled : "";
    tools.hidden = false;
    tools.querySelector("[data-next-gap]").hidden = !gaps.length;
    tools.querySelector("[data-undo]").hidden = !past.length;
  }
  if (openGaps().length) { say(); grow(field); chooseGap(field, 0); }
  // The place that is named later fills its gap in the words.
  const place = form.querySelector("input[list=places]");
  if (place) {
    place.addEventListener("change", () => {
      const named = place.value.trim();
      const before = field.value;
      const after = before.replace(/\{\{(?:안내 기관|next place)\}\}/g, () => named);
      if (!named || after === before) return;
      field.value = after;
      if (!tools.hidden) say();
    });
  }
  field.addEventListener("input", () => { if (!tools.hidden) say(); });

  picker.querySelectorAll("[data-use]").forEach((button) => {
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        const typed = new FormData(form);
        // Files wait for the step itself.
        [...typed.entries()].forEach(([name, value]) => { if (value instanceof File) typed.delete(name); });
        const answer = await fetch(button.dataset.use, { method: "POST", body: typed });
        if (!answer.ok) throw new Error(String(answer.status));
        const used = await answer.json();
        past.push({ value: field.value, marks: marks.value });
        const whole = !field.value.trim() || (used.complete && field.value === field.defaultValue);
        if (whole) {
          field.setSelectionRange(0, field.value.length);
        } else if (!touched) {
          field.setSelectionRange(field.value.length, field.value.length);
        }
        const start = whole ? 0 : field.selectionStart;
        const before = field.value.slice(0, start);
        const space = whole || !before.trim() || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
        type(field, space + used.text);
        grow(field);
        marks.value = [...marks.value.split(",").filter(Boolean), used.mark].join(",");
        say();
        if (!chooseGap(field, start)) field.focus();
        field.scrollIntoView({ block: "nearest" });
      } catch (_error) {
        status.textContent = status.dataset.failed;
      } finally {
        button.disabled = false;
      }
    });
  });
  tools.querySelector("[data-next-gap]").addEventListener("click", () => chooseGap(field, field.selectionEnd));
  tools.querySelector("[data-undo]").addEventListener("click", () => {
    const last = past.pop();
    if (!last) return;
    field.setSelectionRange(0, field.value.length);
    type(field, last.value);
    marks.value = last.marks;
    if (!past.length) { tools.hidden = true; status.textContent = ""; } else say();
  });
}
document.querySelectorAll(".desk-wording").forEach(prepare);
// The case page opens a step's form inside itself.
document.addEventListener("desk:panel", (event) => {
  event.target.querySelectorAll(".desk-wording").forEach(prepare);
});

document.querySelectorAll("form[data-wording-edit]").forEach((form) => {
  const body = form.querySelector("textarea[name=body]");
  const shown = document.getElementById("wording-preview");
  let last = 0;
  let waiting;
  async function refresh() {
    const turn = ++last;
    try {
      // Signed out, the answer would be another page: it has no place inside this one.
      const answer = await window.portalFragment(form.dataset.preview, { method: "POST", body: new FormData(form) });
      if (!answer.ok || answer.moved || turn !== last) return;
      shown.replaceChildren(...answer.body.childNodes);
    } catch (_error) { /* The button still shows it. */ }
  }
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 300);
  }
  body.addEventListener("input", soon);
  form.querySelectorAll("select").forEach((select) => select.addEventListener("change", soon));
  form.querySelectorAll(".wording-chips").forEach((chips) => { chips.hidden = false; });
  form.querySelectorAll("[data-insert]").forEach((button) => {
    button.addEventListener("click", () => {
      const { insert } = button.dataset;
      const [opens, closes] = insert.split("\n\n");
      if (closes === undefined) { type(body, insert); return; }
      // Whole lines go inside.
      const begin = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
      let end = body.value.indexOf("\n", body.selectionEnd);
      if (end < 0) end = body.value.length;
      const inside = body.selectionStart === body.selectionEnd ? "" : body.value.slice(begin, end);
      if (inside) body.setSelectionRange(begin, end);
      type(body, `${opens}\n${inside}\n${closes}${inside ? "" : "\n"}`);
    });
  });
});
