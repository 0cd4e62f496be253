/**
 * Files to drones over links that are shaped in a process of their own: against a plain socket, to a whole fleet at
 * once, with a command to land in between, and over a bad link that is cut. The server is this process. Prints a table.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BulkBudget, ConnectionManager, Endpoint, libraryFeatures } from '../../lib/messaging/index.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { DronesOptions } from './files/drones.js';
import type { ShaperOptions, ShaperReport } from './files/shaper.js';

const mbit100BytesPerMs = 12_500;
const mbit2BytesPerMs = 250;

type Row = { readonly what: string; readonly measured: string; readonly goal: string };

export async function benchFiles(): Promise<void> {
  print({ what: 'files over shaped links', measured: 'measured', goal: 'goal' });
  for (const link of [
    { name: 'loopback', bytesPerMs: undefined, bytes: 64 * 1024 * 1024 },
    { name: '100 Mbit/s', bytesPerMs: mbit100BytesPerMs, bytes: 40_000_000 },
  ])
    print(await compareOne(link));
  for (const row of await measureFleet()) print(row);
  print(await measureBadLink());
}

function print({ what, measured, goal }: Row): void {
  console.log(`${what.padEnd(62)}${measured.padStart(26)}   ${goal}`);
}

/** A server with one budget for all its drones, and the processes that it is measured with. */
class Rig {
  readonly connections: ConnectionManager[] = [];
  readonly #children: ChildProcess[] = [];
  readonly #server = createServer({ noDelay: true });
  readonly #budget: BulkBudget;
  report: ShaperReport | undefined;

  constructor() {
    const clock = new SystemClock();
    this.#budget = new BulkBudget({ clock });
    const endpoint = new Endpoint();
    const features = libraryFeatures;
    const hello = {
      protocol: 1,
      role: 'server',
      id: 's',
      software: 'starling',
      version: '0',
      features,
    } as const;
    this.#server.on('connection', (socket) => {
      const options = { endpoint, clock, hello, bulkBudget: this.#budget, resendRequests: false };
      const connection = new ConnectionManager(options);
      connection.connect(socket);
      this.connections.push(connection);
    });
  }

  async open(count: number, link: Omit<ShaperOptions, 'targetPort'>, folder?: string): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const { port: targetPort } = this.#server.address() as AddressInfo;
    const port = await this.shape({ ...link, targetPort });
    this.#fork('files:drones', { port, count, folder } satisfies DronesOptions);
    await until(() => this.connections.length === count && this.connections.every(({ peer }) => peer));
  }

  /** A link to a port; the port of its other end. */
  async shape(options: ShaperOptions): Promise<number> {
    const shaper = this.#fork('files:shaper', options);
    const port = new Promise<number>((resolve) => {
      shaper.on('message', (report: ShaperReport) => {
        if ('port' in report) resolve(report.port);
        else this.report = report;
      });
    });
    return port;
  }

  close(): void {
    for (const child of this.#children) child.kill();
    for (const connection of this.connections) connection.close();
    this.#server.close();
  }

  #fork(part: string, options: object): ChildProcess {
    const main = fileURLToPath(new URL('./main.js', import.meta.url));
    const child = fork(main, [part], { env: { ...process.env, BENCH_OPTIONS: JSON.stringify(options) } });
    this.#children.push(child);
    return child;
  }
}

/** One drone against a plain socket that writes the same bytes over the same link; nobody digests those. */
async function compareOne(link: {
  readonly name: string;
  readonly bytesPerMs: number | undefined;
  readonly bytes: number;
}): Promise<Row> {
  const content = Buffer.alloc(link.bytes, 'starling');
  const rig = new Rig();
  await rig.open(1, { bytesPerMs: link.bytesPerMs });
  const rates: { chunks: number[]; plain: number[] } = { chunks: [], plain: [] };
  for (let round = 0; round < 3; round += 1) {
    content.writeUInt32BE(round);
    const startMs = performance.now();
    await rig.connections[0]?.sendFile('f', content);
    rates.chunks.push(megabytesPerS(link.bytes, startMs));
    rates.plain.push(await plainRate(rig, content, link.bytesPerMs));
  }
  rig.close();
  const [ours, plain] = [Math.max(...rates.chunks), Math.max(...rates.plain)];
  const measured = `${ours.toFixed(1)} of ${plain.toFixed(1)} MB/s = ${(ours / plain).toFixed(2)}`;
  return { what: `one drone, ${link.name}, of what a plain socket carries`, measured, goal: '>= 0.8' };
}

