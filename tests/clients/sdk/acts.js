"use strict";
// What a test can ask of a chat client; each takes the seat of the client and the command.

const files = require("./files");
const show = require("./shown");

// Every page of one of the SDK's paginators.
async function all(first) {
  const items = [];
  for (let page = await first; ; page = await page.nextPage()) {
    items.push(...page.items);
    if (!page.hasNextPage) return items;
  }
}

const found = (seat, ask) => seat.client.getConversationBySid(ask.conversation);
const messageOf = async (seat, ask) => {
  const page = await (await found(seat, ask)).getMessages(1, ask.index, "forward");
  return page.items[0];
};

// All messages, oldest first, and how many came on each page.
async function history(conversation, size) {
  const messages = [];
  const pages = [];
  for (let page = await conversation.getMessages(size); ; page = await page.prevPage()) {
    messages.unshift(...page.items.map(show.message));
    pages.push(page.items.length);
    if (!page.hasPrevPage) return { messages, pages };
  }
}

async function whole(conversation) {
  return {
    ...show.conversation(conversation),
    unread: await conversation.getUnreadMessagesCount(),
    participants: (await conversation.getParticipants()).map(show.participant),
    messages: (await history(conversation, 100)).messages,
  };
}

const acts = {
  list: async (seat) => {
    const chats = await all(seat.client.getSubscribedConversations());
    return Promise.all(
      chats.map(async (one) => ({
        ...show.conversation(one),
        unread: await one.getUnreadMessagesCount(),
      })),
    );
  },
  state: async (seat) => {
    const chats = await all(seat.client.getSubscribedConversations());
    return { me: show.user(seat.client.user), conversations: await Promise.all(chats.map(whole)) };
  },
  // Until all of it is open: what comes from here on is told.
  watch: async (seat, ask) => {
    const one = await found(seat, ask);
    await Promise.all([one.getMessages(100), one.getParticipants()]);
  },
  conversation: async (seat, ask) => show.conversation(await found(seat, ask)),
  named: async (seat, ask) =>
    show.conversation(await seat.client.getConversationByUniqueName(ask.name)),
  peek: async (seat, ask) =>
    show.conversation(await seat.client.peekConversationBySid(ask.conversation)),
  history: async (seat, ask) => history(await found(seat, ask), ask.size),
  unread: async (seat, ask) => (await found(seat, ask)).getUnreadMessagesCount(),
  counts: async (seat, ask) => {
    const one = await found(seat, ask);
    return [await one.getMessagesCount(), await one.getParticipantsCount()];
  },
  participants: async (seat, ask) =>
    (await (await found(seat, ask)).getParticipants()).map(show.participant),
  send: async (seat, ask) => (await found(seat, ask)).sendMessage(ask.body, ask.attributes),
  sendFiles: async (seat, ask) => {
    const builder = (await found(seat, ask)).prepareMessage();
    if (ask.body) builder.setBody(ask.body);
    for (const one of ask.files) builder.addMedia(files.given(one));
    return builder.buildAndSend();
  },
  // The older way, of one file alone.
  sendFile: async (seat, ask) => (await found(seat, ask)).sendMessage(files.given(ask.file)),
  files: async (seat, ask) => (await messageOf(seat, ask)).attachedMedia.map(show.media),
  // Links to all files of a message: of each file by itself, and of all at once.
  links: async (seat, ask) => {
    const message = await messageOf(seat, ask);
    const all = await message.getTemporaryContentUrlsForAttachedMedia();
    return Promise.all(
      message.attachedMedia.map(async (one) => [
        await one.getContentTemporaryUrl(),
        all.get(one.sid),
      ]),
    );
  },
  fetch: async (seat, ask) => files.fetched(ask.url),
  edit: async (seat, ask) => show.message(await (await messageOf(seat, ask)).updateBody(ask.body)),
  mark: async (seat, ask) =>
    show.message(await (await messageOf(seat, ask)).updateAttributes(ask.attributes)),
  remove: async (seat, ask) => void (await (await messageOf(seat, ask)).remove()),
  receipts: async (seat, ask) => (await messageOf(seat, ask)).getDetailedDeliveryReceipts(),
  read: async (seat, ask) => (await found(seat, ask)).updateLastReadMessageIndex(ask.index),
  advance: async (seat, ask) => (await found(seat, ask)).advanceLastReadMessageIndex(ask.index),
  readAll: async (seat, ask) => (await found(seat, ask)).setAllMessagesRead(),
  unreadAll: async (seat, ask) => (await found(seat, ask)).setAllMessagesUnread(),
  level: async (seat, ask) => (await found(seat, ask)).setUserNotificationLevel(ask.level),
  typing: async (seat, ask) => (await found(seat, ask)).typing(),
  create: async (seat, ask) => show.conversation(await seat.client.createConversation(ask.fields)),
  join: async (seat, ask) =>
    show.conversation(await (await seat.client.peekConversationBySid(ask.conversation)).join()),
  leave: async (seat, ask) => void (await (await found(seat, ask)).leave()),
  add: async (seat, ask) => (await found(seat, ask)).add(ask.identity, ask.attributes ?? {}),
  expel: async (seat, ask) => (await found(seat, ask)).removeParticipant(ask.identity),
  delete: async (seat, ask) => void (await (await found(seat, ask)).delete()),
  rename: async (seat, ask) =>
    show.conversation(await (await found(seat, ask)).updateFriendlyName(ask.name)),
  uniqueName: async (seat, ask) =>
    show.conversation(await (await found(seat, ask)).updateUniqueName(ask.name)),
  attributes: async (seat, ask) =>
    show.conversation(await (await found(seat, ask)).updateAttributes(ask.attributes)),
  me: async (seat) => show.user(seat.client.user),
  user: async (seat, ask) => show.user(await seat.client.getUser(ask.identity)),
  renameMe: async (seat, ask) => show.user(await seat.client.user.updateFriendlyName(ask.name)),
  describeMe: async (seat, ask) =>
    show.user(await seat.client.user.updateAttributes(ask.attributes)),
  templates: async (seat) => seat.client.getContentTemplates(),
  register: async (seat, ask) => seat.client.setPushRegistrationId(ask.channel, ask.registration),
  unregister: async (seat, ask) =>
    seat.client.removePushRegistrations(ask.channel, ask.registration),
  token: async (seat, ask) => void (await seat.client.updateToken(ask.token)),
  shutdown: async (seat) => void (await seat.client.shutdown()),
  connection: async (seat) => seat.client.connectionState,
  // The network: lost for a moment; away until it is back; leading to another server.
  drop: async (seat) => seat.relay.drop(true),
  away: async (seat) => seat.relay.drop(false),
  back: async (seat) => void (seat.relay.isUp = true),
  moved: async (seat, ask) => void (seat.relay.target = ask.port),
};

module.exports = { acts };
