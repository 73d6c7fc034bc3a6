// How far a worker is with a spreadsheet; the page comes anew when it is done.
(() => {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-progress-text]");
  let wait = 700;

  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (!told.at_work) { location.reload(); return; }
      if (told.total) { bar.max = told.total; bar.value = told.done; } else { bar.removeAttribute("value"); }
      if (text.textContent !== told.text) text.textContent = told.text;
      wait = Math.min(wait * 1.15, 3000);
    } catch {
      // The line may come back; the link below the bar works all the time.
      wait = Math.min(wait * 2, 15000);
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
})();
