/**
 * Commands to the fleet: who may be commanded, and what is sent. Knows no keys, no port, no sockets, and not how a start
 * is brought to the drones. Longer than most files: each command is one short method.
 */
import type { EmergencyCall } from '../../lib/emergency/emergency-call.js';
import type { EmergencyAction } from '../../lib/emergency/emergency-wire.js';
import { errorText } from '../../lib/errors.js';
import type { BulkBudget, ConnectionManager, Kwargs } from '../../lib/messaging/index.js';
import type { FileOperation } from '../../lib/operations/file-operations.js';
import type { Arguments } from '../../lib/operations/operation.js';
import type { AssignBy } from '../../lib/show/assign/assign-slots.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import type { CommandResult, DroneRecord } from '../fleet/drone-record.js';
import type { FleetEvent } from '../fleet/fleet.js';
import type { OtherServer } from '../links/charge.js';
import type { DroneView, LogLine } from '../snapshot.js';
import { noUpdates, type UpdateControls } from '../updates/update-controls.js';
import { UpdateDesk } from '../updates/update-desk.js';
import { checkDrones } from './check-drones.js';
import { CommandRunner } from './command-runner.js';
import { CurrentRun } from './current-run.js';
import { executeOn } from './execute.js';
import { type FileServices, FileTraffic } from './file-traffic.js';
import { HoldOperation } from './hold-operation.js';
import type { AuthorizeOptions, FlightEnd, Operations, StartOptions } from './operations.js';
import { giveOrder, type Order } from './orders.js';
import { showIsOn, superseded } from './refusals.js';
import { renameDrone } from './rename-drone.js';
import type { Outcome } from './send-command.js';
import type { ShowRun } from './show-run.js';
import type { Stage } from './stage.js';
import { StartOperation } from './start-operation.js';
import type { TransferView } from './uploads.js';
import { UrgentCommands } from './urgent-commands.js';
import { renewLightsMs, VisualLandSearch } from './visual-land-search.js';

