"use strict";
// Prints access tokens for the account, the key and the service that the arguments name, as JSON:
// one for a chat service as the library makes it, one of a region, and one that has ended.

const { AccessToken } = require("twilio").jwt;

function token(accountSid, key, secret, serviceSid, options) {
  const made = new AccessToken(accountSid, key, secret, { identity: "alice", ...options });
  made.addGrant(new AccessToken.ChatGrant({ serviceSid, pushCredentialSid: "CR1" }));
  return made.toJwt();
}

const given = process.argv.slice(2);
console.log(
  JSON.stringify({
    good: token(...given, { ttl: 60 }),
    regional: token(...given, { ttl: 60, region: "ie1" }),
    ended: token(...given, { ttl: -60 }),
  }),
);
