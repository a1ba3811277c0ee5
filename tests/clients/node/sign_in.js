"use strict";
// Makes a conversation of the given name and prints, as JSON, whose it is and what else is there.
// Signs in as the environment says: with an API key where there is one, else with the auth token.

const twilio = require("twilio");
const { pointed, refused } = require("./place");

function client() {
  const accountSid = process.env.TWILIO_ACCOUNT_SID;
  const key = process.env.TWILIO_API_KEY;
  if (key) return pointed(twilio(key, process.env.TWILIO_API_SECRET, { accountSid }));
  return pointed(twilio(accountSid, process.env.TWILIO_AUTH_TOKEN));
}

async function main() {
  const { conversations } = client().conversations.v1;
  const uniqueName = process.argv[2];
  const saw = { refused: await refused(conversations.create({ uniqueName })) };
  if (saw.refused === null) {
    saw.account_sid = (await conversations(uniqueName).fetch()).accountSid;
    saw.names = (await conversations.list()).map((found) => found.uniqueName).sort();
  }
  console.log(JSON.stringify(saw));
}

main();
