"use strict";
// What runs in the browser's page: one chat client, and what the test may ask of it.

const { Client } = require("@twilio/conversations");
const { acts } = require("./acts");
const show = require("./shown");
const { follow } = require("./told");

let client;

window.begin = (token, uri) => {
  client = new Client(token, { Twilsock: { uri }, logLevel: "silent" });
  follow(client, (event, saw) => window.tell(event, saw));
};

window.act = async (ask) => {
  try {
    return { answer: (await acts[ask.act]({ client }, ask)) ?? null };
  } catch (error) {
    return { error: show.failure(error) };
  }
};
