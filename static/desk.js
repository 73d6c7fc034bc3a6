// The desk's steps: Ctrl+Enter sends, and a second click while the first is on its way does not.
// Delegated, so that it holds for a form that comes into the page later.
(() => {
  const sent = new WeakSet();
  const step = (event) => event.target.closest && event.target.closest("form[data-step]");
  document.addEventListener("submit", (event) => {
    const form = step(event);
    if (!form) return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
  });
  document.addEventListener("keydown", (event) => {
    const form = step(event);
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  // A page that comes back from the browser's memory can be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-step]").forEach((form) => sent.delete(form));
  });
})();
