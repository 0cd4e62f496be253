/** One command to one drone, and what became of it. Knows messages; no fleet, no readiness, no screen. */
import {
  CancelledError,
  DisconnectedError,
  errorText,
  RefusedError,
  RemoteError,
  RequestTimeoutError,
} from '../../lib/errors.js';
import type { ConnectionManager, Json, Kwargs, Lane } from '../../lib/messaging/index.js';

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
  /** How long a peer may take to answer, ms. */
  readonly timeoutMs?: number;
  /** An old peer knows it as a request alone, and answers `OK` or what is wrong. */
  readonly isAsked?: boolean;
};

/** Longer than the longest a drone waits for its autopilot (5 s). */
const defaultTimeoutMs = 7_000;

/** What no old client knows, and what it knows in its place. */
const substitutes: ReadonlyMap<string, string> = new Map([
  ['kill', 'disarm it'],
  ['return_home', 'land it'],
]);

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
    const isOurs = connection.hasFeature('errors');
    if (isOurs || command.isAsked) {
      const answer = await connection.getResponse(action, { kwargs, lane, timeoutMs });
      return isOurs || answer === 'OK' ? { ok: true } : wrong(answer);
    }
    connection.sendMessage(action, { kwargs, lane });
    return await sent(connection, action);
  } catch (error) {
    return failure(error);
  }
}

/** What was sent without an answer; what is urgent may have gone to one of ours that had not said so yet. */
async function sent(connection: ConnectionManager, action: string): Promise<Outcome> {
  const substitute = substitutes.get(action);
  if (substitute !== undefined) {
    await connection.helloSettled();
    if (!connection.hasFeature('errors'))
      return { ok: false, code: 'not_supported', message: `an old client knows no ${action}: ${substitute}` };
  }
  return { ok: true, code: 'unconfirmed', message: 'sent; an old client does not answer' };
}

function wrong(answer: Json): Outcome {
  return { ok: false, code: 'failed', message: typeof answer === 'string' ? answer : JSON.stringify(answer) };
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
