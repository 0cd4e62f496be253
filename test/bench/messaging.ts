/**
 * Messaging against a plain socket and against vscode-jsonrpc, in one run on loopback; prints a table.
 * Client and server share this process, for all peers alike, so the figures are for comparing, not for promising.
 */
import { naive } from './peers/naive.js';
import { at, type Peer, type Rig, telemetry } from './peers/peer.js';
import { starling } from './peers/starling.js';
import { vscodeJsonRpc } from './peers/vscode-jsonrpc.js';

const rounds = 9;
const transferBytes = 64 * 1024 * 1024;

/** One thing to measure: returns how many of `unit` were done a second. */
type Scenario = {
  readonly name: string;
  readonly connections: number;
  /** The least share of the plain socket's rate that we hold ourselves to. */
  readonly goal: number;
  readonly measure: (rig: Rig, connections: number) => Promise<number>;
};

const scenarios: readonly Scenario[] = [
  { name: 'round trips/s, 1 connection', connections: 1, goal: 0.6, measure: measureRoundTrips },
  { name: 'round trips/s, 100 connections', connections: 100, goal: 0.6, measure: measureRoundTrips },
  { name: 'one-way/s, 1 connection', connections: 1, goal: 0.6, measure: measureOneWay },
  { name: 'one-way/s, 100 connections', connections: 100, goal: 0.6, measure: measureOneWay },
  { name: 'MB/s of 64 MiB', connections: 1, goal: 0.8, measure: measureTransfer },
];

const peers: readonly Peer[] = [starling, naive, vscodeJsonRpc];

export async function benchMessaging(): Promise<void> {
  const bytes = JSON.stringify(telemetry(0)).length;
  console.log(
    `telemetry of ${bytes} bytes, medians of ${rounds} interleaved rounds, client and server in one process`,
  );
  console.log(row(['', ...peers.map(({ name }) => name), 'of plain net', 'goal', 'of jsonrpc']));
  for (const scenario of scenarios) console.log(row(await report(scenario)));
}

async function report(scenario: Scenario): Promise<string[]> {
  const rates = await measureInterleaved(scenario);
  const [ours = 0, plain = 0, jsonRpc = 0] = rates;
  return [
    scenario.name,
    ...rates.map((rate) => Math.round(rate).toLocaleString('en')),
    (ours / plain).toFixed(2),
    `>= ${scenario.goal}`,
    (ours / jsonRpc).toFixed(2),
  ];
}

/**
 * The median rate of each peer. Every round measures all of them, each round another one first, as one peer's garbage is
 * collected on the next one's time; the first round only warms up.
 */
async function measureInterleaved({ connections, measure }: Scenario): Promise<number[]> {
  const rigs = await Promise.all(peers.map((peer) => peer.open(connections)));
  const rates = rigs.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < rigs.length; turn++) {
      const index = (round + turn) % rigs.length;
      const rate = await measure(at(rigs, index), connections);
      if (round > 0) at(rates, index).push(rate);
    }
  }
  for (const rig of rigs) rig.close();
  return rates.map(median);
}

/** One question at a time on each connection. */
async function measureRoundTrips(rig: Rig, connections: number): Promise<number> {
  const total = 10_000;
  const each = total / connections;
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      for (let n = 0; n < each; n++) await rig.roundTrip(connection, n);
    }),
  );
  return perSecond(total, startMs);
}

/** Bursts on each connection, with no more under way than a window, as nobody here may fill memory. */
async function measureOneWay(rig: Rig, connections: number): Promise<number> {
  const total = 30_000;
  const burst = Math.max(1, 100 / connections);
  const windowMessages = 3000;
  const before = rig.received;
  const startMs = performance.now();
  for (let sent = 0; sent < total; ) {
    for (let connection = 0; connection < connections; connection++) {
      for (let n = 0; n < burst; n++) rig.send(connection, n);
    }
    sent += connections * burst;
    while (sent - (rig.received - before) > windowMessages) await turn();
  }
  while (rig.received - before < total) await turn();
  return perSecond(total, startMs);
}

async function measureTransfer(rig: Rig): Promise<number> {
  const content = Buffer.alloc(transferBytes, 'starling');
  const startMs = performance.now();
  await rig.transfer(content);
  return perSecond(transferBytes / 1e6, startMs);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function perSecond(count: number, startMs: number): number {
  return (count * 1000) / (performance.now() - startMs);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(32) : cell.padStart(15))).join('');
}
