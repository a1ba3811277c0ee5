"use strict";
// Conversations: names, dates, states, timers.

const { refused } = require("./place");

async function keepingConversations({ root }) {
  const { conversations } = root;
  const made = await conversations.create({
    uniqueName: "lunch",
    friendlyName: "Lunch",
    attributes: '{"table": 4}',
    dateCreated: new Date("2024-02-29T12:30:15Z"),
    xTwilioWebhookEnabled: "true",
  });
  return {
    made,
    bySid: await conversations(made.sid).fetch(),
    byName: await conversations("lunch").fetch(),
    updated: await conversations("lunch").update({
      friendlyName: "Late lunch",
      uniqueName: "late",
    }),
    byNewName: await conversations("late").fetch(),
    byOldName: await refused(conversations("lunch").fetch()),
    cleared: (await conversations("late").update({ uniqueName: "" })).uniqueName,
  };
}

async function deletingAConversation({ root, seat }) {
  const conversation = await seat(["ann"], { uniqueName: "lunch" });
  const context = root.conversations("lunch");
  await context.messages.create({ body: "x" });
  return {
    answer: await context.remove(),
    fetch: await refused(context.fetch()),
    fetchBySid: await refused(root.conversations(conversation.sid).fetch()),
    delete: await refused(context.remove()),
    message: await refused(context.messages.create({ body: "y" })),
    listed: (await root.conversations.list()).length,
    anns: (await root.users("ann").userConversations.list()).length,
    sameNameAgain: (await seat([], { uniqueName: "lunch" })).sid !== conversation.sid,
  };
}

async function filteringConversations({ root }) {
  const { conversations } = root;
  const states = ["active", "inactive", "active", "active"];
  for (const [index, state] of states.entries()) {
    await conversations.create({
      uniqueName: `month ${index + 1}`,
      state,
      dateCreated: new Date(Date.UTC(2024, index, 10, 8)),
    });
  }
  await conversations("month 4").update({ state: "closed" });
  const names = async (filters) =>
    (await conversations.list(filters)).map((found) => found.uniqueName);
  const spring = { startDate: "2024-02-01T00:00:00Z", endDate: "2024-03-31T23:59:59Z" };
  return {
    active: (await names({ state: "active" })).sort(),
    inactive: await names({ state: "inactive" }),
    closed: await names({ state: "closed" }),
    from: await names({ startDate: "2024-02-10T00:00:00Z" }),
    until: await names({ endDate: "2024-02-10T23:59:59Z" }),
    between: await names({ ...spring }),
    betweenActive: await names({ ...spring, endDate: "2024-04-30T23:59:59Z", state: "active" }),
    betweenInPages: await names({
      startDate: "2024-01-01T00:00:00Z",
      endDate: "2024-12-31T23:59:59Z",
      pageSize: 1,
    }),
  };
}

async function settingTimers({ root }) {
  const { conversations } = root;
  const made = await conversations.create({ "timers.inactive": "PT5M", "timers.closed": "P1D" });
  const theirs = conversations(made.sid);
  await theirs.participants.create({ identity: "ann" });
  const fetched = await theirs.fetch();
  const seen = await root.users("ann").userConversations(made.sid).fetch();
  const cleared = await theirs.update({ "timers.inactive": "PT0S", "timers.closed": "PT0S" });
  return {
    made,
    fetched: fetched.timers,
    usersView: seen.timers,
    cleared: cleared.timers,
    readBack: (await theirs.fetch()).timers,
  };
}

async function changingState({ root }) {
  const made = await root.conversations.create({ state: "inactive" });
  const theirs = root.conversations(made.sid);
  await theirs.participants.create({ identity: "ann" });
  const anns = root.users("ann").userConversations(made.sid);
  const usersView = async () => (await anns.fetch()).conversationState;
  const states = [[made.state, await usersView()]];
  await theirs.messages.create({ body: "wake up" });
  states.push([(await theirs.fetch()).state, await usersView()]);
  states.push([(await theirs.update({ state: "closed" })).state, await usersView()]);
  return { states, messages: (await theirs.messages.list()).map((message) => message.body) };
}

module.exports = {
  keepingConversations,
  deletingAConversation,
  filteringConversations,
  settingTimers,
  changingState,
};