export type FleetOperationsOptions = {
  readonly clock: Clock;
  readonly view: (id: string) => DroneView | undefined;
  /** Whether a drone is in the table: asked before every command, and made of nothing that could fail. */
  readonly isKnown: (id: string) => boolean;
  readonly connection: (id: string) => ConnectionManager | undefined;
  /** Calls those of the drones that hear datagrams; undefined where nothing is sent by datagram. */
  readonly call?: ((what: EmergencyAction, ids: readonly string[]) => EmergencyCall | undefined) | undefined;
  /** The server that has taken over from this one; undefined while this one is in charge. */
  readonly supersededBy?: (() => OtherServer | undefined) | undefined;
  /** The loaded show, who flies what of it, and whether it may be started. */
  readonly stage: Stage;
  /** How long a show takes to slow down to a pause, and to gather speed after it, s. */
  readonly pauseRampS: number;
  /** So long before the motors a start is called off if a drone does not hold it, s. */
  readonly pointOfNoReturnS: number;
  /** How many of the chosen drones have to hold it by then, as `leastHolding` reads it. */
  readonly quorum: string;
  /** How many drones are sent files at once. */
  readonly parallelUploads: number;
  /** What all files and logs share. */
  readonly budget: BulkBudget;
  /** The operator's files; undefined where there are none. */
  readonly fileServices?: FileServices | undefined;
  /** Public key of the fleet, whose packages drones install; undefined where none is. */
  readonly updateKey?: string | undefined;
  /** An update has come further. */
  readonly onUpdateChanged: () => void;
  readonly onFleetEvent: (event: FleetEvent) => void;
  /** The search for a misbehaving drone has come further. */
  readonly onSearchChanged: () => void;
  /** A run began, ended, or is another one than before. */
  readonly onRunChanged: () => void;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export class FleetOperations implements Operations {
  readonly #options: FleetOperationsOptions;
  readonly #current: CurrentRun;
  readonly #commands: CommandRunner;
  readonly #starting: StartOperation;
  readonly #holding: HoldOperation;
  readonly #files: FileTraffic;
  readonly #updates: UpdateDesk | undefined;
  readonly #urgent: UrgentCommands;
  readonly #stopRenewing: Cancel;
  /** The search for a misbehaving drone. */
  readonly visualLand: VisualLandSearch;

  constructor(options: FleetOperationsOptions) {
    this.#options = options;
    const { clock, view, connection, onFleetEvent, log } = options;
    this.#current = new CurrentRun(clock, () => {
      options.onRunChanged();
      this.#updates?.look();
    });
    const { supersededBy } = options;
    this.#commands = new CommandRunner({
      clock,
      isKnown: options.isKnown,
      connection,
      supersededBy,
      onFleetEvent,
      log,
    });
    this.#urgent = new UrgentCommands({ clock, log, commands: this.#commands, call: options.call });
    this.#starting = new StartOperation({
      ...options,
      current: this.#current,
      commands: this.#commands,
      isReceiving: (id) => this.#isReceiving(id),
      stop: (ids) => this.#abort('stop', ids),
    });
    this.#holding = new HoldOperation({ ...options, current: this.#current, commands: this.#commands });
    this.visualLand = new VisualLandSearch({
      view,
      ledFill: (ids, color) => this.order('led_fill', ids, { ...color, identify: true }),
      release: (ids) => this.order('led_fill', ids, { identify: false }),
      land: (ids) => this.land(ids),
      disarm: (ids) => this.disarm(ids),
      onChange: options.onSearchChanged,
    });
    this.#stopRenewing = every(clock, renewLightsMs, () => void this.visualLand.renew());
    this.#files = new FileTraffic({ ...options, current: this.#current, commands: this.#commands });
    this.#updates = this.#openUpdates(options);
  }

  /** Updates of the drones' software. */
  get updates(): UpdateControls {
    return this.#updates ?? noUpdates;
  }

  /** The show that is counting down, running or paused. */
  get run(): ShowRun | undefined {
    return this.#current.run;
  }

  /** The files that are on their way to drones; undefined while none is. */
  get transfers(): TransferView | undefined {
    return this.#files.transfers;
  }

  /** The server ends; what was told to the drones holds. */
  close(): void {
    this.#stopRenewing();
    this.#starting.close();
    this.#updates?.close();
  }

  /** Another server is in charge, or this one is again. */
  chargeChanged(): void {
    this.#updates?.look();
  }

  /** Forgets a run that is over. */
  endRun(): void {
    this.#current.end();
  }

  /** Takes over a run that a server before this one began. */
  restoreRun(run: ShowRun): void {
    this.#starting.restore(run);
  }

  /** A sentence says why: a start that still counts down is called off for everybody, what has begun goes on. */
  callOffCountdown(why: string): void {
    this.#starting.callOff(why);
  }

  /** A drone has connected. */
  joined(id: string): void {
    this.#starting.joined(id);
    this.#holding.joined(id);
  }

  /** A drone that has connected has said what it is. */
  introduced(id: string): void {
    this.#urgent.introduced(id);
    void this.visualLand.returned(id);
  }

  /** A drone has said what it holds: what differs from what it is meant to is mended. */
  heard(record: DroneRecord): void {
    this.#starting.look(record);
    this.#holding.look(record);
  }

  authorize(ids: readonly string[], { scope, validS, override }: AuthorizeOptions): Promise<CommandResult[]> {
    const { stage, log } = this.#options;
    const refusal = this.run ? showIsOn(this.#current.phase) : stage.authorizeRefusal(override, scope);
    if (refusal) return this.#commands.run('authorize', ids, () => refusal);
    const { violations = [], digest = '' } = stage.loaded ?? {};
    const reason = violations.length > 0 ? override?.trim() : undefined;
    stage.authorizer.give({ scope, validS, override: reason }, ids);
    log('info', `show ${digest.slice(0, 8)} authorized: ${scope}, for ${Math.round(validS / 60)} min`);
    if (reason !== undefined)
      log('warning', `OVERRIDE of ${violations.length} violations by the operator: ${reason}`);
    return this.#commands.run('authorize', ids, (id) => this.#authorizeOne(id));
  }

  async unauthorize(ids: readonly string[]): Promise<CommandResult[]> {
    await this.#options.stage.authorizer.withdraw('by the operator');
    return this.#commands.run('unauthorize', ids, () => ({ ok: true }));
  }

  assign(ids: readonly string[], how: AssignBy): Promise<CommandResult[]> {
    return this.#reassign('assign', ids, () => this.#options.stage.assign(ids, how));
  }

  replace(out: string, spare: string): Promise<CommandResult[]> {
    return this.#reassign('replace', [out, spare], () => this.#options.stage.replace(out, spare));
  }

  upload(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#files.upload(ids);
  }

  files(what: FileOperation, ids: readonly string[], given: Arguments): Promise<CommandResult[]> {
    return this.#files.run(what, ids, given);
  }

  start(ids: readonly string[], options: StartOptions): Promise<CommandResult[]> {
    return this.#starting.start(ids, options);
  }

  pause(ids: readonly string[]): Promise<CommandResult[]> {
    return this.#holding.pause(ids);
  }

  resume(ids: readonly string[]): Promise<CommandResult[]> {
    const held = this.run;
    const results = this.#holding.resume(ids);
    this.#starting.resumed(held);
    return results;
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

  order(what: Order, ids: readonly string[], kwargs: Kwargs = {}): Promise<CommandResult[]> {
    return giveOrder(what, { ids, kwargs }, this.#parts);
  }

  check(ids: readonly string[]): Promise<CommandResult[]> {
    return checkDrones(ids, this.#parts);
  }

  rename(ids: readonly string[], name: string): Promise<CommandResult[]> {
    if (this.run) {
      const refusal = showIsOn(this.#current.phase);
      return this.#commands.run('rename', ids, () => refusal);
    }
    return renameDrone(ids, name, this.#parts);
  }

  execute(ids: readonly string[], name: string): Promise<CommandResult[]> {
    return executeOn(ids, name, this.#parts);
  }

  get #parts() {
    const { view, connection } = this.#options;
    return {
      ...{ commands: this.#commands, current: this.#current, view, connection },
      isKnown: this.#options.isKnown,
      isReceiving: (id: string) => this.#isReceiving(id),
    };
  }

  /** A file, or what installs it, would come in between. */
  #isReceiving(id: string): boolean {
    return this.#files.isReceiving(id) || this.#updates?.isUnderWay(id) === true;
  }

  #openUpdates({ fileServices, updateKey, ...options }: FleetOperationsOptions): UpdateDesk | undefined {
    if (!fileServices || updateKey === undefined) return undefined;
    const files = this.#files;
    return new UpdateDesk({
      ...{ clock: options.clock, connection: options.connection, log: options.log },
      ...{ commands: this.#commands, uploads: files.uploads, parallel: options.parallelUploads },
      ...{ disk: fileServices.disk, publicKey: updateKey, onChange: options.onUpdateChanged },
      refusal: (id) => files.refusal(id),
      showPhase: () => (this.run ? this.#current.phase : undefined),
      superseded: () => {
        const other = options.supersededBy?.();
        return other && superseded(other.id).message;
      },
    });
  }

  /** Stops part of a show at once; what is urgent is written before anything else happens. */
  #abort(action: 'stop' | 'land' | 'disarm' | FlightEnd, ids: readonly string[]): Promise<CommandResult[]> {
    const results = this.#urgent.send(action, ids);
    this.#current.withdraw(ids);
    if (action !== 'stop') void this.visualLand.ended(ids);
    return results;
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
    return this.#commands.sendOne(id, 'authorize', { kwargs: wish });
  }

  /** Slots are given while nothing is on; who has another one than before is told by its row. */
  #reassign(
    action: string,
    ids: readonly string[],
    change: () => (id: string) => Outcome,
  ): Promise<CommandResult[]> {
    if (this.run) {
      const refusal = showIsOn(this.#current.phase);
      return this.#commands.run(action, ids, () => refusal);
    }
    try {
      const outcomeOf = change();
      return this.#commands.run(action, ids, outcomeOf);
    } catch (error) {
      const refusal = { ok: false, code: 'refused', message: errorText(error) };
      return this.#commands.run(action, ids, () => refusal);
    }
  }
}
