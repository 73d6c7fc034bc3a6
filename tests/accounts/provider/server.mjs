// A certified OpenID Connect server on loopback, as a government's identity provider is one.
// Arguments: port, address to send people back to. One person signs in: whoever the form names.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , port, back, modules] = process.argv;
const found = createRequire(`${modules}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));

// By subject: what is claimed of a person.
const people = {};
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: "portal",
    client_secret: "the portal's own secret, long enough for tests",
    redirect_uris: [back],
  }],
  claims: { amr: null, openid: ["sub", "amr"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: people[id].email, email_verified: people[id].verified }),
  }),
  interactions: { url: (_context, interaction) => `/who/${interaction.uid}` },
});

// Whoever comes is whom a header names (address|verified|subject|factors); all is granted.
const server = createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  if (!url.pathname.startsWith("/who/")) return provider.callback()(request, response);
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  const [email, verified, subject, factors = ""] = decodeURIComponent(request.headers["x-who"]).split("|");
  people[subject] = { email, verified: verified === "yes" };
  if (prompt.name === "login") {
    const amr = factors.split(",").filter(Boolean);
    return provider.interactionFinished(request, response, { login: { accountId: subject, amr } });
  }
  const grant = grantId ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope("openid email");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
});
server.listen(Number(port), "127.0.0.1", () => console.log("listening"));
