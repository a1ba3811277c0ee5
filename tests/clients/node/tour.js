"use strict";
// Plays every scenario with the official Node library; prints what it showed, a JSON line each.
// The lines between are the library's own log: from it one can tell which requests it sent.

const place = require("./place");

const BOTH_DOORS = [
  "user_conversations",
  "lists",
  "users",
  "conversations",
  "participants",
  "addressed",
  "messages",
  "webhooks",
  "roles",
  "names",
  "refusals",
].flatMap((name) => Object.values(require(`./${name}`)));
const ACCOUNT_DOOR = ["services", "configuration"].flatMap((name) =>
  Object.values(require(`./${name}`)),
);

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// As the Python library names fields, so that one test reads both; a date is marked as one.
function shown(value) {
  if (value instanceof Date) return { $date: value.toISOString().replace(".000Z", "Z") };
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value.toJSON ? value.toJSON() : value);
  return Object.fromEntries(fields.map(([name, field]) => [snakeCase(name), shown(field)]));
}

async function play(scenario, door) {
  const line = { scenario: snakeCase(scenario.name), door };
  try {
    line.saw = shown(await scenario(await place.open(door)));
  } catch (error) {
    line.error = String(error.stack);
  }
  console.log(JSON.stringify(line));
}

async function main() {
  for (const scenario of BOTH_DOORS) {
    await play(scenario, "account");
    await play(scenario, "service");
  }
  for (const scenario of ACCOUNT_DOOR) await play(scenario, "account");
}

main();
