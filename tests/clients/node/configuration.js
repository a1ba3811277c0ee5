"use strict";
// Configuration of the account and of a service, with what hangs from it.

const { refused } = require("./place");

async function configuringTheAccount({ v1 }) {
  const { configuration } = v1;
  const before = await configuration().fetch();
  const shop = (await v1.services.create({ friendlyName: "Shop" })).sid;
  const updated = await configuration().update({
    defaultChatServiceSid: shop,
    defaultInactiveTimer: "PT1M",
    defaultClosedTimer: "PT10M",
  });
  const webhooks = configuration.webhooks();
  return {
    before,
    shop,
    updated,
    readBack: await configuration().fetch(),
    conversation: await v1.conversations.create(),
    webhooks: await webhooks.fetch(),
    webhooksUpdated: await webhooks.update({
      method: "GET",
      filters: ["onMessageAdded", "onMessageAdd"],
      preWebhookUrl: "https://example.com/pre",
      postWebhookUrl: "https://example.com/post",
    }),
    webhooksReadBack: await webhooks.fetch(),
  };
}

async function configuringAService({ v1 }) {
  const service = v1.services((await v1.services.create({ friendlyName: "Shop" })).sid);
  const { configuration, bindings } = service;
  const before = await configuration().fetch();
  const role = await service.roles.create({
    friendlyName: "guest",
    type: "service",
    permission: ["editOwnUserInfo"],
  });
  const updated = await configuration().update({
    defaultChatServiceRoleSid: role.sid,
    reachabilityEnabled: true,
  });
  const webhooks = configuration.webhooks();
  const notifications = configuration.notifications();
  const binding = bindings(`BS${"0".repeat(32)}`);
  return {
    before,
    updated,
    readBack: await configuration().fetch(),
    role: role.sid,
    user: await service.users.create({ identity: "ann" }),
    webhooks: await webhooks.fetch(),
    webhooksUpdated: await webhooks.update({
      postWebhookUrl: "https://example.com/post",
      filters: ["onMessageAdded"],
      method: "POST",
    }),
    webhooksReadBack: await webhooks.fetch(),
    notifications: await notifications.fetch(),
    notificationsUpdated: await notifications.update({
      logEnabled: true,
      "newMessage.enabled": true,
      "newMessage.template": "${PARTICIPANT}: ${MESSAGE}",
      "newMessage.badgeCountEnabled": true,
    }),
    notificationsReadBack: await notifications.fetch(),
    bindings: await bindings.list({ identity: ["ann", "bob"], bindingType: ["apn"] }),
    binding: await refused(binding.fetch()),
    unbound: await refused(binding.remove()),
  };
}

async function keepingAddresses({ v1 }) {
  const addresses = v1.addressConfigurations;
  const made = await addresses.create({
    type: "sms",
    address: "+15550100",
    friendlyName: "Desk",
    "autoCreation.enabled": true,
    "autoCreation.type": "webhook",
    "autoCreation.webhookUrl": "https://example.com/hook",
    "autoCreation.webhookMethod": "post",
    "autoCreation.webhookFilters": ["onMessageAdded"],
  });
  const one = addresses(made.sid);
  const bySid = await one.fetch();
  const byAddress = await addresses("+15550100").fetch();
  const updated = await one.update({ friendlyName: "Shop", "autoCreation.enabled": false });
  await addresses.create({ type: "whatsapp", address: "whatsapp:+15550100" });
  return {
    made,
    bySid,
    byAddress,
    updated,
    readBack: await one.fetch(),
    listed: (await addresses.list({ type: "whatsapp" })).map((each) => each.address),
    all: (await addresses.list({ pageSize: 1 })).length,
    answer: await one.remove(),
    fetch: await refused(one.fetch()),
  };
}

async function keepingCredentials({ v1 }) {
  const { credentials } = v1;
  const made = await credentials.create({
    type: "apn",
    friendlyName: "phones",
    sandbox: true,
    certificate: "x",
  });
  const one = credentials(made.sid);
  const fetched = await one.fetch();
  const updated = await one.update({ friendlyName: "iPhones" });
  await credentials.create({ type: "fcm", secret: "y" });
  return {
    made,
    fetched,
    updated,
    readBack: await one.fetch(),
    listed: (await credentials.list({ pageSize: 1 })).map((each) => each.type).sort(),
    answer: await one.remove(),
    fetch: await refused(one.fetch()),
  };
}

module.exports = {
  configuringTheAccount,
  configuringAService,
  keepingAddresses,
  keepingCredentials,
};
