// Ticks in the queue: all on this page at once, and how many are ticked.
document.querySelectorAll("[data-bulk]").forEach((part) => {
  const form = part.form ?? part.closest("form");
  if (!form) return;
  const boxes = [...form.elements].filter((box) => box.name === "case");
  const page = part.querySelector("[data-bulk-page]");
  const everything = part.querySelector("[data-bulk-all]");
  const count = part.querySelector("[data-bulk-count]");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (page) {
      page.checked = ticked > 0 && ticked === boxes.length;
      page.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    count.textContent = everything?.checked || !ticked ? "" : `· ${ticked} ${count.dataset.bulkCount}`;
  };
  page?.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = page.checked; });
    show();
  });
  form.addEventListener("change", show);
  // Ticking everything on the page says the same as the box for the page: one list is enough.
  form.addEventListener("formdata", (event) => event.formData.delete("page"));
  window.addEventListener("pageshow", show);
  show();
});
