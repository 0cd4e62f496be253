import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../../bin/rehearsal/fault-plan.js';
import { randomFaultLines, randomFaults } from '../../../bin/rehearsal/random-faults.js';
import { rehearseMany } from '../../../bin/rehearsal/rehearse-many.js';
import type { RunReport } from '../../../bin/rehearsal/rehearse-one.js';
import { SeededRandom } from '../../../lib/rehearsal/seeded-random.js';

describe('random faults', () => {
  it('are lines that a plan can be read from, the same for a seed', () => {
    const ids = ['drone-1', 'drone-2', 'drone-3'];
    const lines = (seed: number) => randomFaultLines({ ids, flightS: 60, random: new SeededRandom(seed) });
    for (let seed = 0; seed < 200; seed += 1)
      expect(randomFaults({ ids, flightS: 60, random: new SeededRandom(seed) })).toEqual(
        parseFaultPlan(lines(seed).join('\n'), 'again'),
      );
    expect(lines(1)).not.toEqual(lines(2));
  });
});

describe('many rehearsals', () => {
  const report = (seed: number, findings: readonly string[] = []): RunReport => ({
    ...{ seed, findings, summary: 'all landed', lastedMs: 60_000, tookMs: 1000 },
  });

  it('are told in the order of their seeds, whichever of them ends first', async () => {
    const said: string[] = [];
    const flown: number[] = [];
    const ends = new Map<number, () => void>();
    const runner = async (seed: number) => {
      flown.push(seed);
      await new Promise<void>((resolve) => ends.set(seed, resolve));
      return report(seed, seed === 6 ? ['a fell'] : []);
    };
    const done = rehearseMany({
      ...{ drones: 2, seed: 5, runs: 3, runners: [runner, runner], realMs: () => 0 },
      say: (line) => said.push(line.replace(/;.*/, '')),
    });
    const end = async (seed: number) => {
      ends.get(seed)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(flown).toEqual([5, 6]);
    await end(6);
    expect([flown, said]).toEqual([[5, 6, 7], []]);
    await end(5);
    await end(7);
    expect(await done).toBe(false);
    expect(said).toEqual([
      'seed 5: all landed',
      'seed 6: all landed',
      'seed 6: a fell',
      'seed 7: all landed',
      '3 runs of 2 drones, 1 with findings',
    ]);
  });

  it('end with what one of them fails by', async () => {
    const failing = () => Promise.reject(new Error('no such show'));
    const options = { drones: 2, seed: 5, runs: 3, runners: [failing], realMs: () => 0 };
    await expect(rehearseMany({ ...options, say: () => undefined })).rejects.toThrow('no such show');
  });
});
