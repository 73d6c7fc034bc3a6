// Who is on a case now: an open page gives a sign every half minute and shows who else does.
(() => {
  const EVERY = 30000;
  // A page may name this file twice.
  if (document.documentElement.dataset.presence) return;
  document.documentElement.dataset.presence = "on";

  // An answer that is no JSON (signed out, a server that is away) shows nothing and breaks nothing.
  const json = async (address, options) => {
    try {
      const answer = await fetch(address, { redirect: "error", ...options });
      return answer.ok && answer.status === 200 ? await answer.json() : null;
    } catch {
      return null;
    }
  };

  // Calls at once, every half minute while the page is seen, and when it is seen again.
  const whileSeen = (act) => {
    const seen = () => { if (document.visibilityState === "visible") act(); };
    seen();
    setInterval(seen, EVERY);
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("pageshow", (event) => { if (event.persisted) seen(); });
  };

  document.querySelectorAll("form[data-presence]").forEach((form) => {
    const place = document.getElementById(form.dataset.presence);
    // Beside the form too, where the eyes are; the status line above has read it out.
    const warn = (words) => {
      const opened = document.querySelector("form#step");
      opened?.querySelector(":scope > .desk-same")?.remove();
      if (!opened || !words) return;
      const line = document.createElement("p");
      line.className = "desk-same";
      line.textContent = words;
      opened.prepend(line);
    };
    const show = (marks) => {
      const said = marks.map((mark) => mark.words).join("\n");
      // The same words again would be read out again.
      if (place.dataset.said === said) return;
      place.dataset.said = said;
      warn(marks.find((mark) => mark.same)?.words);
      place.replaceChildren(...marks.map((mark) => {
        const line = document.createElement("p");
        line.className = mark.same ? "same" : "";
        line.textContent = mark.words;
        return line;
      }));
    };
    // A step's form, on a page of its own or opened inside the case page, says which step.
    const verb = form.elements.namedItem("verb");
    const own = verb.value;
    const sees = () => {
      const opened = document.querySelector("form#step");
      const step = /\/(step|referral\/\d+)\/(\w+)\//.exec(opened?.action ?? "");
      verb.value = step ? step[2] + (step[1] === "step" ? "" : "_referral") : own;
      return verb.value;
    };
    const tell = async () => {
      sees();
      const told = await json(form.action, { method: "POST", body: new FormData(form) });
      if (told) show(told.marks);
    };
    whileSeen(tell);
    document.addEventListener("focusin", () => {
      const before = verb.value;
      if (sees() !== before) tell();
    });
    window.addEventListener("pagehide", () => {
      const data = new FormData(form);
      data.append("left", "1");
      navigator.sendBeacon(form.action, data);
    });
  });

  document.querySelectorAll("[data-presence-rows]").forEach((place) => {
    const rows = new Map();
    document.querySelectorAll("input[name=case]").forEach((tick) => {
      const link = tick.closest("tr, li")?.querySelector("a.number");
      if (link) rows.set(tick.value, link);
    });
    if (!rows.size) return;
    const asked = new URLSearchParams([...rows.keys()].map((pk) => ["case", pk]));
    whileSeen(async () => {
      const told = await json(`${place.dataset.presenceRows}?${asked}`);
      if (!told) return;
      rows.forEach((link, pk) => {
        const mark = told.rows[pk];
        const old = link.parentElement.querySelector(".desk-on-it");
        if (old?.dataset.said === mark?.words) return;
        old?.remove();
        if (!mark) return;
        const sign = document.createElement("span");
        sign.className = "desk-on-it";
        sign.dataset.said = mark.words;
        sign.title = mark.words;
        const names = document.createElement("span");
        names.setAttribute("aria-hidden", "true");
        names.textContent = `● ${mark.names}`;
        const words = document.createElement("span");
        words.className = "visually-hidden";
        words.textContent = mark.words;
        sign.append(names, words);
        link.insertAdjacentElement("afterend", sign);
      });
    });
  });
})();
