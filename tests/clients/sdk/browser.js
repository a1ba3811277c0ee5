"use strict";
// Chat clients in pages of a headless Chromium: see lines.js. Its path is the only argument.

const http = require("node:http");
const path = require("node:path");
const esbuild = require("esbuild");
const { acts } = require("./acts");
const { launched } = require("./chromium");
const { say, serve } = require("./lines");
const { Relay } = require("./relay");

const NETWORK = new Set(["drop", "away", "back", "moved"]);
const seats = new Map();

// The address of a page that holds nothing but the bundled SDK.
async function served() {
  const built = await esbuild.build({
    entryPoints: [path.join(__dirname, "page.js")],
    bundle: true,
    write: false,
    logLevel: "error",
  });
  const script = built.outputFiles[0].text;
  const server = http.createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("Content-Type", `${isScript ? "text/javascript" : "text/html"}; charset=utf-8`);
    response.end(isScript ? script : '<!doctype html><script src="/page.js"></script>');
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}/`));
  });
}

async function opened() {
  return { ...(await launched(process.argv[2])), address: await served() };
}

const ready = opened();

async function connect({ who, port, token }) {
  const { browser, address } = await ready;
  const relay = new Relay(port);
  const uri = `ws://127.0.0.1:${await relay.open()}/v3/wsconnect`;
  const page = await browser.newPage();
  await page.exposeFunction("tell", (event, saw) => say({ who, event, saw }));
  await page.goto(address);
  seats.set(who, { page, relay });
  await page.evaluate(([given, where]) => window.begin(given, where), [token, uri]);
}

async function acted(ask) {
  const seat = seats.get(ask.who);
  if (NETWORK.has(ask.act)) return acts[ask.act](seat, ask);
  const { answer, error } = await seat.page.evaluate((given) => window.act(given), ask);
  if (error) throw Object.assign(new Error(error.message), { shown: error });
  return answer;
}

// Closes all pages, and every network with them.
async function clear() {
  const left = [...seats.values()];
  seats.clear();
  await Promise.all(
    left.map(({ page, relay }) => {
      relay.close();
      return page.close();
    }),
  );
}

const own = { connect, clear };

serve(
  (ask) => (own[ask.act] ?? acted)(ask),
  async () => {
    await (await ready).close();
    process.exit(0);
  },
);
