/**
 * Commands to the fleet: who may be commanded, what is sent, what became of it. Knows no keys, no port, no sockets.
 * Longer than most files: each command is one short method, and all share the run that they may begin or end.
 */
import { errorText } from '../../lib/errors.js';
import type { ConnectionManager, Kwargs, Lane } from '../../lib/messaging/index.js';
import type { AssignBy } from '../../lib/show/assign/assign-slots.js';
import type { Clock } from '../../lib/time/clock.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { FleetEvent } from '../fleet/fleet.js';
import type { DroneView, LogLine } from '../snapshot.js';
import { mapLimited } from './map-limited.js';
import type { AuthorizeOptions, FlightEnd, Maintenance, Operations, StartOptions } from './operations.js';
import { leastHolding } from './quorum.js';
import { inShow, isReceiving, noShow, notReady, showIsOn, unknownDrone } from './refusals.js';
import { type Outcome, sendCommand } from './send-command.js';
import { pauseRun, phaseOf, resumeRun, type ShowRun, withdrawFromRun } from './show-run.js';
import type { Stage } from './stage.js';
import { mayPass, pointOfNoReturn, wishStart } from './start-wish.js';
import { pushFile } from './upload.js';

/** Head start that every timed command gets to reach the drones, ms. */
const deliveryMs = 100;

/** How many drones are sent files at once. */
const parallelUploads = 16;

