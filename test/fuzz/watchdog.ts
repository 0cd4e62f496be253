/** Ends a run that hangs in one input, and says which: a loop without end can not tell of itself. Knows no target. */
import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** So long may one input take on a machine however busy, ms. */
const hangMs = 30_000;

/** How many inputs there were, the length of the one that runs, and its bytes. */
const headerBytes = 8;
const maxBytes = 131_072;

/** Call the result with each input before it runs. The watching ends with the program. */
export function watch(): (input: Uint8Array) => void {
  const shared = new SharedArrayBuffer(headerBytes + maxBytes);
  const [header, bytes] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, headerBytes)];
  new Worker(new URL(import.meta.url), { workerData: shared }).unref();
  return (input) => {
    bytes.set(input.subarray(0, maxBytes));
    Atomics.store(header, 1, input.length);
    Atomics.add(header, 0, 1);
  };
}

/** In a thread of its own: the count must change from one look to the next. */
function look(shared: SharedArrayBuffer): void {
  const header = new Int32Array(shared, 0, 2);
  let before = Atomics.load(header, 0);
  setInterval(() => {
    const count = Atomics.load(header, 0);
    if (count === before && count > 0) {
      const input = Buffer.from(new Uint8Array(shared, headerBytes, Atomics.load(header, 1)));
      writeSync(1, `BROKEN: one input has taken more than ${hangMs / 1000} s:\n${input.toString('hex')}\n`);
      process.kill(process.pid, 'SIGKILL');
    }
    before = count;
  }, hangMs);
}

if (!isMainThread && workerData instanceof SharedArrayBuffer) look(workerData);
