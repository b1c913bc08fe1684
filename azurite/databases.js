"use strict";
// Azurite keeps what it knows of blobs, queues, tables and extents in LokiJS databases, in memory, and saves each as a whole.
// These write every change to the log, and save when the log has grown as large as what a save would write.

const fs = require("node:fs");
const path = require("node:path");
const { BLOCKS, replay } = require("./replay");
const { Refusal } = require("./folder");
const { MARK, readDatabase, writeDatabase } = require("./snapshot");

// For the log to go on while a save is written.
const MARGIN = 4 * 1024 * 1024;

// After a save that failed, so much more log before the next try.
const AGAIN = 64 * 1024 * 1024;

/** All databases of one data folder. */
class Databases {
  #log;
  #location;
  #recovered;
  #leastBytes;
  #limit;
  #all = new Set();
  #compacting;

  /** @param recovered by the database's name, the changes the log held at the start. */
  constructor(log, location, recovered, leastBytes) {
    this.#log = log;
    this.#location = location;
    this.#leastBytes = leastBytes;
    this.#limit = this.#newLimit();
    for (const [name, changes] of recovered) {
      // A start that ended before its first save leaves descriptions of empty collections. They are made anew.
      if (!fs.existsSync(path.join(location, name)) && changes.some(([what]) => what !== "add")) {
        throw new Refusal(`The log has changes of ${name}, which is missing in ${location}. Restore the data folder from a backup.`);
      }
    }
    this.#recovered = new Map([...recovered].filter(([name]) => fs.existsSync(path.join(location, name))));
    log.onWritten = () => {
      // Not before all databases have taken theirs from the log.
      if (log.bytes > this.#limit && !log.batch && this.#recovered.size === 0) {
        this.compact();
      }
    };
  }

  get log() {
    return this.#log;
  }

  register(db) {
    this.#all.add(db);
  }

  nameOf(db) {
    return path.relative(this.#location, path.resolve(db.filename));
  }

  /** The changes a database has to do again, once. */
  takeRecovered(name) {
    const changes = this.#recovered.get(name) ?? [];
    this.#recovered.delete(name);
    return changes;
  }

  /** Saves what has changed and then deletes the log of it. Returns whether it could. */
  compact() {
    return this.#compacting ??= this.#compact().finally(() => this.#compacting = undefined);
  }

  async #compact() {
    try {
      this.#requireSpace();
      const { segment, number } = await this.#log.rotate();
      for (const db of this.#all) {
        await db.saveChanges();
      }
      this.#log.dropBefore(segment, number);
      this.#limit = this.#newLimit();
      return true;
    } catch (error) {
      // Nothing is lost: the log has it all.
      console.error(`Azurite's databases could not be saved (${error.message}). The log goes on; the next try comes when it has doubled, or grown by 64 MB.`);
      this.#limit = this.#log.bytes + Math.min(this.#log.bytes, AGAIN);
      return false;
    }
  }

  /** Leaves a folder that plain Azurite can go on with. Returns whether it could. */
  async finish() {
    // Another round for what changed during the last save, which may have been under way already.
    for (let done = false; !done || this.#log.bytes > 0 || [...this.#all].some(db => db.hasChanges); done = true) {
      if (this.#recovered.size > 0 || !await this.compact()) {
        return false;
      }
    }
    return true;
  }

  // A save costs as much as the changes before it have cost to log, so a change costs the same however much there is.
  #newLimit() {
    return Math.max(this.#leastBytes, this.#sizes().reduce((sum, size) => sum + size, 0));
  }

