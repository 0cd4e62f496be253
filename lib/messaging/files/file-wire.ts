/** What a file in chunks looks like on the wire: names, bounds, and the parts of its messages. Knows no transfer. */
import { RefusedError } from '../../errors.js';
import { encodeFrameHead } from '../frame.js';
import type { Json } from '../json.js';
import { chunkAction, type Kwargs } from '../message.js';

/** Feature of a peer that takes and gives files in chunks. */
export const chunksFeature = 'chunks';

/** Most content of one chunk, bytes: whatever is urgent waits behind no more of what has not been written yet. */
export const maxChunkBytes = 16 * 1024;

/** Requests of a sender, and the actions of both sides. */
export const openName = 'file_open';
export const closeName = 'file_close';
export const ackAction = 'file_ack';
export const abortAction = 'file_abort';

/** A file that is about to be sent: `sha256` in lower-case hex. */
export type FileOffer = { readonly filepath: string; readonly size: number; readonly sha256: string };

/** Where a receiver wants a file to be sent from; `isDone`: it has the whole file already. */
export type OpenAnswer = { readonly offset: number; readonly isDone: boolean };

/** What stands before the content of a chunk. */
export function createChunkHead(transfer: string, offset: number, contentLength: number): Uint8Array {
  const fields = { action: chunkAction, transfer, offset };
  return encodeFrameHead('message', fields, { contentType: 'binary', contentLength });
}

/** The kwargs of `file_open`. @throws RefusedError `bad_argument`. */
export function readOffer(kwargs: Kwargs): FileOffer & { readonly transfer: string } {
  const { filepath, size, sha256 } = kwargs;
  if (typeof filepath !== 'string') throw badArgument('filepath', 'a text');
  if (!isCount(size)) throw badArgument('size', 'a whole number of bytes');
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
    throw badArgument('sha256', '64 hexadecimal digits');
  return { filepath, size, sha256, transfer: readTransfer(kwargs) };
}

/** The id of a transfer in kwargs, chosen by its sender. @throws RefusedError `bad_argument`. */
export function readTransfer({ transfer }: Kwargs): string {
  if (typeof transfer === 'string' && transfer.length > 0 && transfer.length <= 64) return transfer;
  throw badArgument('transfer', 'a text of 1 to 64 characters');
}

/** @throws RefusedError `bad_answer` for an answer that makes no sense for a file of that size. */
export function readOpenAnswer(answer: Json, size: number): OpenAnswer {
  const { offset, done } = typeof answer === 'object' && answer && !Array.isArray(answer) ? answer : {};
  if (isCount(offset) && offset <= size) return { offset, isDone: done === true };
  throw new RefusedError('bad_answer', 'the receiver named no proper place to begin at');
}

/** A whole number from 0. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function badArgument(name: string, what: string): RefusedError {
  return new RefusedError('bad_argument', `argument "${name}" must be ${what}`);
}
