"use strict";
// What the SDK's objects hold, as plain JSON: read from their public properties only.

// What the SDK has not read yet has a date that is none.
const when = (date) => (date && !Number.isNaN(date.getTime()) ? date.toISOString() : null);

function delivery(one) {
  if (!one) return null;
  const { total, sent, delivered, read, failed, undelivered } = one;
  return { total, sent, delivered, read, failed, undelivered };
}

function message(one) {
  return {
    index: one.index,
    sid: one.sid,
    author: one.author,
    body: one.body,
    files: one.attachedMedia.map((each) => each.sid),
    attributes: one.attributes,
    participant: one.participantSid,
    created: when(one.dateCreated),
    updated: when(one.dateUpdated),
    delivery: delivery(one.aggregatedDeliveryReceipt),
  };
}

function media(one) {
  return {
    sid: one.sid,
    category: one.category,
    filename: one.filename,
    type: one.contentType,
    size: one.size,
  };
}

function participant(one) {
  return {
    sid: one.sid,
    identity: one.identity,
    type: one.type,
    role: one.roleSid,
    attributes: one.attributes,
    read: one.lastReadMessageIndex,
    created: when(one.dateCreated),
    updated: when(one.dateUpdated),
  };
}

function user(one) {
  return {
    identity: one.identity,
    friendlyName: one.friendlyName,
    attributes: one.attributes,
    online: one.isOnline,
    notifiable: one.isNotifiable,
  };
}

function conversation(one) {
  return {
    sid: one.sid,
    friendlyName: one.friendlyName,
    uniqueName: one.uniqueName,
    attributes: one.attributes,
    createdBy: one.createdBy,
    created: when(one.dateCreated),
    updated: when(one.dateUpdated),
    status: one.status,
    state: one.state ? one.state.current : null,
    notificationLevel: one.notificationLevel,
    read: one.lastReadMessageIndex,
    last: one.lastMessage
      ? { index: one.lastMessage.index, created: when(one.lastMessage.dateCreated) }
      : null,
  };
}

function failure(error) {
  const status = error.status ?? error.body?.status ?? null;
  return { name: error.name, message: error.message, status, code: error.body?.code ?? error.code ?? null };
}

module.exports = { message, media, participant, user, conversation, failure };
