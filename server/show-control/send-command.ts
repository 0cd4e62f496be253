/** One command to one drone, and what became of it. Knows messages; no fleet, no readiness, no screen. */
import {
  CancelledError,
  DisconnectedError,
  errorText,
  RefusedError,
  RemoteError,
  RequestTimeoutError,
} from '../../lib/errors.js';
import type { ConnectionManager, Kwargs, Lane } from '../../lib/messaging/index.js';

/** What became of a command, without the drone's id. */
export type Outcome = { readonly ok: boolean; readonly code?: string; readonly message?: string };

export type Command = {
  readonly action: string;
  readonly kwargs?: Kwargs;
  readonly lane?: Lane;
  /** Sent before it is known whether the peer is one of ours. */
  readonly isUrgent?: boolean;
  /** Asked when it is about to leave: why it must not any more. */
  readonly obstacle?: (() => Outcome | undefined) | undefined;
  /** How long a peer of ours may take to answer, ms. */
  readonly timeoutMs?: number;
};

/** Longer than the longest a drone waits for its autopilot (5 s). */
const defaultTimeoutMs = 7_000;

/**
 * Sends a command: a request to a peer that answers, the plain action to an old one (`ok`, code `unconfirmed`).
 * What is urgent does not wait for a newcomer to say which kind it is. Never rejects.
 */
export async function sendCommand(
  connection: ConnectionManager | undefined,
  command: Command,
): Promise<Outcome> {
  if (!connection?.isConnected) return unreachable;
  const { action, kwargs = {}, lane = 'control', timeoutMs = defaultTimeoutMs, obstacle } = command;
  try {
    if (!command.isUrgent) await connection.helloSettled();
    const refusal = obstacle?.();
    if (refusal) return refusal;
    if (connection.hasFeature('errors')) {
      await connection.getResponse(action, { kwargs, lane, timeoutMs });
      return { ok: true };
    }
    connection.sendMessage(action, { kwargs, lane });
    return { ok: true, code: 'unconfirmed', message: 'sent; an old client does not answer' };
  } catch (error) {
    return failure(error);
  }
}

const unreachable: Outcome = { ok: false, code: 'unreachable', message: 'not connected' };

/** The outcome that an error of a request stands for. */
export function failure(error: unknown): Outcome {
  if (error instanceof RequestTimeoutError) return { ok: false, code: 'timeout', message: error.message };
  if (error instanceof DisconnectedError || error instanceof CancelledError) {
    return { ok: false, code: 'unreachable', message: error.message };
  }
  if (error instanceof RemoteError || error instanceof RefusedError)
    return { ok: false, code: error.code, message: error.message };
  return { ok: false, code: 'internal', message: errorText(error) };
}
