"use strict";
// Where a scenario plays: a new account, at one of the two doors; and what it may bring along.

const { randomUUID } = require("node:crypto");
const twilio = require("twilio");

// The client, at the server under test. Under `partywire exec` no address is given, and the
// library stays as it came.
function pointed(client) {
  const address = process.env.CLIENT_BASE_URL;
  if (address) client.conversations.baseUrl = address;
  return client;
}

const hexadecimal = () => randomUUID().replaceAll("-", "");

// An account that nobody used before, and its door: `root` is where resources hang.
async function open(door) {
  // At this level the library logs each request.
  const client = pointed(twilio(`AC${hexadecimal()}`, hexadecimal(), { logLevel: "debug" }));
  const v1 = client.conversations.v1;
  let root = v1;
  if (door === "service") {
    root = v1.services((await v1.services.create({ friendlyName: "Shop" })).sid);
  }
  // A new conversation with these participants.
  async function seat(identities, fields = {}) {
    const conversation = await root.conversations.create(fields);
    for (const identity of identities) {
      await root.conversations(conversation.sid).participants.create({ identity });
    }
    return conversation;
  }
  return { client, v1, root, seat };
}

// What the library's exception says of a refusal; null where there was none.
async function refused(promise) {
  try {
    await promise;
  } catch (error) {
    if (error.constructor.name !== "RestException") throw error;
    return { status: error.status, code: error.code, message: error.message };
  }
  return null;
}

module.exports = { pointed, open, refused };
