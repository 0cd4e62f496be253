/**
 * Pause and resume of a show: one moment for all its drones, told again to those that have not heard it. Knows what the
 * drones say and the run that is on; sends by its commands.
 */
import type { Kwargs } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { CommandResult, DroneRecord } from '../fleet/drone-record.js';
import type { DroneView, LogLine } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import type { CurrentRun } from './current-run.js';
import { reachMs } from './delivery.js';
import { isPaused } from './missing.js';
import { isBeforeStart, pauseRun, resumeRun, type ShowRun } from './show-run.js';

export type HoldOperationOptions = {
  readonly clock: Clock;
  readonly current: CurrentRun;
  readonly commands: CommandRunner;
  readonly view: (id: string) => DroneView | undefined;
  /** How long a show takes to slow down to a pause, and to gather speed after it, s. */
  readonly pauseRampS: number;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** From a stand on the ground to running motors, ms: the stream of setpoints, the mode, the arming, and some patience. */
const launchMs = 5_000;

/** A drone is given so long to do what it was told, and to say so in its telemetry, ms. */
const obeyMs = 2_500;

/** What a drone says that it does while it plays its part, or is about to; other words are of landings and hovers. */
const ofShow = /^(stand|arm|takeoff|reach|fly)\b/;

export class HoldOperation {
  readonly #options: HoldOperationOptions;
  /** When a drone was told again, or found out of step, monotonic ms. */
  readonly #toldAgainMs = new Map<string, number>();

  /** Connected anew, and not looked at since. */
  readonly #wasAway = new Set<string>();

  constructor(options: HoldOperationOptions) {
    this.#options = options;
  }

  /** Holds the show, all of it: part of one that stood still would be in the way of the rest. */
  pause(ids: readonly string[]): Promise<CommandResult[]> {
    const { current, commands } = this.#options;
    const all = this.#whole('pause', ids);
    const atUtcMs = this.#pauseUtcMs(all);
    if (current.isOf(all)) current.change((run) => pauseRun(run, atUtcMs));
    return commands.run('pause', all, (id) => commands.sendOne(id, 'pause', this.#pauseHow(id, atUtcMs)));
  }

  /** Lets it go on at one moment, which is the same however often it is asked for. */
  resume(ids: readonly string[]): Promise<CommandResult[]> {
    const { current, commands } = this.#options;
    const all = this.#whole('resume', ids);
    const atUtcMs = this.#resumeUtcMs(all);
    if (current.isOf(all)) current.change((run) => resumeRun(run, atUtcMs));
    return commands.send('resume', all, { kwargs: { time: atUtcMs / 1000 } });
  }

  /** A drone has connected. */
  joined(id: string): void {
    this.#wasAway.add(id);
    this.#toldAgainMs.delete(id);
  }

  /**
   * A drone of the show has spoken: one that flies on though all are held, or is held in the countdown though it goes on,
   * is told again; one left behind in the air is named.
   */
  look({ id, isAnswering, isConnected, telemetry }: DroneRecord): void {
    const { clock, current, log } = this.#options;
    const { run } = current;
    if (!run?.ids.includes(id) || !isAnswering || !isConnected) return;
    const saysPaused = isPaused(telemetry);
    if (!saysPaused && !ofShow.test(String(telemetry.last_task))) return;
    const isDue = this.#isDue(run, this.#wasAway.delete(id));
    if (!isDue || saysPaused === (run.pausedUtcMs !== undefined) || !this.#isTime(id)) return;
    const isBefore = isBeforeStart(run, clock.utcMs());
    if (run.pausedUtcMs !== undefined) {
      if (telemetry.armed === true || isBefore)
        this.#tellAgain(id, 'pause', this.#pauseHow(id, run.pausedUtcMs));
    } else if (isBefore) this.#tellAgain(id, 'resume', { kwargs: { time: resumeS(run) } });
    else log('warning', `${id} stands still while the show goes on: it is out of step, land it`);
  }

  /** Whether what was told last shows in what a drone says. One that was away has heard of nothing meanwhile. */
  #isDue(run: ShowRun, wasAway: boolean): boolean {
    const utcMs = this.#options.clock.utcMs();
    const sinceUtcMs = run.pausedUtcMs ?? run.resumedUtcMs;
    if (sinceUtcMs === undefined) return false;
    // In the countdown nothing slows down; and there is not always time until the moment comes.
    if (isBeforeStart(run, utcMs))
      return (wasAway && run.pausedUtcMs === undefined) || utcMs > sinceUtcMs + (wasAway ? 0 : obeyMs);
    return utcMs > sinceUtcMs + (wasAway ? 0 : obeyMs + this.#rampMs);
  }

  get #rampMs(): number {
    return this.#options.pauseRampS * 1000;
  }

  /** Once in a while: its answer shows in telemetry that comes once a second. */
  #isTime(id: string): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - (this.#toldAgainMs.get(id) ?? Number.NEGATIVE_INFINITY) < obeyMs) return false;
    this.#toldAgainMs.set(id, nowMs);
    return true;
  }

  #tellAgain(id: string, what: 'pause' | 'resume', how: { readonly kwargs: Kwargs }): void {
    const { commands, log } = this.#options;
    log('warning', `${id} did not hear the ${what}: it is told again`);
    commands.sendOne(id, what, how).then(
      ({ ok, message, code }) => !ok && log('warning', `${what} ${id}: ${message ?? code}`),
      (error: unknown) => log('warning', `${what} ${id}: ${String(error)}`),
    );
  }

  /** An old client knows no moment. */
  #pauseHow(id: string, atUtcMs: number) {
    const isOld = this.#options.view(id)?.record.isAnswering === false;
    return { kwargs: isOld ? {} : { time: atUtcMs / 1000, ramp: this.#options.pauseRampS } };
  }

  /** The moment of a pause that holds stays; a show that gathers speed is held once it runs. */
  #pauseUtcMs(ids: readonly string[]): number {
    const { run } = this.#options.current;
    if (run?.pausedUtcMs !== undefined) return run.pausedUtcMs;
    const runsUtcMs = run?.resumedUtcMs === undefined ? 0 : run.resumedUtcMs + this.#rampMs;
    return Math.max(this.#soonUtcMs(ids), runsUtcMs);
  }

  #resumeUtcMs(ids: readonly string[]): number {
    const { clock, current } = this.#options;
    const { run } = current;
    if (run?.pausedUtcMs === undefined) return run?.resumedUtcMs ?? this.#soonUtcMs(ids);
    const standsUtcMs = run.pausedUtcMs + this.#rampMs;
    const goesOnUtcMs = Math.max(this.#soonUtcMs(ids), standsUtcMs);
    // Motors that were to start meanwhile need what every start needs.
    return isBeforeStart(run, clock.utcMs()) && run.startUtcMs < clock.utcMs() + launchMs
      ? Math.max(goesOnUtcMs, clock.utcMs() + launchMs)
      : goesOnUtcMs;
  }

  /** The drones of the show that is on, all of them, and the others that were named. */
  #whole(what: string, ids: readonly string[]): readonly string[] {
    const { current, log } = this.#options;
    const run: ShowRun | undefined = current.isOf(ids) ? current.run : undefined;
    const missing = run?.ids.filter((id) => !ids.includes(id)) ?? [];
    if (missing.length > 0) log('info', `${what}: the whole show, ${missing.join(', ')} included`);
    return [...ids, ...missing];
  }

  /** When a command reaches the slowest of these drones whose link is worth waiting for. */
  #soonUtcMs(ids: readonly string[]): number {
    const latenciesMs = ids.map((id) => this.#options.view(id)?.record.latencyMs ?? 0);
    return this.#options.clock.utcMs() + reachMs(latenciesMs);
  }
}

/**
 * The moment that makes of the start which a held drone was told the one that holds now, UTC s: a drone begins at it, or
 * when it was to begin if that is later.
 */
function resumeS({ startUtcMs, toldUtcMs, resumedUtcMs = startUtcMs }: ShowRun): number {
  return (startUtcMs > toldUtcMs ? startUtcMs : resumedUtcMs) / 1000;
}
