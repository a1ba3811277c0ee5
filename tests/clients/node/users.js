"use strict";
// Users.

const { refused } = require("./place");

async function keepingUsers({ root }) {
  const { users } = root;
  const made = await users.create({
    identity: "ann",
    friendlyName: "Ann",
    attributes: '{"team": "red"}',
  });
  const bySid = await users(made.sid).fetch();
  const byIdentity = await users("ann").fetch();
  const updated = await users("ann").update({
    friendlyName: "Ann Lee",
    attributes: '{"team": "blue"}',
  });
  const readBack = await users(made.sid).fetch();
  await users.create({ identity: "bob" });
  const listed = (await users.list()).map((user) => user.identity).sort();
  return { made, bySid, byIdentity, updated, readBack, listed };
}

async function deletingAUser({ root, seat }) {
  const conversation = root.conversations((await seat(["ann", "bob"])).sid);
  await conversation.messages.create({ author: "ann", body: "bye" });
  const ann = root.users("ann");
  return {
    answer: await ann.remove(),
    fetch: await refused(ann.fetch()),
    delete: await refused(ann.remove()),
    theirConversations: await refused(ann.userConversations("any").fetch()),
    users: (await root.users.list()).map((user) => user.identity),
    participants: (await conversation.participants.list()).map((one) => one.identity),
    authors: (await conversation.messages.list()).map((message) => message.author),
  };
}

module.exports = { keepingUsers, deletingAUser };
