"use strict";
// Identities and unique names that are not plain words, in paths too.

const NAMES = [
  "ann lee",
  "jörg",
  "名前",
  "a+b",
  "ann@example.com",
  "a&b=c;d",
  "(it's) *fine*!",
  "50%",
  "x/y",
  "who?",
  "#1",
  "100%41",
];

// What was found, or the status of the refusal, or what the library itself objects to.
async function outcome(act) {
  try {
    return await act();
  } catch (error) {
    return error.status ?? error.message;
  }
}

async function found(root, sid, name) {
  const participant = () => root.conversations(sid).participants(name).fetch();
  const seen = () => root.users(name).userConversations(name).fetch();
  return {
    conversation: await outcome(async () => (await root.conversations(name).fetch()).sid),
    participant: await outcome(async () => (await participant()).identity),
    user: await outcome(async () => (await root.users(name).fetch()).identity),
    userConversation: await outcome(async () => (await seen()).conversationSid),
  };
}

async function naming({ root, seat }) {
  const tried = [];
  for (const name of NAMES) {
    const { sid, uniqueName } = await seat([name], { uniqueName: name });
    const [participant] = await root.conversations(sid).participants.list();
    tried.push({
      name,
      identity: participant.identity,
      uniqueName,
      conversationSid: sid,
      asItIs: await found(root, sid, name),
      quoted: await found(root, sid, encodeURIComponent(name)),
    });
  }
  return { tried };
}

module.exports = { naming };
