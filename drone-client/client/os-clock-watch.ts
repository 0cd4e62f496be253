/** Watches this machine's clock: is it set by somebody, is it the server's? Knows the clock's port and the link; sets nothing. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import { OsStepWatch } from '../../lib/time/os-step-watch.js';
import type { Log } from './drone.js';
import { byText } from './foreign-time.js';

type Link = Pick<ConnectionManager, 'isConnected' | 'peer' | 'clockOffset'>;

export type OsClockWatchOptions = {
  readonly clock: Clock;
  readonly link: Link;
  /** This machine's clock is what the drone goes by where no server of ours tells it the time. */
  readonly isTrusted: () => boolean;
  readonly log: Log;
};

/** A clock that is slewed as fast as clocks are moves less than a step between two looks, ms. */
const lookMs = 400;

/** How far off a machine's clock may be before it is told, ms. Source: clever-show, time_delta_max. */
const offMaxMs = 1000;

export class OsClockWatch {
  readonly #options: OsClockWatchOptions;
  readonly #steps = new OsStepWatch();
  /** Whose clock this machine's was found to differ from; told once a connection. */
  #toldOf: unknown;
  #cancel: Cancel = () => undefined;

  constructor(options: OsClockWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#look();
    this.#cancel = every(this.#options.clock, lookMs, () => this.#look());
  }

  close(): void {
    this.#cancel();
  }

  #look(): void {
    const { clock, log } = this.#options;
    const [monotonicMs, utcMs] = [clock.monotonicMs(), clock.utcMs()];
    const stepMs = this.#steps.look(monotonicMs, utcMs);
    if (stepMs !== undefined) log('warn', stepText(stepMs, utcMs));
    this.#compare(utcMs - monotonicMs);
  }

  #compare(ownOffsetMs: number): void {
    const { link, isTrusted, log } = this.#options;
    const { isConnected, peer, clockOffset } = link;
    if (!isConnected || !peer || !clockOffset || this.#toldOf === peer || !isTrusted()) return;
    const offMs = ownOffsetMs - clockOffset.offsetMs;
    if (Math.abs(offMs) <= clockOffset.uncertaintyMs + offMaxMs) return;
    this.#toldOf = peer;
    log('warn', offText(offMs));
  }
}

function stepText(stepMs: number, utcMs: number): string {
  const at = new Date(utcMs).toISOString();
  return `this machine's clock was set by ${byText(stepMs)} at ${at}: no drone moves by it, the show is played on the monotonic clock`;
}

function offText(offMs: number): string {
  const off = `this machine's clock is ${byText(offMs)} off the server's`;
  return `${off}: the show does not go by it, but under a clever-show server it would: have chrony keep both (chronyc tracking)`;
}
