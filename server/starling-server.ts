/**
 * The server without its doors: fleet, links, operations and log behind one facade. Knows no ports, files or screen.
 * Longer than most files: it is the one place where all of them meet, and decides nothing itself.
 */

import type { EmergencyCall } from '../lib/emergency/emergency-call.js';
import type { EmergencyAction } from '../lib/emergency/emergency-wire.js';
import { RefusedError } from '../lib/errors.js';
import { BulkBudget, type ConnectionManager, type Hello } from '../lib/messaging/index.js';
import { type Cancel, type Clock, every } from '../lib/time/clock.js';
import type { ConfigDesk } from './config-desk.js';
import { EventLog } from './event-log.js';
import type { Folders } from './files/folders.js';
import type { CheckSettings } from './fleet/checks.js';
import type { CommandResult } from './fleet/drone-record.js';
import type { FleetEvent } from './fleet/fleet.js';
import { FleetTable } from './fleet/fleet-table.js';
import { Groups } from './fleet/groups.js';
import { targetIds } from './fleet/target-ids.js';
import { FleetNews } from './fleet-news.js';
import { closedHub, type HubControls } from './hub/hub-controls.js';
import type { OtherServer } from './links/charge.js';
import { type AcceptedStream, DroneLinks } from './links/drone-links.js';
import type { EmergencyLine } from './links/emergency-line.js';
import { type MusicControls, noMusic } from './music/music-controls.js';
import { operate } from './operate.js';
import type { OversightControls } from './oversight/oversight-view.js';
import type { ShowRules } from './oversight/settings.js';
import { Watchkeeper, type WatchOptions } from './oversight/watchkeeper.js';
import { defaultFileSettings, type FileSettings } from './show-control/file-settings.js';
import type { FileServices } from './show-control/file-traffic.js';
import { FleetOperations } from './show-control/fleet-operations.js';
import { isStandingBy } from './show-control/missing.js';
import { hasRunEnded, phaseOf } from './show-control/show-run.js';
import type { StoredShow } from './show-control/show-store.js';
import { Stage } from './show-control/stage.js';
import { wishLine } from './show-control/wish-line.js';
import type {
  Call,
  CommandEnd,
  LoadedShow,
  LogLine,
  ServerFacade,
  ServerSnapshot,
  ShowPhase,
} from './snapshot.js';
import { Recall } from './state/recall.js';
import type { RestorePlan } from './state/restore-plan.js';
import { maxRecentShows, type ServerState, type Urgency } from './state/server-state.js';

/** More than any fleet has: beyond that names are invented. */
const maxDrones = 6000;

/** How often the server looks whether a show is over, ms. */
const watchIntervalMs = 500;

export type StarlingServerOptions = WatchOptions & {
  readonly clock: Clock;
  readonly hello: Hello;
  readonly bufferSize: number;
  /** Asked again and again: both may be changed while the server runs, which `settingsChanged` tells. */
  readonly checks: () => CheckSettings;
  readonly isRemovingDisconnected: () => boolean;
  /** Configurations that may be looked at and changed. */
  readonly configs: ConfigDesk;
  /** Folders of this machine. */
  readonly folders: Folders;
  /** Undefined: this server plays none. */
  readonly music?: MusicControls;
  readonly pauseRampS: number;
  readonly pointOfNoReturnS: number;
  readonly quorum: string;
  /** Whether drones come in without a key. */
  readonly isOpen: boolean;
  /** Whether a drone of that name comes in with its own key only. */
  readonly isEnrolled: (id: string) => boolean;
  /** Calls drones by datagram; undefined where nothing is sent so. */
  readonly emergency?: EmergencyLine;
  /** The server that has taken over from this one; undefined while this one is in charge. */
  readonly supersededBy?: () => OtherServer | undefined;
  /** A drone says that it obeys another server: its proof. */
  readonly onSuperseded?: (proof: { readonly [key: string]: unknown }) => void;
  /** Opens the show at a path of this machine and has it loaded; rejects as `ServerFacade.loadShow` does. */
  readonly loadShow: (path: string) => Promise<LoadedShow>;
  /** How files are sent to drones. */
  readonly files?: FileSettings;
  /** What operations on files need of this machine; undefined where there is nothing of it. */
  readonly fileServices?: FileServices;
  /** Public key of the fleet, whose packages drones install; undefined where none is. */
  readonly updateKey?: string;
  /** Something that is to be kept over a crash has changed: `kept` gives it. */
  readonly onStateChanged?: (urgency: Urgency) => void;
  /** Receives every line of the event log as it is written. */
  readonly onLogLine: (line: LogLine) => void;
};

