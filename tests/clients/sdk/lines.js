"use strict";
// The lines between a test and its chat clients: commands come as JSON on stdin, and answers and
// what the clients were told go out as JSON on stdout.
//
// {"id": 1, "who": "alice", "act": "connect", "port": 4242, "token": "…"}
// {"id": 1, "answer": …} or {"id": 1, "error": {…}}
// {"who": "alice", "event": "messageAdded", "saw": {…}}

const readline = require("node:readline");
const show = require("./shown");

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// Answers each command, several at a time, until there are no more.
function serve(answered, ended) {
  const lines = readline.createInterface({ input: process.stdin });
  lines.on("line", async (line) => {
    const ask = JSON.parse(line);
    try {
      say({ id: ask.id, answer: (await answered(ask)) ?? null });
    } catch (error) {
      say({ id: ask.id, error: error.shown ?? show.failure(error) });
    }
  });
  lines.on("close", ended);
}

module.exports = { say, serve };
