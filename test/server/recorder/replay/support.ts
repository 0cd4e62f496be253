/** A recorded evening on a clock that tests move: two drones, a show, a gust, a loss, and a landing. */
import type { DroneRecord } from '../../../../server/fleet/drone-record.js';
import type { JournalEntry } from '../../../../server/recorder/record.js';
import { Recorder } from '../../../../server/recorder/recorder.js';
import type { RecorderFiles } from '../../../../server/recorder/recorder-files.js';
import type { LogLine, ShowPhase } from '../../../../server/snapshot.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { anyDisk, drone, identity, MemoryDisk } from '../support.js';

/** 2026-08-01 21:00:00 UTC. */
export const eveningUtcMs = Date.UTC(2026, 7, 1, 21, 0, 0);

const ids = ['drone-1', 'drone-2'];

export const eveningChecks = {
  ...{ isVersionChecked: true, isPositionChecked: true, batteryMinPercent: 50 },
  ...{ startDistanceMaxM: 1, timeDeltaMaxS: 1 },
};

const windy = {
  ...{ name: 'wind_high', measure: 'wind', level: 'alarm', action: 'hold_fleet', sinceMs: 20_000 },
  ...{ drones: ids, of: 2, isAccepted: false, text: 'wind 10.0 m/s or more' },
};
const held = { what: 'alert', reasons: ['wind 10.0 m/s or more'], sinceUtcMs: eveningUtcMs + 30_000 };

class Evening {
  readonly clock = new FakeClock(eveningUtcMs);
  phase: ShowPhase = { phase: 'idle' };
  authorization: unknown;
  isLost = false;
  readonly #recorder: Recorder;

  constructor(files: RecorderFiles, frameMs: number) {
    this.#recorder = new Recorder({
      ...{ clock: this.clock, files, identity, settings: { ...anyDisk, frameMs } },
      observe: () => ({ drones: ids.map((id) => this.#drone(id)), server: this.#server }),
      onAlarm: (reason) => {
        throw new Error(reason);
      },
      ...{ onRecovered: () => undefined, onWarning: () => undefined },
    });
  }

  record(entry: JournalEntry): void {
    this.#recorder.record(entry);
  }

  note(level: LogLine['level'], text: string): void {
    this.record({ kind: 'note', body: { level, text } });
  }

  setPhase(phase: ShowPhase): void {
    this.phase = phase;
    this.record({ kind: 'state', body: { what: 'phase', value: phase } });
  }

  async end(): Promise<void> {
    const closing = this.#recorder.close();
    await this.clock.advance(10);
    await closing;
  }

  get #server() {
    return {
      ...{ phase: this.phase, address: '10.0.0.1:25000', isOpen: false, authorization: this.authorization },
      show: { name: 'circle', digest: '1a2b3c4d', durationS: 60, format: 'clever-show', slots: 3 },
      slots: { 'drone-1': 'a', 'drone-2': 'b' },
      ...{ proofs: { 'drone-2': 'none' }, checks: { ...eveningChecks, batteryMinPercent: 30 } },
      oversight: this.phase.phase === 'running' ? { alerts: [windy], held } : { alerts: [] },
    };
  }

  #drone(id: string): DroneRecord {
    const isLost = this.isLost && id === 'drone-2';
    const isFlying = this.phase.phase === 'running';
    const share = 0.9 - this.clock.monotonicMs() / 200_000;
    return drone(id, {
      ...{ isConnected: !isLost, lostReason: isLost ? 'silence' : undefined },
      ...{ telemetryAtMs: this.clock.monotonicMs(), timeDeltaS: 0, latencyMs: 4 },
      telemetry: {
        ...{ git_version: '0.1.0', animation_info: ['circle', 'OK'], battery: [16, share], armed: isFlying },
        ...{ fcu_status: isFlying ? 'ACTIVE' : 'STANDBY', calibration_status: 'OK', mode: 'STABILIZED' },
        ...{ selfcheck: 'OK', current_position: [1, 2, 0, 0, 'map'], time_delta: 0 },
        ...{ start_position: [1, 2, 0, 0, 'takeoff', 1.5], show_digest: '5d5d' },
      },
    });
  }
}

