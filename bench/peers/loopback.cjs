// For a server that cannot be told where to listen: on loopback, and nowhere else.
const { Server } = require("node:net");
const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  const given = typeof port === "object" ? port : { port };
  const callback = rest.find((each) => typeof each === "function");
  return listen.call(this, { ...given, host: "127.0.0.1" }, callback);
};
