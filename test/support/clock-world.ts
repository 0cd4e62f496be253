/** Two clocks and a bad path between them, made from a seed: every exchange, and the offset as it truly is. Pure. */
import { Random } from '../../drone-client/simulator/random.js';
import type { ClockSample } from '../../lib/time/filter/clock-sample.js';

/** How the part of a delay that varies is spread about its mean. */
export type Jitter = 'exponential' | 'uniform' | 'bell-like' | 'long tail' | 'bursts';

export type WorldOptions = {
  readonly seed: number;
  /** Server's UTC − own monotonic at 0, ms. */
  readonly offsetMs?: number;
  readonly driftPpm?: number;
  /** How far the drift wanders in a minute, ppm, one σ. */
  readonly wanderPpm?: number;
  /** Least time there and back, ms. */
  readonly thereMs?: number;
  readonly backMs?: number;
  readonly jitterMs?: number;
  readonly jitter?: Jitter;
  readonly loss?: number;
  /** Stamps are cut to this, ms; 0 leaves them as they are. */
  readonly resolutionMs?: number;
};

type Slew = { readonly ppm: number; readonly fromMs: number; readonly untilMs: number };

const wanderStepMs = 1000;

function slewedBy({ ppm, fromMs, untilMs }: Slew, atMs: number): number {
  return (ppm * Math.max(0, Math.min(atMs, untilMs) - fromMs)) / 1e6;
}

/** The own monotonic clock is the time of this world. Moments are to be asked for in rising order when it wanders. */
export class ClockWorld {
  readonly #options: Required<WorldOptions>;
  readonly #random: Random;
  #steppedMs = 0;
  readonly #slews: Slew[] = [];
  #wander = { untilMs: 0, offsetMs: 0, ppm: 0 };

  constructor(options: WorldOptions) {
    this.#options = {
      offsetMs: 0,
      driftPpm: 0,
      wanderPpm: 0,
      thereMs: 10,
      backMs: 10,
      jitterMs: 0,
      jitter: 'exponential',
      loss: 0,
      resolutionMs: 0,
      ...options,
    };
    this.#random = new Random(options.seed);
  }

  /** Server's UTC − own monotonic, ms, as it is. */
  trueOffsetMs(atMs: number): number {
    const { offsetMs, driftPpm } = this.#options;
    const slewedMs = this.#slews.reduce((sum, slew) => sum + slewedBy(slew, atMs), 0);
    return offsetMs + this.#steppedMs + slewedMs + (driftPpm * atMs) / 1e6 + this.#wandered(atMs);
  }

  /** Somebody sets the server's clock. */
  step(byMs: number): void {
    this.#steppedMs += byMs;
  }

  /**
   * Somebody slews one of the clocks: between the two moments the server's gains `ppm` on the own one. On Linux a slew of
   * the own clock moves the monotonic one as well, so that both are the same here but for the sign.
   */
  slew(ppm: number, { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number }): this {
    this.#slews.push({ ppm, fromMs, untilMs });
    return this;
  }

  isLost(): boolean {
    return this.#random.next() < this.#options.loss;
  }

  /** What an exchange sent at `atMs` gives; undefined when it is lost. */
  exchange(atMs: number): ClockSample | undefined {
    const { thereMs, backMs, resolutionMs } = this.#options;
    const arrivesMs = atMs + thereMs + this.#jitterMs();
    const answeredMs = arrivesMs + 0.02;
    const receivedMs = answeredMs + backMs + this.#jitterMs();
    if (this.isLost()) return undefined;
    const cut = (ms: number) => (resolutionMs > 0 ? Math.floor(ms / resolutionMs) * resolutionMs : ms);
    return {
      sentMs: cut(atMs),
      serverReceivedMs: cut(arrivesMs + this.trueOffsetMs(arrivesMs)),
      serverSentMs: cut(answeredMs + this.trueOffsetMs(answeredMs)),
      receivedMs: cut(receivedMs),
    };
  }

  #wandered(atMs: number): number {
    if (this.#options.wanderPpm === 0) return 0;
    const state = this.#wander;
    while (state.untilMs < atMs) {
      state.untilMs += wanderStepMs;
      state.ppm += this.#options.wanderPpm * Math.sqrt(wanderStepMs / 60_000) * this.#random.bell();
      state.offsetMs += (state.ppm * wanderStepMs) / 1e6;
    }
    return state.offsetMs;
  }

  #jitterMs(): number {
    const { jitter, jitterMs } = this.#options;
    const exponential = () => -Math.log(1 - this.#random.next());
    switch (jitter) {
      case 'exponential':
        return jitterMs * exponential();
      case 'uniform':
        return 2 * jitterMs * this.#random.next();
      case 'bell-like':
        return (jitterMs * (exponential() + exponential() + exponential())) / 3;
      case 'long tail':
        // Pareto with exponent 1.5, from 0: mean 2 × scale.
        return (jitterMs / 2) * ((1 - this.#random.next()) ** (-1 / 1.5) - 1);
      case 'bursts':
        return this.#random.next() < 0.2 ? 4 * jitterMs * exponential() : 0.25 * jitterMs * exponential();
    }
  }
}

/** The fleet of the goals: ± 5 s, ± 100 ppm, 2 to 30 ms equal within 2 ms, 20 ms of jitter, 5 % lost. */
export function badWorld(seed: number, more: Partial<WorldOptions> = {}): ClockWorld {
  const random = new Random(seed * 31 + 7);
  const thereMs = random.between(2, 30);
  return new ClockWorld({
    seed,
    offsetMs: utcAtZeroMs + random.between(-5000, 5000),
    driftPpm: random.between(-100, 100),
    thereMs,
    backMs: Math.max(0.5, thereMs + random.between(-2, 2)),
    jitterMs: 20,
    loss: 0.05,
    ...more,
  });
}

/** A process on the same machine: 0.05 to 0.3 ms, a little jitter. */
export function loopbackWorld(seed: number): ClockWorld {
  const random = new Random(seed * 17 + 3);
  return badWorld(seed, {
    thereMs: random.between(0.05, 0.3),
    backMs: random.between(0.05, 0.3),
    jitterMs: 0.05,
    loss: 0,
  });
}

/** 2026-01-01 00:00 UTC: large enough that floating-point UTC in ms is as coarse as it will be. */
export const utcAtZeroMs = Date.UTC(2026, 0, 1);
