// The desk's steps: Ctrl+Enter sends, and a second click while the first is on its way does not.
document.querySelectorAll("form[data-step]").forEach((form) => {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  // A page that comes back from the browser's memory can be sent again.
  window.addEventListener("pageshow", () => { sent = false; });
});
