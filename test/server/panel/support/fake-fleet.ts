/** Snapshots of fleets that do not exist, and a facade over one of them: what a panel is shown in tests. */

import { RefusedError } from '../../../../lib/errors.js';
import type { ConfigDesk } from '../../../../server/config-desk.js';
import { runChecks } from '../../../../server/fleet/checks.js';
import type { CommandResult, DroneRecord } from '../../../../server/fleet/drone-record.js';
import { Groups } from '../../../../server/fleet/groups.js';
import {
  findBlockers,
  isReady,
  isReadyForLights,
  isReadyToFlip,
  isReadyToTakeOff,
} from '../../../../server/fleet/readiness.js';
import { targetIds } from '../../../../server/fleet/target-ids.js';
import { isArmed, type Telemetry } from '../../../../server/fleet/telemetry.js';
import { closedHub, type HubControls } from '../../../../server/hub/hub-controls.js';
import { type MusicControls, noMusic } from '../../../../server/music/music-controls.js';
import { operate } from '../../../../server/operate.js';
import type { OversightControls } from '../../../../server/oversight/oversight-view.js';
import type { Operations } from '../../../../server/show-control/operations.js';
import { VisualLandSearch } from '../../../../server/show-control/visual-land-search.js';
import type {
  Call,
  CommandEnd,
  DroneView,
  LogLine,
  ServerFacade,
  ServerSnapshot,
} from '../../../../server/snapshot.js';
import { noUpdates } from '../../../../server/updates/update-controls.js';

const checkSettings = {
  isVersionChecked: true,
  isPositionChecked: true,
  batteryMinPercent: 50,
  startDistanceMaxM: 1,
  timeDeltaMaxS: 1,
};

/** 2026-08-01 21:04:05 UTC. */
export const showNightUtcMs = Date.UTC(2026, 7, 1, 21, 4, 5);

const goodTelemetry: Telemetry = {
  git_version: '0.1.0',
  config_version: 'client V1.0',
  animation_info: ['circle', 'OK'],
  battery: [16.1, 0.87],
  armed: false,
  fcu_status: 'STANDBY',
  calibration_status: 'OK',
  mode: 'STABILIZED',
  selfcheck: 'OK',
  current_position: [1.2, -3, 0.05, 90, 'map'],
  start_position: [1.25, -3, 0.05, 0, 'takeoff', 1.5],
  last_task: 'No task',
  time_delta: 0,
};

export type DroneOptions = { readonly telemetry?: Telemetry } & Partial<
  Omit<DroneRecord, 'telemetry' | 'id'>
>;

/** A drone that is ready, except for what `options` say. */
export function drone(id: string, { telemetry = {}, ...options }: DroneOptions = {}): DroneView {
  const record: DroneRecord = {
    id,
    joinOrder: 0,
    address: '192.168.1.20:40112',
    isConnected: true,
    lostReason: undefined,
    isAnswering: true,
    software: 'starling',
    telemetry: { ...goodTelemetry, ...telemetry },
    telemetryAtMs: 99_600,
    isSilent: false,
    timeDeltaS: 0.012,
    latencyMs: 4.2,
    offsetMs: 0.4,
    busyWith: undefined,
    lastOutcome: undefined,
    ...options,
  };
  const input = {
    telemetry: record.telemetry,
    timeDeltaS: record.timeDeltaS,
    expectedVersion: '0.1.0',
    proof: 'match',
  } as const;
  const checks = runChecks(input, checkSettings);
  return {
    record,
    checks,
    isReady: isReady(record, checks),
    isReadyToTakeOff: isReadyToTakeOff(record, checks),
    isReadyToFlip: isReadyToFlip(record, checks),
    isReadyForLights: isReadyForLights(record, checks),
    blockers: findBlockers(record, { checks, proof: 'match' }, checkSettings),
    isArmed: isArmed(record.telemetry),
    slot: id,
    proof: 'match',
  };
}

/** `count` drones that are ready, `drone-1` and on. */
export function readyDrones(count: number): DroneView[] {
  return Array.from({ length: count }, (_, index) => drone(`drone-${index + 1}`));
}