/**
 * 100 s: authorized at 10 s, started at 20 s, running from 30 s, a gust at 50 s, drone-2 lost at 60 s, landed at 70 s,
 * over at 80 s.
 */
export async function recordEvening(files: RecorderFiles, frameMs = 1000): Promise<void> {
  const evening = new Evening(files, frameMs);
  const { clock } = evening;
  evening.note('info', 'show "circle" loaded: 3 slots, digest 1a2b3c4d');
  evening.record({ kind: 'state', body: { what: 'show', value: { name: 'circle' } } });
  for (const id of ids) {
    evening.record({ kind: 'state', body: { what: 'connected', value: true, id, text: 'from 10.0.0.1' } });
    evening.record({ kind: 'state', body: { what: 'software', value: '0.1.0', id } });
    evening.note('info', `${id} connected from 10.0.0.1:4000`);
  }
  await clock.advance(10_000);
  evening.record({ kind: 'wish', body: { wish: 'authorize', ids, value: { scope: 'live' } } });
  evening.authorization = { digest: '1a2b3c4d', scope: 'live', drones: 2 };
  const minutes = { minutes: 10 };
  evening.record({ kind: 'action', body: { by: 'panel', name: 'authorize', ids, arguments: minutes } });
  await clock.advance(10_000);
  await flight(evening);
  await clock.advance(20_000);
  await evening.end();
}

async function flight(evening: Evening): Promise<void> {
  const { clock } = evening;
  evening.record({ kind: 'action', body: { by: 'panel', name: 'start', ids } });
  const startUtcMs = clock.utcMs() + 10_000;
  for (const holding of [0, 1, 2])
    evening.setPhase({ phase: 'countdown', scope: 'live', startUtcMs, holding, of: 2 });
  for (const id of ids)
    evening.record({ kind: 'outcome', body: { action: 'start', result: { id, ok: true } } });
  evening.note('info', 'start: 2 of 2 ok');
  await clock.advance(10_000);
  evening.setPhase({ phase: 'running', scope: 'live', startUtcMs });
  await clock.advance(20_000);
  const text = 'gusts of 9.1 m/s (limit 8 m/s)';
  evening.record({ kind: 'alert', body: { alert: 'gust', level: 'warning', text, id: 'drone-2' } });
  await clock.advance(10_000);
  evening.isLost = true;
  evening.record({
    kind: 'state',
    body: { what: 'connected', value: false, id: 'drone-2', text: 'silence' },
  });
  evening.note('warning', 'drone-2 lost while armed (silence)');
  await clock.advance(10_000);
  evening.record({ kind: 'action', body: { by: 'anna', name: 'land', ids } });
  // Nobody has told of these two.
  evening.record({ kind: 'wish', body: { wish: 'pause', ids, value: { atUtcMs: 5 } } });
  const result = { id: 'drone-2', ok: false, code: 'unreachable' };
  evening.record({ kind: 'outcome', body: { action: 'land', result } });
  await clock.advance(10_000);
  evening.record({ kind: 'wish', body: { wish: 'start', ids, value: null } });
  evening.setPhase({ phase: 'idle' });
}

const recorded: { once?: Promise<MemoryDisk> } = {};

/** A copy of the evening, recorded once; `change` is given its journal. */
export async function eveningDisk(change = (journal: string) => journal): Promise<MemoryDisk> {
  recorded.once ??= (async () => {
    const disk = new MemoryDisk();
    await recordEvening(disk);
    return disk;
  })();
  const copy = new MemoryDisk();
  for (const [name, parts] of (await recorded.once).stored) {
    const journal = Buffer.from(parts.get('journal-0001.jsonl') ?? []).toString();
    copy.stored.set(name, new Map(parts).set('journal-0001.jsonl', Buffer.from(change(journal))));
  }
  return copy;
}
