/**
 * What a drone's client costs the Pi: one core and resident memory, hour after hour, while it flies shows at 20 setpoints and
 * 50 lights a second. Real processes, TCP to a server and UDP to an autopilot; a bare node-mavlink program does its least beside it.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '../../drone-client/simulator/adapters/udp-simulator.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { CommandResult } from '../../server/fleet/drone-record.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { until } from '../support/until.js';
import type { BareOrders } from './client/bare-process.js';
import type { ClientOrders } from './client/client-process.js';
import { fadingShow } from './client/fading-show.js';
import { cpuS, memoryMib } from './client/process-cost.js';
import { Child } from './fleet/child.js';

const defaultMinutes = 4;
/** One battery's worth, s. */
const flightS = 120;
const pixels = 30;
const startDelayS = 8;
const attempts = 5;
const waitMs = 90_000;
const ids = ['drone-1'];

type Cost = { readonly seconds: number; readonly cpu: number; readonly bareCpu: number };

type Rig = {
  readonly server: RunningServer;
  readonly client: Child<ClientOrders>;
  readonly pid: number;
  readonly barePid: number;
  /** A full battery is put in. */
  readonly refuel: () => Promise<void>;
};

/** `npm run bench -- client [MINUTES]` */
export async function benchClient([minutes = String(defaultMinutes)]: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'starling-bench-'));
  const clock = new SystemClock();
  const pilot = { clock, systemId: 1, seed: 1, startPositionM: { x: 3, y: 0, z: 0 } };
  let autopilot = await startSimulator(pilot);
  const other = await startSimulator({ ...pilot, seed: 2 });
  const client = new Child<ClientOrders>(
    new URL('./client/client-process.js', import.meta.url),
    await packagedNodeOptions(),
  );
  const bare = new Child<BareOrders>(new URL('./client/bare-process.js', import.meta.url));
  const server = await openServer(clock, folder);
  try {
    const address = { host: '127.0.0.1', port: server.dronePort };
    const data = join(folder, 'data');
    const pid = await client.ask('start', {
      ...{ server: address, autopilotPort: autopilot.port, dataFolder: data, pixels },
    });
    const barePid = await bare.ask('start', other.port);
    const refuel = async () => {
      const { port } = autopilot;
      await autopilot.close();
      autopilot = await startSimulator({ ...pilot, port });
    };
    await fly({ server, client, pid, barePid, refuel }, Number(minutes) * 60);
  } finally {
    await client.end();
    await bare.end();
    await server.close();
    await autopilot.close();
    await other.close();
    await rm(folder, { recursive: true });
  }
}

/** As the package's wrapper starts it. */
async function packagedNodeOptions(): Promise<string[]> {
  const path = fileURLToPath(new URL('../../../packaging/files/starling-drone/starling', import.meta.url));
  const options = /exec "\$node" (.*?)"\$here/.exec(await readFile(path, 'utf8'))?.[1];
  if (options === undefined) throw new Error(`${path} starts no Node`);
  return options.split(' ').filter((option) => option !== '');
}

async function openServer(clock: SystemClock, folder: string): Promise<RunningServer> {
  const showPath = join(folder, 'fading.vviz');
  await writeFile(showPath, fadingShow(flightS));
  return startServer({
    ...{ clock, version: 'bench', stateFolder: join(folder, 'state'), showPath, isHeadless: true },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false, isOpen: true },
  });
}

async function fly(rig: Rig, lengthS: number): Promise<void> {
  console.log(`one client, ${pixels} pixels, flights of ${flightS} s, for ${(lengthS / 60).toFixed(0)} min`);
  console.log(
    '  min   setpoints/s  lights/s  CPU of one core   bare node-mavlink   ratio   RSS MiB   highest',
  );
  const beganMs = performance.now();
  const costs: Cost[] = [];
  while (performance.now() - beganMs < lengthS * 1000) {
    await begin(rig);
    const cost = await measureFlight(rig);
    costs.push(cost.cost);
    const { now, highest } = memoryMib(rig.pid);
    const { cpu, bareCpu } = cost.cost;
    console.log(
      `${((performance.now() - beganMs) / 60_000).toFixed(1).padStart(5)}${cost.setpointsPerS.toFixed(1).padStart(14)}` +
        `${cost.lightsPerS.toFixed(1).padStart(10)}${percent(cpu).padStart(17)}${percent(bareCpu).padStart(20)}` +
        `${(cpu / bareCpu).toFixed(2).padStart(8)}${now.toFixed(1).padStart(10)}${highest.toFixed(1).padStart(10)}`,
    );
    await until(() => isOver(rig.server), 60_000, 'landed');
    await rig.refuel();
  }
  const cpus = costs.map(({ cpu }) => cpu).sort((a, b) => a - b);
  const bares = costs.map(({ bareCpu }) => bareCpu).sort((a, b) => a - b);
  const middle = (values: readonly number[]) => values[Math.floor(values.length / 2)] ?? Number.NaN;
  const own = memoryMib(rig.barePid);
  console.log(
    `median: ${percent(middle(cpus))} of one core, ${(middle(cpus) / middle(bares)).toFixed(2)} of bare node-mavlink's ${percent(middle(bares))}, which has ${own.now.toFixed(1)} MiB`,
  );
}

function isOver({ facade }: RunningServer): boolean {
  const { phase, drones } = facade.snapshot();
  return phase.phase === 'idle' && drones[0]?.record.telemetry.armed === false;
}

/** Until its motors run. On a machine that is busy with other work a start may be called off: then again. */
async function begin({ server }: Rig): Promise<void> {
  const { facade } = server;
  const drone = () => facade.snapshot().drones[0];
  const isArmed = () => drone()?.record.telemetry.armed === true;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await until(() => drone()?.record.isAnswering === true, waitMs, 'the drone is there');
    expectOk(await facade.operations.upload(ids));
    await until(
      () => drone()?.isReady === true,
      waitMs,
      () => JSON.stringify(drone()?.blockers),
    );
    const authorization = { scope: 'live', validS: 600, override: 'a benchmark' } as const;
    expectOk(await facade.operations.authorize(ids, authorization));
    expectOk(await facade.operations.start(ids, { delayS: startDelayS }));
    await until(() => isArmed() || facade.snapshot().phase.phase === 'idle', waitMs, 'armed, or called off');
    if (isArmed()) return;
    console.log(`      called off: ${facade.snapshot().log.at(-1)?.text}`);
  }
  throw new Error(`the start was called off ${attempts} times`);
}

/** In the middle of the flight. */
async function measureFlight({ client, pid, barePid }: Rig) {
  const marginS = 10;
  await sleep(marginS * 1000);
  const [beforeMs, before] = [performance.now(), { own: cpuS(pid), bare: cpuS(barePid) }];
  const sentBefore = await client.ask('sent', undefined);
  await sleep((flightS - 2 * marginS) * 1000);
  const seconds = (performance.now() - beforeMs) / 1000;
  const sentAfter = await client.ask('sent', undefined);
  const cost: Cost = {
    seconds,
    cpu: (cpuS(pid) - before.own) / seconds,
    bareCpu: (cpuS(barePid) - before.bare) / seconds,
  };
  return {
    cost,
    setpointsPerS: (sentAfter.setpoints - sentBefore.setpoints) / seconds,
    lightsPerS: (sentAfter.lights - sentBefore.lights) / seconds,
  };
}

function expectOk(results: readonly CommandResult[]): void {
  const wrong = results.find(({ ok }) => !ok);
  if (wrong) throw new Error(JSON.stringify(wrong));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
