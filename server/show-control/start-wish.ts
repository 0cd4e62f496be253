/**
 * A start as a wish: told to each drone until it has answered that it holds it, up to a point of no return. Knows
 * outcomes and the clock; no connection, no show.
 */
import type { Clock } from '../../lib/time/clock.js';
import type { Outcome } from './send-command.js';

export type StartWishOptions = {
  readonly clock: Clock;
  /** No drone is asked after this; UTC ms of this clock, as it is now. */
  readonly pointOfNoReturnUtcMs: () => number;
  /** Asks one drone, for so long at most. */
  readonly ask: (id: string, timeoutMs: number) => Promise<Outcome>;
  /** False once somebody has landed, stopped or held the fleet: then nobody is asked any more. */
  readonly isWanted: () => boolean;
  /** A drone holds the start. */
  readonly onHolding: (id: string) => void;
};

/** How long one answer is waited for, ms: it comes at once, or was lost. */
const answerMs = 1_500;

/** Between two tries, ms. */
const retryMs = 300;

/** Whether another try may mend it: a drone that says no will say it again. */
export function mayPass({ code }: Outcome): boolean {
  return code === 'timeout' || code === 'unreachable';
}

/** Resolves when the drone holds the start, refuses it, or the point of no return has come; with its last word. */
export async function wishStart(id: string, options: StartWishOptions): Promise<Outcome> {
  const { clock, pointOfNoReturnUtcMs, ask, isWanted, onHolding } = options;
  const leftMs = () => pointOfNoReturnUtcMs() - clock.utcMs();
  for (;;) {
    const outcome = await ask(id, Math.max(1, Math.min(answerMs, leftMs())));
    if (outcome.ok) onHolding(id);
    if (outcome.ok || !mayPass(outcome) || !isWanted() || leftMs() <= retryMs) return outcome;
    await new Promise<void>((resolve) => clock.after(retryMs, resolve));
    if (!isWanted() || leftMs() <= 0) return outcome;
  }
}

/** The point of no return lies this long before the start, or half of a shorter countdown, ms. */
export function pointOfNoReturn(startUtcMs: number, countdownMs: number, beforeMs: number): number {
  return startUtcMs - Math.min(beforeMs, countdownMs / 2);
}