export class StarlingServer implements ServerFacade {
  readonly operations: FleetOperations;
  readonly configs: ConfigDesk;
  readonly folders: Folders;
  readonly music: MusicControls;
  /** Set when gateways are open. */
  hub: HubControls = closedHub;
  readonly groups = new Groups(() => this.#onGroupsChanged());
  /** All of the files and logs that are on their way to and from drones. */
  readonly bulkBudget: BulkBudget;
  readonly #options: StarlingServerOptions;
  readonly #table: FleetTable;
  readonly #news: FleetNews;
  readonly #links: DroneLinks;
  readonly #log = new EventLog();
  readonly #listeners = new Set<() => void>();
  readonly #stage: Stage;
  readonly #stopWatching: Cancel;
  readonly #recall: Recall;
  readonly #watchkeeper: Watchkeeper;
  #address = '';
  #recentShows: readonly string[] = [];

  constructor(options: StarlingServerOptions) {
    this.#options = options;
    this.configs = options.configs;
    this.folders = options.folders;
    this.music = options.music ?? noMusic;
    const { clock, hello, bufferSize, isEnrolled } = options;
    this.#table = new FleetTable({
      checks: options.checks,
      version: hello.version,
      slotOf: (id) => this.#stage.slotOf(id),
      expectedOf: (id) => this.#stage.expectedOf(id),
    });
    this.#news = new FleetNews({
      table: this.#table,
      monotonicMs: () => clock.monotonicMs(),
      log: (level, text) => this.log(level, text),
      intervalMs: watchIntervalMs,
    });
    const view = (id: string) => this.#table.view(id);
    this.#watchkeeper = new Watchkeeper({
      ...{ clock, view, pauseRampS: options.pauseRampS },
      ...(options.rules && { rules: options.rules }),
      ...(options.blackBox && { blackBox: options.blackBox }),
      checklist: options.checklist,
      records: () => this.#table.records,
      // Where another server is in charge its drones are that one's to hold and to land.
      run: () => (options.supersededBy?.() ? undefined : this.operations.run),
      act: (what, ids) => this.operations[what](ids),
      callOff: (why) => this.operations.callOffCountdown(why),
      ask: (id, name) => this.ask(id, name),
      say: (level, text) => this.#say(level, text),
    });
    const onFleetEvent = (event: FleetEvent) => this.#onFleetEvent(event);
    const onWarning = (text: string) => this.log('warning', text);
    const { concurrent, maxBytesPerS } = options.files ?? defaultFileSettings;
    const bulkBudget = new BulkBudget({ clock, maxTransfers: concurrent, maxBytesPerS });
    this.bulkBudget = bulkBudget;
    this.#links = new DroneLinks({
      ...{ clock, hello, bufferSize, bulkBudget, onFleetEvent, onWarning, isEnrolled },
      hasRoomFor: (id) => this.#table.record(id) !== undefined || this.#table.size < maxDrones,
      onSuperseded: options.onSuperseded,
      onIntroduced: (id, address, said) => options.emergency?.introduced(id, address, said),
    });
    this.#stage = new Stage({
      ...{ clock, view },
      ids: () => this.#table.ids,
      ...wishLine(
        () => this.#table,
        (id) => this.#links.get(id),
      ),
      onWithdrawn: (why) => this.operations.callOffCountdown(`the authorization was withdrawn (${why})`),
      obstacles: {
        authorize: () => this.#watchkeeper.authorizeObstacle,
        start: () => this.#watchkeeper.startObstacle,
      },
      log: (level, text) => this.log(level, text),
      onChanged: () => this.#stateChanged('now'),
      onChange: () => this.#onStageChanged(),
    });
    this.operations = new FleetOperations({
      clock,
      onFleetEvent,
      onRunChanged: () => this.#stateChanged('now'),
      onSearchChanged: () => this.#changed(),
      onUpdateChanged: () => this.#changed(),
      view,
      isKnown: (id) => this.#table.record(id) !== undefined,
      connection: (id) => this.#links.get(id),
      call: (what, ids) => this.#call(what, ids),
      supersededBy: () => options.supersededBy?.(),
      stage: this.#stage,
      parallelUploads: concurrent,
      budget: bulkBudget,
      fileServices: options.fileServices,
      updateKey: options.updateKey,
      pauseRampS: options.pauseRampS,
      pointOfNoReturnS: options.pointOfNoReturnS,
      quorum: options.quorum,
      log: (level, text) => this.log(level, text),
    });
    this.#recall = new Recall({
      ...{ clock, onFleetEvent, stage: this.#stage, operations: this.operations },
      line: options.emergency,
      records: () => this.#table.records,
      isRemovingDisconnected: options.isRemovingDisconnected(),
      log: (level, text) => this.log(level, text),
    });
    this.#stopWatching = every(clock, watchIntervalMs, () => this.#watch());
  }

  /** Told once by whoever opened the port: `host:port` where drones connect. */
  set address(address: string) {
    this.#address = address;
  }

  /** The show that drones are sent and started with from now on. @throws RefusedError while one is on. */
  load(show: StoredShow): void {
    if (this.operations.run) throw new RefusedError('refused', 'a show is on: land or stop its drones first');
    this.#watchkeeper.take(show);
    this.#stage.load(show);
    const { name, slots, digest, violations, notes } = show.loaded;
    this.log('info', `show "${name}" loaded: ${slots.length} slots, digest ${digest.slice(0, 8)}`);
    for (const note of notes) this.log('info', `show: ${note}`);
    this.#watchkeeper.loaded(show);
    for (const { kind, t, drones, value, limit } of violations) {
      const what = `${kind} ${value.toFixed(2)} (limit ${limit})`;
      this.log('warning', `show: violation at ${t.toFixed(2)} s: ${what}, ${drones.join(' and ')}`);
    }
  }

  operate(call: Call): Promise<CommandEnd> {
    const ended = operate(this, call);
    // Said when it has begun: nothing urgent waits for a record.
    this.#watchkeeper.called(call);
    return ended;
  }

  ids(): readonly string[] {
    return this.#table.ids;
  }

  select(expression: string): readonly string[] {
    return targetIds(expression, this.#table.views, this.groups.all);
  }

  async loadShow(path: string): Promise<LoadedShow> {
    this.log('info', `load ${path}`);
    const loaded = await this.#options.loadShow(path);
    const others = this.#recentShows.filter((known) => known !== path);
    this.#recentShows = [path, ...others].slice(0, maxRecentShows);
    this.#stateChanged('soon');
    return loaded;
  }

  get loadedShow(): LoadedShow | undefined {
    return this.#stage.loaded;
  }

  /** What is to be kept over a crash, but where its show lies and when that is. */
  kept(): Omit<ServerState, 'show' | 'at'> {
    return {
      ...this.#recall.kept(),
      groups: [...this.groups.all],
      recentShows: this.#recentShows,
    };
  }

  /** Goes on where a server before this one was ended, with the show that it had loaded. Before any drone comes in. */
  restore(plan: RestorePlan): void {
    this.#recall.restore(plan);
    this.#recentShows = plan.recentShows ?? [];
    for (const note of this.groups.restore(plan.groups ?? [])) this.log('warning', note);
  }

  /** Where the show is now. */
  get phase(): ShowPhase {
    return this.#phaseAt(this.#options.clock.utcMs());
  }

  snapshot(): ServerSnapshot {
    const { clock } = this.#options;
    const utcMs = clock.utcMs();
    return {
      utcMs,
      monotonicMs: clock.monotonicMs(),
      drones: this.#table.views,
      groups: this.groups.all,
      recentShows: this.#recentShows,
      visualLand: this.operations.visualLand.view,
      show: this.#stage.loaded,
      authorization: this.#stage.authorizer.view,
      phase: this.#phaseAt(utcMs),
      address: this.#address,
      isOpen: this.#options.isOpen,
      supersededBy: this.#options.supersededBy?.(),
      transfers: this.operations.transfers,
      update: this.operations.updates.view,
      visitors: this.hub.visitors,
      oversight: this.#watchkeeper.view,
      log: this.#log.lines,
    };
  }

  /** What drones are checked by is another now. */
  settingsChanged(): void {
    this.#watchkeeper.settingsChanged();
    this.#table.forgetViews();
    this.#changed();
  }

  /** Who is in charge has changed. */
  chargeChanged(): void {
    this.operations.chargeChanged();
    this.#changed();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Those that lie beside the show that is loaded. */
  get showRules(): ShowRules | undefined {
    return this.#watchkeeper.showRules;
  }

  get oversight(): OversightControls {
    return this.#watchkeeper.controls;
  }

  log(level: LogLine['level'], text: string): void {
    this.#watchkeeper.log(level, text);
  }

  #say(level: LogLine['level'], text: string): LogLine {
    const line = { atUtcMs: this.#options.clock.utcMs(), level, text };
    this.#log.add(line);
    this.#options.onLogLine(line);
    this.#changed();
    return line;
  }

  removeFromTable(ids: readonly string[]): CommandResult[] {
    return ids.map((id) => {
      const record = this.#table.record(id);
      if (!record) return { id, ok: false, code: 'unknown_drone', message: `no drone is called ${id}` };
      if (record.isConnected) {
        return {
          id,
          ok: false,
          code: 'refused',
          message: 'it is connected: only lost drones can be removed',
        };
      }
      this.#onFleetEvent({ type: 'droneRemoved', id });
      return { id, ok: true };
    });
  }

  /** Takes over a connection that somebody accepted. */
  accept(accepted: AcceptedStream): Promise<void> {
    return this.#links.accept(accepted);
  }

  /** Asks one drone for something and gives its answer; for requests that are no commands. */
  async ask(id: string, name: string): Promise<unknown> {
    return this.#links.get(id)?.getResponse(name);
  }

  /** The connection of a drone; undefined when it is not connected. */
  connection(id: string): ConnectionManager | undefined {
    return this.#links.get(id);
  }

  /** The drones that are connected now. */
  connectedIds(): string[] {
    return this.#table.connectedIds;
  }

  /** How many drones are connected from an address, at least one. */
  connectionsFrom(address: string): number {
    return Math.max(1, this.#table.connectionsFrom(address));
  }

  /** By its last word. */
  isArmed(id: string): boolean {
    return this.#table.isArmed(id);
  }

  close(): void {
    this.#stopWatching();
    this.#watchkeeper.close();
    this.operations.close();
    this.#recall.close();
    this.#links.close();
  }

  #onFleetEvent(event: FleetEvent): void {
    const { id: known } = 'id' in event ? event : { id: undefined };
    const before = known === undefined ? undefined : this.#table.record(known)?.telemetry;
    if (this.#table.apply(event)) this.#stateChanged('soon');
    this.#watchkeeper.happened(event, before);
    this.#news.tell(event, before);
    this.#commanded(event);
    this.#changed();
  }

  /** What commands make of it. */
  #commanded(event: FleetEvent): void {
    const { operations } = this;
    switch (event.type) {
      case 'droneJoined':
        operations.joined(event.id);
        return;
      case 'droneIntroduced':
        operations.introduced(event.id);
        this.#stateChanged('soon');
        return;
      case 'telemetryReceived': {
        const record = this.#table.record(event.id);
        if (record) operations.heard(record);
        return;
      }
      case 'droneLost':
        void operations.visualLand.fleetChanged();
        this.#forgetLost(event.id);
        return;
      case 'droneRemoved':
        void operations.visualLand.fleetChanged();
        return;
      default:
    }
  }

  /** Where lost drones are not kept: but those that fly, or are part of the show that is on. */
  #forgetLost(id: string): void {
    const isOfRun = this.operations.run?.ids.includes(id) === true;
    if (this.#options.isRemovingDisconnected() && !this.#table.isArmed(id) && !isOfRun)
      this.#onFleetEvent({ type: 'droneRemoved', id });
  }

  #stateChanged(urgency: Urgency): void {
    this.#recordStates();
    this.#options.onStateChanged?.(urgency);
  }

  #recordStates(): void {
    const { run } = this.operations;
    this.#watchkeeper.states(this.phase, { run, authorization: this.#stage.authorizer.given });
  }

  #watchRun(): void {
    const { run } = this.operations;
    if (!run) return;
    const records = run.ids.map((id) => this.#table.record(id));
    const { clock } = this.#options;
    if (!hasRunEnded(run, records, { utcMs: clock.utcMs(), nowMs: clock.monotonicMs() })) return;
    this.operations.endRun();
    this.log('info', 'the show is over: every drone that can be heard has landed');
  }

  #phaseAt(utcMs: number): ShowPhase {
    const { run } = this.operations;
    return phaseOf(run, utcMs, (id) => {
      const view = this.#table.view(id);
      const isFit = run !== undefined && view !== undefined && isStandingBy(run, view, utcMs);
      return { isFit, isAnswering: view?.record.isAnswering ?? true };
    });
  }

  #onStageChanged(): void {
    this.#table.forgetViews();
    this.#stateChanged('soon');
    this.#changed();
  }

  #onGroupsChanged(): void {
    this.#stateChanged('soon');
    this.#changed();
  }

  #watch(): void {
    this.#watchRun();
    this.#watchkeeper.look();
    this.#recordStates();
    for (const id of this.#news.silent()) this.#onFleetEvent({ type: 'droneSilent', id });
    this.#stage.authorizer.tick();
  }

  /** Drones that have left for another server are that one's to call. */
  #call(what: EmergencyAction, ids: readonly string[]): EmergencyCall | undefined {
    const { emergency, supersededBy } = this.#options;
    return supersededBy?.() ? undefined : emergency?.prepare(what, ids);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
