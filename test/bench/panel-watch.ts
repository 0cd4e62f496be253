/** How a server of the panel's bench did over a stretch of time, as it says it itself. Knows no server. */
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

export type PanelServerOptions = {
  readonly stateFolder: string;
  readonly isHeadless: boolean;
  /** Where the bench listens: a socket in the file system. */
  readonly socketPath: string;
};

/** Milliseconds of the machine's monotonic clock, the same in every process. */
export type Watched = {
  readonly loopP50Ms: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Of one core. */
  readonly cpu: number;
  readonly lastsMs: number;
  /** Bytes from the keyboard so far, and when they were taken. */
  readonly taken: readonly (readonly [bytes: number, atMs: number])[];
  readonly paintedAtMs: readonly number[];
};

export type PanelServerSays =
  | { readonly dronePort: number }
  | { readonly seen: number }
  | { readonly watched: Watched };

const nsPerMs = 1e6;
const resolutionMs = 1;

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / nsPerMs;
}

export class Watch {
  readonly #loop: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #cpu = process.cpuUsage();
  readonly #startedMs = performance.now();
  readonly taken: [number, number][] = [];
  readonly paintedAtMs: number[] = [];

  constructor() {
    this.#loop.enable();
  }

  end(): Watched {
    this.#loop.disable();
    const lastsMs = performance.now() - this.#startedMs;
    const { user, system } = process.cpuUsage(this.#cpu);
    const late = (ns: number) => Math.max(0, ns / nsPerMs - resolutionMs);
    return {
      loopP50Ms: late(this.#loop.percentile(50)),
      loopP99Ms: late(this.#loop.percentile(99)),
      loopMaxMs: late(this.#loop.max),
      ...{ cpu: (user + system) / 1000 / lastsMs, lastsMs },
      ...{ taken: this.taken, paintedAtMs: this.paintedAtMs },
    };
  }
}
