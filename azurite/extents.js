"use strict";
// The contents of blobs and messages lie in extents, files that only grow. Azurite syncs what it appends to them
// before it tells its databases; what is missing is the entry of a new file in its folder.

const path = require("node:path");
const { syncFolder } = require("./folder");

// What Azurite's places for writing are when nobody writes there.
const IDLE = 0;

/** Lets Azurite's store of extents wait where a crash could part them from the databases, and go on after a file that could not be made. */
function guardExtents(FSExtentStore, log) {
  const { appendExtent, deleteExtents } = FSExtentStore.prototype;
  const entered = new Set();

  FSExtentStore.prototype.appendExtent = async function (...given) {
    const chunk = await appendExtent.apply(this, given).catch(error => {
      freePlace(this, error);
      throw error;
    });
    if (!entered.has(chunk.id)) {
      for (const folder of this.persistencyPath.values()) {
        syncFolder(folder);
        syncFolder(path.dirname(folder));
      }
      entered.add(chunk.id);
    }
    return chunk;
  };

  // The collector has looked at memory. Were a removal it saw there lost, a blob would come back without its content.
  FSExtentStore.prototype.deleteExtents = async function (extents) {
    await log.untilDurable();
    return deleteExtents.call(this, extents);
  };
}

// Azurite leaves the place taken whose file could not be opened, for want of inodes or handles. With all places taken,
// it would let everybody write into the first one, at the same time.
function freePlace(store, error) {
  const place = error.syscall === "open" && store.activeWriteExtents.find(one => one.id === path.basename(error.path));
  if (place && place.fd === undefined) {
    place.appendStatus = IDLE;
  }
}

module.exports = { guardExtents };
