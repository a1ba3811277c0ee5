"use strict";
// Services, which stand at the account door only.

const { refused } = require("./place");

async function keepingServices({ v1 }) {
  const { services } = v1;
  const ann = await v1.users.create({ identity: "ann" });
  const made = await services.create({ friendlyName: "Shop" });
  const context = services(made.sid);
  const fetched = await context.fetch();
  const theirs = await context.users.create({ identity: "ann" });
  await context.conversations.create({ uniqueName: "lunch" });
  const sids = async () => (await services.list()).map((service) => service.sid);
  return {
    default: ann.chatServiceSid,
    made,
    fetched,
    listed: (await sids()).sort(),
    twoUsers: theirs.sid !== ann.sid,
    notInDefault: await refused(v1.conversations("lunch").fetch()),
    answer: await context.remove(),
    fetch: await refused(context.fetch()),
    delete: await refused(context.remove()),
    inside: await refused(context.conversations("lunch").fetch()),
    left: await sids(),
    defaultStays: await refused(services(ann.chatServiceSid).remove()),
  };
}

module.exports = { keepingServices };
