/** `npm run fuzz -- TARGET|all [--seed N] [--inputs N] [--seconds S] [--hex BYTES]`: finds inputs that break what must hold. */
import { Buffer } from 'node:buffer';
import { parseArgs } from 'node:util';
import { fuzzHandshakes } from './handshakes.js';
import { type FuzzReport, runFuzz } from './run-fuzz.js';
import type { FuzzTarget } from './target.js';
import { fuzzTargets } from './targets.js';
import { watch } from './watchdog.js';

const usage = `usage: npm run fuzz -- TARGET|all [--seed N] [--inputs N] [--seconds S] [--hex BYTES]
TARGET is one of: ${fuzzTargets.map(({ name }) => name).join(', ')};
or handshakes, which goes over sockets, and is not among all
--inputs  how many, of all targets together (100000)
--seconds at most so long for each target (no limit)
--hex     runs this one input alone`;

function collectedBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function tell(name: string, report: FuzzReport): void {
  const { inputs, accepted, tookS, worstMs, grownBytes } = report;
  const rate = Math.round(inputs / Math.max(0.001, tookS));
  console.log(
    `${name.padEnd(14)} ${String(inputs).padStart(9)} inputs ${String(rate).padStart(7)}/s  ` +
      `accepted ${String(accepted).padStart(8)}  refused ${String(inputs - accepted).padStart(8)}  ` +
      `worst ${worstMs.toFixed(1).padStart(6)} ms  memory ${(grownBytes / 2 ** 20).toFixed(1).padStart(5)} MiB`,
  );
}

function isBroken(name: string, { broken, inputs }: FuzzReport, seed: number): boolean {
  if (!broken) return false;
  const { error, input } = broken;
  console.log(`BROKEN: ${error instanceof Error ? error.stack : String(error)}`);
  console.log(`${name}, seed ${seed}, input ${inputs}:`);
  console.log(Buffer.from(input).toString('hex'));
  process.exitCode = 1;
  return true;
}

async function fuzz(
  targets: readonly FuzzTarget[],
  options: { seed: number; inputs: number; seconds: number },
) {
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  const onInput = watch();
  let total = 0;
  for (const target of targets) {
    const inputs = Math.ceil((options.inputs * target.share) / shares);
    const nowMs = () => performance.now();
    const report = await runFuzz(target, { ...options, inputs, nowMs, usedBytes: collectedBytes, onInput });
    tell(target.name, report);
    total += report.inputs;
    if (isBroken(target.name, report, options.seed)) return;
  }
  console.log(`${total} inputs, nothing broken`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    inputs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: 'Infinity' },
    hex: { type: 'string' },
  },
});
const [wanted = '', ...rest] = positionals;
const chosen = fuzzTargets.filter(({ name }) => wanted === 'all' || wanted === name);
const options = { seed: Number(values.seed), inputs: Number(values.inputs), seconds: Number(values.seconds) };
process.on('unhandledRejection', (error) => {
  console.log(`BROKEN: a promise failed and nobody heard: ${String(error)}`);
  process.exit(1);
});
if (wanted === 'handshakes' && rest.length === 0 && options.inputs > 0) {
  const nowMs = () => performance.now();
  const report = await fuzzHandshakes({ ...options, nowMs, usedBytes: collectedBytes });
  tell(wanted, report);
  if (!isBroken(wanted, report, options.seed)) console.log(`${report.inputs} inputs, nothing broken`);
} else if (chosen.length === 0 || rest.length > 0 || !(options.inputs > 0 && options.seconds > 0)) {
  console.error(usage);
  process.exitCode = 2;
} else if (values.hex !== undefined) {
  for (const target of chosen) console.log(target.name, target.run(Buffer.from(values.hex, 'hex')));
} else {
  await fuzz(chosen, options);
}
