"use strict";
// What each event of the SDK says of its argument.

const show = require("./shown");

const typist = (one) => ({ conversation: one.conversation.sid, identity: one.identity });
const ofMessage = (one) => ({
  conversation: one.conversation.sid,
  ...show.message(one),
  type: one.type,
  media: one.attachedMedia.map(show.media),
});
const ofParticipant = (one) => ({ conversation: one.conversation.sid, ...show.participant(one) });

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

// Tells of every event of a client.
function follow(client, tell) {
  for (const [event, shown] of Object.entries(EVENTS)) {
    client.on(event, (saw) => tell(event, shown(saw) ?? null));
  }
}

module.exports = { follow };
