/* A piece of a page, asked for and parsed by the browser's own request: no script of ours makes
   HTML out of a text (docs/security.md). Answers {ok, status, html, moved, body}; body is null
   when the answer was no page. A request that is called off or that fails is refused. */
(() => {
  "use strict";
  window.portalFragment = (address, { method = "GET", body = null, signal = null } = {}) =>
    new Promise((resolve, reject) => {
      const whole = new URL(address, window.location.href);
      const asking = new XMLHttpRequest();
      asking.open(method, whole);
      asking.responseType = "document";
      asking.setRequestHeader("Accept", "text/html");
      asking.onload = () => {
        const page = asking.response;
        resolve({
          ok: asking.status >= 200 && asking.status < 300,
          status: asking.status,
          html: (asking.getResponseHeader("Content-Type") || "").startsWith("text/html"),
          moved: asking.responseURL !== whole.href.split("#")[0],
          body: page ? document.importNode(page.body, true) : null,
        });
      };
      asking.onerror = () => reject(new Error("no answer"));
      asking.onabort = () => reject(new Error("called off"));
      if (signal) signal.addEventListener("abort", () => asking.abort());
      asking.send(body);
    });
})();
