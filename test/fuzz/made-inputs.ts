/** The part of every suite of made inputs: some thousand of them, the cheap targets more; `npm run fuzz` makes millions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../drone-client/simulator/random.js';
import { Mutator } from './mutator.js';
import { fuzzTargets } from './targets.js';

/** Describes the targets of these names: all are there, take what is valid, and break on nothing. */
export function describeMadeInputs(names: readonly string[]): void {
  const targets = fuzzTargets.filter(({ name }) => names.includes(name));
  describe('made inputs', () => {
    it('are for all of these', () => {
      expect(targets.map(({ name }) => name)).toEqual(names);
    });

    it.each(targets)('break nothing of $name, and valid ones are taken', (target) => {
      const verdicts = target.corpus.map((bytes) => target.run(bytes));
      expect(verdicts).toContain('accepted');
      const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
      fc.assert(
        fc.property(seeds, (seed) => {
          const mutator = new Mutator(target, new Random(seed));
          for (let n = 0; n < 20; n++) target.run(mutator.next());
        }),
        { seed: 6, numRuns: target.share >= 500 ? 15 : target.share >= 100 ? 6 : 2 },
      );
    });
  });
}
