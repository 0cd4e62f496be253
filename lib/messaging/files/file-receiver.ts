/**
 * Receives files in chunks over one connection: lets in what comes next, acknowledges what the store holds, and lets a
 * file into its place only when its sender and the store agree. Knows the wire and the store's port; no disk.
 */
import { CancelledError, errorCode, errorText, RefusedError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import { every } from '../../time/clock.js';
import type { Json } from '../json.js';
import type { ChunkMessage, Kwargs } from '../message.js';
import type { FilePeer } from './file-peer.js';
import { abortAction, ackAction, type FileOffer, readOffer, readTransfer } from './file-wire.js';
import type { IncomingFile } from './incoming-store.js';
import { IncomingTransfer } from './incoming-transfer.js';

/** Files of one peer that are on their way at once. */
const maxTransfers = 8;

/** A transfer of which nothing comes for this long is over, ms. */
const idleMs = 60_000;

/** Transfers that ended lately: their late chunks are dropped without a word. */
const maxEnded = 64;

export type FileReceiverOptions = {
  readonly peer: FilePeer;
  readonly clock: Clock;
  /** Largest file that is taken, bytes. */
  readonly maxFileBytes: () => number;
  /** @throws RefusedError when the file is not taken. */
  readonly open: (offer: FileOffer & { readonly transfer: string }) => Promise<IncomingFile>;
  readonly warn: (text: string) => void;
};

type Entry = {
  readonly transfer: string;
  readonly offer: FileOffer;
  readonly file: IncomingFile;
  readonly state: IncomingTransfer;
  queue: Uint8Array[];
  /** Settles when the store has taken what is queued; never rejects. */
  writing: Promise<void> | undefined;
  isOver: boolean;
  lastMs: number;
  readonly stopWatch: Cancel;
};

export class FileReceiver {
  readonly #options: FileReceiverOptions;
  readonly #entries = new Map<string, Entry>();
  /** Being opened now. */
  readonly #opening = new Map<string, FileOffer>();
  readonly #ended: string[] = [];
  /** Of files that the store is about to let go: the same one may be wanted again at once. */
  readonly #suspending = new Set<Promise<void>>();
  /** Counts the links: what was asked for on one is of no use on the next. */
  #link = 0;

  constructor(options: FileReceiverOptions) {
    this.#options = options;
  }

  /** Answers `file_open`. @throws RefusedError. */
  async open(kwargs: Kwargs): Promise<Json> {
    const offer = readOffer(kwargs);
    this.#expectRoomFor(offer);
    const link = this.#link;
    this.#opening.set(offer.transfer, offer);
    let file: IncomingFile;
    try {
      await Promise.all(this.#suspending);
      file = await this.#options.open(offer);
    } finally {
      this.#opening.delete(offer.transfer);
    }
    if (file.isDone) return { offset: offer.size, done: true };
    if (link !== this.#link || this.#ended.includes(offer.transfer)) {
      await file.suspend();
      throw new RefusedError('cancelled', 'the transfer was given up before it began');
    }
    this.#add(offer, file);
    return { offset: file.offset, done: false };
  }

  /** Takes a chunk; one that does not fit ends its transfer, and nothing else. */
  receive({ transfer, offset, content }: ChunkMessage): void {
    const entry = this.#entries.get(transfer);
    if (!entry) {
      if (!this.#ended.includes(transfer)) this.#refuseUnknown(transfer);
      return;
    }
    try {
      entry.state.accept(offset, content.length);
    } catch (error) {
      this.#giveUp(entry, error);
      return;
    }
    entry.lastMs = this.#options.clock.monotonicMs();
    entry.queue.push(content);
    entry.writing ??= this.#write(entry);
  }

  /** Answers `file_close`: only when the file is in its place. @throws RefusedError, or what the store throws. */
  async close(kwargs: Kwargs): Promise<Json> {
    const transfer = readTransfer(kwargs);
    const entry = this.#entries.get(transfer);
    if (!entry) throw unknownTransfer(transfer);
    await entry.writing;
    if (entry.isOver) throw unknownTransfer(transfer);
    this.#end(entry);
    const { size, sha256, filepath } = entry.offer;
    if (!entry.state.isComplete) {
      await entry.file.suspend();
      const held = entry.state.storedBytes;
      throw new RefusedError(
        'incomplete',
        `${filepath}: ${held} of ${size} bytes came before its end was told`,
      );
    }
    await entry.file.finish();
    return { bytes: size, sha256 };
  }

  /** The sender gave up; what came is kept. */
  aborted(kwargs: Kwargs): void {
    const { transfer } = kwargs;
    if (typeof transfer !== 'string') return;
    const entry = this.#entries.get(transfer);
    if (entry) this.#suspend(entry);
    else if (this.#opening.has(transfer)) this.#remember(transfer);
  }

  /** A transfer that is not wanted any more; nothing happens when it is over. */
  cancel(transfer: string): void {
    const entry = this.#entries.get(transfer);
    if (entry) this.#giveUp(entry, new CancelledError('receiving a file'));
    else if (this.#opening.has(transfer)) this.#remember(transfer);
  }

  /** The link is lost; what came is kept. */
  disconnected(): void {
    this.#link += 1;
    for (const entry of [...this.#entries.values()]) this.#suspend(entry);
    // A peer that was started anew counts its transfers from the beginning.
    this.#opening.clear();
    this.#ended.length = 0;
  }

  #expectRoomFor({ transfer, filepath, size }: FileOffer & { readonly transfer: string }): void {
    const maxBytes = this.#options.maxFileBytes();
    if (size > maxBytes)
      throw new RefusedError(
        'too_large',
        `${filepath}: ${size} bytes are more than the ${maxBytes} that are taken`,
      );
    if (this.#entries.has(transfer) || this.#opening.has(transfer) || this.#ended.includes(transfer))
      throw new RefusedError('bad_argument', `argument "transfer": "${transfer}" was used already`);
    const offers = [...[...this.#entries.values()].map(({ offer }) => offer), ...this.#opening.values()];
    if (filepath !== '' && offers.some((offer) => offer.filepath === filepath))
      throw new RefusedError('busy', `${filepath} is being received already`);
    if (offers.length >= maxTransfers)
      throw new RefusedError('busy', `${maxTransfers} files are on their way already`);
  }

  #add(offer: FileOffer & { readonly transfer: string }, file: IncomingFile): void {
    const { clock } = this.#options;
    const { transfer } = offer;
    const entry: Entry = {
      ...{ transfer, offer, file, queue: [], writing: undefined, isOver: false },
      state: new IncomingTransfer(offer.size, file.offset),
      lastMs: clock.monotonicMs(),
      stopWatch: every(clock, idleMs / 2, () => {
        if (clock.monotonicMs() - entry.lastMs >= idleMs)
          this.#giveUp(
            entry,
            new RefusedError('timeout', `${offer.filepath}: nothing came for ${idleMs} ms`),
          );
      }),
    };
    this.#entries.set(transfer, entry);
  }

  /** One write for all that came meanwhile, and one acknowledgement. Never rejects. */
  async #write(entry: Entry): Promise<void> {
    // Whatever else came in the same turn is taken along.
    await Promise.resolve();
    try {
      while (entry.queue.length > 0 && !entry.isOver) {
        const pieces = entry.queue;
        entry.queue = [];
        await entry.file.append(pieces);
        entry.state.stored(pieces.reduce((sum, { length }) => sum + length, 0));
        const { transfer, state, isOver } = entry;
        if (!isOver) this.#options.peer.act(ackAction, { transfer, offset: state.storedBytes });
      }
    } catch (error) {
      // The store has ended the file itself.
      if (!entry.isOver) this.#tell(entry, error);
      this.#end(entry);
    } finally {
      entry.writing = undefined;
    }
  }

  /** Ends a transfer with an error for its sender; what came is kept. */
  #giveUp(entry: Entry, error: unknown): void {
    this.#tell(entry, error);
    this.#suspend(entry);
  }

  #suspend(entry: Entry): void {
    const { writing } = entry;
    this.#end(entry);
    const suspended = (writing ?? Promise.resolve())
      .then(() => entry.file.suspend())
      .finally(() => this.#suspending.delete(suspended));
    this.#suspending.add(suspended);
  }

  #end(entry: Entry): void {
    entry.isOver = true;
    entry.stopWatch();
    if (this.#entries.delete(entry.transfer)) this.#remember(entry.transfer);
  }

  #tell({ transfer, offer }: Entry, error: unknown): void {
    const message = errorText(error);
    this.#options.warn(`file "${offer.filepath}" refused: ${message}`);
    this.#options.peer.act(abortAction, { transfer, by: 'receiver', code: errorCode(error), message });
  }

  #refuseUnknown(transfer: string): void {
    const { code, message } = unknownTransfer(transfer);
    this.#options.warn(`a chunk is dropped: ${message}`);
    this.#options.peer.act(abortAction, { transfer, by: 'receiver', code, message });
    this.#remember(transfer);
  }

  #remember(transfer: string): void {
    this.#ended.push(transfer);
    if (this.#ended.length > maxEnded) this.#ended.shift();
  }
}

function unknownTransfer(transfer: string): RefusedError {
  return new RefusedError('unknown_transfer', `no transfer "${transfer.slice(0, 64)}" is under way`);
}
