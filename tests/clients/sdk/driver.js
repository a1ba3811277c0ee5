"use strict";
// Chat clients that a test drives: commands come as lines of JSON on stdin, and answers and what
// the clients were told go out as lines of JSON on stdout.
//
// {"id": 1, "who": "alice", "act": "connect", "port": 4242, "token": "…"}
// {"id": 1, "answer": …} or {"id": 1, "error": {…}}
// {"who": "alice", "event": "messageAdded", "saw": {…}}

const readline = require("node:readline");
const { Client } = require("@twilio/conversations");
const { acts } = require("./acts");
const { Relay } = require("./relay");
const show = require("./shown");

const seats = new Map();
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const typist = (one) => ({ conversation: one.conversation.sid, identity: one.identity });
const ofMessage = (one) => ({ conversation: one.conversation.sid, ...show.message(one) });
const ofParticipant = (one) => ({ conversation: one.conversation.sid, ...show.participant(one) });

// What each event of the SDK says of its argument.
const EVENTS = {
  stateChanged: (state) => state,
  initialized: () => null,
  initFailed: ({ error }) => error ?? null,
  connectionStateChanged: (state) => state,
  connectionError: ({ terminal, message, httpStatusCode, errorCode }) => ({
    terminal,
    message,
    status: httpStatusCode ?? null,
    code: errorCode ?? null,
  }),
  conversationAdded: show.conversation,
  conversationJoined: show.conversation,
  conversationLeft: show.conversation,
  conversationRemoved: show.conversation,
  conversationUpdated: ({ conversation, updateReasons }) => ({
    ...show.conversation(conversation),
    reasons: updateReasons,
  }),
  messageAdded: ofMessage,
  messageRemoved: ofMessage,
  messageUpdated: ({ message, updateReasons }) => ({
    ...ofMessage(message),
    reasons: updateReasons,
  }),
  participantJoined: ofParticipant,
  participantLeft: ofParticipant,
  participantUpdated: ({ participant, updateReasons }) => ({
    ...ofParticipant(participant),
    reasons: updateReasons,
  }),
  typingStarted: typist,
  typingEnded: typist,
  userUpdated: ({ user, updateReasons }) => ({ ...show.user(user), reasons: updateReasons }),
  tokenAboutToExpire: (seconds) => seconds ?? null,
  tokenExpired: () => null,
};

async function connect(who, ask) {
  const relay = new Relay(ask.port);
  const port = await relay.open();
  const uri = `ws://127.0.0.1:${port}/v3/wsconnect`;
  const client = new Client(ask.token, { Twilsock: { uri }, logLevel: "silent" });
  for (const [event, shown] of Object.entries(EVENTS)) {
    client.on(event, (saw) => say({ who, event, saw: shown(saw) }));
  }
  seats.set(who, { client, relay });
}

async function answered(ask) {
  if (ask.act === "connect") return connect(ask.who, ask);
  return acts[ask.act](seats.get(ask.who), ask);
}

const lines = readline.createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  const ask = JSON.parse(line);
  try {
    say({ id: ask.id, answer: (await answered(ask)) ?? null });
  } catch (error) {
    say({ id: ask.id, error: show.failure(error) });
  }
});
lines.on("close", () => process.exit(0));
