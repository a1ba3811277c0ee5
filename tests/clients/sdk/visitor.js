"use strict";
// Somebody who visits pages in a headless Chromium: see lines.js. Its path is the only argument.
// `at` is a selector of playwright's; what is not there yet is waited for.

const axe = require("axe-core");
const { launched } = require("./chromium");
const { say, serve } = require("./lines");

const SIZE = { viewport: { width: 1400, height: 900 } };
const SECONDS = 20;
const pages = new Map();
const ready = launched(process.argv[2], SIZE);

const bytes = ({ name, mimeType, base64 }) => ({ name, mimeType, buffer: Buffer.from(base64, "base64") });

// Every token that the page asks for is to last so long.
const shortened = (page, seconds) =>
  page.route("**/_partywire/token?*", (route) => {
    route.continue({ url: `${route.request().url()}&ttl=${seconds}` });
  });

async function visit({ who, url, ttl }) {
  const { browser } = await ready;
  const page = await browser.newPage();
  page.setDefaultTimeout(SECONDS * 1000);
  page.on("console", (line) => say({ who, event: line.type(), saw: line.text() }));
  page.on("pageerror", (error) => say({ who, event: "pageerror", saw: String(error) }));
  page.on("request", (request) => say({ who, event: "request", saw: request.url() }));
  page.on("websocket", (socket) => say({ who, event: "request", saw: socket.url() }));
  if (ttl) await shortened(page, ttl);
  pages.set(who, page);
  const answer = await page.goto(url);
  return answer.status();
}

// The whole of what a place says, whatever the space around it.
const exactly = (text) => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*$`);

// What can be done on a page, each with the place and the command.
const acts = {
  click: (place) => place.click(),
  fill: (place, { text }) => place.fill(text),
  type: (place, { text }) => place.pressSequentially(text),
  press: (place, { key }) => place.press(key),
  attach: (place, { files }) => place.setInputFiles(files.map(bytes)),
  see: (place) => place.waitFor(),
  says: (place, { text }) => place.filter({ hasText: exactly(text) }).waitFor(),
  has: (place, { name, value }) => place.and(place.page().locator(`[${name}="${value}"]`)).waitFor(),
  gone: (place) => place.waitFor({ state: "hidden" }),
  text: (place) => place.innerText(),
  texts: (place) => place.allInnerTexts(),
  attribute: (place, { name }) => place.getAttribute(name),
  property: (place, { name }) => place.evaluate((one, key) => one[key], name),
  // What the page says that opens in a new tab.
  opens: async (place) => {
    const opened = place.page().waitForEvent("popup");
    await place.click();
    const popup = await opened;
    await popup.waitForLoadState();
    const said = await popup.innerText("body");
    await popup.close();
    return said;
  },
  scrollUp: (place) => place.evaluate((one) => void (one.scrollTop = 0)),
};

// What can be done with a page as a whole.
const whole = {
  size: (page, { width, height }) => page.setViewportSize({ width, height }),
  dark: (page) => page.emulateMedia({ colorScheme: "dark" }),
  leave: (page) => page.close(),
  // What keeps somebody from using the page, with the places: none, if all is well.
  audit: async (page) => {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run());
    return violations.map((one) => [one.id, ...one.nodes.map((node) => node.html)]);
  },
  shot: async (page, { path }) => void (await page.screenshot({ path })),
};

async function acted(ask) {
  if (ask.act === "visit") return visit(ask);
  const page = pages.get(ask.who);
  if (ask.act in whole) return whole[ask.act](page, ask);
  return acts[ask.act](page.locator(ask.at), ask);
}

serve(acted, async () => {
  await (await ready).close();
  process.exit(0);
});
