/**
 * What each drone of a run says that it counts down to, against what it is meant to: what differs is mended while there
 * is time. Knows drones by what they say; no connection, and not whether the run takes place.
 */
import type { Clock } from '../../lib/time/clock.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import { plannedStartMs } from '../fleet/telemetry.js';
import type { LogLine } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import type { CurrentRun } from './current-run.js';
import { isSameMoment } from './missing.js';
import { isBeforeStart, type ShowRun } from './show-run.js';
import type { Stage } from './stage.js';

export type HeldStartsOptions = {
  readonly clock: Clock;
  readonly current: CurrentRun;
  readonly commands: CommandRunner;
  readonly stage: Stage;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** So often in a row a drone has to say that it counts down to nothing: one telemetry may be older than the start. */
const letGoAfter = 2;

/** One of ours also hears until when the start can be taken back: it flies only if it could be told till then. */
export function startKwargs(
  { startUtcMs, noReturnUtcMs }: ShowRun,
  names: ReturnType<Stage['startNames']>,
): { readonly [name: string]: string } {
  const time = (startUtcMs / 1000).toFixed(6);
  if (names.digest === undefined) return { time, ...names };
  return { time, ...names, confirm_by: (noReturnUtcMs / 1000).toFixed(6) };
}

export class HeldStarts {
  readonly #options: HeldStartsOptions;
  /** Drones of the run that have come back or let it go, and have not said since that they hold the start. */
  readonly #lacking = new Set<string>();
  /** How often in a row drones that hold it have said that they count down to nothing. */
  readonly #saidNone = new Map<string, number>();
  /** The start as drones were told it later than the others, UTC ms. */
  readonly #toldAgainUtcMs = new Map<string, number>();
  /** Drones that are being told just now what differs. */
  readonly #correcting = new Set<string>();

  constructor(options: HeldStartsOptions) {
    this.#options = options;
  }

  /** Another run begins. */
  clear(): void {
    for (const each of [this.#lacking, this.#saidNone, this.#toldAgainUtcMs]) each.clear();
  }

  /** It has come back, or has let its start go, and has not said since that it holds it. */
  isLacking(id: string): boolean {
    return this.#lacking.has(id);
  }

  /** A drone has connected: what it held before, it may not hold any more. */
  joined(id: string): void {
    const { clock, current } = this.#options;
    this.#saidNone.delete(id);
    if (current.run && current.isOf([id]) && isBeforeStart(current.run, clock.utcMs())) this.#lacking.add(id);
  }

  /** It has answered, or says, that it holds the start. */
  holds(id: string): void {
    this.#options.current.change((run) => ({ ...run, holding: new Set(run.holding).add(id) }));
  }

  /** Compares what a drone says that it counts down to with what it is meant to; what differs is mended. */
  look(record: DroneRecord): void {
    const { current } = this.#options;
    const { id } = record;
    const plannedMs = plannedStartMs(record.telemetry);
    if (plannedMs === undefined) return;
    const run = current.isOf([id]) ? current.run : undefined;
    if (plannedMs === null) {
      if (run && this.#lacking.has(id)) void this.#correct(id, () => this.#tellAgain(id));
      else if (run?.holding.has(id)) this.#saysNone(id, run);
      return;
    }
    this.#saidNone.delete(id);
    if (run && this.#isTold(id, run, plannedMs)) {
      this.#lacking.delete(id);
      if (!run.holding.has(id)) this.holds(id);
    } else if (!current.hasJustLeft(id)) void this.#correct(id, () => this.#forget(id, plannedMs));
  }

  /** One that lets its start go with its link up had its reasons: it is not told again, and counts as missing. */
  #saysNone(id: string, run: ShowRun): void {
    const { clock, current, log } = this.#options;
    if (!isBeforeStart(run, clock.utcMs())) return;
    const times = (this.#saidNone.get(id) ?? 0) + 1;
    this.#saidNone.set(id, times);
    if (times < letGoAfter) return;
    this.#saidNone.delete(id);
    this.#lacking.add(id);
    current.change((now) => ({ ...now, holding: new Set([...now.holding].filter((each) => each !== id)) }));
    log(
      'warning',
      `${id} has let its start go, nobody here told it to: look at it, it does not count as holding`,
    );
  }

  /** Those that have not heard of a pause count down to another moment than one that was told after it. */
  #isTold(id: string, { startUtcMs, toldUtcMs }: ShowRun, plannedMs: number): boolean {
    const moments = [toldUtcMs, startUtcMs, this.#toldAgainUtcMs.get(id) ?? toldUtcMs];
    return moments.some((momentMs) => isSameMoment(momentMs, plannedMs));
  }

  async #correct(id: string, work: () => Promise<void>): Promise<void> {
    if (this.#correcting.has(id)) return;
    this.#correcting.add(id);
    await work().finally(() => this.#correcting.delete(id));
  }

  /** The drone names its start, and forgets it only while it counts down to that one: nobody is stopped in the air. */
  async #forget(id: string, plannedMs: number): Promise<void> {
    const { commands, log } = this.#options;
    const kwargs = { time: plannedMs / 1000 };
    const { ok, message } = await commands.sendOne(id, 'call_off', { kwargs, lane: 'emergency' });
    const what = `${id} counts down to a start that nobody means any more`;
    log('warning', ok ? `${what}: it was told to forget it` : `${what}, and can not be told: ${message}`);
  }

  /**
   * A drone that came back without the start is told it again while there is time, if this server has heard that it held
   * it: one that lacks it already when a server takes a run over may have been stopped by a last word of the one before.
   */
  async #tellAgain(id: string): Promise<void> {
    const { commands, stage, log } = this.#options;
    if (!this.#toTellAgain(id)) return;
    const wish = stage.authorizer.wishFor(id);
    if (wish) await commands.sendOne(id, 'authorize', { kwargs: wish });
    // It may have been landed, stopped or held while that was awaited.
    const run = this.#toTellAgain(id);
    if (!run) return;
    this.#toldAgainUtcMs.set(id, run.startUtcMs);
    const { ok, message } = await commands.sendOne(id, 'start', {
      kwargs: startKwargs(run, stage.startNames(id)),
    });
    if (ok) this.#lacking.delete(id);
    log('warning', `${id} came back without the start: ${ok ? 'it holds it again' : (message ?? 'refused')}`);
  }

  /** The run that a drone may still be told. */
  #toTellAgain(id: string): ShowRun | undefined {
    const { clock, current } = this.#options;
    const run = current.isOf([id]) ? current.run : undefined;
    const isOpen = run?.pausedUtcMs === undefined && run?.holding.has(id);
    return run && isOpen && clock.utcMs() < run.noReturnUtcMs ? run : undefined;
  }
}
