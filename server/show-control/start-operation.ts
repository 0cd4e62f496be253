/**
 * The start of a show: who may take it, that each drone holds it, and that nobody flies who is not meant to. Knows
 * drones by their views and what they say; no connection, no files, no screen.
 */
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { CommandResult, DroneRecord } from '../fleet/drone-record.js';
import { plannedStartMs } from '../fleet/telemetry.js';
import type { DroneView, LogLine } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import type { CurrentRun } from './current-run.js';
import { deliveryMs, leastFlightDelayS } from './delivery.js';
import { isFitFor, isSameMoment, whyMissing } from './missing.js';
import type { StartOptions } from './operations.js';
import { leastHolding } from './quorum.js';
import { isReceiving, notReady, showIsOn, tooSoon, unknownDrone } from './refusals.js';
import type { Outcome } from './send-command.js';
import { isBeforeStart, type ShowRun } from './show-run.js';
import type { Stage } from './stage.js';
import { mayPass, pointOfNoReturn, wishStart } from './start-wish.js';

export type StartOperationOptions = {
  readonly clock: Clock;
  readonly current: CurrentRun;
  readonly commands: CommandRunner;
  readonly stage: Stage;
  readonly view: (id: string) => DroneView | undefined;
  /** A file is on its way to it. */
  readonly isReceiving: (id: string) => boolean;
  /** So long before the motors a start is called off if a drone does not hold it, s. */
  readonly pointOfNoReturnS: number;
  /** How many of the chosen drones have to hold it by then, as `leastHolding` reads it. */
  readonly quorum: string;
  /** Tells drones at once to forget what they have planned; they have no part in the run any more. */
  readonly stop: (ids: readonly string[]) => Promise<CommandResult[]>;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** So often in a row a drone has to say that it counts down to nothing: one telemetry may be older than the start. */
const letGoAfter = 2;

export class StartOperation {
  readonly #options: StartOperationOptions;
  /** Drones of the run that have come back or let it go, and have not said since that they hold the start. */
  readonly #lacking = new Set<string>();
  /** How often in a row drones that hold it have said that they count down to nothing. */
  readonly #saidNone = new Map<string, number>();
  /** The start as drones were told it later than the others, UTC ms. */
  readonly #toldAgainUtcMs = new Map<string, number>();
  /** Says whether the run whose start is being told just now is still on. */
  #isTelling: () => boolean = () => false;
  /** Drones that are being told just now what differs. */
  readonly #correcting = new Set<string>();

  #cancelLook: Cancel = () => undefined;

  constructor(options: StartOperationOptions) {
    this.#options = options;
  }

  /** Looks after nothing any more. */
  close(): void {
    this.#cancelLook();
  }

  start(ids: readonly string[], { delayS }: StartOptions): Promise<CommandResult[]> {
    const refusals = this.#refusals(ids, delayS);
    if (refusals.size === 0 && ids.length > 0) return this.#startAll(ids, delayS * 1000);
    const [first] = refusals.values();
    const others = {
      ok: false,
      code: first?.code ?? 'not_ready',
      message: `not started: ${[...refusals.keys()].join(', ')}: ${first?.message ?? 'not ready'}`,
    };
    return this.#options.commands.run('start', ids, (id) => refusals.get(id) ?? others);
  }

  /** The authorization is gone: a start that still counts down is called off for everybody, what has begun goes on. */
  callOff(why: string): void {
    const { clock, current, log, stop } = this.#options;
    const { run } = current;
    if (!run || !isBeforeStart(run, clock.utcMs())) return;
    log('warning', `the start was called off: the authorization was withdrawn (${why})`);
    void stop(run.ids);
  }

  /** Takes over a run that another server began; who holds its start is heard from the drones alone. */
  restore(run: ShowRun): void {
    this.#begin({ ...run, holding: new Set() });
    for (const id of run.ids) this.#lacking.add(id);
    // Beyond it the drones have decided by themselves.
    if (this.#options.clock.utcMs() < run.noReturnUtcMs) this.#atNoReturn();
  }

  /** A run that was held goes on: where it had not begun, its point of no return lies ahead again. */
  resumed(): void {
    if (!this.#isTelling()) this.#atNoReturn();
  }

  /** A drone has connected: what it held before, it may not hold any more. */
  joined(id: string): void {
    const { clock, current } = this.#options;
    this.#saidNone.delete(id);
    if (current.run && current.isOf([id]) && isBeforeStart(current.run, clock.utcMs())) this.#lacking.add(id);
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
      if (!run.holding.has(id)) this.#holds(id);
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
    log('warning', `${id} has let its start go, nobody here told it to: look at it, it does not count as holding`);
  }

  /** Those that have not heard of a pause count down to another moment than one that was told after it. */
  #isTold(id: string, { startUtcMs, toldUtcMs }: ShowRun, plannedMs: number): boolean {
    const moments = [toldUtcMs, startUtcMs, this.#toldAgainUtcMs.get(id) ?? toldUtcMs];
    return moments.some((momentMs) => isSameMoment(momentMs, plannedMs));
  }

  #begin(run: ShowRun): () => boolean {
    this.#cancelLook();
    for (const each of [this.#lacking, this.#saidNone, this.#toldAgainUtcMs]) each.clear();
    return this.#options.current.begin(run);
  }

  /**
   * All, or as many as the quorum asks for: where fewer take the start, everybody is told to forget it while they still
   * stand; where enough do, the others are told so and stay on the ground.
   */
  async #startAll(ids: readonly string[], delayMs: number): Promise<CommandResult[]> {
    const { clock, commands, current } = this.#options;
    const planned = this.#planned(ids, delayMs);
    const isCurrent = this.#begin(planned);
    this.#isTelling = isCurrent;
    const run = () => (isCurrent() && current.run) || planned;
    let refused = 0;
    // While it is held nobody is told it: whoever took it then would count down alone.
    const isWanted = () =>
      isCurrent() && run().pausedUtcMs === undefined && ids.length - refused >= planned.least;
    const results = await commands.run('start', ids, (id) =>
      wishStart(id, {
        ...{ clock, isWanted, pointOfNoReturnUtcMs: () => run().noReturnUtcMs },
        ask: async (_, timeoutMs) => {
          const outcome = await commands.sendOne(id, 'start', { kwargs: this.#kwargs(run(), id), timeoutMs });
          if (!outcome.ok && !mayPass(outcome)) refused += 1;
          return outcome;
        },
        onHolding: () => isCurrent() && this.#holds(id),
      }),
    );
    // Whoever landed or stopped the fleet meanwhile has decided already.
    if (!isCurrent()) return results;
    this.#isTelling = () => false;
    this.#atNoReturn();
    // Drones in the air are not stopped blindly.
    return isBeforeStart(run(), clock.utcMs()) ? this.#withoutMissing(results, planned.least) : results;
  }

  #planned(ids: readonly string[], delayMs: number): ShowRun {
    const { clock, stage, quorum, pointOfNoReturnS } = this.#options;
    const startUtcMs = clock.utcMs() + delayMs + deliveryMs;
    return {
      ids: [...ids],
      ...{
        startUtcMs,
        toldUtcMs: startUtcMs,
        pausedUtcMs: undefined,
        resumedUtcMs: undefined,
        restoredUtcMs: undefined,
      },
      noReturnUtcMs: pointOfNoReturn(startUtcMs, delayMs, pointOfNoReturnS * 1000),
      holding: new Set(),
      scope: stage.authorizer.view?.scope ?? 'live',
      least: leastHolding(quorum, ids.length),
    };
  }

  /** One of ours also hears until when the start can be taken back: it flies only if it could be told till then. */
  #kwargs({ startUtcMs, noReturnUtcMs }: ShowRun, id: string) {
    const names = this.#options.stage.startNames(id);
    const time = (startUtcMs / 1000).toFixed(6);
    if (names.digest === undefined) return { time, ...names };
    return { time, ...names, confirm_by: (noReturnUtcMs / 1000).toFixed(6) };
  }

  /** Leaves those on the ground that do not hold the start, or everybody if too few do. */
  async #withoutMissing(results: readonly CommandResult[], least: number): Promise<CommandResult[]> {
    const { current, log, stop } = this.#options;
    const failed = results.filter(({ ok }) => !ok).map(({ id }) => id);
    if (failed.length === 0) return [...results];
    if (results.length - failed.length >= least) {
      log('warning', `started without ${failed.join(', ')}: ${least} of ${results.length} are enough`);
      // One whose answer was lost may have taken it.
      await stop(failed);
      return [...results];
    }
    const message = `the start was called off: ${failed.join(', ')} did not take it`;
    log('warning', message);
    // One whose answer was lost may have taken it: everybody is told.
    await stop(current.run?.ids ?? []);
    return results.map((result) =>
      result.ok ? { id: result.id, ok: false, code: 'called_off', message } : result,
    );
  }

  #holds(id: string): void {
    this.#options.current.change((run) => ({ ...run, holding: new Set(run.holding).add(id) }));
  }

  #atNoReturn(): void {
    const { clock, current } = this.#options;
    this.#cancelLook();
    if (!current.run) return;
    this.#cancelLook = clock.after(current.run.noReturnUtcMs - clock.utcMs(), () => this.#callOffIfMissing());
  }

  /** The last look before the motors: a drone that does not hold the start, or could not fly, would leave a gap. */
  #callOffIfMissing(): void {
    const { clock, current, log, stop, view } = this.#options;
    const { run } = current;
    // One that is held is looked at once it goes on.
    if (!run || run.pausedUtcMs !== undefined || !isBeforeStart(run, clock.utcMs())) return;
    const whys = run.ids.map((id) => [id, whyMissing(run, view(id), this.#lacking.has(id))] as const);
    const missing = whys.filter(([, why]) => why !== undefined);
    if (missing.length === 0) return;
    const text = missing.map(([id, why]) => `${id} ${why}`).join(', ');
    if (run.ids.length - missing.length < run.least) {
      log('warning', `the start was called off: ${text}`);
      void stop(run.ids);
      return;
    }
    log('warning', `${text}: the others fly without`);
    // What it holds all the same, and does not fly by, is taken from it.
    void stop(missing.map(([id]) => id));
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
    const { ok, message } = await commands.sendOne(id, 'start', { kwargs: this.#kwargs(run, id) });
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

  /** Why drones can not start, by id. */
  #refusals(ids: readonly string[], delayS: number): Map<string, Outcome> {
    const refusals = new Map<string, Outcome>();
    for (const id of ids) {
      const refusal = this.#refusal(id, delayS);
      if (refusal) refusals.set(id, refusal);
    }
    return refusals;
  }

  #refusal(id: string, delayS: number): Outcome | undefined {
    const { view, current, stage } = this.#options;
    const drone = view(id);
    if (!drone) return unknownDrone(id);
    if (current.run) return showIsOn(current.phase);
    const scope = stage.authorizer.view?.scope ?? 'live';
    if (!isFitFor(scope, drone)) return notReady(drone);
    const refusal = stage.startRefusal(drone, delayS);
    if (refusal) return refusal;
    if (scope === 'live' && delayS < leastFlightDelayS) return tooSoon(delayS);
    return this.#options.isReceiving(id) ? isReceiving : undefined;
  }
}
