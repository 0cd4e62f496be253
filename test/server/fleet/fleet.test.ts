import { describe, expect, it } from 'vitest';
import { type CheckSettings, runChecks } from '../../../server/fleet/checks.js';
import { Fleet } from '../../../server/fleet/fleet.js';
import { compareNatural } from '../../../server/fleet/natural-order.js';
import { heldAuthorization, proofOf } from '../../../server/fleet/proof.js';
import { findBlockers, isReady, isReadyToTakeOff } from '../../../server/fleet/readiness.js';
import { SilenceWatch, staleMs } from '../../../server/fleet/silence-watch.js';
import { checkedKeys } from '../../../server/fleet/telemetry.js';

const settings: CheckSettings = {
  isVersionChecked: false,
  isPositionChecked: true,
  batteryMinPercent: 50,
  startDistanceMaxM: 1,
  timeDeltaMaxS: 1,
};

const telemetry = {
  git_version: '1',
  animation_info: ['circle', 'OK'],
  battery: [15.8, 0.93],
  armed: false,
  fcu_status: 'STANDBY',
  calibration_status: 'OK',
  mode: 'AUTO.LOITER',
  selfcheck: 'OK',
  current_position: [0, 0, 0, 0, 'map'],
  start_position: [0, 0, 0, 0, 'fly', 1],
  last_task: 'No task',
  time_delta: 1000,
};

function fleetWith(value: unknown = telemetry): Fleet {
  const fleet = new Fleet();
  fleet.apply({ type: 'droneJoined', id: 'drone-1', address: '127.0.0.1:1' });
  fleet.apply({ type: 'telemetryReceived', id: 'drone-1', value, atMs: 10, utcMs: 1_000_020 });
  return fleet;
}

function judge(fleet: Fleet) {
  const record = fleet.get('drone-1');
  if (!record) throw new Error('the drone is not in the table');
  const { telemetry, timeDeltaS } = record;
  const input = { telemetry, timeDeltaS, expectedVersion: undefined, proof: 'match' } as const;
  const checks = runChecks(input, settings);
  return {
    record,
    ready: isReady(record, checks),
    canTakeOff: isReadyToTakeOff(record, checks),
    blockers: findBlockers(record, { checks, proof: 'match' }, settings),
  };
}

