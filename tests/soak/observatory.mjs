// The rules of MDN's HTTP Observatory over recorded answers: one line in, one line out.
// node observatory.mjs FOLDER-OF-THE-PACKAGE < answers.jsonl > scores.jsonl
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const home = pathToFileURL(`${process.argv[2]}/`);
const part = (path) => import(new URL(path, home));
const { ALL_TESTS } = await part("src/constants.js");
const { getScoreModifier } = await part("src/grader/grader.js");
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await part("src/grader/charts.js");
const { Requests } = await part("src/types.js");
const { parseHttpEquivHeaders } = await part("src/retriever/utils.js");
const { CookieJar } = createRequire(new URL("package.json", home))("tough-cookie");

for await (const line of createInterface({ input: process.stdin })) {
  const { name, url, status, headers, cookies, body } = JSON.parse(line);
  const jar = new CookieJar();
  cookies.forEach((cookie) => jar.setCookieSync(cookie, url, { ignoreError: true }));
  Object.defineProperty(headers, "get", { value: (name) => headers[name.toLowerCase()] ?? null });
  const response = { status, headers, data: body, verified: true, httpEquiv: body ? parseHttpEquivHeaders(body, url) : new Map() };
  const seen = new Requests(new URL(url).hostname);
  seen.session = { jar, url: new URL(url), response };
  seen.responses.auto = seen.responses.https = response;
  seen.responses.cors = response;
  seen.responses.http = response;
  // Plain HTTP goes to the same address under HTTPS (checked where the answers are recorded).
  seen.responses.httpRedirects = seen.responses.httpsRedirects = [
    { url: new URL(url.replace(/^https/, "http")), status: 301 }, { url: new URL(url), status },
  ];
  seen.resources.path = body;
  const results = ALL_TESTS.map((test) => test(seen).result).filter(Boolean);
  const marks = results.map((result) => getScoreModifier(result));
  const bare = 100 + marks.filter((mark) => mark < 0).reduce((sum, mark) => sum + mark, 0);
  const whole = 100 + marks.reduce((sum, mark) => sum + mark, 0);
  const lost = results.filter((_result, at) => marks[at] < 0);
  console.log(JSON.stringify({ name, score: bare >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? whole : bare, lost }));
}
