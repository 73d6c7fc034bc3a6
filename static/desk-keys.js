// The desk by keyboard. Every key only presses what Tab and Enter reach too; single keys rest
// while somebody types, and can be switched off on the help sheet (WCAG 2.1.4).
(() => {
  const sheet = document.getElementById("desk-keys");
  if (!sheet) return;
  const STORE = "desk-keys", LAST = "desk-last-case";
  const PAUSE = 1500;
  const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

  const store = {
    get(name, area = localStorage) { try { return area.getItem(name); } catch { return null; } },
    set(name, value, area = localStorage) { try { area.setItem(name, value); } catch { /* forbidden */ } },
  };
  const isOn = () => store.get(STORE) !== "off";
  const seen = (element) => element.getClientRects().length > 0;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const first = (selector) => all(selector).find(seen);

  // The key by its cap: with a Korean input method on, J arrives as ㅓ or as "Process".
  const CAPS = { Slash: "/?", BracketLeft: "[{", BracketRight: "]}" };
  const keyOf = (event) => {
    const cap = /^Key([A-Z])$/.exec(event.code);
    const plain = /^[!-~]$/.test(event.key);
    if (plain && !/[a-z]/i.test(event.key)) return event.key;
    const letter = plain ? event.key : cap?.[1];
    if (letter) return event.shiftKey ? letter.toUpperCase() : letter.toLowerCase();
    const pair = CAPS[event.code];
    if (pair) return pair[event.shiftKey ? 1 : 0];
    return /^(Digit|Numpad)(\d)$/.exec(event.code)?.[2] ?? event.key;
  };

  // --- What the keys press on this page --------------------------------------------------
  const rowOf = (element) => element?.closest("tr, li, article");
  const links = () => all("main a.number").filter(seen);
  const current = (rows) => {
    const row = rowOf(document.activeElement);
    return row ? rows.findIndex((link) => row.contains(link)) : -1;
  };
  const step = (by) => {
    const rows = links();
    if (!rows.length) return false;
    const last = rows.findIndex((link) => link.pathname === store.get(LAST, sessionStorage));
    let at = current(rows);
    if (at < 0 && last >= 0) at = by > 0 ? last - 1 : last + 1;
    const next = rows[at < 0 && by < 0 ? rows.length - 1 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  const open = () => {
    const rows = links();
    const link = rows[Math.max(current(rows), 0)];
    link?.click();
    return Boolean(link);
  };
  const tick = () => {
    const box = rowOf(document.activeElement)?.querySelector("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  };
  const press = (element) => { element?.click(); return Boolean(element); };
  const reach = (element) => { element?.focus(); return Boolean(element); };

  const bodies = () => {
    const marked = all("form#step input[data-key]");
    return (marked.length ? marked : all("form#step .desk-ask input[type=checkbox][name$=-chosen]")).slice(0, 9);
  };
  const writing = () => {
    const fields = all("form#step textarea, form#step input[type=text]").filter(seen);
    return fields.find((field) => field.name === "question") ?? fields[0];
  };
  const tickFirst = (count) => {
    const boxes = bodies().slice(0, count);
    boxes.forEach((box) => { if (!box.checked) box.click(); });
    return boxes.length > 0 && reach(writing());
  };

  const sections = new Map(all("[data-keys-for]", sheet).map((part) => [part.dataset.keysFor, part]));
  const stepKeys = new Map(all("[data-verb]", sheet).map((row) => [row.querySelector("kbd").textContent, row.dataset.verb]));
  const ofVerb = (verb) => first(`main a[href*="/step/${verb}/"], main form[action*="/step/${verb}/"] button`);
  // The form of a step: a page of its own, or opened inside the case page.
  const stepForm = () => first("form#step");
  const onList = !stepForm() && document.querySelector("main a.number") !== null;
  const ways = new Map([["q", "queue"], ["a", "all"], ["d", "desk"]].map(([key, name]) => [key, sheet.querySelector(`[data-way=${name}]`)]));

  const search = () => first("#searchbar, main input[type=search], main input[name=q]");

  const help = () => {
    const onStep = Boolean(stepForm());
    const here = { everywhere: true, list: onList, step: onStep, bodies: onStep && bodies().length > 0 };
    all("[data-verb]", sheet).forEach((row) => { row.hidden = onStep || !ofVerb(row.dataset.verb); });
    all("[data-search]", sheet).forEach((row) => { row.hidden = !search(); });
    all("[data-press]", sheet).forEach((row) => { row.hidden = !first(`[data-keys~="${row.dataset.press}"]`); });
    sections.forEach((part, name) => {
      part.hidden = name in here ? !here[name] : !all("li", part).some((row) => !row.hidden);
    });
    if (!sheet.open) sheet.showModal();
    return true;
  };

  const keys = {
    "?": help,
    "/": () => reach(search()),
    j: () => onList && step(1),
    k: () => onList && step(-1),
    o: () => onList && open(),
    x: () => onList && tick(),
    X: () => press(first("[data-bulk-page]")),
    w: () => reach(writing()),
    p: () => press(first("form#step button[name=preview]")),
  };
  const act = (key, event) => {
    const marked = first(`[data-keys~="${CSS.escape(key)}"]`);
    if (marked) return press(marked);
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (digit && bodies().length) {
      return event.shiftKey ? tickFirst(Number(digit)) : press(bodies()[digit - 1]);
    }
    if (keys[key]) return keys[key]();
    return !stepForm() && stepKeys.has(key) && press(ofVerb(stepKeys.get(key)));
  };

  // --- Listening --------------------------------------------------------------------------
  let leader = 0;
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || sheet.open || document.querySelector("dialog[open]")) return;
    // In a form desk.js has sent it already; this is for a page whose focus is elsewhere.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = stepForm();
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = target.closest(TYPED);
    if (typing) {
      // Escape leaves a field of a step, so that the keys work again.
      if (event.key === "Escape" && !event.isComposing && typing.closest("form#step") && !typing.closest("[data-panel]") && !typing.list) typing.blur();
      return;
    }
    if (!isOn()) return;
    const key = keyOf(event);
    if (event.repeat && !["j", "k"].includes(key)) return;
    if (leader && Date.now() - leader < PAUSE) {
      leader = 0;
      const way = ways.get(key);
      if (way) { event.preventDefault(); way.click(); return; }
    }
    if (key === "g") { leader = Date.now(); return; }
    if (act(key, event)) event.preventDefault();
  });

  // The queue begins again at the case that was opened last.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("main a.number") : null;
    if (link) store.set(LAST, link.pathname, sessionStorage);
  });

  // --- What is shown of the keys ------------------------------------------------------------
  const spoken = (key) => (/^[A-Z]$/.test(key) ? `Shift+${key}` : key);
  const show = (element, names) => {
    if (!element) return;
    element.querySelector(":scope > .desk-key")?.remove();
    element.removeAttribute("aria-keyshortcuts");
    if (!isOn()) return;
    element.setAttribute("aria-keyshortcuts", names.map(spoken).join(" "));
    if (element instanceof HTMLInputElement) return;
    const cap = document.createElement("kbd");
    cap.className = "desk-key";
    cap.setAttribute("aria-hidden", "true");
    cap.textContent = names[0];
    element.append(cap);
  };
  const showAll = () => {
    all("[data-keys]").forEach((element) => show(element, element.dataset.keys.split(" ")));
    if (!stepForm()) stepKeys.forEach((verb, key) => show(ofVerb(verb), [key]));
    bodies().forEach((box, place) => {
      show(box, [String(place + 1)]);
      const label = box.closest("label");
      if (label) show(label, [String(place + 1)]);
      label?.removeAttribute("aria-keyshortcuts");
    });
    all("[data-tick-first]").forEach((button) => {
      button.hidden = bodies().length < Number(button.dataset.tickFirst);
    });
    show(first("form#step button[name=preview]"), ["p"]);
    show(search(), ["/"]);
  };
  const toggle = sheet.querySelector("[data-keys-on]");
  toggle.checked = isOn();
  toggle.addEventListener("change", () => {
    store.set(STORE, toggle.checked ? "on" : "off");
    showAll();
  });
  sheet.querySelector("[data-keys-close]").addEventListener("click", () => sheet.close());
  all("[data-keys-help]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", help);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-tick-first]") : null;
    if (button) tickFirst(Number(button.dataset.tickFirst));
  });
  showAll();
  all("[data-panel-body]").forEach((place) => new MutationObserver(showAll).observe(place, { childList: true }));
})();
