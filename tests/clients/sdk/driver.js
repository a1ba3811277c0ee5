"use strict";
// Chat clients in this process, each with a network of its own: see lines.js.

const { Client } = require("@twilio/conversations");
const { acts } = require("./acts");
const { say, serve } = require("./lines");
const { Relay } = require("./relay");
const { follow } = require("./told");

const seats = new Map();

async function connect({ who, port, token }) {
  const relay = new Relay(port);
  const uri = `ws://127.0.0.1:${await relay.open()}/v3/wsconnect`;
  const client = new Client(token, { Twilsock: { uri }, logLevel: "silent" });
  follow(client, (event, saw) => say({ who, event, saw }));
  seats.set(who, { client, relay });
}

// What the SDK asks when its connection is lost it leaves unhandled: a browser goes on.
process.on("unhandledRejection", (error) => console.error(error));

serve(
  (ask) => (ask.act === "connect" ? connect(ask) : acts[ask.act](seats.get(ask.who), ask)),
  () => process.exit(0),
);
