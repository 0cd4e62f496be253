/** A whole rehearsal: what happens in it, and that it happens again for the same seed. */
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../bin/rehearsal/fault-plan.js';
import { rehearseMany } from '../../bin/rehearsal/rehearse-many.js';
import { rehearseOne } from '../../bin/rehearsal/rehearse-one.js';
import { type Rehearsal, rehearse } from '../../bin/rehearsal/run.js';
import { shortShow } from '../bin/rehearsal/short-show.js';

const plan = `@1 drone-1 net-loss 0.3 2
1.8 drone-2 motor-loss
2 drone-1 clock-step 5000
2 server net-cut 1
2.5 operator land`;

describe('a rehearsal', () => {
  it('flies from upload to landing, lets its faults happen, and is to the letter the same for the same seed', async () => {
    const faults = parseFaultPlan(plan, 'test');
    const options = { show: shortShow(), drones: 2, seed: 1, faults, startDelayS: 4 };
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
  });
});
