"use strict";
// The pinned, unmodified Azurite, and whether it is one whose inside this launcher knows.

const path = require("node:path");
const zlib = require("node:zlib");
const { createRequire, Module } = require("node:module");
const { Refusal } = require("./folder");

const KNOWN = { azurite: "3.37.0", lokijs: "1.5.12" };

/** Finds Azurite beside this file, or where SSP_AZURITE_PACKAGE says, and returns the parts that are hooked. */
function findAzurite() {
  if (typeof zlib.crc32 !== "function") {
    throw new Refusal(`Node.js 20.15 or newer is needed, this is ${process.version}.`);
  }
  const folder = process.env.SSP_AZURITE_PACKAGE ?? path.join(__dirname, "node_modules", "azurite");
  const load = createRequire(path.join(path.resolve(folder), "package.json"));
  for (const [name, file] of [["azurite", "./package.json"], ["lokijs", "lokijs/package.json"]]) {
    const version = versionOf(load, file, folder);
    if (version !== KNOWN[name]) {
      throw new Refusal(
        `This launcher knows the inside of ${name} ${KNOWN[name]}, and ${folder} has ${version}. Install the known one (npm ci in azurite/),`
        + ` or follow "A newer Azurite" in azurite/README.md. Nothing was started.`);
    }
  }

  return { load, lokiFile: load.resolve("lokijs") };
}

/**
 * Keeps out what Azurite loads and does not need here, which is more than half of its start: the library that tells its makers what is
 * asked of it, and the one for blobs in SQL. Nothing that happens on this storage is anybody's business outside the hospital.
 */
function leaveOut({ load }) {
  leave(load, "applicationinsights", {});
  if (process.env.AZURITE_DB === undefined) {
    // Classes that are never used inherit from it.
    leave(load, "sequelize", { Model: class {} });
  }

  if (!process.argv.includes("--disableTelemetry")) {
    process.argv.push("--disableTelemetry");
  }
}

function leave(load, name, exports) {
  const file = load.resolve(name);
  require.cache[file] = Object.assign(new Module(file), { exports, loaded: true });
}

/** Puts another LokiJS in the place of Azurite's, made from it by the given function, and returns the stores that are hooked. */
function replaceLoki({ load, lokiFile }, make) {
  const Loki = load(lokiFile);
  mustHave([
    [Loki?.prototype, ["addCollection", "removeCollection", "loadDatabase", "loadJSONObject", "saveDatabase", "close", "autosaveDisable", "serializeReplacer"]],
    [Loki?.Collection?.prototype, ["on", "ensureAllIndexes"]],
  ]);
  require.cache[lokiFile].exports = make(Loki);

  // Only now: a store keeps the LokiJS that is there when it is loaded.
  const FSExtentStore = load("./dist/src/common/persistence/FSExtentStore.js").default;
  const TableStore = load("./dist/src/table/persistence/LokiTableMetadataStore.js").default;
  mustHave([
    [FSExtentStore?.prototype, ["appendExtent", "deleteExtents"]],
    [TableStore?.prototype, ["beginBatchTransaction", "endBatchTransaction"]],
  ]);
  return { FSExtentStore, TableStore };
}

function mustHave(parts) {
  for (const [part, names] of parts) {
    const name = names.find(one => typeof part?.[one] !== "function");
    if (name) {
      throw new Refusal(`This Azurite has no ${name} where the launcher hooks in. Nothing was started.`);
    }
  }
}

function versionOf(load, file, folder) {
  try {
    return load(file).version;
  } catch {
    throw new Refusal(`There is no Azurite in ${folder}: run npm ci in azurite/, or say where it is in SSP_AZURITE_PACKAGE.`);
  }
}

module.exports = { findAzurite, leaveOut, replaceLoki };
