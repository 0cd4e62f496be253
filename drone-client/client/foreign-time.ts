/** What the time servers of `[NTP]` together say of UTC. Knows sources by a port; no server of a fleet, no show. */
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import { type Agreement, agree } from '../../lib/time/filter/agree.js';
import type { ClockFilterOptions } from '../../lib/time/filter/clock-filter.js';
import type { ClockEstimate } from '../../lib/time/filter/clock-sample.js';
import { politeExchangeInMs } from '../../lib/time/filter/pace.js';
import type { TimeSource } from '../../lib/time/ntp/time-source.js';
import type { Log } from './drone.js';
import { TimeKeeper } from './time-keeper.js';

/** Whom to ask. */
export type ForeignTimeSettings = { readonly hosts: readonly string[]; readonly port: number };

export type ForeignTimeOptions = {
  readonly clock: Clock;
  /** Asked every second; undefined while foreign time is not to be used: then nobody is asked. */
  readonly settings: () => ForeignTimeSettings | undefined;
  readonly make: (host: string, port: number) => TimeSource;
  /** How coarse the stamps of what `make` makes are, ms. */
  readonly resolutionMs: number;
  /** A number 0…1, so that a fleet does not ask in step. */
  readonly random: () => number;
  readonly log: Log;
};

/** How often settings and verdict are looked at, ms. */
const lookMs = 1000;

/**
 * The way to a server on the internet may be as uneven as it is long: half of the least round trip is in each
 * uncertainty. Source: RFC 5905, section 11.2.1 (root distance).
 */
const asymmetryMs = 1000;

/** So long all of them are waited for, ms: their first four exchanges, and one lost. One alone may be the wrong one. */
const settleMs = 12_000;

/** Two and a half of the intervals in which they are asked. */
const holdoverAfterMs = 45_000;

type Host = { readonly name: string; readonly keeper: TimeKeeper; sourceUncertaintyMs: number };
type Told = ClockEstimate & { readonly name: string };

export class ForeignTime {
  readonly #options: ForeignTimeOptions;
  #hosts: readonly Host[] = [];
  #asked = '';
  #askedSinceMs = 0;
  #verdict = '';
  #cancel: Cancel = () => undefined;

  constructor(options: ForeignTimeOptions) {
    this.#options = options;
  }

  /** Foreign time is to be used, whether anybody tells it or not. */
  get isWanted(): boolean {
    return this.#options.settings() !== undefined;
  }

  /** Of UTC, by the most certain of those on which a majority agrees; undefined where none tells it, or they differ. */
  get estimate(): ClockEstimate | undefined {
    return this.isWanted ? this.#agreement().chosen : undefined;
  }

  start(): void {
    this.#look();
    this.#cancel = every(this.#options.clock, lookMs, () => this.#look());
  }

  close(): void {
    this.#cancel();
    this.#leave();
  }

  #look(): void {
    const { hosts, port } = this.#options.settings() ?? { hosts: [], port: 0 };
    const names = [...new Set(hosts)];
    const asked = JSON.stringify([port, ...names]);
    if (asked !== this.#asked) {
      this.#leave();
      this.#asked = asked;
      this.#askedSinceMs = this.#options.clock.monotonicMs();
      this.#hosts = names.map((name) => this.#host(name, port));
    }
    this.#judge();
  }

  #leave(): void {
    for (const { keeper } of this.#hosts) keeper.close();
    this.#hosts = [];
    this.#asked = '';
    this.#verdict = '';
  }

  #host(name: string, port: number): Host {
    const { clock, log, random, make, resolutionMs } = this.#options;
    const source = make(name, port);
    const exchange = async (signal?: AbortSignal) => {
      const sample = await source.exchange(signal);
      host.sourceUncertaintyMs = sample.sourceUncertaintyMs ?? 0;
      return sample;
    };
    const known = { id: source.name, source: { name: source.name, exchange } };
    const filter: ClockFilterOptions = { asymmetryMs, resolutionMs, holdoverAfterMs };
    const keeper = new TimeKeeper({
      ...{ clock, log, random, filter },
      source: () => known,
      pace: politeExchangeInMs,
    });
    const host: Host = { name, keeper, sourceUncertaintyMs: 0 };
    keeper.start();
    return host;
  }

  #agreement(): Agreement<Told> {
    const told = this.#told();
    const isLate = this.#options.clock.monotonicMs() - this.#askedSinceMs >= settleMs;
    return agree(isLate || told.length === this.#hosts.length ? told : []);
  }

  #told(): Told[] {
    return this.#hosts.flatMap(({ name, keeper, sourceUncertaintyMs }) => {
      const { estimate } = keeper;
      if (!estimate) return [];
      return [{ ...estimate, name, uncertaintyMs: estimate.uncertaintyMs + sourceUncertaintyMs }];
    });
  }

  /** A line in the log when the verdict is another one. */
  #judge(): void {
    const { chosen, falsetickers } = this.#agreement();
    const wrong = falsetickers.map(({ name }) => name).sort();
    const verdict = wrong.length === 0 ? '' : JSON.stringify([chosen !== undefined, ...wrong]);
    if (verdict === this.#verdict) return;
    this.#verdict = verdict;
    const { log } = this.#options;
    if (verdict === '') log('info', 'the time servers of [NTP] agree again');
    else log('warn', chosen ? outvotedText(chosen, falsetickers) : splitText(falsetickers));
  }
}

function outvotedText(chosen: Told, falsetickers: readonly Told[]): string {
  const wrong = falsetickers.map(({ name, offsetMs }) => `${name} ${byText(offsetMs - chosen.offsetMs)}`);
  return `[NTP] not followed, for most hosts tell another time: ${wrong.join(', ')}; take it out of host, or have it mended`;
}

/** Offsets as they differ from the first one's. */
function splitText(all: readonly Told[]): string {
  const zeroMs = all[0]?.offsetMs ?? 0;
  const told = all.map(({ name, offsetMs }) => `${name} ${byText(offsetMs - zeroMs)}`);
  return `[NTP] the time servers differ (${told.join(', ')}): none is followed, this machine's own clock is; name three or more, so that one can be outvoted`;
}

/** With its sign: `+3.20 s`, `-12.3 ms`. */
export function byText(ms: number): string {
  const amountMs = Math.abs(ms);
  const amount = amountMs < 1000 ? `${amountMs.toFixed(1)} ms` : `${(amountMs / 1000).toFixed(2)} s`;
  return `${ms < 0 ? '-' : '+'}${amount}`;
}
