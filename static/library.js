// Comforts of a page that is read: print, pass on, and where one is in the table of contents.
// Every page works without this file; what needs it is hidden until it runs.
(() => {
  "use strict";
  document.querySelectorAll("[data-needs-script]").forEach((e) => { e.hidden = false; });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.addEventListener("click", () => window.print());
  });

  const links = Array.from(document.querySelectorAll(".entry-contents a"));
  const places = links.map((link) => document.getElementById(link.hash.slice(1)));
  if (!links.length || !("IntersectionObserver" in window)) return;
  const mark = () => {
    let here = -1;
    places.forEach((place, at) => {
      if (place && place.getBoundingClientRect().top < window.innerHeight / 3) here = at;
    });
    links.forEach((link, at) => {
      if (at === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  };
  const watcher = new IntersectionObserver(mark, { rootMargin: "0px 0px -60% 0px" });
  places.forEach((place) => place && watcher.observe(place));
})();
