"use strict";
// The data folder: one process at a time, and entries that outlive a power cut.

const fs = require("node:fs");
const path = require("node:path");
const { spawnSync } = require("node:child_process");

/** Why the launcher does not start: one sentence for the person who reads it, without a stack. */
class Refusal extends Error { }

/** Makes new, renamed and deleted entries of a folder durable. */
function syncFolder(folder) {
  const fd = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Makes a folder, and those above it, for good. */
function makeFolder(location) {
  const first = fs.mkdirSync(location, { recursive: true });
  for (let made = location; first && made.length >= first.length; made = path.dirname(made)) {
    try {
      syncFolder(path.dirname(made));
    } catch (error) {
      // Some folders may be written but not read, and thus not synced.
      if (error.code !== "EACCES") {
        throw error;
      }
    }
  }
}

/** What is made from now on, and the folder itself, is for the account of this process alone: tables and files hold people's data. */
function closeToOthers(location) {
  process.umask(0o077);
  if ((fs.statSync(location).mode & 0o077) === 0) {
    return;
  }
  try {
    fs.chmodSync(location, 0o700);
  } catch (error) {
    // It belongs to somebody else, who let this account in.
    fs.writeSync(2, `Other accounts may look into ${location}: ${error.message}. Give the folder to Azurite's account, with mode 0700.\n`);
  }
}

/**
 * Makes durable/ in the data folder and locks it until this process ends. The kernel gives the lock back however it ends,
 * so no mark can be stale, and it knows processes of other containers too, which process ids would not.
 */
function openFolder(location) {
  const folder = path.join(location, "durable");
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  syncFolder(location);
  const fd = fs.openSync(folder, "r");
  // flock(1) locks what it inherits open, and ends; this process holds the same. It is the folder, because programs that read
  // all files, such as a backup, may themselves ask for a lock on each.
  const { status, error } = spawnSync("flock", ["-n", "3"], { stdio: ["ignore", "ignore", "ignore", fd] });
  if (error) {
    throw new Refusal(`The program flock is needed (package util-linux or busybox) and cannot be started: ${error.message}`);
  }
  if (status !== 0) {
    throw new Refusal(`Another Azurite works on ${location}. Stop it first, or give this one a folder of its own with --location.`);
  }
  return folder;
}

module.exports = { Refusal, closeToOthers, makeFolder, openFolder, syncFolder };
