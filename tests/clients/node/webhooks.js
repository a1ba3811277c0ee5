"use strict";
// Webhooks of a conversation, and receipts of a message.

const { refused } = require("./place");

async function keepingWebhooks({ root }) {
  const { webhooks } = root.conversations((await root.conversations.create()).sid);
  const made = await webhooks.create({
    target: "webhook",
    "configuration.url": "https://example.com/hook",
    "configuration.method": "post",
    "configuration.filters": ["onMessageAdded", "onParticipantAdded"],
  });
  const webhook = webhooks(made.sid);
  const fetched = await webhook.fetch();
  const updated = await webhook.update({
    "configuration.method": "get",
    "configuration.filters": ["onMessageAdded"],
  });
  const readBack = await webhook.fetch();
  const flow = `FW${"a".repeat(32)}`;
  const studio = await webhooks.create({ target: "studio", "configuration.flowSid": flow });
  const targets = async () => (await webhooks.list()).map((each) => each.target);
  return {
    made,
    fetched,
    updated,
    readBack,
    studio: JSON.stringify(studio.configuration) === JSON.stringify({ flow_sid: flow }),
    withoutUrl: await refused(webhooks.create({ target: "webhook" })),
    listed: (await targets()).sort(),
    answer: await webhook.remove(),
    fetch: await refused(webhook.fetch()),
    left: await targets(),
  };
}

async function lookingForReceipts({ root }) {
  const conversation = root.conversations((await root.conversations.create()).sid);
  const { sid } = await conversation.messages.create({ body: "x" });
  const { deliveryReceipts } = conversation.messages(sid);
  return {
    listed: await deliveryReceipts.list(),
    fetch: await refused(deliveryReceipts(`DY${"0".repeat(32)}`).fetch()),
  };
}

// A bench delivers a moment after a message is posted: asks until it has.
async function readingReceipts({ root }) {
  const conversation = root.conversations((await root.conversations.create()).sid);
  const phone = await conversation.participants.create({
    "messagingBinding.address": "+15550100",
    "messagingBinding.proxyAddress": "+15550199",
  });
  const { sid } = await conversation.messages.create({ body: "x" });
  const message = conversation.messages(sid);
  let listed = [];
  for (let tries = 0; tries < 400 && !listed.length; tries += 1) {
    listed = await message.deliveryReceipts.list({ pageSize: 1 });
    if (!listed.length) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    phone: phone.sid,
    listed,
    fetched: await message.deliveryReceipts(listed[0].sid).fetch(),
    message: await message.fetch(),
  };
}

module.exports = { keepingWebhooks, lookingForReceipts, readingReceipts };
