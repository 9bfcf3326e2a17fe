// Draws pages of the built application: a line of JSON in, a line of JSON out, one after the other.
// {id, url, seen} -> {id, status, html}; `seen`: state -> values its page is drawn with, instead of the compiled ones.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { createRequestHandler } from "react-router";

console.log = console.error; // standard output is for answers alone
const build = await import(pathToFileURL("build/server/index.js"));
const states = globalThis.__initialState;
const headers = { "user-agent": "Googlebot" }; // for robots React Router waits until the whole page is drawn

async function draw({ id, url, seen }) {
  const before = {};
  for (const [name, values] of Object.entries(seen)) {
    before[name] = states[name];
    states[name] = { ...states[name], ...values };
  }
  try {
    const handle = createRequestHandler({ ...build, prerender: [decodeURI(new URL(url).pathname)] }, "production");
    const answer = await handle(new Request(url, { headers }));
    return { id, status: answer.status, html: await answer.text() };
  } finally {
    Object.assign(states, before);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const failed = (problem) => ({ id: asked.id, status: 500, html: "", problem: String(problem) });
  const answer = await draw(asked).catch(failed);
  process.stdout.write(JSON.stringify(answer) + "\n");
}
