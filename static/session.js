/* How long until this person is signed out, and a button against it. The server counts by
   itself; this only shows it. Typing and moving in a page count as being there. */
(() => {
  "use strict";
  if (window.sessionClock) return;
  window.sessionClock = true;
  const boxes = Array.from(document.querySelectorAll("[data-idle]"));
  if (!boxes.length) return;
  const first = boxes[0];
  const whole = Number(first.dataset.idle) * 1000;
  const warnAt = Math.min(120000, whole / 2);
  const KEY = "session-until";
  let until = Date.now() + whole;
  let active = false;
  let asking = false;
  let stage = "";

  const notice = document.createElement("div");
  notice.className = "idle-notice no-print";
  notice.setAttribute("role", "alert");
  document.body.append(notice);
  const say = (name) => {
    if (stage === name) return;
    stage = name;
    notice.replaceChildren();
    notice.classList.toggle("shown", name === "soon" || name === "over");
    if (!name) return;
    const line = document.createElement("p");
    line.textContent = first.dataset[name];
    notice.append(line);
    if (name !== "soon") return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "krds-btn small primary button";
    button.textContent = first.querySelector("[data-stay] button").textContent;
    button.addEventListener("click", () => stay(true));
    notice.append(button);
  };

  // Other tabs of the same person share the session, and its clock.
  const share = () => {
    try {
      localStorage.setItem(KEY, String(until));
    } catch {
      /* private windows may refuse; each tab then counts for itself */
    }
  };
  window.addEventListener("storage", (event) => {
    if (event.key === KEY && Number(event.newValue) > until) until = Number(event.newValue);
    show();
  });

  const stay = async (asked) => {
    const form = first.querySelector("[data-stay]");
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        redirect: "error",
      });
      if (answer.status === 401 || answer.status === 403) until = Date.now();
      else if (answer.ok) {
        until = Date.now() + whole;
        active = false;
        share();
        if (asked) say("stayed");
      }
    } catch {
      /* no network: the clock goes on, the next try may succeed */
    }
    asking = false;
    show();
  };

  function show() {
    const left = Math.max(0, until - Date.now());
    const text = `${Math.floor(left / 60000)}:${String(Math.floor((left % 60000) / 1000)).padStart(2, "0")}`;
    boxes.forEach((box) => {
      box.querySelector(".idle-left").textContent = left ? `${first.dataset.left} ${text}` : "";
      box.querySelector("[data-stay]").hidden = !left;
    });
    if (!left) say("over");
    else if (left <= warnAt) {
      if (active) stay(false);
      else say("soon");
    } else {
      if (stage !== "stayed") say("");
      // Somebody who types a long answer is not silent.
      if (active && left < whole / 2) stay(false);
    }
  }

  ["input", "keydown", "pointerdown"].forEach((kind) =>
    document.addEventListener(kind, (event) => {
      if (event.isTrusted && !event.target.closest?.("[data-idle], .idle-notice")) active = true;
    }, { capture: true, passive: true }),
  );
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-stay]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    stay(true);
  }, true);
  boxes.forEach((box) => (box.querySelector("[data-stay]").hidden = false));
  share();
  show();
  window.setInterval(show, 1000);
})();
