// The numbers beside the filters and views, loaded after the page; and short addresses.
(() => {
  const list = document.querySelector("#changelist.queue");
  if (!list) return;

  // A choice that is none has no place in the address.
  const form = list.querySelector("form[data-filters]");
  form?.addEventListener("submit", () => {
    const fields = [...form.elements].filter((field) => field.name && !field.value && !field.disabled);
    fields.forEach((field) => { field.disabled = true; });
    // The page may come back from the browser's memory.
    window.addEventListener("pageshow", () => fields.forEach((field) => { field.disabled = false; }), { once: true });
  });

  if (!list.dataset.counts) return;
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const show = (told) => {
    list.querySelectorAll("[data-count]").forEach((place) => {
      const at = place.dataset.count.indexOf(":");
      const numbers = told.filters[place.dataset.count.slice(0, at)];
      if (numbers) place.textContent = format.format(numbers[place.dataset.count.slice(at + 1)] ?? 0);
    });
    list.querySelectorAll("[data-view]").forEach((place) => {
      if (place.dataset.view in told.views) place.textContent = told.views[place.dataset.view];
    });
    form?.querySelectorAll("select").forEach((select) => {
      const numbers = told.filters[select.name];
      if (!numbers) return;
      [...select.options].filter((option) => option.value).forEach((option) => {
        option.dataset.name ??= option.textContent.replace(/ \([\d,.]+\)$/, "");
        option.textContent = `${option.dataset.name} (${format.format(numbers[option.value] ?? 0)})`;
      });
    });
    const calls = list.querySelector("[data-calls]");
    if (calls) calls.textContent = told.calls ? format.format(told.calls) : "";
    const said = list.querySelector("[data-counted]");
    if (said) said.textContent = told.said;
    list.querySelector("[data-show-counts]")?.remove();
  };
  const load = async () => {
    try {
      const answer = await fetch(list.dataset.counts, { headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
    } catch { /* the list stands without its numbers */ }
  };
  load();
})();
