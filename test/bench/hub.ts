/**
 * Fan-out of a message to a room of 1,000, and memory of a member, for each gateway beside the bare thing it stands on,
 * in the same run. Server and members are processes of their own. Prints a table.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  bareOf,
  type Fanout,
  gateways,
  type Kind,
  type MembersOptions,
  type ServeOptions,
  textBytes,
} from './hub/kinds.js';

const members = 1000;
const messages = 300;
const window = 4;

/** Runs of each; the median counts. */
const rounds = 3;

const main = fileURLToPath(new URL('./main.js', import.meta.url));

export async function benchHub(names: readonly string[]): Promise<void> {
  const kinds = names.length === 0 ? gateways : gateways.filter((kind) => names.includes(kind));
  console.log(
    `${messages} messages of ${textBytes} bytes to a room of ${members}, ${window} under way at a time`,
  );
  const bare = new Map<Kind, number>();
  for (const kind of ['ws', 'tcp'] as const) bare.set(kind, await memoryOf(kind));
  const runs = new Map<Kind, Fanout[]>();
  for (let round = 0; round < rounds; round++)
    for (const kind of ['ws' as const, ...kinds])
      runs.set(kind, [...(runs.get(kind) ?? []), await fanoutOf(kind)]);
  const broadcast = median(rates(runs.get('ws') ?? []));
  print('bare ws broadcast', runs.get('ws') ?? [], 1);
  for (const kind of kinds) {
    const rate = median(rates(runs.get(kind) ?? []));
    print(kind, runs.get(kind) ?? [], rate / broadcast);
  }
  for (const kind of kinds) {
    const base = bareOf(kind);
    const more = ((await memoryOf(kind)) - (bare.get(base) ?? Number.NaN)) / members / 1024;
    console.log(
      `${kind.padEnd(20)} an idle member: ${more.toFixed(1)} KiB over a bare ${base} socket (goal 20)`,
    );
  }
}

function print(name: string, runs: readonly Fanout[], ratio: number): void {
  const latencies = runs.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const at = (share: number) =>
    (latencies[Math.floor(share * (latencies.length - 1))] ?? Number.NaN).toFixed(1);
  const rate = median(rates(runs));
  const each = runs[0]?.receivers ?? Number.NaN;
  console.log(
    `${name.padEnd(20)}${rate.toFixed(0).padStart(7)} messages/s (${((rate * each) / 1000).toFixed(0)}k deliveries/s)` +
      `   last member p50 ${at(0.5)} ms, p99 ${at(0.99)} ms   ${ratio.toFixed(2)} of bare ws (goal 0.5)`,
  );
}

function rates(runs: readonly Fanout[]): number[] {
  return runs.map(({ latenciesMs, seconds }) => latenciesMs.length / seconds);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function fanoutOf(kind: Kind): Promise<Fanout> {
  return inProcesses(kind, messages, async (_server, clients) => (await told(clients, 'fanout')) as Fanout);
}

/** Bytes that the server holds for its members. */
async function memoryOf(kind: Kind): Promise<number> {
  const ask = async (server: ChildProcess) => {
    server.send('memory');
    return (await told(server, 'bytes')) as number;
  };
  let before = Number.NaN;
  const after = await inProcesses(kind, 0, ask, async (server) => {
    before = await ask(server);
  });
  return after - before;
}

async function inProcesses<Result>(
  kind: Kind,
  sent: number,
  measure: (server: ChildProcess, clients: ChildProcess) => Promise<Result>,
  prepare: (server: ChildProcess) => Promise<void> = async () => undefined,
): Promise<Result> {
  const server = child('hub:serve', { kind } satisfies ServeOptions);
  try {
    const port = (await told(server, 'port')) as number;
    await prepare(server);
    const wanted = { kind, port, members, messages: sent, window } satisfies MembersOptions;
    const clients = child('hub:members', wanted);
    try {
      await told(clients, 'ready');
      return await measure(server, clients);
    } finally {
      clients.kill();
    }
  } finally {
    server.kill();
  }
}

function child(part: string, options: object): ChildProcess {
  const env = { ...process.env, BENCH_OPTIONS: JSON.stringify(options) };
  return fork(main, [part], { env, execArgv: ['--expose-gc'] });
}

/** The next value of that name which the process tells. @throws Error when it ends before. */
async function told(from: ChildProcess, name: string): Promise<unknown> {
  const ended = once(from, 'exit').then(() => {
    throw new Error(`a process of the bench ended before it told its ${name}`);
  });
  for (;;) {
    const [message] = (await Promise.race([once(from, 'message'), ended])) as [{ [key: string]: unknown }];
    if (name in message) return message[name];
  }
}
