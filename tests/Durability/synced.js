"use strict";
// The part of a data folder that a power cut spares. Loaded into a program before anything else (node --require), it copies what that program
// syncs, at the moment the sync is confirmed: the content of files, and separately the entries of folders, as POSIX has it.
// Run as a program, it puts a folder into a state that a power cut may leave: node synced.js FOLDER COPY SEED

const fs = require("node:fs");
const path = require("node:path");

const { O_DSYNC } = fs.constants;
// Their own ways, since those that others call are replaced below.
const { closeSync, fstatSync, ftruncateSync, lstatSync, openSync, readSync, readdirSync, readFileSync, writeFileSync, writeSync } = { ...fs };

// The number of a file is given again once it is deleted; with the time of its birth it is not.
const keyOf = stat => `${stat.ino}-${stat.birthtimeNs}`;

/** Copies what this program syncs below the folder. */
function record(folder, copy) {
  const root = fs.realpathSync(folder);
  const written = new Set();
  fs.mkdirSync(copy, { recursive: true });

  // What a file holds when its sync begins is on the disk when the sync has ended. Files here grow or are made anew.
  const begin = fd => {
    const stat = fstatSync(fd, { bigint: true });
    const file = fs.readlinkSync(`/proc/self/fd/${fd}`);
    if (file !== root && !file.startsWith(`${root}/`)) {
      return () => { };
    }
    if (stat.isDirectory()) {
      const entries = entriesOf(file);
      return () => writeEntries(copy, file === root ? "root" : keyOf(stat), entries);
    }
    return () => copyUntil(fd, Number(stat.size), path.join(copy, keyOf(stat)));
  };
  const copyUntil = (fd, size, target) => {
    const to = openSync(target, "a+");
    const before = fstatSync(to).size;
    if (size < before) {
      ftruncateSync(to, size);
    } else if (size > before) {
      const source = openSync(`/proc/self/fd/${fd}`, "r");
      const bytes = Buffer.alloc(size - before);
      writeSync(to, bytes, 0, readSync(source, bytes, 0, bytes.length, before));
      closeSync(source);
    }
    closeSync(to);
  };

  for (const name of ["fsync", "fdatasync"]) {
    const sync = fs[name];
    fs[name] = (fd, done) => {
      const end = begin(fd);
      sync(fd, error => {
        error ?? end();
        done(error);
      });
    };
    const syncNow = fs[`${name}Sync`];
    fs[`${name}Sync`] = fd => {
      const end = begin(fd);
      syncNow(fd);
      end();
    };
  }

  // Their numbers are given again.
  for (const name of ["close", "closeSync"]) {
    const close = fs[name];
    fs[name] = (fd, ...rest) => {
      written.delete(fd);
      return close(fd, ...rest);
    };
  }

  const openNow = fs.openSync;
  fs.openSync = (file, flags, ...rest) => {
    const fd = openNow(file, flags, ...rest);
    typeof flags === "number" && (flags & O_DSYNC) === O_DSYNC ? written.add(fd) : written.delete(fd);
    return fd;
  };
  const write = fs.write;
  fs.write = (fd, ...given) => {
    if (!written.has(fd)) {
      return write(fd, ...given);
    }
    const done = given.pop();
    return write(fd, ...given, (error, ...result) => {
      error ?? begin(fd)();
      done(error, ...result);
    });
  };

  const promisesOpen = fs.promises.open;
  fs.promises.open = async (...given) => {
    const handle = await promisesOpen(...given);
    for (const name of ["sync", "datasync"]) {
      const sync = handle[name];
      handle[name] = async () => {
        const end = begin(handle.fd);
        await sync.call(handle);
        end();
      };
    }
    return handle;
  };
}

function entriesOf(folder) {
  return new Map(readdirSync(folder, { withFileTypes: true }).map(entry =>
    [entry.name, { key: keyOf(lstatSync(path.join(folder, entry.name), { bigint: true })), isFolder: entry.isDirectory() }]));
}

/** Moves the folder aside and makes in its place what a power cut may leave: of what was not synced nothing, all, or any part. */
function cutPower(folder, copy, random) {
  const before = `${folder}.before`;
  fs.rmSync(before, { recursive: true, force: true });
  fs.renameSync(folder, before);
  const current = new Map();
  const look = at => {
    for (const [name, { key, isFolder }] of entriesOf(at)) {
      current.set(key, path.join(at, name));
      isFolder && look(path.join(at, name));
    }
  };
  look(before);
  current.set("root", before);

  // One of three kinds of disk, so that the plain cases, which show most, are not drowned by mixtures.
  const kind = random(3);
  const keeps = () => kind === 0 ? false : kind === 1 ? true : random(2) === 0;
  const makeFolder = (key, place) => {
    fs.mkdirSync(place);
    const synced = readEntries(path.join(copy, `${key}.folder`));
    const now = current.has(key) ? entriesOf(current.get(key)) : new Map();
    for (const name of new Set([...synced.keys(), ...now.keys()])) {
      const entry = (keeps() ? now : synced).get(name);
      if (entry?.isFolder) {
        makeFolder(entry.key, path.join(place, name));
      } else if (entry) {
        writeFileSync(path.join(place, name), contentOf(entry.key));
      }
    }
  };
  const contentOf = key => {
    const file = path.join(copy, key);
    const synced = fs.existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    if (!current.has(key) || !keeps()) {
      return synced;
    }
    const rest = readFileSync(current.get(key)).subarray(synced.length);
    // The length may be on the disk before the bytes are.
    const torn = random(3) === 0 ? Buffer.alloc(rest.length) : rest.subarray(0, random(2) === 0 ? rest.length : random(rest.length + 1));
    return Buffer.concat([synced, torn]);
  };
  makeFolder("root", folder);

  // The disk is read by a new program now: all that is left is on it, under new numbers.
  fs.rmSync(before, { recursive: true });
  fs.rmSync(copy, { recursive: true });
  fs.mkdirSync(copy);
  const settle = (at, key) => {
    const entries = entriesOf(at);
    writeEntries(copy, key, entries);
    for (const [name, entry] of entries) {
      const place = path.join(at, name);
      entry.isFolder ? settle(place, entry.key) : fs.copyFileSync(place, path.join(copy, entry.key));
    }
  };
  settle(folder, "root");
}

// At once, since this program may be killed in the middle of it.
function writeEntries(copy, key, entries) {
  const file = path.join(copy, `${key}.folder`);
  writeFileSync(`${file}~`, JSON.stringify([...entries]));
  fs.renameSync(`${file}~`, file);
}

const readEntries = file => new Map(fs.existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []);

// Mulberry32: small, and the same everywhere.
function randomOf(seed) {
  return most => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000 * most);
  };
}

if (require.main === module) {
  const [folder, copy, seed] = process.argv.slice(2);
  cutPower(folder, copy, randomOf(Number(seed)));
} else {
  record(process.env.SSP_SYNCED_FOLDER, process.env.SSP_SYNCED_COPY);
}
