/** The run that is on, if one is: whoever begins, holds or ends one does so here. Knows no drone and no connection. */
import type { Clock } from '../../lib/time/clock.js';
import { phaseOf, type ShowRun, withdrawFromRun } from './show-run.js';

/** A drone has heard within this that it is to leave, or will not by itself, ms. */
const leavingMs = 1500;

export class CurrentRun {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #run: ShowRun | undefined;
  #begun = 0;
  /** When drones were told to leave it, monotonic ms. */
  readonly #leftMs = new Map<string, number>();

  /** `onChange`: called after every change. */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Counting down, running or paused. */
  get run(): ShowRun | undefined {
    return this.#run;
  }

  get phase(): string {
    return phaseOf(this.#run, this.#clock.utcMs()).phase;
  }

  /** Takes the place of whatever was on; the returned function says whether this one still is. */
  begin(run: ShowRun): () => boolean {
    this.#begun += 1;
    const mine = this.#begun;
    this.#leftMs.clear();
    this.#set(run);
    return () => this.#begun === mine && this.#run !== undefined;
  }

  end(): void {
    this.#set(undefined);
  }

  /** Replaces the run that is on by what `change` makes of it; without one nothing happens. */
  change(change: (run: ShowRun) => ShowRun): void {
    if (this.#run) this.#set(change(this.#run));
  }

  /** These drones have no part in it any more; with the last one it ends. */
  withdraw(ids: readonly string[]): void {
    if (this.#run) for (const id of ids) this.#leftMs.set(id, this.#clock.monotonicMs());
    this.#set(this.#run && withdrawFromRun(this.#run, new Set(ids)));
  }

  /** Whether any of these drones has a part in it. */
  isOf(ids: readonly string[]): boolean {
    return ids.some((id) => this.#run?.ids.includes(id));
  }

  /** It was told to leave so lately that its telemetry may be older than that. */
  hasJustLeft(id: string): boolean {
    return this.#clock.monotonicMs() - (this.#leftMs.get(id) ?? Number.NEGATIVE_INFINITY) < leavingMs;
  }

  #set(run: ShowRun | undefined): void {
    if (run === this.#run) return;
    this.#run = run;
    this.#onChange();
  }
}
