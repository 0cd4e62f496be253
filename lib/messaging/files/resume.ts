/** Sends a file again over the next link, and the next, until it has arrived. Knows events of a connection; no chunks. */
import { CancelledError, DisconnectedError, errorCode } from '../../errors.js';
import type { Clock } from '../../time/clock.js';

/** What of a connection is needed to wait for its next link. */
export interface ResumableLink {
  readonly isConnected: boolean;
  helloSettled(): Promise<unknown>;
  onEvent(listener: (event: { readonly type: string }) => void): () => void;
}

export type ResumeOptions = {
  readonly clock: Clock;
  /** How long each loss of the link may last, ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** A receiver that has not noticed the loss yet is asked again so often, ms. */
const busyPauseMs = 200;

/** @throws what `send` throws for another reason than the link; DisconnectedError when it does not come back in time. */
export async function sendUntilArrived<T>(
  link: ResumableLink,
  send: () => Promise<T>,
  options: ResumeOptions,
): Promise<T> {
  let lostMs: number | undefined;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const code = errorCode(error);
      const isTemporary = error instanceof DisconnectedError || (code === 'busy' && lostMs !== undefined);
      if (!isTemporary) throw error;
      const nowMs = options.clock.monotonicMs();
      if (code !== 'busy' || lostMs === undefined) lostMs = nowMs;
      const leftMs = lostMs + options.timeoutMs - nowMs;
      if (leftMs <= 0) throw error;
      if (code === 'busy') await pause(busyPauseMs, options);
      else await nextLink(link, leftMs, options);
    }
  }
}

/** Resolves when there is a link whose peer has said what it is. */
async function nextLink(link: ResumableLink, timeoutMs: number, options: ResumeOptions): Promise<void> {
  if (!link.isConnected) await connected(link, timeoutMs, options);
  await link.helloSettled();
}

function connected(link: ResumableLink, timeoutMs: number, { clock, signal }: ResumeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      cancel();
      stopListening();
      signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    };
    const onAbort = () => settle(new CancelledError('resuming a file'));
    const cancel = clock.after(timeoutMs, () =>
      settle(new DisconnectedError(`the connection did not come back within ${Math.round(timeoutMs)} ms`)),
    );
    const stopListening = link.onEvent(({ type }) => {
      if (type === 'connected') settle();
      if (type === 'closed') settle(new DisconnectedError('the connection was closed for good'));
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

function pause(forMs: number, { clock, signal }: ResumeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    clock.after(forMs, () => (signal?.aborted ? reject(new CancelledError('resuming a file')) : resolve()));
  });
}
