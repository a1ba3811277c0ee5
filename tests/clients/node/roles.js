"use strict";
// Roles.

const { refused } = require("./place");

async function keepingRoles({ root }) {
  const { roles } = root;
  const born = await roles.list();
  const made = await roles.create({
    friendlyName: "reader",
    type: "conversation",
    permission: ["sendMessage", "leaveConversation"],
  });
  const role = roles(made.sid);
  const fetched = await role.fetch();
  const updated = await role.update({ permission: ["leaveConversation"] });
  const readBack = await role.fetch();
  const conversation = root.conversations((await root.conversations.create()).sid);
  const ann = await conversation.participants.create({ identity: "ann", roleSid: made.sid });
  return {
    born: born.map((each) => [each.friendlyName, each.type]).sort(),
    made,
    fetched,
    updated,
    readBack,
    unknown: await refused(role.update({ permission: ["fly"] })),
    held: ann.roleSid,
    answer: await role.remove(),
    heldThen: (await conversation.participants("ann").fetch()).roleSid,
    fetch: await refused(role.fetch()),
    left: (await roles.list({ pageSize: 3 })).length,
  };
}

module.exports = { keepingRoles };
