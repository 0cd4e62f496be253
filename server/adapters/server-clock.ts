/**
 * The server's clock: this machine's, held steady while a show is on. Who sets it meanwhile, and an event loop that comes
 * late, are told. Knows no drone and no show, but whether one is on.
 */
import { watchLoopDelay } from '../../lib/time/adapters/loop-delay.js';
import { type Clock, every } from '../../lib/time/clock.js';
import { OsStepWatch } from '../../lib/time/os-step-watch.js';
import { SteadyClock } from '../../lib/time/steady-clock.js';
import type { LogLine } from '../snapshot.js';

export type ServerClockOptions = {
  /** This machine's clock. */
  readonly clock: Clock;
  readonly isShowOn: () => boolean;
  readonly log: (level: LogLine['level'], text: string) => void;
};

const lookMs = 1000;

/** A loop that comes so late delays commands, ms: the operator is told; less stands in the log file alone. */
const noticeableMs = 250;

export class ServerClock {
  /** What everything of the server goes by. */
  readonly clock: Clock;
  readonly #options: ServerClockOptions;
  #stops: (() => void)[] = [];

  constructor(options: ServerClockOptions) {
    this.#options = options;
    this.clock = new SteadyClock(options.clock, options.isShowOn);
  }

  /** Begins to watch. `note`: hears what is only for the log file. */
  watch(note: (text: string) => void): void {
    const { clock, isShowOn, log } = this.#options;
    const steps = new OsStepWatch();
    const look = () => {
      const steppedMs = steps.look(clock.monotonicMs(), clock.utcMs());
      if (steppedMs === undefined) return;
      const by = `${steppedMs > 0 ? '+' : '-'}${(Math.abs(steppedMs) / 1000).toFixed(2)} s`;
      const effect = isShowOn()
        ? 'the show goes on by the clock it was begun with'
        : 'the drones measure it anew, wait until they are ready again';
      log('warning', `somebody set this machine's clock by ${by}: ${effect}`);
    };
    look();
    this.#stops = [
      every(clock, lookMs, look),
      watchLoopDelay(clock, (worstMs) => {
        const text = `this program came ${worstMs.toFixed(0)} ms late`;
        if (worstMs < noticeableMs) note(text);
        else log('warning', `${text}: end what else runs on this machine`);
      }),
    ];
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}
