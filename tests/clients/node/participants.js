"use strict";
// Participants.

const { refused } = require("./place");

async function keepingParticipants({ root }) {
  const conversation = root.conversations((await root.conversations.create()).sid);
  const { participants } = conversation;
  const made = await participants.create({ identity: "ann", attributes: '{"seat": 1}' });
  const bySid = await participants(made.sid).fetch();
  const byIdentity = await participants("ann").fetch();
  await conversation.messages.create({ body: "x" });
  const updated = await participants(made.sid).update({
    attributes: '{"seat": 2}',
    lastReadMessageIndex: 0,
    lastReadTimestamp: "2026-01-01T12:00:00Z",
  });
  await participants.create({ identity: "bob" });
  return {
    made,
    bySid,
    byIdentity,
    updated,
    readBack: await participants(made.sid).fetch(),
    listed: (await participants.list()).map((one) => one.identity).sort(),
    unread: await root.users("ann").userConversations(made.conversationSid).fetch(),
  };
}

async function removingAParticipant({ root, seat }) {
  const conversation = root.conversations((await seat(["ann", "bob"])).sid);
  const { participants } = conversation;
  const ann = await participants("ann").fetch();
  await conversation.messages.create({ author: "ann", body: "bye" });
  return {
    ann: ann.sid,
    answer: await participants(ann.sid).remove(),
    fetch: await refused(participants(ann.sid).fetch()),
    delete: await refused(participants(ann.sid).remove()),
    listed: (await participants.list()).map((one) => one.identity),
    anns: (await root.users("ann").userConversations.list()).length,
    messages: await conversation.messages.list(),
  };
}

module.exports = { keepingParticipants, removingAParticipant };
