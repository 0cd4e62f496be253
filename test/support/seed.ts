/**
 * Property tests draw the same inputs in every run, so that a red run is of the change and not of the draw; and few of
 * them, for more of the same draw would find nothing new. Another draw: `STARLING_TEST_SEED=7`; a hunt:
 * `STARLING_TEST_SEED=random STARLING_TEST_RUNS=2000`.
 */
import fc from 'fast-check';

const { STARLING_TEST_SEED: seed = '20261121', STARLING_TEST_RUNS: runs = '40' } = process.env;

fc.configureGlobal({
  ...(seed === 'random' ? {} : { seed: Number(seed) }),
  numRuns: Number(runs),
});
