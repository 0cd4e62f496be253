/**
 * The start of a show: who may take it, that each drone holds it, and that nobody flies who is not meant to. Knows
 * drones by their views and what they say; no connection, no files, no screen.
 */
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { CommandResult, DroneRecord } from '../fleet/drone-record.js';
import type { DroneView, LogLine } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import type { CurrentRun } from './current-run.js';
import { deliveryMs, leastFlightDelayS } from './delivery.js';
import { HeldStarts, startKwargs } from './held-starts.js';
import { isFitFor, whyMissing } from './missing.js';
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

export class StartOperation {
  readonly #options: StartOperationOptions;
  readonly #held: HeldStarts;
  /** Says whether the run whose start is being told just now is still on. */
  #isTelling: () => boolean = () => false;
  #cancelLook: Cancel = () => undefined;

  constructor(options: StartOperationOptions) {
    this.#options = options;
    this.#held = new HeldStarts(options);
  }

  /** Looks after nothing any more. */
  close(): void {
    this.#cancelLook();
  }

  start(ids: readonly string[], options: StartOptions): Promise<CommandResult[]> {
    const refusals = this.#refusals(ids, options.delayS);
    if (refusals.size === 0 && ids.length > 0) return this.#startAll(ids, options);
    const [first] = refusals.values();
    const others = {
      ok: false,
      code: first?.code ?? 'not_ready',
      message: `not started: ${[...refusals.keys()].join(', ')}: ${first?.message ?? 'not ready'}`,
    };
    return this.#options.commands.run('start', ids, (id) => refusals.get(id) ?? others);
  }

  /** A sentence says why: a start that still counts down is called off for everybody, what has begun goes on. */
  callOff(why: string): void {
    const { clock, current, log, stop } = this.#options;
    const { run } = current;
    if (!run || !isBeforeStart(run, clock.utcMs()) || this.#isFlying(run)) return;
    log('warning', `the start was called off: ${why}`);
    void stop(run.ids);
  }

  /** Takes over a run that another server began; who holds its start is heard from the drones alone. */
  restore(run: ShowRun): void {
    this.#begin({ ...run, holding: new Set() });
    for (const id of run.ids) this.#held.joined(id);
    // Beyond it the drones have decided by themselves.
    if (this.#options.clock.utcMs() < run.noReturnUtcMs) this.#atNoReturn();
  }

  /** A run that was held goes on. One that was held in its countdown (`held`: as it was) is looked at once more. */
  resumed(held: ShowRun | undefined): void {
    if (held?.pausedUtcMs === undefined || held.pausedUtcMs >= held.startUtcMs) return;
    for (const id of held.ids) {
      const record = this.#options.view(id)?.record;
      if (record?.isConnected && this.#held.isLacking(id)) this.#held.look(record);
    }
    if (!this.#isTelling()) this.#atNoReturn();
  }

  /** A drone has connected: what it held before, it may not hold any more. */
  joined(id: string): void {
    this.#held.joined(id);
  }

  /** A drone has said what it counts down to. */
  look(record: DroneRecord): void {
    this.#held.look(record);
  }

  #begin(run: ShowRun): () => boolean {
    this.#cancelLook();
    this.#held.clear();
    return this.#options.current.begin(run);
  }

  /**
   * All, or as many as the quorum asks for: where fewer take the start, everybody is told to forget it while they still
   * stand; where enough do, the others are told so and stay on the ground.
   */
  async #startAll(ids: readonly string[], options: StartOptions): Promise<CommandResult[]> {
    const { clock, commands, current, stage } = this.#options;
    const planned = this.#planned(ids, options);
    const isCurrent = this.#begin(planned);
    this.#isTelling = isCurrent;
    const run = () => (isCurrent() && current.run) || planned;
    let refused = 0;
    // While it is held nobody is told it: whoever took it then would count down alone.
    const isWanted = () =>
      isCurrent() && run().pausedUtcMs === undefined && ids.length - refused >= planned.least;
    const results = await commands.run('start', ids, (id) =>
      wishStart(id, {
        ...{ clock, pointOfNoReturnUtcMs: () => run().noReturnUtcMs },
        // Whoever was landed or stopped meanwhile is not told again.
        isWanted: () => isWanted() && current.isOf([id]),
        ask: async (_, timeoutMs) => {
          const kwargs = startKwargs(run(), stage.startNames(id));
          const outcome = await commands.sendOne(id, 'start', { kwargs, timeoutMs });
          if (!outcome.ok && !mayPass(outcome)) refused += 1;
          return outcome;
        },
        onHolding: () => isCurrent() && current.isOf([id]) && this.#held.holds(id),
      }),
    );
    // Whoever landed or stopped the fleet meanwhile has decided already.
    if (!isCurrent()) return results;
    this.#isTelling = () => false;
    this.#atNoReturn();
    // Drones in the air are not stopped blindly.
    return isBeforeStart(run(), clock.utcMs()) ? this.#withoutMissing(results, planned.least) : results;
  }

  #planned(ids: readonly string[], { delayS, musicS }: StartOptions): ShowRun {
    const { clock, stage, quorum, pointOfNoReturnS } = this.#options;
    const [utcMs, delayMs] = [clock.utcMs(), delayS * 1000];
    const startUtcMs = utcMs + delayMs + deliveryMs;
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
      ...(musicS !== undefined && { musicUtcMs: utcMs + musicS * 1000 }),
    };
  }

  /** Leaves those on the ground that do not hold the start, or everybody if too few do. */
  async #withoutMissing(results: readonly CommandResult[], least: number): Promise<CommandResult[]> {
    const { current, log, stop } = this.#options;
    const failed = results.filter(({ id, ok }) => !ok && current.isOf([id])).map(({ id }) => id);
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
    if (this.#isFlying(run)) return;
    const whys = run.ids.map((id) => {
      const isLacking = this.#held.isLacking(id);
      return [id, whyMissing(run, view(id), { isLacking, utcMs: clock.utcMs() })] as const;
    });
    const missing = whys.filter(([, why]) => why !== undefined);
    if (missing.length === 0) return;
    const text = missing.map(([id, why]) => `${id} ${why}`).join(', ');
    if (run.ids.length - missing.length < run.least) {
      log('warning', `the start was called off: ${text}`);
      void stop(run.ids);
      return;
    }
    log('warning', `${text}: the others fly without`);
    // What one holds all the same is taken from it; an old client that is out of reach flies whatever is meant.
    const reachable = missing.filter(([id]) => {
      const record = view(id)?.record;
      return record?.isConnected === true || record?.isAnswering === true;
    });
    if (reachable.length > 0) void stop(reachable.map(([id]) => id));
  }

  /** A run of another server that is in the air, whatever this machine's clock says of it: nobody is stopped blindly. */
  #isFlying(run: ShowRun): boolean {
    return run.restoredUtcMs !== undefined && run.ids.some((id) => this.#options.view(id)?.isArmed === true);
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
