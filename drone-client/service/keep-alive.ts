/**
 * Tells the service manager that this client lives and what it does, as long as its loops turn. Knows what the drone
 * says of itself, the clock and the port to the manager; ends nothing and flies nothing.
 */
import { errorText } from '../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import type { ServiceManager } from './service-manager.js';

/** What a drone says of itself at a moment. */
export type Vitals = {
  /** The server that it is served by, as people call it; undefined without one. */
  readonly server: string | undefined;
  readonly isVehicleHeard: boolean;
  readonly isArmed: boolean;
  /** What its player is at. */
  readonly task: string;
  /** How old the last setpoint of a flight is that is flown by setpoints, ms; undefined while none are due. */
  readonly setpointAgeMs: number | undefined;
};

/** How often it is looked, ms. */
const lookMs = 500;

/** A sign of life is given so often within the manager's limit. */
const signsPerLimit = 4;

/**
 * Setpoints come every 50 ms. A loop that sent none for so long, ms, though a flight needs them, does not count as alive:
 * the autopilot does not wait for it any more (PX4 COM_OF_LOSS_T: 1 s).
 */
const maxSetpointAgeMs = 3000;

export type KeepAliveOptions = {
  readonly clock: Clock;
  readonly manager: ServiceManager;
  readonly vitals: () => Vitals;
  readonly onWarning: (text: string) => void;
};

/**
 * Says that the service is ready, and from then on that it lives: from a timer of the event loop, which says nothing when
 * that stands, and only while a flight that needs setpoints gets them. Gives the function that says the last word.
 */
export function keepAlive(options: KeepAliveOptions): () => void {
  const { clock, manager } = options;
  const watch = new LifeWatch(options);
  // A manager that did not hear that the service has begun ends it after a while, in the air too: told until it is taken.
  let isReadyTold = false;
  const tell = () => {
    const notice = { ...(!isReadyTold && { ready: true as const }), ...watch.look() };
    if (Object.keys(notice).length === 0) return;
    if (manager.tell(notice)) isReadyTold = true;
    else watch.notTaken();
  };
  tell();
  const stop: Cancel = every(clock, lookMs, tell);
  return () => {
    stop();
    manager.tell({ stopping: true, status: 'ends' });
    manager.close();
  };
}

class LifeWatch {
  readonly #options: KeepAliveOptions;
  #toldStatus: string | undefined;
  #signedMs = Number.NEGATIVE_INFINITY;
  #isStalled = false;
  #isMute = false;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
  }

  /** What is to be told now; undefined when nothing is. */
  look(): { readonly watchdog?: true; readonly status?: string } | undefined {
    const vitals = this.#vitals();
    const watchdog = this.#mayGiveSign(vitals);
    const status = this.#isStalled ? `no setpoints are sent; ${statusText(vitals)}` : statusText(vitals);
    const isNews = status !== this.#toldStatus;
    this.#toldStatus = status;
    if (!watchdog && !isNews) return undefined;
    return { ...(watchdog && { watchdog: true }), ...(isNews && { status }) };
  }

  /** What was told last is told again at the next look. */
  notTaken(): void {
    this.#toldStatus = undefined;
    this.#signedMs = Number.NEGATIVE_INFINITY;
  }

  /** A drone that can not say how it is flies on all the same. */
  #vitals(): Vitals {
    const { vitals, onWarning } = this.#options;
    try {
      const told = vitals();
      this.#isMute = false;
      return told;
    } catch (error) {
      if (!this.#isMute) onWarning(`how this client is can not be told to systemd: ${errorText(error)}`);
      this.#isMute = true;
      return unknown;
    }
  }

  #mayGiveSign({ setpointAgeMs = 0, task }: Vitals): boolean {
    const { clock, manager, onWarning } = this.#options;
    const wasStalled = this.#isStalled;
    this.#isStalled = setpointAgeMs > maxSetpointAgeMs;
    if (this.#isStalled && !wasStalled)
      onWarning(
        `no setpoint was sent for ${(setpointAgeMs / 1000).toFixed(1)} s though "${task}" needs them: without one this client is ended and started anew`,
      );
    const { watchdogMs } = manager;
    const nowMs = clock.monotonicMs();
    if (watchdogMs === undefined || this.#isStalled) return false;
    if (nowMs - this.#signedMs < watchdogMs / signsPerLimit - lookMs / 2) return false;
    this.#signedMs = nowMs;
    return true;
  }
}

const unknown: Vitals = {
  ...{ server: undefined, isVehicleHeard: false, isArmed: false },
  ...{ task: 'its state is unknown', setpointAgeMs: undefined },
};

function statusText({ server, isVehicleHeard, isArmed, task }: Vitals): string {
  return [
    server === undefined ? 'no server' : `connected to ${server}`,
    isVehicleHeard ? `autopilot heard${isArmed ? ', armed' : ''}` : 'no autopilot',
    // The countdown of a task would be news at each look.
    task.replace(/ in \d+\.\d s$/, ' is coming'),
  ].join('; ');
}
