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
  collection.maxId = Math.max(collection.maxId ?? 0, value.$loki);
}

module.exports = { BLOCKS, replay };
