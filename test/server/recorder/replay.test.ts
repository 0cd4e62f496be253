import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DroneRecord } from '../../../server/fleet/drone-record.js';
import { compareNatural } from '../../../server/fleet/natural-order.js';
import { keptFields, recordOfState, stateOf } from '../../../server/recorder/drone-state.js';
import { Recording } from '../../../server/recorder/replay/recording.js';
import { drone, MemoryDisk, rig } from './support.js';

const stepMs = 200;

/** What happens to the fleet between two frames. */
type Step = {
  readonly id: number;
  readonly what: 'joins' | 'moves' | 'lost' | 'leaves' | 'nothing';
  readonly x: number;
};

const steps = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 30 }),
    what: fc.constantFrom('joins', 'joins', 'moves', 'moves', 'lost', 'leaves', 'nothing'),
    x: fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN)),
  }) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 120 },
);

class Fleet {
  readonly records = new Map<string, DroneRecord>();

  apply({ id: number, what, x }: Step): void {
    const id = `drone-${number}`;
    const before = this.records.get(id);
    if (what === 'leaves') this.records.delete(id);
    else if (what === 'joins') this.records.set(id, drone(id, { telemetry: { armed: false } }));
    else if (what === 'moves' && before)
      this.records.set(id, {
        ...before,
        telemetry: { ...before.telemetry, current_position: [x, 0, 1, 0, 'map'] },
      });
    else if (what === 'lost' && before)
      this.records.set(id, {
        ...before,
        isConnected: false,
        lostReason: 'silence',
        telemetry: { mode: 'HOLD' },
      });
  }

  get list(): DroneRecord[] {
    return [...this.records.values()].sort((a, b) => compareNatural(a.id, b.id));
  }
}

/** One step a frame; what was there at each. */
async function recorded(script: readonly Step[], maxPartBytes: number) {
  const fleet = new Fleet();
  let frame = 0;
  const observe = () => ({
    drones: fleet.list,
    server: { phase: { phase: frame % 7 === 0 ? 'idle' : 'running', frame } },
  });
  const { clock, disk, recorder } = rig({ snapshotMs: 2000, maxPartBytes }, { observe });
  const truth: { tMs: number; drones: DroneRecord[]; frame: number }[] = [];
  for (const step of script) {
    fleet.apply(step);
    frame += 1;
    await clock.advance(stepMs);
    truth.push({ tMs: clock.monotonicMs(), drones: fleet.list, frame });
  }
  await recorder.close();
  return { truth, disk };
}

describe('a drone in a frame', () => {
  it('is the record that it was made of, rounded to what is known of it', () => {
    const record = drone('drone-1', {
      ...{ isConnected: false, lostReason: 'silence', latencyMs: 12.345678, joinOrder: 3 },
      ...{ telemetryAtMs: 5, timeDeltaS: -0.00001, uploadShare: 0.5 },
      telemetry: {
        battery: [16.123456, Number.NaN],
        armed: true,
        current_position: 'NO_POS',
        selfcheck: ['OK'],
      },
      lastOutcome: { action: 'land', result: { id: 'drone-1', ok: true }, atMs: 7 },
    });
    expect(recordOfState('drone-1', stateOf(keptFields(record)))).toEqual({
      ...record,
      ...{ latencyMs: 12.3457, timeDeltaS: 0 },
      telemetry: { ...record.telemetry, battery: [16.1235, Number.NaN] },
    });
  });

  it('is the record that it was made of, whatever a field is called', () => {
    const telemetry = JSON.parse('{"__proto__":{"armed":true},"mode":"HOLD"}');
    const record = drone('__proto__', { telemetry });
    const read = recordOfState('__proto__', stateOf(keptFields(record)));
    expect(Object.getPrototypeOf(read.telemetry)).toBe(Object.prototype);
    expect(Object.entries(read.telemetry)).toEqual(Object.entries(telemetry));
  });

  it('has no place for a value that fills the disk', () => {
    const record = drone('drone-1', {
      telemetry: { warnings: Array.from({ length: 50 }, () => 'x'.repeat(500)) },
    });
    expect(stateOf(keptFields(record))['.warnings']).toBe('(left out: 25151 characters)');
  });
});

