"use strict";
// No byte of an answer leaves before all changes made until then are durable: not the acknowledgement of a change,
// and not an answer that may tell what somebody else has just changed.

const http = require("node:http");
const https = require("node:https");

/** Holds what servers made from now on send. */
function holdAnswers(log) {
  for (const [module, event] of [[http, "connection"], [https, "secureConnection"]]) {
    const create = module.createServer;
    module.createServer = (...given) => create(...given).on(event, socket => hold(socket, log));
  }
}

// Here a stream hands its bytes to the system. It waits for the callback before the next ones and before it ends,
// so order, back-pressure and closing stay its own; a socket destroyed meanwhile fails the write by itself.
function hold(socket, log) {
  const { _write, _writev } = socket;
  socket._write = (chunk, encoding, done) => log.whenDurable(() => _write.call(socket, chunk, encoding, done));
  socket._writev = (chunks, done) => log.whenDurable(() => _writev.call(socket, chunks, done));
}

module.exports = { holdAnswers };
