/**
 * Measurements that need a network of their own: each runs in a process of its own, whose namespace is gone with it.
 * Knows which; not what they measure.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cuts, measureBadLink } from './bad-link.js';
import { fleetSize, measureFleet } from './fleet.js';
import { missingForNetwork, Network, type NetworkOptions } from './network.js';
import { Rig } from './rig.js';
import type { Row } from './rows.js';

/** Longer than any of them takes, ms. */
const limitMs = 180_000;

/** At most 64 KiB wait in a slow link; in the fast one as much as it carries in a third of a second. */
const slow: NetworkOptions = { rate: '2mbit', burst: '8kb', limit: '64kb', lossPermille: 30 };
const fast: NetworkOptions = { rate: '100mbit', burst: '128kb', limit: '4mb' };

const measurements = {
  async loss(): Promise<Row[]> {
    return inNetwork(slow, async (rig, network) => {
      const lost = () => {
        const counted = network.lost();
        return `3 % real loss (${counted.lost} of ${counted.all} packets)`;
      };
      return [await measureBadLink(rig, cuts, lost)];
    });
  },
  async fleet(): Promise<Row[]> {
    return inNetwork(fast, async (rig) => {
      await rig.open({ count: fleetSize });
      await rig.openEmergencyLine();
      return measureFleet(rig, { link: "the kernel's 100 Mbit/s", ways: 'both ways' });
    });
  },
};

type NetworkMeasurement = keyof typeof measurements;

async function inNetwork(
  options: NetworkOptions,
  measure: (rig: Rig, network: Network) => Promise<Row[]>,
): Promise<Row[]> {
  const network = await Network.open(options);
  const rig = new Rig(network.place);
  try {
    return await measure(rig, network);
  } finally {
    rig.close();
    network.close();
  }
}

/** The process's end: measures, tells its parent, and exits. */
export async function runInNetwork({ name }: { readonly name: NetworkMeasurement }): Promise<void> {
  process.on('disconnect', () => process.exit(1));
  const rows = await measurements[name]();
  process.send?.(rows, () => process.exit(0));
}

/** Measures in a network of its own; what is missing for that, or went wrong, is a line as well. */
export async function measureInNetwork(name: NetworkMeasurement, what: string): Promise<Row[]> {
  const missing = missingForNetwork(name === 'loss');
  if (missing !== undefined) return [{ what, measured: 'NOT MEASURED', goal: missing }];
  const child = fork(fileURLToPath(new URL('../main.js', import.meta.url)), ['files:in-network'], {
    ...{ execPath: 'unshare', execArgv: ['--net', process.execPath] },
    env: { ...process.env, BENCH_OPTIONS: JSON.stringify({ name }) },
  });
  const rows: Row[] = [];
  child.on('message', (message: Row[]) => rows.push(...message));
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  if (code === 0) return rows;
  const why = signal ? `it did not end within ${limitMs / 1000} s` : 'its error is above';
  return [{ what, measured: 'FAILED', goal: why }];
}
