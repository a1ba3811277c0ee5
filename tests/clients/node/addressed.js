"use strict";
// Participants by address, and who takes part where.

const { refused } = require("./place");

async function joiningByAddress({ root }) {
  const first = await root.conversations.create();
  const second = await root.conversations.create();
  const theirs = root.conversations(first.sid).participants;
  const pair = {
    "messagingBinding.address": "+15550100",
    "messagingBinding.proxyAddress": "+15550199",
  };
  const made = await theirs.create(pair);
  const others = root.conversations(second.sid).participants;
  const taken = await refused(others.create(pair));
  const moved = await theirs(made.sid).update({ "messagingBinding.proxyAddress": "+15550198" });
  await others.create(pair);
  await others.create({ identity: "ann", "messagingBinding.projectedAddress": "+15550111" });
  await others.create({ "messagingBinding.address": "+15550112" });
  const found = root.participantConversations;
  const byAddress = await found.list({ address: "+15550100", pageSize: 1 });
  return {
    first: first.sid,
    made,
    taken,
    moved,
    bindings: (await others.list()).map((each) => each.messagingBinding),
    byAddress: byAddress.map((each) => each.conversationSid).sort(),
    both: [first.sid, second.sid].sort(),
    one: (await found.list({ identity: "ann" }))[0],
  };
}

async function makingAConversationWithParticipants({ root }) {
  const people = [
    { identity: "ann", attributes: '{"seat": 1}' },
    {
      messaging_binding: {
        address: "whatsapp:+15550100",
        proxy_address: "whatsapp:+15550199",
      },
    },
  ];
  const whole = root.conversationWithParticipants;
  const made = await whole.create({
    friendlyName: "Lunch",
    participant: people.map((each) => JSON.stringify(each)),
  });
  const conversation = root.conversations(made.sid);
  return {
    made,
    then: await conversation.fetch(),
    people: await conversation.participants.list(),
    alone: await whole.create({ uniqueName: "alone" }),
    twice: await refused(whole.create({ participant: Array(2).fill('{"identity": "bob"}') })),
    bobs: (await root.users.list()).map((user) => user.identity),
  };
}

module.exports = { joiningByAddress, makingAConversationWithParticipants };
