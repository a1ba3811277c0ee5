"use strict";
// Reads cases as JSON from stdin; prints, as JSON, what the library's validator says of each.

const fs = require("fs");
const twilio = require("twilio");

const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const said = cases.map((one) =>
  twilio.validateRequest(one.token, one.signature, one.url, one.form),
);
console.log(JSON.stringify(said));
