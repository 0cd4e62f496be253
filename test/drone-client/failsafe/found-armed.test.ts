import { describe, expect, it } from 'vitest';
import { FoundArmed } from '../../../drone-client/failsafe/found-armed.js';
import type { VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import { flyingVehicle, standingVehicle } from './support.js';

const land = { policy: 'land', delayS: 5 } as const;
const wait = { policy: 'wait', delayS: 5 } as const;

/** What it decides, second by second. */
function decide(states: readonly VehicleState[], policy: typeof land | typeof wait = land) {
  const found = new FoundArmed();
  const decisions = states.map((state, i) => found.step(state, i * 1000, policy)?.action);
  return { found, decisions };
}
const times = (count: number, state: VehicleState) => Array.from({ length: count }, () => state);
const flying = (change: Partial<VehicleState> = {}) => flyingVehicle(0, change);

describe('a drone that is found armed', () => {
  it('is reported at once and landed after the delay, once', () => {
    const { found, decisions } = decide(times(9, flying()));
    expect(decisions).toEqual([
      'report',
      ...times(4, flying()).map(() => undefined),
      'land',
      undefined,
      undefined,
      undefined,
    ]);
    expect(found.isFound).toBe(true);
  });

  it('is waited for when that is configured, until its motors stand', () => {
    const { found, decisions } = decide([...times(60, flying()), standingVehicle(0)], wait);
    expect(decisions.filter(Boolean)).toEqual(['report', 'report']);
    expect(found.isFound).toBe(false);
    expect(found.problem).toBeUndefined();
  });

  it('is never taken from a pilot, and when the pilot lets go the delay begins anew', () => {
    const byHand = flying({ mode: 'POSCTL', role: 'manual' });
    const { decisions } = decide([
      ...times(20, byHand),
      ...times(4, flying({ mode: 'AUTO.LOITER', role: 'hold' })),
    ]);
    expect(decisions.filter(Boolean)).toEqual(['report']);
    const released = decide([
      ...times(20, byHand),
      ...times(6, flying({ mode: 'AUTO.LOITER', role: 'hold' })),
    ]);
    expect(released.decisions.at(-2)).toBe('land');
  });

  it.each(['land', 'return'] as const)('is left to its autopilot while that does a %s by itself', (role) => {
    expect(decide(times(30, flying({ role }))).decisions.filter(Boolean)).toEqual(['report']);
  });

  it('in the air with its motors off is not ordered about, and blocks a start', () => {
    const { found, decisions } = decide(times(30, flying({ armed: false })));
    expect(decisions.filter(Boolean)).toEqual(['report']);
    expect(found.problem?.severity).toBe('blocking');
  });
});

describe('a drone that is found standing', () => {
  it('is of no concern, even when it is armed later', () => {
    const { found, decisions } = decide([standingVehicle(0), ...times(20, flying())]);
    expect(decisions.filter(Boolean)).toEqual([]);
    expect(found.isFound).toBe(false);
  });

  it('is judged by the first state of a connected autopilot, not by what was before', () => {
    const silent = flying({ connected: false, armed: false, landed: undefined });
    expect(decide([...times(10, silent), flying()]).decisions.at(-1)).toBe('report');
  });
});
