"use strict";
// Connects with no option at all, as an app does, with the token that is the argument; sends a
// message to the conversation of the other one, and prints what it is told of it.

const { Client } = require("@twilio/conversations");

const [token, sid] = process.argv.slice(2);
const client = new Client(token);
client.on("initFailed", ({ error }) => {
  console.log(JSON.stringify({ failed: error }));
  process.exit(1);
});
client.on("messageAdded", async (message) => {
  console.log(JSON.stringify({ author: message.author, body: message.body }));
  await client.shutdown();
  process.exit(0);
});
client.on("initialized", async () => {
  const conversation = await client.getConversationBySid(sid);
  await conversation.sendMessage("Soup?");
});
