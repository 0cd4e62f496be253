/**
 * Files to drones over links that are shaped in a process of their own, or by the kernel in a network of their own:
 * against a plain socket, to a whole fleet at once, with a command to land in between, and over a bad link that is cut.
 * The server is this process, or one in that network. Prints a table.
 */
import { cuts, measureBadLink } from './files/bad-link.js';
import { fleetSize, measureFleet } from './files/fleet.js';
import { measureInNetwork } from './files/in-network.js';
import { measureOneDrone } from './files/one-drone.js';
import { Rig } from './files/rig.js';
import { mbit2BytesPerMs, mbit100BytesPerMs, print, type Row } from './files/rows.js';

const lines: { readonly [name: string]: () => Promise<Row[]> } = {
  one: measureOneDrone,
  fleet: measureProxiedFleet,
  'fleet-network': () => measureInNetwork('fleet', "500 drones x 200 kB over the kernel's 100 Mbit/s"),
  stalls: measureStalls,
  loss: () => measureInNetwork('loss', '5 MB over 2 Mbit/s, 80 ms, 3 % real loss, ten cuts'),
};

/** All lines, or those that are named. */
export async function benchFiles(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in lines));
  if (unknown !== undefined) {
    console.error(`there is no line "${unknown}": LINE is one of: ${Object.keys(lines).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  print({ what: 'files over shaped links', measured: 'measured', goal: 'goal' });
  for (const [name, measure] of Object.entries(lines)) {
    if (names.length > 0 && !names.includes(name)) continue;
    for (const row of await measure()) print(row);
  }
}

/** By connections alone: a datagram would slip past what is queued in the proxy. */
async function measureProxiedFleet(): Promise<Row[]> {
  const rig = new Rig();
  try {
    await rig.open({ count: fleetSize, link: { bytesPerMs: mbit100BytesPerMs } });
    const rows = await measureFleet(rig, { link: "a proxy's 100 Mbit/s", ways: 'by connections' });
    const queued = rig.report && 'cuts' in rig.report ? rig.report.mostQueuedBytes : Number.NaN;
    const measured = `${(queued / 1e6).toFixed(2)} MB`;
    return [...rows, { what: 'meanwhile queued in the link at most', measured, goal: '(1.25 MB is 100 ms)' }];
  } finally {
    rig.close();
  }
}

/** A lost packet as TCP shows it: everything behind it waits for a round trip. Wherever there are no namespaces. */
async function measureStalls(): Promise<Row[]> {
  const rig = new Rig();
  try {
    const link = { ...cuts, bytesPerMs: mbit2BytesPerMs, lossPercent: 3 };
    return [await measureBadLink(rig, link, () => '3 % modelled stalls')];
  } finally {
    rig.close();
  }
}