/** Five drones, each in another plight. */
export function mixedDrones(): DroneView[] {
  return [
    drone('drone-1', { telemetry: { led: [255, 0, 0] } }),
    drone('drone-2', { telemetry: { battery: [14.9, 0.31], led: [0, 255, 0] } }),
    drone('drone-3', { telemetry: { animation_info: [null, 'No animation'] as never, led: [0, 0, 0] } }),
    drone('drone-4', { isConnected: false, lostReason: 'no heartbeat for 5 s', latencyMs: undefined }),
    drone('drone-10', {
      telemetry: {
        fcu_status: 'NO_FCU',
        mode: 'NO_FCU',
        calibration_status: 'NO_FCU',
        selfcheck: ['NO_FCU'],
      },
      lastOutcome: {
        action: 'upload',
        atMs: 90_000,
        result: {
          id: 'drone-10',
          ok: false,
          code: 'timeout',
          message: 'no answer to "upload" within 30000 ms',
        },
      },
    }),
  ];
}

export function snapshotOf(drones: readonly DroneView[], more: Partial<ServerSnapshot> = {}): ServerSnapshot {
  return {
    utcMs: showNightUtcMs,
    monotonicMs: 100_000,
    drones,
    groups: new Map(),
    show: {
      ...{ name: 'cats', slots: drones.map(({ record }) => record.id), durationS: 92 },
      ...{ digest: '1a2b3c4d5e6f', format: 'clever-show', notes: [], violations: [], warnings: [] },
    },
    authorization: {
      ...{ digest: '1a2b3c4d5e6f', scope: 'live', leftS: 592, override: undefined },
      ids: drones.map(({ record }) => record.id),
    },
    phase: { phase: 'idle' },
    address: '192.168.1.10:25000',
    isOpen: true,
    log: [
      { atUtcMs: showNightUtcMs - 4_000, level: 'info', text: 'drone-1 connected from 192.168.1.20:40112' },
    ],
    ...more,
  };
}

/** A facade over a snapshot that a test replaces; commands are written down and answered ok. */
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
  current: ServerSnapshot;
  readonly commands: {
    readonly name: string;
    readonly ids: readonly string[];
    readonly [option: string]: unknown;
  }[] = [];
  readonly logged: LogLine[] = [];
  readonly operations: Operations;
  readonly groups = new Groups(() => undefined);
  readonly #listeners = new Set<() => void>();

  constructor(current: ServerSnapshot) {
    this.current = current;
    const command = (name: string) => (ids: readonly string[], options?: object) => {
      this.commands.push({ name, ids, ...options });
      return Promise.resolve(ids.map((id): CommandResult => ({ id, ok: true })));
    };
    this.operations = {
      upload: command('upload'),
      start: command('start'),
      pause: command('pause'),
      resume: command('resume'),
      stop: command('stop'),
      land: command('land'),
      disarm: command('disarm'),
      endFlight: (how, ids) => command(how)(ids),
      order: (what, ids) => command(what)(ids),
      files: (what, ids, given) => command(what)(ids, given),
      check: command('selfcheck'),
      visualLand: new VisualLandSearch({
        view: (id) => this.current.drones.find(({ record }) => record.id === id),
        ledFill: command('led_fill'),
        release: command('led_fill'),
        land: command('land'),
        disarm: command('disarm'),
        onChange: () => undefined,
      }),
      rename: (ids) => command('rename')(ids),
      authorize: (ids, options) => command('authorize')(ids, options),
      unauthorize: command('unauthorize'),
      assign: (ids) => command('assign')(ids),
      replace: (out, spare) => command('replace')([out, spare]),
      updates: noUpdates,
      execute: (ids) => command('execute')(ids),
    };
  }

  snapshot(): ServerSnapshot {
    return this.current;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows another snapshot and says so. */
  show(snapshot: ServerSnapshot): void {
    this.current = snapshot;
    for (const listener of this.#listeners) listener();
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  operate(call: Call): Promise<CommandEnd> {
    return operate(this, call);
  }

  ids(): readonly string[] {
    return this.current.drones.map(({ record }) => record.id);
  }

  select(expression: string): readonly string[] {
    return targetIds(expression, this.current.drones, this.current.groups);
  }

  log(level: LogLine['level'], text: string): void {
    this.logged.push({ atUtcMs: this.current.utcMs, level, text });
  }

  async loadShow(): Promise<never> {
    throw new RefusedError('refused', 'no show is loaded here');
  }

  removeFromTable(ids: readonly string[]): CommandResult[] {
    this.commands.push({ name: 'remove', ids });
    return ids.map((id) => ({ id, ok: true }));
  }
}
