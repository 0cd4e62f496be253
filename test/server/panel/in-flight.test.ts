/** In flight: what flies is told from what is wrong, and who is armed is named until nobody is. */
import { describe, expect, it } from 'vitest';
import { allColumns } from '../../../server/panel/columns.js';
import { reduce } from '../../../server/panel/reduce.js';
import { initialState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import { viewArmed } from '../../../server/panel/view-armed.js';
import type { DroneView, ServerSnapshot } from '../../../server/snapshot.js';
import { type DroneOptions, drone, readyDrones, showNightUtcMs, snapshotOf } from './support/fake-fleet.js';

const running = { phase: 'running', scope: 'live', startUtcMs: showNightUtcMs - 9_000 } as const;
const inAir = {
  armed: true,
  fcu_status: 'ACTIVE',
  landed: 'in_air',
  selfcheck: ['velocity is high'],
} as const;
const flying = (id: string, { telemetry = {}, ...options }: DroneOptions = {}) =>
  drone(id, { ...options, telemetry: { ...inAir, ...telemetry } });
const ended = (action: string) => ({ lastOutcome: { action, atMs: 0, result: { id: 'x', ok: true } } });

function cell(one: DroneView, key: string) {
  const column = allColumns.find((each) => each.key === key);
  const { text, role } = column?.cell(one, 100_000) ?? {};
  return [text, role];
}

function seen(snapshot: ServerSnapshot, size = { columns: 80, rows: 24 }): string[] {
  const { state } = reduce(initialState, { type: 'tick' }, { snapshot, size });
  return view(state, snapshot, size).map(plainText);
}

describe('a drone in flight', () => {
  it('has no fault for being in flight: system ACTIVE, a self-check of velocity, far from its start', () => {
    const one = flying('a', { telemetry: { current_position: [9, 9, 9, 0, 'map'] } });
    expect(cell(one, 'state')).toEqual(['FLYING', 'accent']);
    expect(cell(one, 'fcu_status')).toEqual(['ACTIVE', 'accent']);
    expect(cell(one, 'selfcheck')).toEqual(['velocity is high', 'muted']);
    expect(cell(one, 'start_position')[1]).toBe('muted');
    const onGround = drone('a', { telemetry: { selfcheck: ['velocity is high'], fcu_status: 'ACTIVE' } });
    expect(cell(onGround, 'selfcheck')).toEqual(['✗velocity is high', 'bad']);
    expect(cell(onGround, 'fcu_status')).toEqual(['✗ACTIVE', 'bad']);
  });

  it.each(['CRITICAL', 'EMERGENCY'])('is wrong when its autopilot says %s', (status) => {
    const one = flying('a', { telemetry: { fcu_status: status } });
    expect(cell(one, 'state')).toEqual(['✗ FAULT', 'bad']);
    expect(cell(one, 'fcu_status')).toEqual([`✗${status}`, 'bad']);
    const text = seen(snapshotOf([one], { phase: running })).join('\n');
    expect(text).toContain('✗ armed, and something is wrong:');
    expect(text).toContain(`✗ the autopilot says ${status}: land it`);
  });

  it('is wrong when its watchdog sees something, without a place, without a known mode', () => {
    expect(cell(flying('a', { telemetry: { failsafe: ['far from its setpoint'] } }), 'state')[0]).toBe(
      '✗ FAULT',
    );
    expect(cell(flying('a', { telemetry: { current_position: 'NO_POS' } }), 'current_position')[1]).toBe(
      'bad',
    );
    expect(cell(flying('a', { telemetry: { mode: 'CMODE(9)' } }), 'mode')[1]).toBe('bad');
  });

  it('is to be watched, and not wrong, when its charge is below what a start needs', () => {
    const weak = { battery: [14.1, 0.42] };
    expect(cell(flying('a', { telemetry: weak }), 'battery')).toEqual(['!42% 14.1', 'missing']);
    expect(cell(drone('a', { telemetry: weak }), 'battery')[1]).toBe('bad');
    expect(cell(flying('a', { telemetry: { battery: [Number.NaN, Number.NaN] } }), 'battery')[1]).toBe('bad');
  });

  it('is armed, not flying, while it stands', () => {
    expect(cell(flying('a', { telemetry: { landed: 'on_ground' } }), 'state')).toEqual(['ARMED', 'accent']);
  });
});

describe('the bar of the armed', () => {
  const bar = (drones: DroneView[], more: Partial<ServerSnapshot> = {}, columns = 80) =>
    viewArmed(snapshotOf(drones, more), columns);

  it('is calm in a show, and loud for whoever was told to land, until nobody is armed', () => {
    expect(plainText(bar([flying('a'), flying('b')], { phase: running }))).toBe(' ● ARMED: a, b');
    const landing = bar([flying('a'), flying('b', ended('land'))], { phase: running });
    expect(landing[0]).toMatchObject({ text: ' STILL ARMED (1): b ', role: 'alarm' });
    expect(plainText(landing)).toContain('(1 drone fly on)');
    expect(bar(readyDrones(2))).toEqual([]);
  });

  it('is loud after a show and for a drone that is lost, but not for one that was told to take off', () => {
    expect(plainText(bar([flying('a'), drone('b')]))).toBe(' STILL ARMED (1): a ');
    const lost = flying('b', { isConnected: false });
    expect(plainText(bar([flying('a'), lost]))).toBe(' STILL ARMED (2): b (lost), a ');
    expect(plainText(bar([flying('a', ended('takeoff'))]))).toBe(' ● ARMED: a');
    expect(plainText(bar([flying('a', { ...ended('takeoff'), busyWith: 'land' })]))).toContain('STILL ARMED');
  });

  it('has a next step that waits for those that were told to land', () => {
    const landing = flying('a', ended('land'));
    expect(
      seen(snapshotOf([landing]))
        .at(-2)
        ?.trim(),
    ).toBe('NEXT 1 drone landing: wait until nobody is armed; ^X lands all again');
    expect(seen(snapshotOf([landing, flying('b')])).at(-2)).toContain('2 drones armed and no show');
  });

  it('names as many as there is room for, and counts the rest', () => {
    const many = Array.from({ length: 200 }, (_, index) => flying(`drone-${index}`));
    const text = plainText(bar(many));
    expect(text).toMatch(/^ STILL ARMED \(200\): drone-0, drone-1, .* and 19\d more $/);
    expect(text.length).toBeLessThanOrEqual(80);
    expect(text.length).toBeGreaterThan(65);
  });

  it('stays on the screen under every dialog, and on a screen of a few lines', () => {
    const snapshot = snapshotOf([flying('a')]);
    for (const key of ['?', 'm', 'L', 'c', 'enter', '/', 'q']) {
      const context = { snapshot, size: { columns: 80, rows: 24 } };
      const before = reduce(initialState, { type: 'tick' }, context).state;
      const { state } = reduce(before, { type: 'key', key }, context);
      expect([key, plainText(view(state, snapshot, context.size)[2] ?? []).trim()]).toEqual([
        ...[key, 'STILL ARMED (1): a'],
      ]);
    }
    expect(seen(snapshot, { columns: 40, rows: 4 })[1]).toContain('STILL ARMED (1): a');
  });
});

describe('the header in flight', () => {
  it('counts who flies and who warns where there is room, and gives up the address before a number', () => {
    const fleet = [...readyDrones(120), flying('z', { telemetry: { failsafe: ['far'] } })];
    expect(seen(snapshotOf(fleet), { columns: 120, rows: 24 })[1]).toContain(
      ' 121 connected  120 ready  1 armed  1 flying  !1 warn  0 lost  0 selected ',
    );
    const small = seen(snapshotOf(fleet))[1] ?? '';
    expect(small).toContain(' 1 armed  !1 warn  0 lost  0 selected ');
    expect(small).not.toContain('192.168');
  });

  it('keeps the phase where the time of day has no room', () => {
    const [line = ''] = seen(snapshotOf([flying('a')], { phase: running }), { columns: 30, rows: 8 });
    expect(line).toContain('SHOW 0:09');
    expect(line).toContain('OPEN');
  });
});