async function plainRate(rig: Rig, content: Buffer, bytesPerMs: number | undefined): Promise<number> {
  const server = createServer({ noDelay: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port: targetPort } = server.address() as AddressInfo;
  const near = connect({ port: await rig.shape({ targetPort, bytesPerMs }), host: '127.0.0.1' });
  const [far] = (await once(server, 'connection')) as [Socket];
  let left = content.length;
  const startMs = performance.now();
  far.write(content);
  await new Promise<void>((resolve) => {
    near.on('data', (bytes: Buffer) => {
      left -= bytes.length;
      if (left === 0) resolve();
    });
  });
  const rate = megabytesPerS(content.length, startMs);
  near.destroy();
  far.destroy();
  server.close();
  return rate;
}

/** All drones are sent a file each over one link, and three times in between all are told to land. */
async function measureFleet(): Promise<Row[]> {
  const count = 500;
  const rig = new Rig();
  await rig.open(count, { bytesPerMs: mbit100BytesPerMs });
  const content = Buffer.alloc(200_000, 'starling');
  const startMs = performance.now();
  let isUnderWay = true;
  const files = Promise.all(
    rig.connections.map((connection, n) => {
      const own = Buffer.from(content);
      own.writeUInt32BE(n);
      return connection.sendFile('f', own);
    }),
  ).finally(() => {
    isUnderWay = false;
  });
  const written: number[] = [];
  const answered: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    await sleep(2000);
    if (!isUnderWay) throw new Error('the files had all arrived before the command to land was given');
    const [writtenMs, answeredMs] = await land(rig);
    written.push(writtenMs);
    answered.push(answeredMs);
  }
  const sent = await files;
  const seconds = (performance.now() - startMs) / 1000;
  const verified = sent.filter((file) => file?.bytes === content.length).length;
  const queued = rig.report && 'cuts' in rig.report ? rig.report.mostQueuedBytes : Number.NaN;
  rig.close();
  return [
    {
      what: `${count} drones x 200 kB over one 100 Mbit/s, ${verified} verified`,
      measured: `${seconds.toFixed(1)} s`,
      goal: '<= 12 s (8 s is the link)',
    },
    {
      what: 'meanwhile queued in the link at most',
      measured: `${(queued / 1e6).toFixed(2)} MB`,
      goal: '(1.25 MB is 100 ms)',
    },
    { what: 'land to all of them meanwhile: last one written', measured: ms(written), goal: '<= 100 ms' },
    { what: 'land to all of them meanwhile: last answer', measured: ms(answered), goal: '<= 500 ms' },
  ];
}

/** When the last command was handed to its socket, and when the last drone had answered, ms. */
async function land({ connections }: Rig): Promise<[number, number]> {
  const startMs = performance.now();
  const answers = connections.map((connection) => connection.getResponse('land', { lane: 'emergency' }));
  // Frames leave at the end of the turn in which they were queued.
  await new Promise((resolve) => setImmediate(resolve));
  const writtenMs = performance.now() - startMs;
  await Promise.all(answers);
  return [writtenMs, performance.now() - startMs];
}

/** Each cut gives the drone a new connection: the file is sent again over that, and goes on where it was. */
async function measureBadLink(): Promise<Row> {
  const content = Buffer.alloc(5_000_000, 'starling');
  const rig = new Rig();
  const link = {
    bytesPerMs: mbit2BytesPerMs,
    delayMs: 40,
    lossPercent: 3,
    cutEveryBytes: 450_000,
    maxCuts: 10,
  };
  const folder = mkdtempSync(join(tmpdir(), 'starling-bench-'));
  await rig.open(1, link, folder);
  const startMs = performance.now();
  for (let isSent = false; !isSent; ) {
    const connection = rig.connections.at(-1);
    await connection?.helloSettled();
    isSent = await (connection?.sendFile('f', content) ?? Promise.reject(new Error('no drone'))).then(
      () => true,
      () => false,
    );
    if (!isSent) await until(() => rig.connections.at(-1) !== connection);
  }
  const seconds = (performance.now() - startMs) / 1000;
  await sleep(600);
  const cuts = rig.report && 'cuts' in rig.report ? rig.report.cuts : 0;
  rig.close();
  const isRight = readFileSync(join(folder, 'f')).equals(content);
  rmSync(folder, { recursive: true });
  return {
    what: `5 MB over 2 Mbit/s, 80 ms, 3 % loss, through ${cuts} cuts, ${isRight ? 'right' : 'WRONG'}`,
    measured: `${seconds.toFixed(1)} s`,
    goal: 'arrives (20 s is the link)',
  };
}

function ms(values: readonly number[]): string {
  return values
    .map((value) => value.toFixed(0))
    .join(', ')
    .concat(' ms');
}

function megabytesPerS(bytes: number, startMs: number): number {
  return bytes / 1000 / (performance.now() - startMs);
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(10);
}

function sleep(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}
