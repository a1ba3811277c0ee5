"use strict";
// The network between one chat client and the server, so that a test can break it: the SDK itself
// stays as it came.

const net = require("node:net");

class Relay {
  constructor(target) {
    this.target = target; // the server's port
    this.isUp = true;
    this.pairs = new Set();
    this.server = net.createServer((near) => this.joined(near));
  }

  // Listens; the port is what the client is told.
  open() {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () => resolve(this.server.address().port));
    });
  }

  joined(near) {
    if (!this.isUp) {
      near.destroy();
      return;
    }
    const far = net.connect(this.target, "127.0.0.1");
    const pair = [near, far];
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => this.cut(pair));
    }
    near.pipe(far);
    far.pipe(near);
  }

  cut(pair) {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }

  // Every connection is lost; `isUp` says whether new ones will be.
  drop(isUp) {
    this.isUp = isUp;
    for (const pair of [...this.pairs]) this.cut(pair);
  }

  close() {
    this.drop(false);
    this.server.close();
  }
}

module.exports = { Relay };
