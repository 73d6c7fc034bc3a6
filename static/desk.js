// The desk's steps: Ctrl+Enter sends, and a second click while the first is on its way does not.
// Also for the forms that a page opens inside itself later.
(() => {
  let sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-step]")) return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-step]");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  // What is to be mended is named first; the first look goes there.
  document.querySelector("[data-errors]")?.focus();
  // A page that comes back from the browser's memory can be sent again.
  window.addEventListener("pageshow", () => { sent = new WeakSet(); });
})();
