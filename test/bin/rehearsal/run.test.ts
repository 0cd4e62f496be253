import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../../bin/rehearsal/fault-plan.js';
import { randomFaultLines, randomFaults } from '../../../bin/rehearsal/random-faults.js';
import { rehearseMany } from '../../../bin/rehearsal/rehearse-many.js';
import { type RunReport, rehearseOne } from '../../../bin/rehearsal/rehearse-one.js';
import { type Rehearsal, rehearse } from '../../../bin/rehearsal/run.js';
import { SeededRandom } from '../../../lib/rehearsal/seeded-random.js';
import { shortShow } from './short-show.js';

const plan = `@1 drone-1 net-loss 0.3 2
1.8 drone-2 motor-loss
2 drone-1 clock-step 5000
2 server net-cut 1
2.5 operator land`;

describe('a rehearsal', () => {
  it('flies from upload to landing, lets its faults happen, and is to the letter the same for the same seed', async () => {
    const faults = parseFaultPlan(plan, 'test');
    const options = { show: shortShow(), drones: 2, seed: 1, faults, startDelayS: 4 };
    const startedMs = performance.now();
    const first = await rehearse(options);
    const runs: Rehearsal[] = [];
    const said: string[] = [];
    const isGood = await rehearseMany({
      ...{ drones: 2, seed: 1, runs: 1, realMs: () => performance.now() },
      say: (line) => said.push(line),
      runners: [
        (seed) =>
          rehearseOne({
            ...{ ...options, seed, realMs: () => performance.now(), onRun: (run) => runs.push(run) },
          }),
      ],
    });
    const tookMs = performance.now() - startedMs;
    const { journal, field, end, summary, steps } = first;
    expect(end).toEqual({ why: 'done', outside: [] });
    if (!summary) throw new Error(journal.join('\n'));
    expect([...field.ends]).toEqual([
      ['drone-1', 'landed'],
      ['drone-2', 'lost'],
    ]);
    expect(summary.totals.startErrorMaxMs).toBeLessThan(5);
    expect(field.closest?.distanceM).toBeGreaterThan(2);
    const count = (text: string) => journal.filter((line) => line.includes(text)).length;
    expect(count('drone-1: net-loss')).toBe(2);
    expect(count('drone-2: motor-loss')).toBe(1);
    expect(count('drone-2 is lost: it fell, or was thrown down')).toBe(1);
    expect(count('server: net-cut')).toBe(2);
    expect(count('+5.00 s')).toBe(1);
    // No word gets through before the cut is over.
    expect(field.stoppedAfterS).toBeGreaterThan(2);
    expect(field.stoppedAfterS).toBeLessThan(8);
    expect(runs.map((run) => run.journal)).toEqual([journal]);
    expect(runs.map((run) => run.steps)).toEqual([steps]);
    expect(isGood).toBe(true);
    expect(said[0]).toMatch(
      /^seed 1: 1 landed, 1 lost; closest [23]\.\d\d m \(drone-1, drone-2\); start errors/,
    );
    expect(said.at(-1)).toMatch(/^1 runs of 2 drones, 0 with findings; \d+ s in .* times real time\)$/);
    expect(2 * first.lastedMs).toBeGreaterThan(5 * tookMs);
  });
});

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
