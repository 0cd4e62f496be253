/** Puts the exchange of files onto a connection. Knows options, handlers and frames; does nothing by itself. */
import { RefusedError } from '../../errors.js';
import type { FilledOptions } from '../connection/options.js';
import type { OutgoingFrame } from '../connection/outgoing-lanes.js';
import type { ConnectionManager, RequestOptions } from '../connection-manager.js';
import { createActionMessage } from '../create-message.js';
import type { FileResponseMessage, ResponseMessage } from '../message.js';
import { FileExchange } from './file-exchange.js';
import type { FileOffer } from './file-wire.js';
import type { IncomingFile } from './incoming-store.js';
import { MemoryFile } from './memory-file.js';

/** What a connection lends to the exchange of its files. */
export interface FileHost {
  readonly connection: ConnectionManager;
  /** Whether the peer of the present link has said who it is. */
  isIdentified(): boolean;
  /** `isKept` false: it fails with the link, and is not asked again. */
  ask(
    name: string,
    options: RequestOptions & { readonly timeoutMs: number; readonly isKept: false },
  ): Promise<ResponseMessage | FileResponseMessage>;
  /** Queues a frame; without a link nothing happens. */
  send(frame: OutgoingFrame): void;
  warn(text: string): void;
}

/**
 * A receiver that has not answered `file_open` or `file_close` after this long is given up, ms: meanwhile the transfer
 * holds a place that others wait for. Both take a round trip and the disk: the digest of what is there of 64 MiB, or
 * its way to the card, at 5 MB/s and more.
 */
const longestAnswerMs = 20_000;

export function makeFileExchange(options: FilledOptions, host: FileHost): FileExchange {
  const { clock, bulkBudget, createId, fileTimeoutMs, maxFileBytes, maxUnidentifiedBytes } = options;
  const timeoutMs = Math.min(fileTimeoutMs, longestAnswerMs);
  const strangerBytes = Math.min(maxFileBytes, maxUnidentifiedBytes);
  return new FileExchange({
    ...{ clock, budget: bulkBudget, createId },
    peer: {
      ask: async (name, kwargs, { signal }) => {
        const answer = await host.ask(name, { kwargs, signal, timeoutMs, isKept: false });
        return answer.type === 'response' ? answer.value : null;
      },
      act: (action, kwargs) =>
        host.send({ head: createActionMessage(action, { kwargs }), lane: 'control', isOfLink: true }),
      send: (frame) => host.send(frame),
    },
    maxFileBytes: () => (host.isIdentified() ? maxFileBytes : strangerBytes),
    open: (offer) => openIncoming(options, host, offer),
    warn: (text) => host.warn(text),
  });
}

async function openIncoming(options: FilledOptions, host: FileHost, offer: FileOffer): Promise<IncomingFile> {
  const { incomingStore, fileHandler } = options.endpoint;
  if (incomingStore) return incomingStore.open(offer);
  if (fileHandler)
    return new MemoryFile(offer, (content) => fileHandler(host.connection, offer.filepath, content));
  throw new RefusedError('not_supported', `${offer.filepath}: no files are taken here`);
}
