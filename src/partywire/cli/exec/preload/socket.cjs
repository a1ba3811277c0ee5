"use strict";
// Leads the chat SDK's WebSocket to Partywire: Node runs this first under `partywire exec`.
//
// No WebSocket of Node's reads the variables that name a proxy, so the address itself is changed:
// that of Node's own class (from 22 on), and that of the package `ws`, which the SDK takes where
// there is none.

const Module = require("node:module");

const server = process.env.PARTYWIRE_URL;
const sockets = /^wss:\/\/tsock(\.[a-z0-9-]+)?\.twilio\.com(:443)?(?=[/?]|$)/i;

function led(address) {
  const text = String(address);
  return sockets.test(text) ? text.replace(sockets, server.replace(/^http/, "ws")) : address;
}

function leading(Socket) {
  return new Proxy(Socket, {
    construct(target, [address, ...others], made) {
      return Reflect.construct(target, [led(address), ...others], made);
    },
  });
}

if (server) {
  if (typeof globalThis.WebSocket === "function") {
    globalThis.WebSocket = leading(globalThis.WebSocket);
  }
  const load = Module._load;
  const known = new Map();
  Module._load = function (request, ...others) {
    const found = load.call(this, request, ...others);
    if (request !== "ws" || typeof found !== "function") return found;
    if (!known.has(found)) known.set(found, leading(found));
    return known.get(found);
  };
}
