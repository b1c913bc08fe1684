"use strict";
// Starts Azurite, with its own arguments, so that no acknowledged change is lost. See README.md.

// Set before the first file is touched: uploads sync in these threads too, and the log must not wait for one.
process.env.UV_THREADPOOL_SIZE ??= "16";

const fs = require("node:fs");
const path = require("node:path");
const { holdAnswers } = require("./answers");
const { Databases, durableLoki } = require("./databases");
const { guardExtents } = require("./extents");
const { Refusal, closeToOthers, makeFolder, openFolder } = require("./folder");
const { Log, readLog } = require("./log");
const { findAzurite, leaveOut, replaceLoki } = require("./package-of-azurite");
const { Changes } = require("./replay");
const { removeUnfinished } = require("./snapshot");

const LEAST_LOG_BYTES = Number(process.env.SSP_AZURITE_LOG_BYTES ?? 16 * 1024 * 1024);

async function main() {
  const azurite = findAzurite();
  leaveOut(azurite);
  const Environment = azurite.load("./dist/src/common/Environment.js").default;
  const environment = new Environment();
  if (!environment.inMemoryPersistence()) {
    makeDurable(azurite, path.resolve(await environment.location()));
  }
  azurite.load("./dist/src/azurite.js");
}

function makeDurable(azurite, location) {
  makeFolder(location);
  closeToOthers(location);
  const folder = openFolder(location);
  removeUnfinished(location);
  const recovered = new Map();
  const last = readLog(folder, change => {
    const [, database] = change;
    recovered.has(database) || recovered.set(database, new Changes());
    recovered.get(database).take(change);
  });
  const log = new Log(folder, last, endAtOnce);
  const databases = new Databases(log, location, new Map([...recovered].map(([name, changes]) => [name, changes.list()])), LEAST_LOG_BYTES);

  const { FSExtentStore, TableStore } = replaceLoki(azurite, Loki => durableLoki(Loki, databases));
  guardExtents(FSExtentStore, log);
  guardBatches(TableStore, log);
  holdAnswers(log);
  // Azurite has closed its servers, and the last request is answered.
  process.once("beforeExit", async () => process.exit(await databases.finish() ? 0 : 1));
}

// A batch changes row by row; the log gets all of it, with what undoes it if it fails, in one frame.
function guardBatches(TableStore, log) {
  const { beginBatchTransaction, endBatchTransaction } = TableStore.prototype;
  TableStore.prototype.beginBatchTransaction = async function (...given) {
    await beginBatchTransaction.apply(this, given);
    log.batch = true;
  };
  TableStore.prototype.endBatchTransaction = async function (...given) {
    try {
      await endBatchTransaction.apply(this, given);
    } finally {
      log.batch = false;
    }
  };
}

// After a failed write nobody knows what the disk holds, and memory already shows what the disk may not have: no answer would be true.
function endAtOnce(error) {
  fs.writeSync(2, `The log could not be written (${error.message}). Azurite ends: it acknowledges nothing that it could lose.`
    + " Mend it (is the disk full?) and start it again; every acknowledged change is still there.\n");
  process.exit(1);
}

main().catch(error => {
  // What the system refused says enough: the reason, and the file.
  console.error(error instanceof Refusal ? error.message : `Azurite was not started: ${error.syscall && error.path ? error.message : error.stack}`);
  process.exit(1);
});
