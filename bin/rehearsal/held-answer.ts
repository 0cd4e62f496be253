/** The operator of a rehearsal when the server holds the fleet and asks: thinks for a while, then answers. Knows no drone. */
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import type { HeldView } from '../../server/oversight/oversight-view.js';

/** What is answered. `none`: nothing, whatever comes of it. */
export type HeldAnswer = 'land' | 'resume' | 'none';

/** Reading, looking up, deciding, ms. */
const thinkMs = 5000;
const lookMs = 500;

export type HeldAnswerOptions = {
  /** The true time. */
  readonly clock: Clock;
  readonly held: () => HeldView | undefined;
  readonly answer: HeldAnswer;
  /** Told once, each time that it is held. */
  readonly onHeld: (held: HeldView) => void;
  readonly give: (answer: 'land' | 'resume') => void;
};

/** From now on; the returned function ends it. */
export function answerWhenHeld({ clock, held, answer, onHeld, give }: HeldAnswerOptions): Cancel {
  let since: HeldView | undefined;
  let answerAtMs = Number.POSITIVE_INFINITY;
  return every(clock, lookMs, () => {
    const now = held();
    if (now && now.sinceUtcMs !== since?.sinceUtcMs) {
      onHeld(now);
      answerAtMs = clock.monotonicMs() + thinkMs;
    }
    since = now;
    if (!now || answer === 'none' || clock.monotonicMs() < answerAtMs) return;
    answerAtMs = Number.POSITIVE_INFINITY;
    give(answer);
  });
}
