/**
 * The course of an update through a fleet: which drones may begin now, how far each is, and whether it goes on. A stage
 * begins when every drone of the one before is done. Pure: knows ids; no time, no connection, no package.
 */

/** How a drone ended that was to install it, and did not: `lost` is one that was not heard of in time. */
export type Failure = 'refused' | 'rolled_back' | 'failed' | 'lost';

/**
 * `has_it`: it was there before; `skipped`: nothing was changed on it, and nothing speaks against the others;
 * `not_begun`: the roll-out was stopped before its turn.
 */
export type DronePhase =
  | 'asking'
  | 'waiting'
  | 'sending'
  | 'installing'
  | 'done'
  | 'has_it'
  | 'skipped'
  | 'not_begun'
  | Failure;

/** `text`: for people, from the drone where it says one. */
export type DroneProgress = {
  readonly id: string;
  readonly phase: DronePhase;
  /** Of the package, while it is sent: 0 to 1. */
  readonly share?: number;
  /** Of one that was skipped: why, for machines. */
  readonly code?: string;
  readonly text?: string;
};

/** How it ended for a drone. */
export type DroneEnd = {
  readonly phase: 'done' | 'has_it' | 'skipped' | Failure;
  readonly code?: string;
  readonly text: string;
};

export type RollOutView = {
  readonly version: string;
  /** Of so many stages, from 1. */
  readonly stage: number;
  readonly stages: number;
  /** In the order in which they were named. */
  readonly drones: readonly DroneProgress[];
  /** Why no other drone begins; undefined while it goes on. */
  readonly stopped?: string;
  /** Nothing goes on any more. */
  readonly isOver: boolean;
};

const failures: ReadonlySet<DronePhase> = new Set<Failure>(['refused', 'rolled_back', 'failed', 'lost']);

export function isFailure(phase: DronePhase): phase is Failure {
  return failures.has(phase);
}

const underWay: ReadonlySet<DronePhase> = new Set<DronePhase>(['sending', 'installing']);

export type RollOutOptions = {
  readonly ids: readonly string[];
  readonly version: string;
  /** As `readStages` gives them. */
  readonly stages: readonly number[];
  /** Drones that are sent the package at once. */
  readonly parallel: number;
};

export class RollOut {
  readonly #options: RollOutOptions;
  readonly #drones: Map<string, DroneProgress>;
  #stage = 0;
  /** Of the stage that is on: those that began and were not skipped since. */
  readonly #ofStage = new Set<string>();
  #stopped: string | undefined;

  constructor(options: RollOutOptions) {
    this.#options = options;
    this.#drones = new Map(options.ids.map((id) => [id, { id, phase: 'asking' }]));
  }

  get view(): RollOutView {
    return {
      version: this.#options.version,
      stage: this.#stage + 1,
      stages: this.#stagesNeeded(),
      drones: [...this.#drones.values()],
      ...(this.#stopped !== undefined && { stopped: this.#stopped }),
      isOver: this.isOver,
    };
  }

  get isOver(): boolean {
    const isLeft = (phase: DronePhase) =>
      underWay.has(phase) || phase === 'asking' || (phase === 'waiting' && this.#stopped === undefined);
    return ![...this.#drones.values()].some(({ phase }) => isLeft(phase));
  }

  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** Whether the package is sent to it, or it installs it. */
  isUnderWay(id: string): boolean {
    return underWay.has(this.phaseOf(id));
  }

  phaseOf(id: string): DronePhase {
    return this.#drones.get(id)?.phase ?? 'skipped';
  }

  /** It has said that it can be updated: it waits for its stage. */
  takesPart(id: string): void {
    if (this.phaseOf(id) === 'asking') this.#set({ id, phase: 'waiting' });
  }

  /** Those that begin now; they count as begun. None while some are still asked: who takes part decides who is first. */
  due(): readonly string[] {
    if (this.#stopped !== undefined || this.#of('asking').length > 0) return [];
    while (this.#isStageDone()) {
      this.#stage += 1;
      this.#ofStage.clear();
    }
    const room = Math.min(
      this.#places() - this.#ofStage.size,
      this.#options.parallel - this.#of('sending').length,
    );
    const begun = this.#of('waiting').slice(0, Math.max(0, room));
    for (const id of begun) {
      this.#ofStage.add(id);
      this.#set({ id, phase: 'sending', share: 0 });
    }
    return begun;
  }

  sent(id: string, share: number): void {
    if (this.phaseOf(id) === 'sending') this.#set({ id, phase: 'sending', share });
  }

  /** It has taken the package; `text`: what is to be told of that. */
  installing(id: string): void {
    if (!isEnded(this.phaseOf(id))) {
      this.#ofStage.add(id);
      this.#set({ id, phase: 'installing' });
    }
  }

  /** A failure stops the roll-out; who is skipped makes room in the stage for another. */
  end(id: string, end: DroneEnd): void {
    if (!this.#drones.has(id) || isEnded(this.phaseOf(id))) return;
    this.#set({ id, ...end });
    if (end.phase === 'skipped' || end.phase === 'has_it') this.#ofStage.delete(id);
    if (isFailure(end.phase)) this.stop(`${id} ${failureWords[end.phase]}: ${end.text}`);
  }

  /** Nobody else begins; those that wait are told why. Whoever installs goes on. */
  stop(why: string): void {
    this.#stopped ??= why;
    for (const { id, phase } of this.#drones.values())
      if (phase === 'waiting' || phase === 'asking') this.#set({ id, phase: 'not_begun' });
  }

  /** The package was on its way to it when the roll-out was stopped. */
  calledOff(id: string): void {
    if (this.phaseOf(id) === 'sending') this.#set({ id, phase: 'not_begun' });
  }

  #set(progress: DroneProgress): void {
    this.#drones.set(progress.id, progress);
  }

  #of(wanted: DronePhase): string[] {
    return [...this.#drones.values()].flatMap(({ id, phase }) => (phase === wanted ? [id] : []));
  }

  #places(): number {
    return this.#options.stages[this.#stage] ?? Number.POSITIVE_INFINITY;
  }

  #isStageDone(): boolean {
    if (this.#ofStage.size < this.#places() || this.#stage + 1 >= this.#options.stages.length) return false;
    return [...this.#ofStage].every((id) => this.phaseOf(id) === 'done');
  }

  /** Stages until all are through that take part; those that were passed count. */
  #stagesNeeded(): number {
    const { stages } = this.#options;
    const parting = [...this.#drones.values()].filter(
      ({ phase }) => phase !== 'has_it' && phase !== 'skipped',
    );
    let left = parting.length;
    let needed = 0;
    for (const places of stages) {
      if (left <= 0) break;
      left -= places;
      needed += 1;
    }
    return Math.max(needed, this.#stage + 1);
  }
}

const failureWords: Readonly<Record<Failure, string>> = {
  refused: 'refused it',
  rolled_back: 'went back to its old version',
  failed: 'failed',
  lost: 'was lost',
};

function isEnded(phase: DronePhase): boolean {
  return (
    phase === 'done' || phase === 'has_it' || phase === 'skipped' || phase === 'not_begun' || isFailure(phase)
  );
}
