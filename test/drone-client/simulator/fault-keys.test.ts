import { describe, expect, it } from 'vitest';
import { FaultKeys, faultKeysHelp } from '../../../drone-client/simulator/fault-keys.js';

describe('faults by key', () => {
  const typed = (keys: string, autopilot: 'px4' | 'ardupilot' = 'px4') => {
    const faultKeys = new FaultKeys(12, autopilot);
    return [...keys].map((key) => faultKeys.push(key)).filter((outcome) => outcome !== undefined);
  };

  it('are a drone number and a letter; without a number the first drone is meant', () => {
    expect(typed('12m')).toEqual([{ drone: 12, fault: { kind: 'motor-loss' } }]);
    expect(typed('mw')).toMatchObject([{ drone: 1 }, { drone: 1, fault: { kind: 'gust' } }]);
    expect(typed('3g4c')).toMatchObject([
      { drone: 3 },
      { drone: 4, fault: { kind: 'link-cut', durationS: 10 } },
    ]);
  });

  it('a pilot switches to a mode that the autopilot has', () => {
    expect(typed('p')).toMatchObject([{ fault: { kind: 'pilot', mode: 'POSCTL' } }]);
    expect(typed('p', 'ardupilot')).toMatchObject([{ fault: { kind: 'pilot', mode: 'LOITER' } }]);
  });

  it('say which drones there are, what they are, and nothing to other keys', () => {
    expect(typed('13m0m')).toEqual(['there is no drone 13: 1 to 12', 'there is no drone 0: 1 to 12']);
    expect(typed('?')).toEqual([faultKeysHelp]);
    expect(typed('5x')).toEqual([]);
    expect(typed('5xm')).toMatchObject([{ drone: 1 }]);
    expect(typed('5\u001bm')).toMatchObject([{ drone: 1 }]);
  });
});
