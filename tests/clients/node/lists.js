"use strict";
// Lists: in one go, up to a limit, in pages forth and back.

const CONVERSATIONS = 60;

const sids = (seen) => seen.map((one) => one.conversationSid);

async function pages(page, onward) {
  const found = [];
  let last;
  while (page) {
    last = page;
    found.push(sids(page.instances));
    page = await onward(page);
  }
  return [found, last];
}

async function each(resources, how) {
  const found = [];
  await resources.each(how, (one) => found.push(one));
  return found;
}

async function walkingALongList({ root, seat }) {
  const made = [];
  for (let number = 0; number < CONVERSATIONS; number += 1) made.push((await seat(["ann"])).sid);
  const anns = root.users("ann").userConversations;
  const first = await anns.page({ pageSize: 25 });
  const [forth] = await pages(first, (page) => page.nextPage());
  const last = await anns.getPage((await anns.getPage(first.nextPageUrl)).nextPageUrl);
  const [back, start] = await pages(last, (page) => page.previousPage());
  return {
    made,
    everything: sids(await anns.list()),
    limitBelowAPage: sids(await anns.list({ limit: 10 })),
    limitAboveAPage: sids(await anns.list({ limit: 55 })),
    limitAboveAll: sids(await anns.list({ limit: 500 })),
    smallPages: sids(await anns.list({ pageSize: 20 })),
    limitWithinSmallPages: sids(await anns.list({ limit: 45, pageSize: 20 })),
    oversizedPages: sids(await anns.list({ pageSize: 1000 })),
    oneByOne: sids(await each(anns, { pageSize: 20 })),
    oneByOneUpToALimit: sids(await each(anns, { limit: 30, pageSize: 20 })),
    forth,
    back,
    beforeTheFirst: start.previousPageUrl ?? null,
  };
}

async function walked(resources, filters = {}) {
  const sid = (one) => one.sid;
  return {
    pages: (await resources.list({ pageSize: 2, ...filters })).map(sid),
    atOnce: (await resources.list({ ...filters })).map(sid),
  };
}

async function walkingEachList({ root, v1, seat }) {
  const conversation = root.conversations((await seat(["a", "b", "c", "d", "e"])).sid);
  for (const number of [0, 1, 2, 3]) {
    await seat([], { uniqueName: `room ${number}` });
    await v1.services.create({ friendlyName: `Shop ${number}` });
  }
  for (const number of [0, 1, 2, 3, 4]) await conversation.messages.create({ body: `${number}` });
  return {
    users: await walked(root.users),
    conversations: await walked(root.conversations),
    conversationsOfAState: await walked(root.conversations, { state: "active" }),
    participants: await walked(conversation.participants),
    messages: await walked(conversation.messages),
    messagesBackwards: await walked(conversation.messages, { order: "desc" }),
    services: await walked(v1.services),
  };
}

module.exports = { walkingALongList, walkingEachList };
