"use strict";
// Messages.

const { refused } = require("./place");

async function keepingMessages({ root, seat }) {
  const conversation = root.conversations((await seat(["ann"])).sid);
  const ann = await conversation.participants("ann").fetch();
  const made = await conversation.messages.create({
    author: "ann",
    body: "Grüße, 你好 & <b>100%</b> + =\n😀",
    attributes: '{"mood": "fröhlich"}',
    dateCreated: new Date("2024-02-29T12:30:15Z"),
  });
  const theirs = conversation.messages(made.sid);
  const fetched = await theirs.fetch();
  const updated = await theirs.update({
    body: "edited",
    attributes: "{}",
    dateUpdated: new Date("2024-03-01T06:00:00Z"),
  });
  return {
    ann: ann.sid,
    made,
    fetched,
    updated,
    readBack: await theirs.fetch(),
    byNobody: await conversation.messages.create({ body: "x" }),
  };
}

async function orderingMessages({ root, seat }) {
  const { messages } = root.conversations((await seat([])).sid);
  for (const body of "abc") await messages.create({ body });
  const bodies = async (how) => (await messages.list(how)).map(({ index, body }) => [index, body]);
  return {
    unasked: await bodies({}),
    asc: await bodies({ order: "asc" }),
    desc: await bodies({ order: "desc" }),
    latest: await bodies({ order: "desc", limit: 1 }),
  };
}

async function deletingAMessage({ root, seat }) {
  const { messages } = root.conversations((await seat([])).sid);
  const made = [];
  for (const body of "abc") made.push((await messages.create({ body })).sid);
  return {
    answers: [await messages(made[1]).remove(), await messages(made[2]).remove()],
    fetch: await refused(messages(made[1]).fetch()),
    delete: await refused(messages(made[1]).remove()),
    next: (await messages.create({ body: "d" })).index,
    left: (await messages.list()).map(({ index, body }) => [index, body]),
  };
}

module.exports = { keepingMessages, orderingMessages, deletingAMessage };
