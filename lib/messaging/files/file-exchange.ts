/**
 * Both directions of files in chunks on one connection, and which messages are theirs.
 * Knows the names on the wire; no stream, no disk.
 */
import { RefusedError } from '../../errors.js';
import type { Json } from '../json.js';
import type { ChunkMessage, Kwargs } from '../message.js';
import { FileReceiver, type FileReceiverOptions } from './file-receiver.js';
import { FileSender, type FileSenderOptions, type SendChunksOptions, type SentFile } from './file-sender.js';
import { abortAction, ackAction, closeName, openName } from './file-wire.js';
import { MemoryFile } from './memory-file.js';

export type FileExchangeOptions = FileSenderOptions & FileReceiverOptions;

export class FileExchange {
  readonly #sender: FileSender;
  readonly #receiver: FileReceiver;
  /** Files that were asked for, by the id under which they are to come. */
  readonly #expected = new Map<string, (content: Uint8Array) => void>();
  readonly #createId: () => string;

  constructor(options: FileExchangeOptions) {
    this.#createId = options.createId;
    this.#sender = new FileSender(options);
    this.#receiver = new FileReceiver({
      ...options,
      open: async (offer) => {
        const expected = this.#expected.get(offer.transfer);
        return expected ? new MemoryFile(offer, expected) : options.open(offer);
      },
    });
  }

  /** As `FileSender.send`. */
  send(filepath: string, content: Uint8Array, options?: SendChunksOptions): Promise<SentFile> {
    return this.#sender.send(filepath, content, options);
  }

  /** Answers a request for a file by sending it under the id that was asked for. @throws as `send`. */
  async give(transfer: string, content: Uint8Array): Promise<Json> {
    const { bytes, sha256 } = await this.#sender.send('', content, { transfer });
    return { transfer, bytes, sha256 };
  }

  /** Lets the peer send a file that it is asked for. `content` is there when its request has been answered. */
  expect(): { readonly transfer: string; content(): Uint8Array; cancel(): void } {
    const transfer = `pull-${this.#createId()}`;
    let held: Uint8Array | undefined;
    this.#expected.set(transfer, (content) => {
      held = content;
    });
    return {
      transfer,
      content() {
        if (held) return held;
        throw new RefusedError('bad_answer', 'the peer says that it sent the file, and it has not come');
      },
      cancel: () => {
        this.#expected.delete(transfer);
        this.#receiver.cancel(transfer);
      },
    };
  }

  /** Takes a chunk. */
  receive(message: ChunkMessage): void {
    this.#receiver.receive(message);
  }

  /** Takes an action; false when it is not one about files. */
  act(action: string, kwargs: Kwargs): boolean {
    if (action === ackAction) this.#sender.acknowledged(kwargs);
    else if (action === abortAction) {
      // Both sides choose ids: whose transfer it is, the other one says.
      if (kwargs.by === 'receiver') this.#sender.aborted(kwargs);
      else this.#receiver.aborted(kwargs);
    } else return false;
    return true;
  }

  /** What answers a request; undefined when it is not one about files. */
  handler(name: string): ((kwargs: Kwargs) => Promise<Json>) | undefined {
    if (name === openName) return (kwargs) => this.#receiver.open(kwargs);
    if (name === closeName) return (kwargs) => this.#receiver.close(kwargs);
    return undefined;
  }

  /** The link is lost: what is sent fails, what was received of unfinished files is kept. */
  disconnected(reason: string): void {
    this.#sender.disconnected(reason);
    this.#receiver.disconnected();
  }
}
