/* Passkeys: asks the browser for one and sends the form with what comes back.
   A form says data-passkey="get" or "create" and names its options by data-passkey-options. */
(() => {
  "use strict";
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const button = form.querySelector("[data-passkey-go]");
    const told = form.querySelector("[data-passkey-told]");
    const options = document.getElementById(form.dataset.passkeyOptions);
    const field = form.querySelector("input[name=credential]");
    if (!window.PublicKeyCredential || !window.webauthnJSON) {
      told.textContent = told.dataset.none;
      return;
    }
    button.hidden = false;
    button.addEventListener("click", async () => {
      told.textContent = "";
      button.setAttribute("aria-disabled", "true");
      try {
        const asked = JSON.parse(options.textContent);
        const answer = await window.webauthnJSON[form.dataset.passkey](asked);
        field.value = JSON.stringify(answer);
        form.submit();
      } catch (error) {
        const why = { SecurityError: "place", InvalidStateError: "known" }[error.name] || "refused";
        told.textContent = told.dataset[why];
        button.removeAttribute("aria-disabled");
      }
    });
    // The field is hidden: a form without an answer of the passkey is never sent by Enter.
    form.addEventListener("submit", (event) => {
      if (!field.value) {
        event.preventDefault();
        button.click();
      }
    });
  });
})();
