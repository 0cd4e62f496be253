/** How a connection is set up, with all defaults. Knows no connection. */
import type { Clock } from '../../time/clock.js';
import type { Endpoint } from '../endpoint.js';
import { BulkBudget } from '../files/bulk-budget.js';
import { defaultLimits, defaultUnidentifiedBytes, type FrameLimits } from '../frame-decoder.js';
import type { Hello } from './hello.js';
import { leastStreamBytes } from './stream-writer.js';

export type ConnectionOptions = {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Said on each connect. Without it we are an old peer to the other side. */
  readonly hello?: Hello | undefined;
  /** On what the program runs; for handlers that store received files ("pi": they go to the user pi). */
  readonly whoami?: 'computer' | 'pi' | undefined;
  /** Bytes that may wait inside the stream, at least 64 KiB: more is faster for files, and later for what is urgent. */
  readonly bufferSize?: number | undefined;
  /** Keep what was queued when the link was lost, and send it on the next. */
  readonly resumeQueue?: boolean | undefined;
  /** Requests outlive the link: what is unanswered is sent again, with its arguments, on the next. */
  readonly resendRequests?: boolean | undefined;
  readonly maxHeaderBytes?: number | undefined;
  readonly maxJsonBytes?: number | undefined;
  readonly maxFileBytes?: number | undefined;
  /** Content of any frame until `markIdentified`. */
  readonly maxUnidentifiedBytes?: number | undefined;
  /** Shared by all connections whose files go over one network; default: one of its own. */
  readonly bulkBudget?: BulkBudget | undefined;
  readonly requestTimeoutMs?: number | undefined;
  readonly fileTimeoutMs?: number | undefined;
  readonly heartbeatIntervalMs?: number | undefined;
  readonly maxFails?: number | undefined;
  readonly firstFrameTimeoutMs?: number | undefined;
  /** Bytes that may wait in all lanes but bulk; with more the peer counts as one that stopped reading. */
  readonly maxQueueBytes?: number | undefined;
  /** Must never give an id twice. Default: a counter. */
  readonly createId?: (() => string) | undefined;
};

type Filled = { [Key in keyof ConnectionOptions]-?: NonNullable<ConnectionOptions[Key]> };

/** Options with nothing left open but the hello. */
export type FilledOptions = Omit<Filled, 'hello' | 'bufferSize'> & {
  readonly hello: Hello | undefined;
  readonly maxStreamBytes: number;
};

export function fillOptions(given: ConnectionOptions): FilledOptions {
  return {
    endpoint: given.endpoint,
    clock: given.clock,
    hello: given.hello,
    whoami: given.whoami ?? 'computer',
    maxStreamBytes: Math.max(leastStreamBytes, given.bufferSize ?? 1024),
    resumeQueue: given.resumeQueue ?? false,
    resendRequests: given.resendRequests ?? true,
    maxHeaderBytes: given.maxHeaderBytes ?? defaultLimits.maxHeaderBytes,
    maxJsonBytes: given.maxJsonBytes ?? defaultLimits.maxJsonBytes,
    maxFileBytes: given.maxFileBytes ?? defaultLimits.maxFileBytes,
    maxUnidentifiedBytes: given.maxUnidentifiedBytes ?? defaultUnidentifiedBytes,
    bulkBudget: given.bulkBudget ?? new BulkBudget({ clock: given.clock }),
    requestTimeoutMs: given.requestTimeoutMs ?? 5000,
    fileTimeoutMs: given.fileTimeoutMs ?? 60_000,
    heartbeatIntervalMs: given.heartbeatIntervalMs ?? 1000,
    maxFails: given.maxFails ?? 5,
    firstFrameTimeoutMs: given.firstFrameTimeoutMs ?? 10_000,
    maxQueueBytes: given.maxQueueBytes ?? 4 * 1024 * 1024,
    createId: given.createId ?? counter(),
  };
}

/** What is let in of a peer that has said who it is. */
export function identifiedLimits(options: FilledOptions): FrameLimits {
  const { maxHeaderBytes, maxJsonBytes, maxFileBytes } = options;
  return { maxHeaderBytes, maxJsonBytes, maxFileBytes };
}

/** What is let in of a stranger. */
export function strangerLimits(options: FilledOptions): FrameLimits {
  const { maxHeaderBytes, maxUnidentifiedBytes, maxJsonBytes, maxFileBytes } = options;
  return {
    maxHeaderBytes,
    maxJsonBytes: Math.min(maxUnidentifiedBytes, maxJsonBytes),
    maxFileBytes: Math.min(maxUnidentifiedBytes, maxFileBytes),
  };
}

function counter(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return String(last);
  };
}
