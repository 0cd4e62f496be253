/** Runs a target on made inputs and watches time and memory. Knows no target, and prints nothing. */
import { Random } from '../../drone-client/simulator/random.js';
import { Mutator } from './mutator.js';
import { BrokenInvariant, type FuzzTarget } from './target.js';

/** No input may keep the program for longer, ms. */
const maxInputMs = 250;

/** What may stay in memory after a run, however long it was, bytes. */
const maxGrowthBytes = 48 * 2 ** 20;

/** Inputs between two turns of the event loop: what was put off must come to its end. */
const batch = 200;

export type FuzzOptions = {
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  readonly nowMs: () => number;
  /** Told of each input before it runs. */
  readonly onInput?: (input: Uint8Array) => void;
  /** What is in use after all rubbish was collected, bytes. */
  readonly usedBytes: () => number;
};

export type FuzzReport = {
  readonly inputs: number;
  readonly accepted: number;
  readonly tookS: number;
  readonly worstMs: number;
  readonly grownBytes: number;
  readonly broken?: { readonly error: unknown; readonly input: Uint8Array };
};

/** Up to the first broken invariant, the last input, or the end of the time. */
export async function runFuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const { nowMs, usedBytes } = options;
  const mutator = new Mutator(target, new Random(options.seed));
  for (const valid of target.corpus) target.run(valid);
  const [startMs, startBytes] = [nowMs(), usedBytes()];
  let [inputs, accepted, worstMs] = [0, 0, 0];
  const report = () => {
    const grownBytes = usedBytes() - startBytes;
    return { inputs, accepted, worstMs, grownBytes, tookS: (nowMs() - startMs) / 1000 };
  };
  while (inputs < options.inputs && nowMs() - startMs < options.seconds * 1000) {
    const input = mutator.next();
    inputs++;
    options.onInput?.(input);
    try {
      const { verdict, tookMs } = timed(target, input, nowMs);
      if (verdict === 'accepted') accepted++;
      worstMs = Math.max(worstMs, tookMs);
    } catch (error) {
      return { ...report(), broken: { error, input } };
    }
    if (inputs % batch === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  let end = report();
  // What was let go of last may take a moment to be given back.
  for (let round = 0; round < 3 && end.grownBytes > maxGrowthBytes / 2; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    end = { ...end, grownBytes: usedBytes() - startBytes };
  }
  if (end.grownBytes <= maxGrowthBytes) return end;
  const error = new BrokenInvariant(`memory has grown by ${end.grownBytes} bytes`);
  return { ...end, broken: { error, input: new Uint8Array() } };
}

/** One run. Where it took long it is repeated: a busy machine is not the target's fault. */
function timed(target: FuzzTarget, input: Uint8Array, nowMs: () => number) {
  let shortestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    const startMs = nowMs();
    const verdict = target.run(input);
    shortestMs = Math.min(shortestMs, nowMs() - startMs);
    if (shortestMs <= maxInputMs) return { verdict, tookMs: shortestMs };
    if (round === 3) throw new BrokenInvariant(`one input took ${shortestMs.toFixed(0)} ms`);
  }
}
