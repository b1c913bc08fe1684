"use strict";
// The write-ahead log: numbered segments in the data folder's durable/, each a row of frames.
// A frame is what one disk write makes durable, so it is there as a whole or not at all.
//   magic 4 | CRC-32 of all that follows 4 | length of the text 4 | number of the frame 8 | text: JSON, an array of changes

const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");
const { Refusal, syncFolder } = require("./folder");

// 0xFF is in no UTF-8 text: nothing that somebody stores can look like the begin of a frame.
const MAGIC = Buffer.from([0xff, 0x57, 0x41, 0x4c]);
const HEADER = 20;
// Segments are read at once at the start. Where no further one can be made the last one grows, up to what Node.js can still read so.
const SEGMENT_BYTES = 64 * 1024 * 1024;
const MOST_SEGMENT_BYTES = 1024 * 1024 * 1024;
// Writing with it is a write and an fdatasync in one call.
const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_DSYNC } = fs.constants;

// The number of the last frame whose changes are all in the saved databases; the log may begin right after it, and not later.
const SAVED = "saved";

const nameOf = number => `${String(number).padStart(6, "0")}.log`;

function segmentsIn(folder) {
  return fs.readdirSync(folder).filter(name => /^\d{6,}\.log$/.test(name)).map(name => parseInt(name, 10)).sort((a, b) => a - b);
}

function frameOf(number, text) {
  const frame = Buffer.allocUnsafe(HEADER + Buffer.byteLength(text));
  MAGIC.copy(frame);
  frame.writeUInt32LE(frame.length - HEADER, 8);
  frame.writeBigUInt64LE(BigInt(number), 12);
  frame.write(text, HEADER);
  frame.writeUInt32LE(zlib.crc32(frame.subarray(8)), 4);
  return frame;
}

function frameAt(bytes, at) {
  if (bytes.length - at < HEADER || bytes.compare(MAGIC, 0, 4, at, at + 4) !== 0) {
    return undefined;
  }
  const end = at + HEADER + bytes.readUInt32LE(at + 8);
  if (end > bytes.length || bytes.readUInt32LE(at + 4) !== zlib.crc32(bytes.subarray(at + 8, end))) {
    return undefined;
  }
  return { number: Number(bytes.readBigUInt64LE(at + 12)), end, text: () => bytes.toString("utf8", at + HEADER, end) };
}

function hasFrameAfter(bytes, at) {
  for (let next = bytes.indexOf(MAGIC, at + 1); next >= 0; next = bytes.indexOf(MAGIC, next + 1)) {
    if (frameAt(bytes, next)) {
      return true;
    }
  }
  return false;
}

/** Hands each change of the log to the given function, in order; cuts off a torn end. Returns the number of the last frame. */
function readLog(folder, take) {
  const segments = segmentsIn(folder);
  const saved = readSaved(folder);
  let last = saved;
  for (const segment of segments) {
    const file = path.join(folder, nameOf(segment));
    const bytes = fs.readFileSync(file);
    for (let at = 0; at < bytes.length;) {
      const frame = frameAt(bytes, at);
      if (frame && frame.number <= saved) {
        // A power cut may bring back some of the segments that a save made needless, and not others.
        at = frame.end;
      } else if (frame && frame.number !== last + 1) {
        throw damaged(file, at, `it goes on with change group ${frame.number} after ${last}, so a part of the log is missing`);
      } else if (frame) {
        JSON.parse(frame.text()).forEach(take);
        last = frame.number;
        at = frame.end;
      } else if (segment !== segments.at(-1) || hasFrameAfter(bytes, at)) {
        throw damaged(file, at, "a checksum is wrong and whole changes follow");
      } else {
        cut(file, at);
        break;
      }
    }
  }
  return last;
}

function readSaved(folder) {
  const file = path.join(folder, SAVED);
  return fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
}

function writeSaved(folder, number) {
  const file = path.join(folder, SAVED);
  const fd = fs.openSync(`${file}~`, "w", 0o600);
  fs.writeSync(fd, `${number}\n`);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(`${file}~`, file);
  syncFolder(folder);
}

