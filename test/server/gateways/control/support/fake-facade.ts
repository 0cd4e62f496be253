/** A server with drones that exist only here: commands are recorded, their ends and every change are in the test's hands. */
import { RefusedError, ShowError } from '../../../../../lib/errors.js';
import type { Kwargs } from '../../../../../lib/messaging/index.js';
import type { FileOperation } from '../../../../../lib/operations/file-operations.js';
import type { ConfigDesk } from '../../../../../server/config-desk.js';
import type { CommandResult, DroneRecord } from '../../../../../server/fleet/drone-record.js';
import { Groups } from '../../../../../server/fleet/groups.js';
import { targetIds } from '../../../../../server/fleet/target-ids.js';
import {
  type CheckedKey,
  type CheckResult,
  checkedKeys,
  type Telemetry,
} from '../../../../../server/fleet/telemetry.js';
import { closedHub, type HubControls } from '../../../../../server/hub/hub-controls.js';
import { type MusicControls, noMusic } from '../../../../../server/music/music-controls.js';
import { operate } from '../../../../../server/operate.js';
import type { OversightControls } from '../../../../../server/oversight/oversight-view.js';
import type {
  AuthorizeOptions,
  FlightEnd,
  Operations,
  StartOptions,
} from '../../../../../server/show-control/operations.js';
import type { Order } from '../../../../../server/show-control/orders.js';
import { VisualLandSearch } from '../../../../../server/show-control/visual-land-search.js';
import type {
  CommandEnd,
  DroneView,
  LoadedShow,
  LogLine,
  Call as OperateCall,
  ServerFacade,
  ServerSnapshot,
  ShowPhase,
} from '../../../../../server/snapshot.js';
import { noUpdates } from '../../../../../server/updates/update-controls.js';

export type Call = {
  readonly action: keyof Operations | FlightEnd | Order | FileOperation;
  readonly ids: readonly string[];
  readonly options?: StartOptions | AuthorizeOptions | Kwargs | string;
};

export class FakeFacade implements ServerFacade {
  readonly folders = { look: (path: string) => Promise.resolve({ path, entries: [] }) };
  music: MusicControls = noMusic;
  hub: HubControls = closedHub;
  oversight: OversightControls = { tick: () => 'ticked', accept: () => 'accepted' };
  readonly configs: ConfigDesk = {
    read: () => Promise.reject(new RefusedError('refused', 'no configuration is here')),
    save: () => Promise.resolve('saved'),
    setOwn: (option, value) => Promise.resolve(`${option} = ${value}`),
  };
  readonly calls: Call[] = [];
  readonly lines: string[] = [];
  readonly groups = new Groups(() => this.changed());
  readonly #listeners = new Set<() => void>();
  drones: DroneView[];
  phase: ShowPhase = { phase: 'idle' };
  show: ServerSnapshot['show'] = {
    ...{ name: 'wave', slots: ['drone-1', 'drone-2'], durationS: 65, digest: 'ab', format: 'star' },
    ...{ notes: [], violations: [], warnings: [] },
  };
  /** How each drone's command ends. */
  end: (id: string) => CommandResult | Promise<CommandResult> = (id) => ({ id, ok: true });

  constructor(...ids: readonly string[]) {
    this.drones = ids.map((id) => droneView(id));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  ids(): readonly string[] {
    return this.drones.map(({ record }) => record.id);
  }

  readonly operations: Operations = {
    upload: (ids) => this.#command('upload', ids),
    start: (ids, options) => this.#command('start', ids, options),
    pause: (ids) => this.#command('pause', ids),
    resume: (ids) => this.#command('resume', ids),
    stop: (ids) => this.#command('stop', ids),
    land: (ids) => this.#command('land', ids),
    disarm: (ids) => this.#command('disarm', ids),
    endFlight: (how, ids) => this.#command(how, ids),
    order: (what, ids, kwargs) =>
      this.#command(what, ids, ...(kwargs && Object.keys(kwargs).length > 0 ? [kwargs] : [])),
    files: (what, ids, given) => this.#command(what, ids, given),
    check: (ids) => this.#command('check', ids),
    rename: (ids, name) => this.#command('rename', ids, name),
    visualLand: new VisualLandSearch({
      view: (id) => this.drones.find(({ record }) => record.id === id),
      ledFill: (ids) => this.#command('led_fill', ids),
      release: (ids) => this.#command('led_fill', ids),
      land: (ids) => this.#command('land', ids),
      disarm: (ids) => this.#command('disarm', ids),
      onChange: () => undefined,
    }),
    updates: noUpdates,
    execute: (ids, name) => this.#command('execute', ids, name),
    authorize: (ids, options) => this.#command('authorize', ids, options),
    unauthorize: (ids) => this.#command('unauthorize', ids),
    assign: (ids, how) => this.#command('assign', ids, how),
    replace: (out, spare) => this.#command('replace', [out, spare]),
  };

  snapshot(): ServerSnapshot {
    const { drones, show, phase } = this;
    return {
      utcMs: 1_785_618_245_000,
      monotonicMs: 0,
      drones,
      groups: this.groups.all,
      show,
      authorization: undefined,
      phase,
      address: '192.168.1.10:25000',
      isOpen: true,
      log: [],
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  operate(call: OperateCall): Promise<CommandEnd> {
    return operate(this, call);
  }

  select(expression: string): readonly string[] {
    return targetIds(expression, this.drones, new Map());
  }

  log(level: LogLine['level'], text: string): void {
    this.lines.push(`${level}: ${text}`);
  }

  async loadShow(path: string): Promise<LoadedShow> {
    if (!this.show || path.endsWith('wrong')) throw new ShowError(`${path}: no show`);
    this.show = { ...this.show, name: path };
    return this.show;
  }

  removeFromTable(): CommandResult[] {
    return [];
  }

  /** New telemetry of a drone, which joins when it is not there yet. */
  receive(id: string, telemetry: Telemetry): void {
    const others = this.drones.filter(({ record }) => record.id !== id);
    this.drones = [...others, droneView(id, { telemetry, telemetryAtMs: 1 })];
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #command(
    action: keyof Operations | FlightEnd | Order | FileOperation,
    ids: readonly string[],
    options?: StartOptions | AuthorizeOptions | Kwargs | string,
  ): Promise<CommandResult[]> {
    this.calls.push({ action, ids, ...(options && { options }) });
    return Promise.all(ids.map((id) => this.end(id)));
  }
}

export function droneView(id: string, changes: Partial<DroneRecord> = {}): DroneView {
  const record: DroneRecord = {
    id,
    joinOrder: 0,
    address: '192.168.1.20:40112',
    isConnected: true,
    lostReason: undefined,
    isAnswering: true,
    software: 'starling',
    telemetry: {},
    telemetryAtMs: undefined,
    isSilent: false,
    timeDeltaS: undefined,
    latencyMs: undefined,
    offsetMs: undefined,
    busyWith: undefined,
    lastOutcome: undefined,
    ...changes,
  };
  const checks = Object.fromEntries(checkedKeys.map((key) => [key, 'ok'])) as Record<CheckedKey, CheckResult>;
  return {
    ...{
      record,
      checks,
      isReady: true,
      isReadyToTakeOff: true,
      isReadyToFlip: false,
      isReadyForLights: true,
      blockers: [],
    },
    ...{ isArmed: false, slot: id, proof: 'match' },
  };
}
