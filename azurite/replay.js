"use strict";
// Changes as they stand in the log, and how they are done again on what a database file holds.
//   ["put", database, collection, document]                    inserted or updated
//   ["extend", database, collection, document, from, blocks]   the same, but of its list of blocks only what is new
//   ["remove", database, collection, number]
//   ["add", database, collection, its description]
//   ["drop", database, collection]
// Doing one twice, or on a state it is already part of, changes nothing.

const { Refusal } = require("./folder");

const BLOCKS = "committedBlocksInOrder";

/** The changes of one database, without those that a later one makes void: a log of many changes to few documents stays small in memory. */
class Changes {
  #all = [];
  // By collection and number: where the last whole document stands, and what extends it.
  #chains = new Map();

  take(change) {
    const [what, , collection, value] = change;
    const place = this.#all.push(change) - 1;
    if (what === "add" || what === "drop") {
      return;
    }
    const key = `${collection}\n${what === "remove" ? value : value.$loki}`;
    const chain = this.#chains.get(key);
    if (what === "extend" && chain) {
      chain.push(place);
      return;
    }
    if (what !== "extend") {
      chain?.forEach(earlier => this.#all[earlier] = undefined);
    }
    this.#chains.set(key, [place]);
  }

  list() {
    return this.#all.filter(change => change);
  }
}

/** Does the changes on a database file's content. Returns the names of the collections they touched. */
function replay(database, changes, filename) {
  const collections = new Map((database.collections ?? []).map(collection => [collection.name, { collection }]));
  const missing = new Set();
  for (const [what, , name, value, from, blocks] of changes) {
    const known = collections.get(name);
    if (what === "add") {
      missing.delete(name);
      if (!known) {
        collections.set(name, { collection: { ...value, data: [] }, documents: new Map() });
      }
    } else if (what === "drop") {
      missing.delete(name);
      collections.delete(name);
    } else if (!known) {
      // The file is of a later moment, when the collection was gone. Then the log has that too.
      missing.add(name);
    } else {
      known.documents ??= new Map(known.collection.data.map(document => [document.$loki, document]));
      change(known, what, value, from, blocks);
    }
  }
  if (missing.size > 0) {
    throw new Refusal(`The log has changes of ${[...missing].join(", ")}, which ${filename} does not have. Restore the data folder from a backup.`);
  }
  database.collections = [...collections.values()].map(({ collection, documents }) => {
    if (documents) {
      collection.data = [...documents.values()].sort((one, other) => one.$loki - other.$loki);
    }
    return collection;
  });
  return [...collections.values()].filter(({ documents }) => documents).map(({ collection }) => collection.name);
}

function change({ collection, documents }, what, value, from, blocks) {
  // Also of what is gone: a number is never given twice.
  collection.maxId = Math.max(collection.maxId ?? 0, what === "remove" ? value : value.$loki);
  if (what === "remove") {
    documents.delete(value);
    return;
  }
  if (what === "extend") {
    const before = documents.get(value.$loki);
    if (!before) {
      return;
    }
    value[BLOCKS] = [...(before[BLOCKS] ?? []).slice(0, from), ...blocks];
  }
  documents.set(value.$loki, value);
}

module.exports = { BLOCKS, Changes, replay };
