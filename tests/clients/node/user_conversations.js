"use strict";
// What a user sees of their conversations.

const { refused } = require("./place");

async function fetching({ root, seat }) {
  const conversation = await seat(["ann"], {
    uniqueName: "lunch",
    friendlyName: "Lunch",
    attributes: '{"table": 4}',
  });
  const user = await root.users("ann").fetch();
  return {
    conversation,
    user,
    participant: await root.conversations("lunch").participants("ann").fetch(),
    bySids: await root.users(user.sid).userConversations(conversation.sid).fetch(),
    byNames: await root.users("ann").userConversations("lunch").fetch(),
  };
}

async function muting({ root, seat }) {
  await seat(["ann", "bob"], { uniqueName: "lunch" });
  const anns = root.users("ann").userConversations;
  const answers = [await anns("lunch").update({ notificationLevel: "muted" })];
  const fetched = [await anns("lunch").fetch()];
  const listed = await anns.list();
  const bobs = await root.users("bob").userConversations("lunch").fetch();
  answers.push(await anns("lunch").update({ notificationLevel: "default" }));
  fetched.push(await anns("lunch").fetch());
  const level = (seen) => seen.notificationLevel;
  return {
    answers: answers.map(level),
    fetched: fetched.map(level),
    listed: listed.map(level),
    bobs: level(bobs),
  };
}

const horizon = (seen) => [seen.lastReadMessageIndex, seen.unreadMessagesCount];

async function reading({ root, seat }) {
  const { sid } = await seat(["ann", "bob"]);
  const conversation = root.conversations(sid);
  const posted = [];
  for (const body of "xyz") posted.push(await conversation.messages.create({ author: "bob", body }));
  const anns = root.users("ann").userConversations(sid);
  const fetched = [horizon(await anns.fetch())];
  const answers = [];
  for (const lastReadMessageIndex of [0, 2, 1, 99, 1]) {
    answers.push(horizon(await anns.update({ lastReadMessageIndex })));
    fetched.push(horizon(await anns.fetch()));
  }
  await conversation.messages.create({ author: "ann", body: "more" });
  const afterMore = horizon(await anns.fetch());
  await conversation.messages(posted[2].sid).remove();
  return {
    fetched,
    answers,
    afterMore,
    afterDeletion: horizon(await anns.fetch()),
    participant: await conversation.participants("ann").fetch(),
    bobs: horizon(await root.users("bob").userConversations(sid).fetch()),
  };
}

async function datingWhatWasRead({ root, seat }) {
  await seat(["ann"], { uniqueName: "lunch" });
  const conversation = root.conversations("lunch");
  await conversation.messages.create({ body: "x" });
  const anns = root.users("ann").userConversations("lunch");
  const both = await anns.update({
    lastReadMessageIndex: 0,
    lastReadTimestamp: new Date("2026-01-01T12:00:00Z"),
  });
  const afterBoth = await conversation.participants("ann").fetch();
  await anns.update({ lastReadTimestamp: new Date("2026-01-01T13:00:00Z") });
  return {
    answer: horizon(both),
    afterBoth,
    afterTimestamp: await conversation.participants("ann").fetch(),
  };
}

async function forgettingWhatWasRead({ root, seat }) {
  await seat(["ann"], { uniqueName: "lunch" });
  const conversation = root.conversations("lunch");
  await conversation.messages.create({ body: "x" });
  const anns = root.users("ann").userConversations("lunch");
  await anns.update({ lastReadMessageIndex: 0 });
  const notSent = await anns.update({ lastReadMessageIndex: undefined });
  // The library sends null as an empty value.
  const cleared = await anns.update({ lastReadMessageIndex: null });
  return {
    notSent: horizon(notSent),
    cleared: horizon(cleared),
    fetched: horizon(await anns.fetch()),
    participant: await conversation.participants("ann").fetch(),
  };
}

async function leaving({ root, seat }) {
  const conversation = await seat(["ann", "bob"], { uniqueName: "lunch" });
  const other = await seat(["ann"], { uniqueName: "dinner" });
  const anns = root.users("ann").userConversations;
  const first = await anns("lunch").fetch();
  await anns("lunch").update({ notificationLevel: "muted", lastReadMessageIndex: 0 });
  const sids = (found) => found.map((seen) => seen.conversationSid);
  const saw = {
    answer: await anns("lunch").remove(),
    fetch: await refused(anns("lunch").fetch()),
    fetchBySid: await refused(anns(conversation.sid).fetch()),
    update: await refused(anns("lunch").update({ notificationLevel: "muted" })),
    delete: await refused(anns("lunch").remove()),
    listed: sids(await anns.list()),
    other: other.sid,
    bobs: sids(await root.users("bob").userConversations.list()),
    left: (await root.conversations("lunch").participants.list()).map((one) => one.identity),
    conversation: (await root.conversations("lunch").fetch()).sid,
    user: (await root.users("ann").fetch()).identity,
  };
  await root.conversations("lunch").participants.create({ identity: "ann" });
  return { ...saw, first, again: await anns("lunch").fetch() };
}

module.exports = {
  fetching,
  muting,
  reading,
  datingWhatWasRead,
  forgettingWhatWasRead,
  leaving,
};