describe('a recording', () => {
  it('gives at any moment what the fleet was then, in whatever order it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.integer({ min: 500, max: 20_000 }),
        fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
        async (script, maxPartBytes, moments) => {
          const { truth, disk } = await recorded(script, maxPartBytes);
          const recording = await Recording.open(disk.sessionFiles());
          for (const moment of [...moments, ...moments.sort((a, b) => a - b)]) {
            const { tMs, drones, frame } = truth[moment % truth.length] ?? { tMs: 0, drones: [], frame: 0 };
            const found = await recording.at(tMs + (moment % stepMs));
            expect(found.drones).toEqual(drones);
            expect(found.server).toMatchObject({ phase: { frame } });
            expect(found.utcMs).toBe(1_700_000_000_000 + tMs + (moment % stepMs));
          }
          const verdict = await recording.verify();
          expect(verdict).toMatchObject({
            isTelemetryComplete: true,
            telemetry: { findings: [], isEnded: true },
          });
        },
      ),
      { numRuns: 12 },
    );
  });

  it('gives the same drone as the same object while nothing of it changes', async () => {
    const { disk } = await recorded([{ id: 1, what: 'joins', x: 0 }, ...nothing(3)], 1e6);
    const recording = await Recording.open(disk.sessionFiles());
    const [first] = (await recording.at(300)).drones;
    expect((await recording.at(500)).drones[0]).toBe(first);
  });

  it('has the log and the records up to a moment', async () => {
    const { clock, disk, recorder } = rig();
    for (let n = 0; n < 5; n++) {
      recorder.record({ kind: 'note', body: { level: 'warning', text: `note ${n}` } });
      recorder.record({ kind: 'wish', body: { wish: 'start', ids: [], value: n } });
      await clock.advance(1000);
    }
    await recorder.close();
    const recording = await Recording.open(disk.sessionFiles());
    const { log } = await recording.at(2500);
    expect(log.map(({ level, text }) => `${level} ${text}`)).toEqual([
      'warning note 0',
      'warning note 1',
      'warning note 2',
    ]);
    expect(log[1]?.atUtcMs).toBe(1_700_000_001_000);
    expect(recording.recordsUntil(2500).filter(({ kind }) => kind === 'wish')).toHaveLength(3);
    expect(recording.durationMs).toBe(5000);
    expect((await recording.at(-5)).drones).toEqual([]);
  });

  it('says where nothing was recorded, and why', async () => {
    let frames = 0;
    const observe = () => ({ drones: [drone('drone-1', { latencyMs: frames++ })], server: {} });
    const { clock, disk, recorder } = rig({}, { observe });
    await clock.advance(5000);
    disk.fault = { code: 'ENOSPC' };
    await clock.advance(5000);
    disk.fault = undefined;
    await clock.advance(20_000);
    await recorder.close();
    const recording = await Recording.open(disk.sessionFiles());
    expect((await recording.at(4000)).gap).toBeUndefined();
    const within = await recording.at(12_000);
    expect(within.gap).toBe('nothing was recorded: ENOSPC: as the test wants it');
    expect(within.drones).toHaveLength(1);
    expect((await recording.at(25_000)).gap).toBeUndefined();
  });

  it('of a server that was killed is read to its last line', async () => {
    const { disk } = await recorded([{ id: 1, what: 'joins', x: 0 }, ...nothing(20)], 1e6);
    for (const parts of disk.stored.values())
      for (const [name, bytes] of parts) parts.set(name, bytes.subarray(0, bytes.length - 100));
    const recording = await Recording.open(disk.sessionFiles());
    expect(recording.verdict).toMatchObject({ findings: [], isTorn: true, isEnded: false });
    expect((await recording.at(60_000)).drones.map(({ id }) => id)).toEqual(['drone-1']);
    expect(await recording.verify()).toMatchObject({ isTelemetryComplete: undefined });
  });

  it('whose telemetry lost its end shows it', async () => {
    const { disk } = await recorded([{ id: 1, what: 'joins', x: 0 }, ...nothing(20)], 1e6);
    for (const parts of disk.stored.values())
      for (const [name, bytes] of parts)
        if (name.startsWith('telemetry')) parts.set(name, bytes.subarray(0, bytes.lastIndexOf(0x0a, -2) + 1));
    const recording = await Recording.open(disk.sessionFiles());
    expect(await recording.verify()).toMatchObject({
      isTelemetryComplete: false,
      telemetry: { findings: [] },
    });
  });

  it('is read though its beginning is damaged, and says so', async () => {
    const disk = new MemoryDisk();
    const { clock, recorder } = rig({}, { disk });
    recorder.record({ kind: 'note', body: { level: 'info', text: 'one' } });
    await clock.advance(1000);
    await recorder.close();
    const [journal] = disk.partsOf('journal');
    if (journal) journal[3] = 0;
    const recording = await Recording.open(disk.sessionFiles());
    expect((await recording.at(recording.durationMs)).log.map(({ text }) => text)).toEqual(['one']);
    expect(recording.verdict.findings).not.toEqual([]);
  });

  it('with the telemetry of another one shows it, though its end is missing', async () => {
    const disk = new MemoryDisk();
    const { clock } = rig({}, { disk });
    await clock.advance(2000);
    const [first = ''] = disk.stored.keys();
    rig({}, { disk, clock });
    await clock.advance(2000);
    const stolen = disk.partsOf('telemetry')[0] ?? new Uint8Array();
    disk.stored.get(first)?.set('telemetry-0001.jsonl', stolen);
    const recording = await Recording.open(disk.sessionFiles(first));
    expect(await recording.verify()).toMatchObject({ isTelemetryComplete: undefined, isOneSession: false });
  });

  it('is no recording without its journal', async () => {
    const disk = new MemoryDisk();
    await expect(Recording.open(disk.sessionFiles())).rejects.toMatchObject({ code: 'bad_recording' });
  });
});

function nothing(count: number): Step[] {
  return Array.from({ length: count }, () => ({ id: 1, what: 'nothing', x: 0 }));
}
