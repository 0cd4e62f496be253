/** Finds lines in a long file by the time they were written, reading little of it. Knows bytes; nothing of what they say. */
import { lineMonotonicMs } from '../chain.js';

/** A file, or a part of one, that is read in pieces. */
export type ByteSource = {
  readonly bytes: number;
  /** At most `length` bytes from `offset` on; fewer where it ends. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
};

/** `end`: where the next line begins. `bytes` without the end of line. */
export type FoundLine = { readonly start: number; readonly end: number; readonly bytes: Uint8Array };

const newline = 0x0a;
const probeBytes = 16_384;
const readBytes = 262_144;

/** Longer than any line that is written. */
const maxLineBytes = 16_000_000;

/** The whole lines from `offset`, which is the beginning of one, to the end; what has no end of line is not given. */
export async function* linesFrom(source: ByteSource, offset: number): AsyncGenerator<FoundLine> {
  let start = offset;
  let held: Uint8Array = new Uint8Array(0);
  for (let length = readBytes; ; ) {
    const more = await source.read(start + held.length, length);
    if (more.length === 0) return;
    held = joined(held, more);
    let from = 0;
    for (let end = held.indexOf(newline); end >= 0; end = held.indexOf(newline, from)) {
      yield { start: start + from, end: start + end + 1, bytes: held.subarray(from, end) };
      from = end + 1;
    }
    // A long line is read in larger and larger pieces, else it would be looked through again and again.
    length = from === 0 ? length * 2 : readBytes;
    if (held.length > maxLineBytes && from === 0) return;
    start += from;
    held = held.subarray(from);
  }
}

/** Where the last line begins that was written at `monotonicMs` or before; 0 when none was. Times never fall. */
export async function lastLineAt(source: ByteSource, monotonicMs: number): Promise<number> {
  let [low, high] = [0, source.bytes];
  while (high - low > probeBytes) {
    const middle = Math.floor((low + high) / 2);
    const line = await firstLineAfter(source, middle, high);
    if (line && line.monotonicMs <= monotonicMs) low = line.start;
    else high = middle;
  }
  let last = low;
  for await (const { start, bytes } of linesFrom(source, low)) {
    const atMs = lineMonotonicMs(bytes);
    if (atMs !== undefined && atMs > monotonicMs) break;
    if (atMs !== undefined) last = start;
  }
  return last;
}

/** The first line that begins behind `offset` and before `limit`, and can be read. */
async function firstLineAfter(
  source: ByteSource,
  offset: number,
  limit: number,
): Promise<{ readonly start: number; readonly monotonicMs: number } | undefined> {
  for (let length = probeBytes; length <= maxLineBytes; length *= 2) {
    const bytes = await source.read(offset, length);
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, end + 1)) {
      const start = offset + end + 1;
      if (start >= limit) return undefined;
      const monotonicMs = lineMonotonicMs(bytes.subarray(end + 1));
      if (monotonicMs !== undefined) return { start, monotonicMs };
    }
    if (bytes.length < length) return undefined;
  }
  return undefined;
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after;
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}
