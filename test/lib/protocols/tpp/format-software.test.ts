import { describe, expect, it } from 'vitest';
import { formatCommand, formatStatus } from '../../../../lib/protocols/tpp/ctl-format.js';
import { formatSoftware } from '../../../../lib/protocols/tpp/format-software.js';
import type { TppJson } from '../../../../lib/protocols/tpp/index.js';
import type { UpdateReport } from '../../../../lib/update/drone-software.js';
import { softwareAnswer, updateAnswer } from '../../../../server/gateways/control/software-answers.js';

const report: UpdateReport = {
  ...{ outcome: 'rolled_back' as const, sha256: 'ab'.repeat(32), from: '1', to: '2' },
  ...{ text: 'not well\u001b[31m', atUtcMs: Date.UTC(2026, 6, 1, 20, 30) },
};

const answer = softwareAnswer([
  { id: 'd1', software: { version: '1', architecture: 'arm64', update: report } },
  { id: 'd2', software: { version: '1', obstacle: 'simulated: there is nothing to update' } },
  { id: 'd3', problem: 'not connected' },
  { id: 'd4', software: { version: '2', architecture: 'armhf' } },
]);

describe('what drones say of their software', () => {
  it('is a line a drone for people', () => {
    expect(formatSoftware(answer as unknown as TppJson)).toEqual([
      'ID  VERSION  FOR    UPDATES',
      'd1  1        arm64  rolled back, 2 at 2026-07-01T20:30:00Z: not well?[31m',
      'd2  1        -      simulated: there is nothing to update',
      'd3  -        -      not connected',
      'd4  2        armhf  none so far',
    ]);
    expect(formatSoftware([])).toEqual(['no drones']);
    expect(formatSoftware(null)).toEqual(['no drones']);
  });

  it('has null where nothing is said, and no time where a drone tells none', () => {
    expect(answer[2]).toEqual({
      ...{ id: 'd3', version: null, architecture: null, obstacle: null, update: null },
      problem: 'not connected',
    });
    const odd = { ...report, atUtcMs: 1e300 };
    const [drone] = softwareAnswer([{ id: 'd', software: { version: '1', update: odd } }]);
    expect(drone?.update?.at).toBeNull();
  });
});

it('the status tells how far an update is, and why it goes no further', () => {
  const update = updateAnswer({
    ...{ version: '2', stage: 2, stages: 3, isOver: false, stopped: 'stopped by the operator' },
    drones: [
      { id: 'd1', phase: 'done' },
      { id: 'd2', phase: 'has_it' },
      { id: 'd3', phase: 'installing' },
    ],
  });
  expect(formatStatus({ update } as unknown as TppJson).find((line) => line.startsWith('update'))).toBe(
    'update     to 2, stage 2 of 3: 2 of 3 drones done; no other begins: stopped by the operator',
  );
});

it('the status tells of an update that was stopped also when nothing of it goes on any more', () => {
  const update = updateAnswer({
    ...{ version: '2', stage: 1, stages: 3, isOver: true, stopped: 'd2 went back' },
    drones: [
      { id: 'd1', phase: 'done' },
      { id: 'd2', phase: 'rolled_back' },
    ],
  });
  expect(formatStatus({ update } as unknown as TppJson).find((line) => line.startsWith('update'))).toBe(
    'update     to 2, over: 1 of 2 drones done; no other begins: d2 went back',
  );
});

it('a drone that an update left out did not fail; of another command no drone can say so', () => {
  const results = [
    { id: 'd1', ok: false, code: 'armed', message: 'skipped: it is armed' },
    { id: 'd2', ok: false, code: 'called_off', message: 'not begun: d1 failed' },
  ];
  expect(formatCommand({ results }, 'named', true)).toEqual([
    'd1  skipped    armed: it is armed',
    'd2  not begun  called_off: d1 failed',
  ]);
  expect(formatCommand({ results }, 'named').every((line) => line.includes('FAILED'))).toBe(true);
});
