/**
 * Waits until the client that runs now is as well as the one before the update. Judges marks and the state of a service;
 * installs nothing.
 */
import type { Clock } from '../../lib/time/clock.js';
import type { ClientHealth } from '../jobs/job.js';
import { units } from './helper-paths.js';
import { pause } from './pause.js';
import type { ClientMarks } from './ports.js';
import type { ServiceState, Services } from './services.js';

/** How long a client may take until it is well, ms. */
const healthLimitMs = 60_000;

const lookMs = 200;

/** A client is well that stayed so for this long, without a new start, ms: one that falls over and over is not. */
const steadyMs = 3000;

/** A service is over for good that did not come back in this time, ms; its own pause is 1 s. */
const goneMs = 4000;

export type HealthWaitOptions = {
  readonly clock: Clock;
  readonly marks: ClientMarks;
  readonly services: Pick<Services, 'state' | 'restartLater'>;
  readonly expected: ExpectedHealth;
  /** Told once each time that the wait is held up by motors that are armed. */
  readonly onArmed: () => void;
};

type ExpectedHealth = {
  readonly version: string;
  /** Of the client before; undefined when it told none: then it is enough that the new one is of the version. */
  readonly before: ClientHealth | undefined;
  /** The start of the client that was to be replaced: it is not the new one. */
  readonly startBefore: string | undefined;
  /** A client of that version writes no health: it is enough that it runs. */
  readonly isMute: boolean;
};

type Look = { readonly health: ClientHealth | undefined; readonly service: ServiceState };

/** Undefined when it is well; otherwise what is wrong, a sentence. While the motors are armed nothing is decided. */
export async function awaitHealth(options: HealthWaitOptions): Promise<string | undefined> {
  const { clock, marks, services, expected } = options;
  let untilMs = clock.monotonicMs() + healthLimitMs;
  const well = new Lasting(steadyMs);
  const gone = new Lasting(goneMs);
  for (;;) {
    if (marks.isArmed()) {
      options.onArmed();
      await untilDisarmed(clock, marks);
      untilMs = clock.monotonicMs() + healthLimitMs;
      // An upgrade leaves a client alone that armed meanwhile: it is still the old one.
      const { start } = await services.state(units.client);
      if (start === expected.startBefore) await services.restartLater(units.client);
    }
    const look = { health: marks.health(), service: await services.state(units.client) };
    const lack = lackOf(look, expected);
    const nowMs = clock.monotonicMs();
    if (well.lasts(lack === undefined ? look.service.start : undefined, nowMs)) return undefined;
    if (gone.lasts(isOver(look.service) ? 'over' : undefined, nowMs)) return lack;
    if (nowMs >= untilMs) return lack ?? 'the client does not run steadily';
    await pause(clock, lookMs);
  }
}

export async function untilDisarmed(clock: Clock, marks: ClientMarks): Promise<void> {
  while (marks.isArmed()) await pause(clock, lookMs);
}

/** What is wrong with it, a sentence. */
function lackOf({ health, service }: Look, expected: ExpectedHealth): string | undefined {
  const words = 'its words: journalctl -u starling-drone';
  if (isOver(service)) return `the client ended (${service.result || service.active}); ${words}`;
  if (service.active !== 'active')
    return `the client does not run steadily (systemd says: ${service.active}); ${words}`;
  if (expected.startBefore && service.start === expected.startBefore)
    return 'the client was not started anew';
  if (expected.isMute) return undefined;
  if (!health) return 'the client does not say that it is well';
  const { before, version } = expected;
  if (health.version !== version) return `the client says that it is version ${health.version}`;
  if (before?.server && !health.server) return 'the client did not find its server';
  if (before?.vehicle && !health.vehicle) return 'the client did not hear its autopilot';
  return undefined;
}

function isOver({ active }: ServiceState): boolean {
  return active === 'failed' || active === 'inactive';
}

/** Tells when something has stayed the same for long enough. */
class Lasting {
  readonly #forMs: number;
  #what: string | undefined;
  #sinceMs = 0;

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  /** `what`: undefined when it is not there. */
  lasts(what: string | undefined, nowMs: number): boolean {
    if (what === undefined || what !== this.#what) this.#sinceMs = nowMs;
    this.#what = what;
    return what !== undefined && nowMs - this.#sinceMs >= this.#forMs;
  }
}