  // A save that takes the last byte takes it from the log, and Azurite would end. They are saved one after the other, each beside the one before it.
  #requireSpace() {
    const needed = Math.max(0, ...this.#sizes()) + this.#log.bytes + MARGIN;
    const { bavail, bsize } = fs.statfsSync(this.#location);
    if (bavail * bsize < needed) {
      throw new Error(`${Math.ceil(needed / 1048576)} MB of space are needed, and ${Math.floor(bavail * bsize / 1048576)} MB are free`);
    }
  }

  #sizes() {
    return fs.readdirSync(this.#location).filter(name => /^__azurite_db_.*\.json$/.test(name)).map(name => fs.statSync(path.join(this.#location, name)).size);
  }
}

/** A LokiJS whose changes go to the log. */
function durableLoki(Loki, databases) {
  return class extends Loki {
    #name;
    #loading = false;
    #changes = 0;
    #saved = 0;
    #foreign = false;
    #blocks = new WeakMap();

    constructor(filename, options) {
      super(filename, options);
      if (options?.persistenceMethod === "fs") {
        this.autosaveDisable();
        this.#name = databases.nameOf(this);
        databases.register(this);
      }
    }

    get hasChanges() {
      return this.#changes !== this.#saved;
    }

    addCollection(name, options) {
      const before = this.collections.length;
      const collection = super.addCollection(name, options);
      if (this.#name && this.collections.length > before) {
        this.#watch(collection);
        if (!this.#loading) {
          const { data, ...description } = collection;
          this.#append("add", name, JSON.stringify(description, this.serializeReplacer));
        }
      }
      return collection;
    }

    removeCollection(name) {
      const before = this.collections.length;
      super.removeCollection(name);
      if (this.#name && this.collections.length < before) {
        this.#append("drop", name);
      }
    }

    loadDatabase(options, callback) {
      if (!this.#name) {
        super.loadDatabase(options, callback);
        return;
      }
      this.#load().then(() => callback(null), callback);
    }

    /** Azurite calls it at its start, to have the file; what is in it the log has. */
    saveDatabase(callback) {
      if (!this.#name) {
        super.saveDatabase(callback);
      } else if (fs.existsSync(this.filename) && !this.#foreign) {
        callback?.(null);
      } else {
        this.#save().then(() => callback?.(null), error => callback?.(error));
      }
    }

    /** The last save comes when nothing runs any more, see start.js. */
    close(callback) {
      if (this.#name) {
        callback?.();
      } else {
        super.close(callback);
      }
    }

    async saveChanges() {
      if (this.hasChanges) {
        await this.#save();
      }
    }

    async #load() {
      const content = await readDatabase(this.filename);
      const changes = databases.takeRecovered(this.#name);
      this.#foreign = content[MARK] !== true;
      if (this.#foreign && changes.length > 0) {
        throw new Refusal(
          `${this.filename} was saved by plain Azurite while the log held changes it did not know. Restore the data folder from a backup,`
          + ` or move the folder durable in it away to go on without those changes.`);
      }
      const touched = replay(content, changes, this.filename);
      this.#loading = true;
      this.loadJSONObject(content, {});
      this.#loading = false;
      for (const name of touched) {
        this.getCollection(name).ensureAllIndexes(true);
      }
      this.#changes += changes.length;
    }

    async #save() {
      const changes = this.#changes;
      await writeDatabase(this, databases.log);
      this.#saved = changes;
      this.#foreign = false;
    }

    #watch(collection) {
      const each = (documents, take) => (Array.isArray(documents) ? documents : [documents]).forEach(take);
      collection.on("insert", inserted => each(inserted, document => this.#put(collection.name, document, true)));
      collection.on("update", updated => each(updated, document => this.#put(collection.name, document)));
      collection.on("delete", document => document && this.#append("remove", collection.name, String(document.$loki)));
    }

    // A block more makes the list longer, up to 50,000; then only the new end of it is written.
    #put(collection, document, isNew = false) {
      const blocks = document[BLOCKS];
      const known = isNew ? undefined : this.#blocks.get(document);
      if (Array.isArray(blocks)) {
        this.#blocks.set(document, { blocks, count: blocks.length });
      }
      if (known && known.blocks === blocks && known.count <= blocks.length) {
        const rest = { ...document, [BLOCKS]: undefined };
        this.#append("extend", collection, `${JSON.stringify(rest)},${known.count},${JSON.stringify(blocks.slice(known.count))}`);
      } else {
        this.#append("put", collection, JSON.stringify(document));
      }
    }

    #append(what, collection, value) {
      this.#changes++;
      databases.log.append(`["${what}",${JSON.stringify(this.#name)},${JSON.stringify(collection)}${value === undefined ? "" : `,${value}`}]`);
    }
  };
}

module.exports = { Databases, durableLoki };
