/** What is fuzzed: the shape of a target, and what targets share. Knows no particular one. */
import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { Random } from '../../drone-client/simulator/random.js';

/** Whether an input was taken, all of it or in part, or was refused. */
export type Verdict = 'accepted' | 'refused';

/** Something that reads bytes of strangers. A run depends on its bytes alone. */
export type FuzzTarget = {
  readonly name: string;
  /** Valid inputs, from which others are made. */
  readonly corpus: readonly Uint8Array[];
  /** Texts that mean something to it. */
  readonly words: readonly string[];
  /** Makes lengths and checksums right again, so that what lies behind them is reached too. */
  readonly mend?: (bytes: Uint8Array) => Uint8Array;
  /** Longest input, bytes; default 64 KiB, 128 KiB at most. */
  readonly maxBytes?: number;
  /** How many of ten thousand inputs are its own when all targets are run: dear ones get fewer. */
  readonly share: number;
  /** @throws whatever it is not documented to throw, and BrokenInvariant. */
  readonly run: (bytes: Uint8Array) => Verdict;
};

/** What must never be was. */
export class BrokenInvariant extends Error {}

/** @throws BrokenInvariant when it is not so. */
export function expectThat(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new BrokenInvariant(what);
}

/** @throws BrokenInvariant when the two differ; −0 counts as 0, and a NaN as a NaN. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  if (isDeepStrictEqual(withoutNegativeZero(actual), withoutNegativeZero(expected))) return;
  throw new BrokenInvariant(`${what}: ${shown(actual)} is not ${shown(expected)}`);
}

function withoutNegativeZero(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.entries(value).map(([key, member]) => [key, withoutNegativeZero(member)]);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' || typeof member === 'number' ? String(member) : member,
  );
  return (text ?? String(value)).slice(0, 400);
}

/** What a call gives, or the error that it is documented to throw. @throws every other error. */
export function attempt<T, E extends Error>(
  call: () => T,
  documented: abstract new (...args: never[]) => E,
): { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: E } {
  try {
    return { value: call() };
  } catch (error) {
    if (error instanceof documented) return { error };
    throw error;
  }
}

/** Random numbers that depend on the bytes alone (FNV-1a), so that an input repeats its run. */
export function randomOf(bytes: Uint8Array): Random {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return new Random(hash);
}

/** The bytes in pieces cut at random, each a view into a slab of rubbish. */
export function inPieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const mean = random.next() < 0.2 ? 2 : 1 + bytes.length * random.next();
  for (let at = 0; at < bytes.length; ) {
    const length = Math.min(bytes.length - at, 1 + Math.floor(2 * mean * random.next()));
    const slab = new Uint8Array(length + 24).fill(0xfd);
    slab.set(bytes.subarray(at, at + length), 11);
    pieces.push(slab.subarray(11, 11 + length));
    at += length;
  }
  return pieces;
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
