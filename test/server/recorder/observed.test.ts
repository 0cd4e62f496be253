import { describe, expect, it } from 'vitest';
import type { CheckSettings } from '../../../server/fleet/checks.js';
import type { OversightView } from '../../../server/oversight/oversight-view.js';
import { observedOf } from '../../../server/recorder/observed.js';
import type { DroneView, ServerSnapshot } from '../../../server/snapshot.js';
import { drone } from './support.js';

function view(id: string, slot?: string): DroneView {
  const checks = {} as DroneView['checks'];
  const flags = {
    isReady: true,
    isReadyToTakeOff: true,
    isReadyToFlip: false,
    isReadyForLights: true,
    isArmed: false,
  };
  return {
    record: drone(id),
    checks,
    ...flags,
    blockers: [],
    slot,
    proof: slot === undefined ? 'none' : 'match',
  };
}

const snapshot: ServerSnapshot = {
  ...{ utcMs: 5, monotonicMs: 5, groups: [] as unknown as ServerSnapshot['groups'], log: [] },
  drones: [view('drone-1', 'a'), view('drone-2')],
  show: {
    ...{ name: 'evening', slots: ['a'], durationS: 60, digest: 'd', format: 'csv' },
    ...{ notes: ['a note'], violations: [], warnings: [] },
  },
  authorization: { digest: 'd', scope: 'live', leftS: 12.5, override: undefined, ids: ['drone-1'] },
  phase: { phase: 'idle' },
  address: '10.0.0.1:25000',
  isOpen: false,
};

describe('what is kept of a server', () => {
  it('is the drones themselves, and of the rest what changes by an event', () => {
    const { drones, server } = observedOf(snapshot);
    expect(drones[0]).toBe(snapshot.drones[0]?.record);
    expect(server).toEqual({
      ...{ phase: { phase: 'idle' }, address: '10.0.0.1:25000', isOpen: false, supersededBy: undefined },
      show: { name: 'evening', digest: 'd', durationS: 60, format: 'csv', slots: 1 },
      authorization: { digest: 'd', scope: 'live', override: undefined, drones: 1 },
      slots: { 'drone-1': 'a' },
      proofs: { 'drone-2': 'none' },
    });
  });

  it('is the same while only time passes', () => {
    const later = {
      ...snapshot,
      utcMs: 99,
      authorization: { ...snapshot.authorization, leftS: 1 },
    } as ServerSnapshot;
    expect(observedOf(later)).toEqual(observedOf(snapshot));
  });

  it('has in it what drones are held against, where that is told', () => {
    const checks = { isVersionChecked: true } as CheckSettings;
    expect(observedOf(snapshot, checks).server.checks).toBe(checks);
  });

  it('has in it what is wrong, without the names of thousands', () => {
    const drones = Array.from({ length: 80 }, (_, index) => `drone-${index}`);
    const alert = { name: 'wind', measure: 'wind', level: 'warning', action: 'hold_start', drones };
    const oversight = { alerts: [alert], held: undefined, policy: ['a line'] } as unknown as OversightView;
    const { server } = observedOf({ ...snapshot, oversight });
    expect(server.oversight).toEqual({
      alerts: [{ ...alert, drones: drones.slice(0, 50) }],
      held: undefined,
    });
  });

  it('says what there is not', () => {
    const { server } = observedOf({ ...snapshot, show: undefined, authorization: undefined, drones: [] });
    expect(server).toMatchObject({ show: undefined, authorization: undefined, slots: {} });
  });
});
