"use strict";
// A database file in Azurite's own format, with a line break after each document. Plain Azurite reads it as ever;
// read and written line by line it may grow beyond 512 MB, the longest string Node.js has, and a save stops nobody.

const fs = require("node:fs");
const path = require("node:path");
const { Refusal, syncFolder } = require("./folder");

const PIECE = 256 * 1024;

/** What a save is called until it is whole. */
const UNFINISHED = "~";

/** What plain Azurite drops when it saves: a file without it is not the one the log goes on from. */
const MARK = "savedWithLog";

function withoutEnd(object, replacer) {
  return JSON.stringify(object, replacer).slice(0, -1);
}

/**
 * Saves a database while it goes on changing. What changes meanwhile may be in the file or not: the log has it, and replaying
 * a change twice does no harm. Nothing gets its name before the log has all that may be in it.
 */
async function writeDatabase(db, log) {
  const { collections, ...rest } = db;
  // These lists are of this moment; the documents in them are read one after the other.
  const parts = collections.map(({ data, ...shell }) => ({ head: withoutEnd(shell, db.serializeReplacer), documents: data.slice() }));
  const head = withoutEnd({ ...rest, [MARK]: true }, db.serializeReplacer);
  const unfinished = db.filename + UNFINISHED;
  try {
    const file = await fs.promises.open(unfinished, "w");
    try {
      for await (const piece of pieces(head, parts)) {
        await file.writeFile(piece);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // The log needs the space.
    fs.rmSync(unfinished, { force: true });
    throw error;
  }
  await log.untilDurable();
  await fs.promises.rename(unfinished, db.filename);
  syncFolder(path.dirname(db.filename));
}

/** Removes what a save left that was broken off. */
function removeUnfinished(location) {
  for (const name of fs.readdirSync(location).filter(name => name.endsWith(`.json${UNFINISHED}`))) {
    fs.rmSync(path.join(location, name));
  }
}

function* pieces(head, parts) {
  let piece = `${head},"collections":[\n`;
  for (const [index, { head: collection, documents }] of parts.entries()) {
    piece += `${index > 0 ? "," : ""}${collection},"data":[\n`;
    let first = true;
    for (const document of documents) {
      // Removed since: Loki takes the number off.
      if (document.$loki === undefined) {
        continue;
      }
      piece += `${first ? "" : ","}${JSON.stringify(document)}\n`;
      first = false;
      if (piece.length > PIECE) {
        yield piece;
        piece = "";
      }
    }
    piece += "]}\n";
  }
  yield `${piece}]}\n`;
}

/** Reads a database file, by whomever it was written. */
async function readDatabase(filename) {
  try {
    let reader;
    for await (const batch of lines(filename)) {
      if (!reader && !batch[0].endsWith('"collections":[')) {
        return JSON.parse(await fs.promises.readFile(filename, "utf8"));
      }
      reader ??= new Reader(batch.shift());
      batch.forEach(line => reader.take(line));
    }
    return reader.end();
  } catch (error) {
    throw new Refusal(`${filename} cannot be read as a database of Azurite (${error.message}). Restore the data folder from a backup.`);
  }
}

class Reader {
  #database;
  #collection;
  #ended = false;

  constructor(line) {
    this.#database = JSON.parse(`${line}]}`);
  }

  take(line) {
    const text = line.startsWith(",") ? line.slice(1) : line;
    if (line !== "]}") {
      if (this.#collection) {
        this.#collection.data.push(JSON.parse(text));
      } else {
        this.#collection = JSON.parse(`${text}]}`);
        this.#database.collections.push(this.#collection);
      }
    } else if (this.#collection) {
      this.#collection = undefined;
    } else {
      this.#ended = true;
    }
  }

  end() {
    if (!this.#ended) {
      throw new Error("it is cut short");
    }
    return this.#database;
  }
}

async function* lines(filename) {
  let rest = [];
  for await (const chunk of fs.createReadStream(filename, { highWaterMark: 1024 * 1024 })) {
    const batch = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      batch.push(Buffer.concat([...rest, chunk.subarray(from, end)]).toString("utf8"));
      rest = [];
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
    if (batch.length > 0) {
      yield batch;
    }
  }
  const last = Buffer.concat(rest).toString("utf8");
  if (last !== "") {
    yield [last];
  }
}

module.exports = { MARK, readDatabase, removeUnfinished, writeDatabase };
