/* The page that asks for a moment: lets a worker do the calculation, says how far it is, then
   sends the form on. Without this file the same form goes on once its wait is over. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-limit]");
  if (!form || !window.Worker) return;
  const proof = form.elements.limit_proof;
  const box = document.querySelector("[data-limit-work]");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[role=status]");
  const waits = document.querySelector("[data-limit-wait]");
  const bits = Number(form.dataset.bits);
  // What still has to be typed or chosen by hand: then the person sends the form.
  const byHand = form.querySelector("input[type=password]") !== null || "files" in form.dataset;

  // The only address of which a script may be made on our pages (Trusted Types).
  const mine = (address) => {
    const url = new URL(address, window.location.href);
    if (url.origin !== window.location.origin || !/\/limits-worker(\.[0-9a-f]+)?\.js$/.test(url.pathname)) throw new TypeError("not ours");
    return url.href;
  };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("portal-worker", { createScriptURL: mine }) : { createScriptURL: mine };

  const worker = new Worker(policy.createScriptURL(form.dataset.limit));
  box.hidden = false;
  waits.hidden = true;
  said.textContent = said.dataset.begun;
  let spoken = Date.now();
  worker.onmessage = ({ data }) => {
    if (data.tried) {
      // How long it takes is chance; the bar nears its end without promising it.
      bar.value = 1 - Math.exp(-data.tried / 2 ** bits);
      if (Date.now() - spoken > 10000) {
        spoken = Date.now();
        said.textContent = "";
        requestAnimationFrame(() => { said.textContent = said.dataset.on; });
      }
      return;
    }
    worker.terminate();
    proof.value = data.found;
    bar.value = 1;
    said.textContent = byHand ? said.dataset.ready : said.dataset.done;
    if (!byHand) form.requestSubmit();
  };
  worker.onerror = () => {
    worker.terminate();
    box.hidden = true;
    waits.hidden = false;
  };
  worker.postMessage({ ticket: form.elements.limit_ticket.value, bits });
})();