// A write that a crash broke off: no answer has told of it. Cut for good, since newer segments follow and only the newest may end torn.
function cut(file, length) {
  const fd = fs.openSync(file, "r+");
  fs.ftruncateSync(fd, length);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

function damaged(file, at, why) {
  return new Refusal(
    `The log is damaged: ${file} at byte ${at}: ${why}. Restore the data folder from a backup,`
    + ` or move the folder ${path.dirname(file)} away to go on without the changes since the last save.`);
}

function sizeOf(folder, segments) {
  return segments.reduce((sum, segment) => sum + fs.statSync(path.join(folder, nameOf(segment))).size, 0);
}

class Log {
  #folder;
  #entries;
  #fail;
  #fd;
  #segment;
  #number;
  #segmentBytes = 0;
  #olderBytes = 0;
  #changes = [];
  #waiting = [];
  #rotating = [];
  #scheduled = false;
  #writing = false;
  #batch = false;

  /** How many changes there were, and how many of them a crash cannot take back. */
  position = 0;
  durable = 0;
  /** Called after each write. */
  onWritten = () => { };

  constructor(folder, lastNumber, fail) {
    this.#folder = folder;
    // Open all the time, so that a new segment needs one file handle, and never one more.
    this.#entries = fs.openSync(folder, "r");
    this.#fail = fail;
    this.#number = lastNumber;
    const segments = segmentsIn(folder);
    this.#olderBytes = sizeOf(folder, segments);
    this.#segment = (segments.at(-1) ?? 0) + 1;
    this.#fd = this.#create(this.#segment);
    fs.fsyncSync(this.#entries);
  }

  get bytes() {
    return this.#olderBytes + this.#segmentBytes;
  }

  /** Takes one change, as JSON. */
  append(text) {
    this.#changes.push(text);
    this.position++;
    this.#schedule();
  }

  /** While a batch is open nothing is written, so that all of it lands in one frame. */
  set batch(open) {
    this.#batch = open;
    if (!open) {
      this.#schedule();
    }
  }

  get batch() {
    return this.#batch;
  }

  /** Runs the function once all changes made until now are durable; at once if they are. */
  whenDurable(run) {
    if (this.durable === this.position) {
      run();
    } else {
      this.#waiting.push({ position: this.position, run });
    }
  }

  untilDurable() {
    return new Promise(resolve => this.whenDurable(resolve));
  }

  /**
   * Begins a new segment; returns its number and that of the last frame before it. All changes in older ones were made before this moment.
   * Where no file can be made it fails, and the segment at hand goes on.
   */
  rotate() {
    return new Promise((resolve, reject) => {
      this.#rotating.push({ resolve, reject });
      if (!this.#writing) {
        this.#rotate();
      }
    });
  }

  #rotate() {
    const waiting = this.#rotating.splice(0);
    const before = this.#fd;
    try {
      this.#fd = this.#create(this.#segment + 1);
    } catch (error) {
      waiting.forEach(({ reject }) => reject(error));
      return;
    }
    try {
      fs.fsyncSync(this.#entries);
      fs.closeSync(before);
    } catch (error) {
      this.#fail(error);
    }
    this.#olderBytes += this.#segmentBytes;
    this.#segmentBytes = 0;
    this.#segment++;
    waiting.forEach(({ resolve }) => resolve({ segment: this.#segment, number: this.#number }));
  }

  /** Deletes the segments before the given one, the oldest first: what a crash leaves has no gap. */
  dropBefore(segment, number) {
    writeSaved(this.#folder, number);
    for (const old of segmentsIn(this.#folder).filter(one => one < segment)) {
      fs.unlinkSync(path.join(this.#folder, nameOf(old)));
    }
    this.#olderBytes = sizeOf(this.#folder, segmentsIn(this.#folder).filter(one => one !== this.#segment));
    fs.fsyncSync(this.#entries);
  }

  #create(segment) {
    return fs.openSync(path.join(this.#folder, nameOf(segment)), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_DSYNC, 0o600);
  }

  // After the events now at hand: what one request changes is written together, and with it what others changed meanwhile.
  #schedule() {
    if (!this.#scheduled && !this.#writing && this.#changes.length > 0) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
  }

  #flush() {
    if (this.#writing || this.#batch || this.#changes.length === 0) {
      return;
    }
    this.#writing = true;
    const until = this.position;
    const frame = frameOf(++this.#number, `[${this.#changes.join(",")}]`);
    this.#changes = [];
    const write = from => fs.write(this.#fd, frame, from, frame.length - from, null, (error, written) => {
      if (error) {
        this.#fail(error);
      } else if (from + written < frame.length) {
        write(from + written);
      } else {
        this.#written(until, frame.length);
      }
    });
    write(0);
  }

  #written(until, bytes) {
    this.durable = until;
    this.#writing = false;
    this.#segmentBytes += bytes;
    if (this.#rotating.length > 0) {
      this.#rotate();
    }
    // The disk first: it works on while the answers leave.
    this.#flush();
    let count = 0;
    while (count < this.#waiting.length && this.#waiting[count].position <= until) {
      count++;
    }
    for (const { run } of this.#waiting.splice(0, count)) {
      run();
    }
    if (this.#segmentBytes > MOST_SEGMENT_BYTES) {
      this.#fail(new Error("no further segment could be made for a long time"));
    } else if (this.#segmentBytes > SEGMENT_BYTES) {
      // A save says why, when its turn comes; until then this segment grows.
      this.rotate().catch(() => { });
    }
    this.onWritten();
  }
}

module.exports = { Log, readLog };
