"use strict";
// What the library's exceptions say of the server's refusals.

const { refused } = require("./place");

async function beingRefused({ root, seat }) {
  await seat(["ann"], { uniqueName: "lunch" });
  await seat([], { uniqueName: "dinner" });
  const anns = root.users("ann").userConversations;
  const lunch = root.conversations("lunch");
  return {
    unknownUser: await refused(root.users("nobody").fetch()),
    unknownConversation: await refused(root.conversations("nowhere").fetch()),
    unknownUserConversation: await refused(anns("dinner").fetch()),
    participantTwice: await refused(lunch.participants.create({ identity: "ann" })),
    userTwice: await refused(root.users.create({ identity: "ann" })),
    nameTakenAtCreation: await refused(root.conversations.create({ uniqueName: "lunch" })),
    nameTakenAtUpdate: await refused(lunch.update({ uniqueName: "dinner" })),
    badLevel: await refused(anns("lunch").update({ notificationLevel: "loud" })),
    badIndex: await refused(anns("lunch").update({ lastReadMessageIndex: -1 })),
    badAttributes: await refused(root.users("ann").update({ attributes: "{" })),
    noBody: await refused(lunch.messages.create({})),
  };
}

async function writingToAClosedConversation({ root, seat }) {
  await seat(["ann"], { uniqueName: "lunch" });
  const lunch = root.conversations("lunch");
  const message = await lunch.messages.create({ body: "x" });
  await lunch.update({ state: "closed" });
  const anns = root.users("ann").userConversations("lunch");
  const muted = await anns.update({ notificationLevel: "muted", lastReadMessageIndex: 0 });
  return {
    message: await refused(lunch.messages.create({ body: "y" })),
    edit: await refused(lunch.messages(message.sid).update({ body: "y" })),
    participant: await refused(lunch.participants.create({ identity: "bob" })),
    update: await refused(lunch.update({ friendlyName: "Lunch" })),
    reopen: await refused(lunch.update({ state: "active" })),
    muted: [muted.notificationLevel, muted.unreadMessagesCount],
    left: await anns.remove(),
  };
}

module.exports = { beingRefused, writingToAClosedConversation };