export type FleetOperationsOptions = {
  readonly clock: Clock;
  readonly view: (id: string) => DroneView | undefined;
  readonly connection: (id: string) => ConnectionManager | undefined;
  /** The loaded show, who flies what of it, and whether it may be started. */
  readonly stage: Stage;
  /** How long a show takes to slow down to a pause, and to gather speed after it, s. */
  readonly pauseRampS: number;
  /** So long before the motors a start is called off if a drone does not hold it, s. */
  readonly pointOfNoReturnS: number;
  /** How many of the chosen drones have to hold it by then, as `leastHolding` reads it. */
  readonly quorum: string;
  readonly onFleetEvent: (event: FleetEvent) => void;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** A little more than an autopilot may take to calibrate, ms. */
const maintenanceTimeoutMs = 35_000;

type How = { readonly kwargs?: Kwargs; readonly lane?: Lane; readonly timeoutMs?: number };

type Send = (id: string) => Outcome | Promise<Outcome>;

export class FleetOperations implements Operations {
  readonly #options: FleetOperationsOptions;
  #run: ShowRun | undefined;
  /** How many starts were given: tells a run from one that took its place. */
  #starts = 0;
  /** Drones to which files are on their way, once for each file. */
  readonly #receiving: string[] = [];

  constructor(options: FleetOperationsOptions) {
    this.#options = options;
  }

  /** The show that is counting down, running or paused. */
  get run(): ShowRun | undefined {
    return this.#run;
  }

  /** Forgets a run that is over. */
  endRun(): void {
    this.#run = undefined;
  }

  /** The authorization is gone: a start that still counts down is called off for everybody, what has begun goes on. */
  callOffCountdown(why: string): void {
    const { clock, log } = this.#options;
    const run = this.#run;
    if (!run || Math.min(clock.utcMs(), run.pausedUtcMs ?? Number.POSITIVE_INFINITY) >= run.startUtcMs)
      return;
    log('warning', `the start was called off: the authorization was withdrawn (${why})`);
    void this.#abort('stop', run.ids);
  }

  authorize(ids: readonly string[], { scope, validS, override }: AuthorizeOptions): Promise<CommandResult[]> {
    const { stage, log } = this.#options;
    const refusal = this.#run ? showIsOn(this.#phase()) : stage.authorizeRefusal(override);
    if (refusal) return this.#command('authorize', ids, () => refusal);
    const { violations = [], digest = '' } = stage.loaded ?? {};
    const reason = violations.length > 0 ? override?.trim() : undefined;
    stage.authorizer.give({ scope, validS, override: reason }, ids);
    log('info', `show ${digest.slice(0, 8)} authorized: ${scope}, for ${Math.round(validS / 60)} min`);
    if (reason !== undefined)
      log('warning', `OVERRIDE of ${violations.length} violations by the operator: ${reason}`);
    return this.#command('authorize', ids, (id) => this.#authorizeOne(id));
  }

  async unauthorize(ids: readonly string[]): Promise<CommandResult[]> {
    await this.#options.stage.authorizer.withdraw('by the operator');
    return this.#command('unauthorize', ids, () => ({ ok: true }));
  }

  assign(ids: readonly string[], how: AssignBy): Promise<CommandResult[]> {
    return this.#reassign('assign', ids, () => this.#options.stage.assign(ids, how));
  }

  replace(out: string, spare: string): Promise<CommandResult[]> {
    return this.#reassign('replace', [out, spare], () => this.#options.stage.replace(out, spare));
  }

  upload(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#command('upload', ids, (id) => this.#uploadOne(id), parallelUploads);
  }

  start(ids: readonly string[], { delayS }: StartOptions): Promise<CommandResult[]> {
    const refusals = this.#startRefusals(ids, delayS);
    if (refusals.size > 0 || ids.length === 0) {
      const [first] = refusals.values();
      const others = {
        ok: false,
        code: first?.code ?? 'not_ready',
        message: `not started: ${[...refusals.keys()].join(', ')}: ${first?.message ?? 'not ready'}`,
      };
      return this.#command('start', ids, (id) => refusals.get(id) ?? others);
    }
    return this.#startAll(ids, delayS * 1000);
  }

  pause(ids: readonly string[]): Promise<CommandResult[]> {
    const atUtcMs = this.#options.clock.utcMs() + this.#deliveryMs(ids);
    if (this.#isOfRun(ids)) this.#run &&= pauseRun(this.#run, atUtcMs);
    const isOld = (id: string) => this.#options.view(id)?.record.isAnswering === false;
    return this.#command('pause', ids, (id) =>
      this.#sendOne(id, 'pause', {
        kwargs: isOld(id) ? {} : { time: atUtcMs / 1000, ramp: this.#options.pauseRampS },
      }),
    );
  }

  resume(ids: readonly string[]): Promise<CommandResult[]> {
    const atUtcMs = this.#options.clock.utcMs() + this.#deliveryMs(ids);
    const standsUtcMs = (this.#run?.pausedUtcMs ?? 0) + this.#options.pauseRampS * 1000;
    const goesOnUtcMs = Math.max(atUtcMs, this.#run?.pausedUtcMs === undefined ? 0 : standsUtcMs);
    if (this.#isOfRun(ids)) this.#run &&= resumeRun(this.#run, goesOnUtcMs);
    return this.#send('resume', ids, { kwargs: { time: goesOnUtcMs / 1000 } });
  }

  stop(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#abort('stop', ids);
  }

  land(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#abort('land', ids);
  }

  disarm(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#abort('disarm', ids);
  }

  endFlight(how: FlightEnd, ids: readonly string[]): Promise<CommandResult[]> {
    return this.#abort(how, ids);
  }

  flip(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#send('flip', ids, {});
  }

  maintain(work: Maintenance, ids: readonly string[]): Promise<CommandResult[]> {
    return this.#command(work, ids, (id) => {
      if (this.#run?.ids.includes(id)) return inShow(this.#phase());
      return this.#sendOne(id, work, { timeoutMs: maintenanceTimeoutMs });
    });
  }

  takeoff(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#command('takeoff', ids, (id) => {
      const view = this.#options.view(id);
      if (view && !view.isReadyToTakeOff) {
        return { ok: false, code: 'not_ready', message: view.blockers[0]?.text ?? 'not ready' };
      }
      if (this.#receiving.includes(id)) return isReceiving;
      return this.#sendOne(id, 'takeoff', {});
    });
  }

  ledTest(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#send('led_test', ids, {});
  }

  /**
   * All, or as many as the quorum asks for: where fewer take the start, everybody is told to forget it while they still
   * stand; where enough do, the others are told so and stay on the ground.
   */
  async #startAll(ids: readonly string[], delayMs: number): Promise<CommandResult[]> {
    const { clock, stage } = this.#options;
    const scope = stage.authorizer.view?.scope ?? 'live';
    const least = leastHolding(this.#options.quorum, ids.length);
    const startUtcMs = clock.utcMs() + delayMs + deliveryMs;
    const pointOfNoReturnUtcMs = pointOfNoReturn(startUtcMs, delayMs, this.#options.pointOfNoReturnS * 1000);
    this.#run = { ids: [...ids], startUtcMs, pausedUtcMs: undefined, holding: new Set(), scope, least };
    const start = ++this.#starts;
    let refused = 0;
    const isWanted = () => this.#starts === start && this.#run !== undefined && ids.length - refused >= least;
    const time = (startUtcMs / 1000).toFixed(6);
    const results = await this.#command('start', ids, (id) => {
      const kwargs = { time, ...this.#options.stage.startNames(id) };
      return wishStart(id, {
        ...{ clock, pointOfNoReturnUtcMs, isWanted },
        ask: async (_, timeoutMs) => {
          const outcome = await this.#sendOne(id, 'start', { kwargs, timeoutMs });
          if (!outcome.ok && !mayPass(outcome)) refused += 1;
          return outcome;
        },
        onHolding: () => isWanted() && this.#holds(id),
      });
    });
    clock.after(pointOfNoReturnUtcMs - clock.utcMs(), () => isWanted() && this.#callOffIfLost());
    // Whoever landed or stopped the fleet meanwhile has decided already; and drones in the air are not stopped blindly.
    const isCurrent = this.#starts === start && this.#run !== undefined && clock.utcMs() < startUtcMs;
    return isCurrent ? this.#withoutMissing(results, least) : results;
  }

  /** Leaves those on the ground that do not hold the start, or everybody if too few do. */
  async #withoutMissing(results: readonly CommandResult[], least: number): Promise<CommandResult[]> {
    const { log } = this.#options;
    const failed = results.filter(({ ok }) => !ok).map(({ id }) => id);
    if (failed.length === 0) return [...results];
    if (results.length - failed.length >= least) {
      log('warning', `started without ${failed.join(', ')}: ${least} of ${results.length} are enough`);
      // One whose answer was lost may have taken it.
      await this.#abort('stop', failed);
      return [...results];
    }
    const message = `the start was called off: ${failed.join(', ')} did not take it`;
    log('warning', message);
    // One whose answer was lost may have taken it: everybody is told.
    await this.#abort('stop', this.#run?.ids ?? []);
    return results.map((result) =>
      result.ok ? { id: result.id, ok: false, code: 'called_off', message } : result,
    );
  }

  #holds(id: string): void {
    this.#run &&= { ...this.#run, holding: new Set(this.#run.holding).add(id) };
  }

  /** The last look before the motors: a drone that held the start and is gone by now would leave a gap in the show. */
  #callOffIfLost(): void {
    const { view, log } = this.#options;
    const run = this.#run;
    if (!run || run.pausedUtcMs !== undefined) return;
    const lost = run.ids.filter((id) => view(id)?.record.isConnected !== true);
    if (lost.length === 0) return;
    if (run.ids.length - lost.length >= run.least) {
      log('warning', `${lost.join(', ')} lost in the countdown: what holds the start flies it all the same`);
      return;
    }
    log('warning', `the start was called off: ${lost.join(', ')} lost in the countdown`);
    void this.#abort('stop', run.ids);
  }

  /** Stops part of a show at once; what is urgent is written before anything else happens. */
  #abort(action: 'stop' | 'land' | 'disarm' | FlightEnd, ids: readonly string[]): Promise<CommandResult[]> {
    const results = this.#send(action, ids, { lane: 'emergency' });
    this.#run &&= withdrawFromRun(this.#run, new Set(ids));
    return results;
  }

  #send(action: string, ids: readonly string[], how: How): Promise<CommandResult[]> {
    return this.#command(action, ids, (id) => this.#sendOne(id, action, how));
  }

  #sendOne(id: string, action: string, how: How): Promise<Outcome> {
    return sendCommand(this.#options.connection(id), { action, ...how });
  }

  /** Runs one command for every drone, tells the fleet and the log, and gives one result per id in the given order. */
  async #command(
    action: string,
    ids: readonly string[],
    send: Send,
    parallel = ids.length,
  ): Promise<CommandResult[]> {
    const { clock, onFleetEvent, view } = this.#options;
    const one = async (id: string): Promise<CommandResult> => {
      const outcome = view(id) ? await send(id) : unknownDrone(id);
      const result = { id, ...outcome };
      onFleetEvent({ type: 'commandEnded', action, result, atMs: clock.monotonicMs() });
      return result;
    };
    onFleetEvent({ type: 'commandStarted', ids, action });
    const results = await mapLimited(ids, parallel, one);
    this.#logResults(action, results);
    return results;
  }

  #logResults(action: string, results: readonly CommandResult[]): void {
    const failed = results.filter((result) => !result.ok);
    const { log } = this.#options;
    log(
      failed.length === 0 ? 'info' : 'warning',
      `${action}: ${results.length - failed.length} of ${results.length} ok`,
    );
    for (const { id, message, code } of failed)
      log('warning', `${action} ${id}: ${message ?? code ?? 'failed'}`);
  }

  /** Why drones can not start, by id. */
  #startRefusals(ids: readonly string[], delayS: number): Map<string, Outcome> {
    const refusals = new Map<string, Outcome>();
    for (const id of ids) {
      const refusal = this.#startRefusal(id, delayS);
      if (refusal) refusals.set(id, refusal);
    }
    return refusals;
  }

  #startRefusal(id: string, delayS: number): Outcome | undefined {
    const view = this.#options.view(id);
    if (!view) return unknownDrone(id);
    if (this.#run) return showIsOn(this.#phase());
    if (!this.#isReady(view)) return notReady(view);
    const refusal = this.#options.stage.startRefusal(view, delayS);
    return refusal ?? (this.#receiving.includes(id) ? isReceiving : undefined);
  }

  /** For lights alone a drone needs neither a charged battery nor a place. */
  #isReady(view: DroneView): boolean {
    const isForLights = this.#options.stage.authorizer.view?.scope === 'lights';
    return isForLights ? view.isReadyForLights : view.isReady;
  }

  async #authorizeOne(id: string): Promise<Outcome> {
    const { stage, connection } = this.#options;
    if (!stage.authorizer.wishFor(id))
      return { ok: false, code: 'no_file', message: 'the show has no part for it: assign it a slot' };
    const link = connection(id);
    await link?.helloSettled().catch(() => undefined);
    if (link?.isConnected && !link.hasFeature('authorization'))
      return { ok: true, code: 'unconfirmed', message: 'an old client: clever-show knows no authorization' };
    // What holds now: it may have been withdrawn, or given anew, while that was awaited.
    const wish = stage.authorizer.wishFor(id);
    if (!wish) return { ok: false, code: 'refused', message: 'the authorization was withdrawn meanwhile' };
    return this.#sendOne(id, 'authorize', { kwargs: wish });
  }

  /** Slots are given while nothing is on; who has another one than before is told by its row. */
  #reassign(
    action: string,
    ids: readonly string[],
    change: () => (id: string) => Outcome,
  ): Promise<CommandResult[]> {
    if (this.#run) {
      const refusal = showIsOn(this.#phase());
      return this.#command(action, ids, () => refusal);
    }
    try {
      const outcomeOf = change();
      return this.#command(action, ids, outcomeOf);
    } catch (error) {
      const refusal = { ok: false, code: 'refused', message: errorText(error) };
      return this.#command(action, ids, () => refusal);
    }
  }

  async #uploadOne(id: string): Promise<Outcome> {
    const { view, connection, stage } = this.#options;
    if (!stage.loaded) return noShow;
    if (this.#run?.ids.includes(id)) return inShow(this.#phase());
    if (view(id)?.isArmed)
      return { ok: false, code: 'armed', message: 'the drone is armed: land first, files wait' };
    const link = connection(id);
    if (!link?.isConnected) return { ok: false, code: 'unreachable', message: 'not connected' };
    this.#receiving.push(id);
    try {
      return await this.#pushShow(id, link);
    } finally {
      this.#receiving.splice(this.#receiving.indexOf(id), 1);
    }
  }

  /** A drone of ours is sent its part, an old one an animation: which it is, its first words tell. */
  async #pushShow(id: string, link: ConnectionManager): Promise<Outcome> {
    const { stage, clock } = this.#options;
    await link.helloSettled().catch(() => undefined);
    try {
      const file = stage.fileFor(id, link.hasFeature('authorization'));
      if (file) return pushFile(link, file, clock);
      return { ok: false, code: 'no_file', message: `the show has no part for ${id}: assign it a slot` };
    } catch (error) {
      return { ok: false, code: 'no_file', message: errorText(error) };
    }
  }

  #isOfRun(ids: readonly string[]): boolean {
    return ids.some((id) => this.#run?.ids.includes(id));
  }

  #phase(): string {
    return phaseOf(this.#run, this.#options.clock.utcMs()).phase;
  }

  /** Time that a command needs to reach the slowest of these drones before it takes effect, ms. */
  #deliveryMs(ids: readonly string[]): number {
    const latenciesMs = ids.map((id) => this.#options.view(id)?.record.latencyMs ?? 0);
    return deliveryMs + 2 * Math.max(0, ...latenciesMs);
  }
}
