/**
 * Records as lines that hold on to each other: each ends with the SHA-256 over the hash of the line before and itself.
 * Pure: knows bytes; no file, no clock and no meaning of a record.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { errorText } from '../../lib/errors.js';
import type { ChainLink, JournalRecord } from './record.js';
import { parseStableJson, stableJson } from './stable-json.js';

/** What the very first line follows. */
export const chainStart: ChainLink = { seq: -1, hash: '0'.repeat(64) };

/** `,"hash":"<64 hex digits>"}` */
const endLength = 75;
const endPattern = /^,"hash":"([0-9a-f]{64})"\}$/;

/** Longest body that is kept, characters: what one record may take of the disk. */
const maxBodyLength = 1_000_000;

export type Line = { readonly bytes: Uint8Array; readonly link: ChainLink };

export type Unsealed = Omit<JournalRecord, 'seq'>;

/**
 * The line of a record, its end of line included, and the chain's end after it. `seq` is the next one unless told. A body
 * that can not be written, or is too long, leaves a text in its place that says so: the record itself is never lost.
 */
export function sealLine(before: ChainLink, record: Unsealed, seq = before.seq + 1): Line {
  const { utcMs, monotonicMs, kind, body } = record;
  const times = `"utcMs":${Math.round(utcMs)},"monotonicMs":${Math.round(monotonicMs * 1000) / 1000}`;
  const content = `{"seq":${seq},${times},"kind":${JSON.stringify(kind)},"body":${bodyText(body)}`;
  const hash = hashOf(before.hash, Buffer.from(content));
  return { bytes: Buffer.from(`${content},"hash":"${hash}"}\n`), link: { seq, hash } };
}

/** A line that was read: what it says, the hash that it has, and the one that it should have. */
export type ReadLine = {
  readonly record: JournalRecord;
  readonly hash: string;
  /** Whether it follows a line of that hash unchanged. */
  follows(hash: string): boolean;
};

/** Undefined for bytes (without the end of line) that are no record. */
export function readLine(bytes: Uint8Array): ReadLine | undefined {
  if (bytes.length <= endLength) return undefined;
  const content = bytes.subarray(0, bytes.length - endLength);
  const [, hash] = endPattern.exec(latin(bytes.subarray(bytes.length - endLength))) ?? [];
  const record = hash === undefined ? undefined : recordOf(content);
  if (hash === undefined || !record) return undefined;
  return { record, hash, follows: (before) => hashOf(before, content) === hash };
}

/** The record alone, unproven: for whoever reads much of it again and again. */
export function readRecord(bytes: Uint8Array): JournalRecord | undefined {
  return bytes.length <= endLength ? undefined : recordOf(bytes.subarray(0, bytes.length - endLength));
}

/** When a line was written, without reading all of it; undefined for bytes that begin no record. */
export function lineMonotonicMs(bytes: Uint8Array): number | undefined {
  const [, text] =
    /^\{"seq":\d+,"utcMs":-?\d+,"monotonicMs":(-?[\d.e+-]+),/.exec(latin(bytes.subarray(0, 120))) ?? [];
  return text === undefined ? undefined : Number(text);
}

function recordOf(content: Uint8Array): JournalRecord | undefined {
  let value: unknown;
  try {
    // A byte that is no UTF-8 must not become a sign that is some.
    value = parseStableJson(`${new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)}}`);
  } catch (error) {
    // No JSON, no UTF-8, or deeper than anything that is written.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
      return undefined;
    throw error;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, utcMs, monotonicMs, kind, body } = value as { readonly [name: string]: unknown };
  const areTimes = Number.isFinite(utcMs) && Number.isFinite(monotonicMs);
  const isBody = typeof body === 'object' && body !== null && !Array.isArray(body);
  return Number.isSafeInteger(seq) && areTimes && typeof kind === 'string' && isBody;
}

function bodyText(body: Unsealed['body']): string {
  try {
    const text = stableJson(body);
    if (text.length <= maxBodyLength) return text;
    return stableJson({
      leftOut: `it has ${text.length} characters, more than the ${maxBodyLength} that are kept`,
    });
  } catch (error) {
    return stableJson({ leftOut: errorText(error) });
  }
}

function hashOf(before: string, content: Uint8Array): string {
  return createHash('sha256').update(before).update('\n').update(content).digest('hex');
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