describe('the fleet', () => {
  it('lists drones in natural order, joined in any', () => {
    const fleet = new Fleet();
    for (const id of ['drone-10', 'drone-2', 'Drone-1'])
      fleet.apply({ type: 'droneJoined', id, address: 'a' });
    expect(fleet.list().map(({ id }) => id)).toEqual(['Drone-1', 'drone-2', 'drone-10']);
    expect(fleet.list().map(({ joinOrder }) => joinOrder)).toEqual([2, 1, 0]);
    expect(compareNatural('a', 'a')).toBe(0);
  });

  it("turns the drone's clock into the difference from its own", () => {
    expect(judge(fleetWith()).record.timeDeltaS).toBeCloseTo(-0.02, 6);
  });

  it('keeps the older value of a key that comes as null, and drops keys nobody knows', () => {
    const fleet = fleetWith();
    const value = { battery: null, mode: 'OFFBOARD', evil: 'x' };
    fleet.apply({ type: 'telemetryReceived', id: 'drone-1', value, atMs: 20, utcMs: 0 });
    const { telemetry: kept } = judge(fleet).record;
    expect(kept.battery).toEqual([15.8, 0.93]);
    expect(kept.mode).toBe('OFFBOARD');
    expect(kept).not.toHaveProperty('evil');
  });

  it('keeps what a drone measures, and forgets a wind that it knows no more', () => {
    const measured = { wind: [5, 7, 270], temperature: [61, Number.NaN], link_quality: 0.8 };
    const fleet = fleetWith(measured);
    expect(fleet.get('drone-1')?.telemetry).toEqual(measured);
    const value = { wind: [], link_quality: Number.NaN };
    fleet.apply({ type: 'telemetryReceived', id: 'drone-1', value, atMs: 20, utcMs: 0 });
    expect(fleet.get('drone-1')?.telemetry).toEqual({ ...measured, ...value });
  });

  it.each([null, 5, 'text', [1]])('keeps what it has when telemetry is %j', (value) => {
    const fleet = fleetWith();
    const before = fleet.get('drone-1');
    fleet.apply({ type: 'telemetryReceived', id: 'drone-1', value, atMs: 20, utcMs: 0 });
    expect(fleet.get('drone-1')).toBe(before);
  });

  it('bounds the texts and lists that a drone can make it keep', () => {
    const fleet = fleetWith({ selfcheck: Array.from({ length: 1000 }, () => 'x'.repeat(10_000)) });
    expect(JSON.stringify(judge(fleet).record.telemetry).length).toBeLessThan(30_000);
  });

  it('counts a drone as ready only while it is connected and was heard since', () => {
    const fleet = fleetWith();
    expect(judge(fleet)).toMatchObject({ ready: true, canTakeOff: true, blockers: [] });
    fleet.apply({ type: 'droneLost', id: 'drone-1', reason: 'link cut' });
    expect(judge(fleet)).toMatchObject({ ready: false, canTakeOff: false, blockers: [{ code: 'lost' }] });
    fleet.apply({ type: 'droneJoined', id: 'drone-1', address: '127.0.0.1:2' });
    expect(judge(fleet)).toMatchObject({ ready: false, blockers: [{ code: 'no_telemetry' }] });
  });

  it('knows a drone of before as lost until it connects, and no other way than as it is then', () => {
    const fleet = new Fleet();
    fleet.apply({ type: 'droneRestored', id: 'drone-1', address: '127.0.0.1:1', isAnswering: true });
    const blocker = { code: 'lost', owner: 'network', text: expect.stringContaining('not seen since') };
    expect(judge(fleet)).toMatchObject({ ready: false, blockers: [blocker] });
    fleet.apply({ type: 'droneJoined', id: 'drone-1', address: '127.0.0.1:2' });
    fleet.apply({ type: 'droneRestored', id: 'drone-1', address: '127.0.0.1:1', isAnswering: true });
    expect(fleet.get('drone-1')).toMatchObject({ isConnected: true, address: '127.0.0.1:2', joinOrder: 0 });
  });

  it('believes no telemetry that arrived too long ago, by the time of its receipt', () => {
    const fleet = fleetWith();
    const watch = new SilenceWatch(500);
    const silent = (nowMs: number) => watch.look(fleet.list(), nowMs);
    // One that was held up judges nobody: what was sent meanwhile is not read yet.
    expect(silent(11 + staleMs)).toEqual([]);
    expect(silent(5_000)).toEqual([]);
    expect(silent(5_900)).toEqual([]);
    expect(silent(30_000)).toEqual([]);
    expect(silent(30_900)).toEqual(['drone-1']);
    fleet.apply({ type: 'droneSilent', id: 'drone-1' });
    expect(silent(31_000)).toEqual([]);
    expect(judge(fleet)).toMatchObject({
      ready: false,
      canTakeOff: false,
      blockers: [{ code: 'silent', owner: 'drone', hint: expect.stringContaining('restart its client') }],
    });
    fleet.apply({ type: 'telemetryReceived', id: 'drone-1', value: {}, atMs: 20_000, utcMs: 1_020_000 });
    expect(judge(fleet).record.isSilent).toBe(false);
    fleet.apply({ type: 'droneLost', id: 'drone-1', reason: 'cut' });
    fleet.apply({ type: 'droneSilent', id: 'drone-1' });
    expect(judge(fleet)).toMatchObject({ blockers: [{ code: 'lost' }] });
  });

  it('forgets with the connection what proved its show: another client may come back under the same id', () => {
    const fleet = fleetWith({ ...telemetry, show_digest: 'd', authorization: ['d', 'live', 60] });
    fleet.apply({ type: 'droneLost', id: 'drone-1', reason: 'link cut' });
    fleet.apply({ type: 'droneJoined', id: 'drone-1', address: '127.0.0.1:2' });
    fleet.apply({ type: 'droneIntroduced', id: 'drone-1', software: 'old', isAnswering: true });
    const value = { ...telemetry, show_digest: null, authorization: null };
    fleet.apply({ type: 'telemetryReceived', id: 'drone-1', value, atMs: 20, utcMs: 0 });
    const record = fleet.get('drone-1');
    expect(record && proofOf(record, { digest: 'd', animationId: 'circle' })).toBe('unproven');
    expect(record && heldAuthorization(record.telemetry)).toEqual([]);
  });

  it('names every blocker with what to do, what to mend first comes first', () => {
    const fleet = fleetWith({
      ...telemetry,
      battery: [14, 0.31],
      fcu_status: 'NO_FCU',
      start_position: null,
    });
    const { blockers } = judge(fleet);
    expect(blockers.map(({ code }) => code)).toEqual(['fcu_status', 'battery', 'start_position']);
    expect(blockers[1]).toEqual({
      code: 'battery',
      owner: 'operator',
      text: 'battery 31 % (must be above 50 %): change the battery',
      hint: 'change the battery',
    });
  });

  it('gives each blocker an owner and a hint that ends its line, whatever is wrong', () => {
    const wrong = Object.fromEntries(checkedKeys.map((key) => [key, 'wrong']));
    for (const fleet of [fleetWith({}), fleetWith(wrong), fleetWith({ ...wrong, time_delta: 5 })]) {
      const { blockers } = judge(fleet);
      expect(blockers.length).toBeGreaterThan(7);
      for (const { owner, text, hint } of blockers) {
        expect(['drone', 'operator', 'server', 'network']).toContain(owner);
        expect(hint.length).toBeGreaterThan(3);
        expect(text.endsWith(`: ${hint}`)).toBe(true);
      }
    }
  });

  it.each([
    [
      { start_position: [0, 0, 0, 0, 'error: no animation: upload the show', 0] },
      'start: no animation',
      'upload the show',
    ],
    [
      { start_position: [0, 0, 0, 0, 'error: the animation has no frame to fly', 0] },
      'start: the animation has no frame to fly',
      'mend the show',
    ],
    [
      { animation_info: [null, 'no animation: upload the show'] },
      'animation: no animation',
      'upload the show',
    ],
    [
      { animation_info: ['a', 'animation.csv: line 3: z is no number'] },
      'animation: animation.csv: line 3: z is no number',
      'upload the show',
    ],
    [
      { animation_info: ['a', '[ANIMATION] ratio of this drone would move the show: set it back here'] },
      'animation: [ANIMATION] ratio of this drone would move the show',
      'set it back here',
    ],
    [{ selfcheck: ['NO_FCU'] }, 'self-check: NO_FCU', 'look at the drone'],
    [{ mode: 'CMODE(5)' }, 'flight mode CMODE(5)', 'choose a known one'],
    [{ mode: 'NO_FCU' }, 'no flight mode, for there is no autopilot', 'check its cable and power'],
  ])('says of %j what is wrong and one thing to do', (changed, what, hint) => {
    const { blockers } = judge(fleetWith({ ...telemetry, ...changed }));
    expect(blockers).toMatchObject([{ text: `${what}: ${hint}`, hint }]);
  });

  it('makes of each thing that a drone finds wrong with itself a blocker of its own', () => {
    const selfcheck = [
      'the battery has 30 % (at least 50 %): change it',
      "the server's clock is known to ±9.0 ms only (at most 5): wait a moment, or better the Wi-Fi",
    ];
    const { blockers } = judge(fleetWith({ ...telemetry, selfcheck }));
    expect(blockers.map(({ code, text, hint }) => [code, text, hint])).toEqual([
      ['selfcheck', `self-check: ${selfcheck[0]}`, 'change it'],
      ['selfcheck', `self-check: ${selfcheck[1]}`, 'wait a moment, or better the Wi-Fi'],
    ]);
    expect(judge(fleetWith({ ...telemetry, selfcheck: [] })).blockers).toMatchObject([
      { code: 'selfcheck', hint: 'look at the drone' },
    ]);
  });

  it('lets a drone without a show take off, but not start', () => {
    const { ready, canTakeOff } = judge(fleetWith({ ...telemetry, animation_info: [null, 'no animation'] }));
    expect({ ready, canTakeOff }).toEqual({ ready: false, canTakeOff: true });
  });

  it('keeps how the last 20 commands of a drone ended, also when it comes back', () => {
    const fleet = fleetWith();
    const result = { id: 'drone-1', ok: true };
    for (let atMs = 0; atMs < 25; atMs++)
      fleet.apply({ type: 'commandEnded', action: `order ${atMs}`, result, atMs });
    fleet.apply({ type: 'droneJoined', id: 'drone-1', address: '127.0.0.1:2' });
    const outcomes = fleet.get('drone-1')?.recentOutcomes ?? [];
    expect(outcomes.map(({ action }) => action)).toEqual(
      Array.from({ length: 20 }, (_, index) => `order ${index + 5}`),
    );
    expect(fleet.get('drone-1')?.lastOutcome).toEqual(outcomes.at(-1));
  });

  it('lists its drones in natural order, whoever comes and goes', () => {
    const fleet = new Fleet();
    const ids = () => fleet.list().map(({ id }) => id);
    const join = (id: string) => fleet.apply({ type: 'droneJoined', id, address: 'x' });
    for (const id of ['drone-10', 'drone-2']) join(id);
    expect(ids()).toEqual(['drone-2', 'drone-10']);
    join('drone-1');
    join('drone-2');
    expect(ids()).toEqual(['drone-1', 'drone-2', 'drone-10']);
    fleet.apply({ type: 'droneRemoved', id: 'drone-2' });
    fleet.apply({ type: 'droneRestored', id: 'drone-3', address: 'x', isAnswering: true });
    expect(ids()).toEqual(['drone-1', 'drone-3', 'drone-10']);
  });

  it('shows what a drone is busy with until that command ends', () => {
    const fleet = fleetWith();
    fleet.apply({ type: 'commandStarted', ids: ['drone-1', 'unknown'], action: 'upload' });
    fleet.apply({ type: 'uploadProgressed', id: 'drone-1', share: 0.5 });
    expect(fleet.get('drone-1')?.uploadShare).toBe(0.5);
    expect(fleet.get('drone-1')?.busyWith).toBe('upload');
    const result = { id: 'drone-1', ok: true };
    fleet.apply({ type: 'commandEnded', action: 'land', result, atMs: 30 });
    expect(fleet.get('drone-1')).toMatchObject({ busyWith: 'upload', lastOutcome: { action: 'land' } });
    fleet.apply({ type: 'commandEnded', action: 'upload', result, atMs: 31 });
    expect(fleet.get('drone-1')?.busyWith).toBeUndefined();
  });
});
