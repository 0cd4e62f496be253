/**
 * What the panel costs the server and how soon it answers a key: a real server on a real terminal, drones that send
 * telemetry twice a second from a process of their own, and somebody who types. Asserts nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './fleet/child.js';
import { BenchedServer, type Stretch } from './panel-terminal.js';
import type { TablePeersOrders } from './table-peers.js';
import { quantile } from './time-table.js';

const size = { columns: 200, rows: 60 };
const rounds = 3;
const stretchMs = 8000;
/** Of somebody who holds a key down. */
const keysPerS = 20;
const keyCount = (stretchMs / 1000) * keysPerS;

const [pageUp, pageDown, home] = ['\x1b[5~', '\x1b[6~', '\x1b[H'];

/** Down and back up again, by rows and by pages: every one of them moves the cursor. */
const scrolling = [...'jjj', pageDown, ...'jj', pageDown, ...'kkk', pageUp, ...'kk', pageUp];
const sorting = ['.', '.', '-', ',', '.', '-', '.'];
/** Narrows the table as it is typed, keeps it, and takes it away again. */
const filtering = ['/', ...'drone-7', '\r', '/', '\x15', ...'not ready', '\r', '/', '\x15', '\r'];

/** Out of any dialog, every drone shown, the cursor near the first. */
const asAtFirst = ['\x1b', '\x1b', '/', '\x15', '\r', home, 'j', 'j'];

const ways: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ['panel, nobody types', []],
  ['panel, somebody scrolls', scrolling],
  ['panel, somebody sorts', sorting],
  ['panel, somebody filters', filtering],
];

export async function benchPanel(): Promise<void> {
  const { columns, rows } = size;
  console.log(
    `the panel, ${columns} x ${rows}; ${rounds} rounds of ${stretchMs / 1000} s, ${keysPerS} keys a second; medians of the rounds`,
  );
  console.log('key to paint: from the byte written to the terminal to the first byte of its picture read');
  for (const [drones, ofWays] of [
    [1000, ways],
    [2000, ways.slice(0, 2)],
  ] as const)
    await benchFleet(drones, ofWays);
}

async function benchFleet(drones: number, ofWays: typeof ways): Promise<void> {
  console.log(`\n${drones} drones, telemetry at 2 Hz`);
  console.log(
    '                             loop late by ms       key to paint ms      paints    CPU   loop p99, CPU\n' +
      '                             p50    p99    max       p50    p99    max   a second  % core   to headless',
  );
  const alone = await withServer(drones, undefined, async (server) =>
    (await manyRounds(server, [['headless', []]])).flatMap(([, stretches]) => stretches),
  );
  printRow('headless', alone, alone);
  const found = await withServer(drones, size, (server) => manyRounds(server, ofWays));
  for (const [name, stretches] of found) printRow(name, stretches, alone);
}

async function withServer<T>(
  drones: number,
  panel: typeof size | undefined,
  work: (server: BenchedServer) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'starling-bench-'));
  const server = await BenchedServer.start(folder, panel);
  const peers = new Child<TablePeersOrders>(new URL('./table-peers.js', import.meta.url));
  try {
    await peers.ask('join', { count: drones, port: await server.dronePort() });
    await allSeen(server, drones);
    return await work(server);
  } finally {
    await peers.end();
    await server.end();
    await rm(folder, { recursive: true });
  }
}

async function allSeen(server: BenchedServer, drones: number): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if ((await server.seen()) >= drones) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`only ${await server.seen()} of ${drones} drones are in the table after a minute`);
}

/** Every way in every round, so that a slow minute of the machine is shared by all. */
async function manyRounds(
  server: BenchedServer,
  ofWays: typeof ways,
): Promise<(readonly [name: string, stretches: Stretch[]])[]> {
  const found = ofWays.map(([name]) => [name, [] as Stretch[]] as const);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, keys]] of ofWays.entries()) {
      if (keys.length > 0) await server.stretch(1000, asAtFirst);
      const typed =
        keys.length === 0 ? [] : Array.from({ length: keyCount }, (_, at) => keys[at % keys.length] ?? '');
      found[index]?.[1].push(await server.stretch(stretchMs, typed));
    }
  }
  return found;
}

function printRow(name: string, stretches: readonly Stretch[], alone: readonly Stretch[]): void {
  const of = (figure: (stretch: Stretch) => number, from = stretches) => median(from.map(figure));
  const loopP99Ms = (stretch: Stretch) => stretch.watched.loopP99Ms;
  const cpu = (stretch: Stretch) => stretch.watched.cpu;
  const key = (p: number) =>
    of(({ keyToPaintMs }) =>
      quantile(
        [...keyToPaintMs].sort((a, b) => a - b),
        p,
      ),
    );
  const figures = [
    number(
      of(({ watched }) => watched.loopP50Ms),
      7,
    ),
    number(of(loopP99Ms), 7),
    number(
      of(({ watched }) => watched.loopMaxMs),
      7,
    ),
    ...[0.5, 0.99, 1].map((p, index) => number(key(p), index === 0 ? 10 : 7)),
    number(
      of(({ watched }) => (1000 * watched.paintedAtMs.length) / watched.lastsMs),
      10,
    ),
    number(100 * of(cpu), 9),
    number(of(loopP99Ms) / of(loopP99Ms, [...alone]), 9),
    number(of(cpu) / of(cpu, [...alone]), 6),
  ];
  console.log(`${name.padEnd(25)}${figures.join('')}`);
}

function number(value: number, width: number): string {
  return (Number.isNaN(value) ? '-' : value.toFixed(1)).padStart(width);
}

function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
