/**
 * The vehicle: how evenly setpoints leave while telemetry flows, what a drone's client costs, how fast MAVLink is read.
 * Each figure stands beside a named peer's of the same run; real UDP on loopback, the autopilot in this process.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { PassThrough } from 'node:stream';
import { common, type MavLinkData, type MavLinkDataConstructor } from 'mavlink-mappings';
import { MavLinkPacketParser, MavLinkPacketSplitter } from 'node-mavlink';
import { droneComputer } from '../../drone-client/adapters/drone-computer.js';
import { ShowClock } from '../../drone-client/client/show-clock.js';
import { putOnBoard } from '../../drone-client/composition/on-board.js';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { Ticker } from '../../drone-client/player/ticker.js';
import { startSimulator } from '../../drone-client/simulator/adapters/udp-simulator.js';
import { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { MavlinkDecoder, MavlinkEncoder } from '../../drone-client/vehicle/mavlink/codec.js';
import type { Vehicle } from '../../drone-client/vehicle/vehicle.js';
import { loadConfig } from '../../lib/config/index.js';
import { ConnectionManager, Endpoint } from '../../lib/messaging/index.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { measureFleet } from '../drone-client/simulator/fleet-load.js';

const jitterForMs = 10_000;
const parseRounds = 9;
const parseMessages = 20_000;
const clients = 10;
const clientsForMs = 5000;

export async function benchVehicle(): Promise<void> {
  for (const rateHz of [20, 50]) await benchJitter(rateHz);
  await benchClients();
  await benchAutopilots();
  await benchParsing();
}

type Flown = { readonly vehicle: Vehicle; close(): Promise<void> };

async function flown(clock: SystemClock, systemId: number): Promise<Flown> {
  const simulator = await startSimulator({
    clock,
    systemId,
    seed: systemId,
    startPositionM: { x: 0, y: 0, z: 0 },
  });
  const vehicle = await createVehicle({ kind: 'udp', host: '127.0.0.1', port: simulator.port }, { clock });
  while (!vehicle.state.position) await waitMs(50);
  return {
    vehicle,
    async close() {
      await vehicle.close();
      await simulator.close();
    },
  };
}

/** How far from its even beat each setpoint left, against a plain `setInterval` on the same loop at the same time. */
async function benchJitter(rateHz: number): Promise<void> {
  const clock = new SystemClock();
  const { vehicle, close } = await flown(clock, 1);
  const intervalMs = 1000 / rateHz;
  const ours: number[] = [];
  const peers: number[] = [];
  const startedMs = clock.monotonicMs();
  const ticker = new Ticker(clock, intervalMs, () => {
    vehicle.sendSetpoint({ positionM: { x: 0, y: 0, z: 0 }, velocityMPerS: { x: 0, y: 0, z: 0 }, yawRad: 0 });
    ours.push(offBeatMs(clock.monotonicMs() - startedMs, intervalMs));
  });
  ticker.start(startedMs);
  let last = performance.now();
  const plain = setInterval(() => {
    const now = performance.now();
    peers.push(Math.abs(now - last - intervalMs));
    last = now;
  }, intervalMs);
  await waitMs(jitterForMs);
  ticker.stop();
  clearInterval(plain);
  await close();
  console.log(
    `setpoints at ${rateHz} Hz, telemetry of the autopilot's default streams flowing, ${jitterForMs / 1000} s`,
  );
  console.log(
    `  off its beat        p50 ${at(ours, 0.5)} ms, p99 ${at(ours, 0.99)} ms, max ${at(ours, 1)} ms`,
  );
  console.log(
    `  setInterval's period p50 ${at(peers, 0.5)} ms, p99 ${at(peers, 0.99)} ms, max ${at(peers, 1)} ms`,
  );
  console.log(`  p99 of setInterval's ${(quantile(ours, 0.99) / quantile(peers, 0.99)).toFixed(2)}`);
}

/** CPU of clients that hover, with watchdog and flight log, less that of their autopilots. */
async function benchClients(): Promise<void> {
  const clock = new SystemClock();
  const folder = await mkdtemp(join(tmpdir(), 'starling-bench-'));
  const loop = new SimulatedFleetLoop(clock);
  const numbers = Array.from({ length: clients }, (_, index) => index + 1);
  const drones = await Promise.all(numbers.map((number) => hovering(number, { clock, loop, folder })));
  await waitMs(8000);
  if (!drones.every(({ isFlying }) => isFlying())) throw new Error('not every drone hovers');
  const together = await cpuShare(clientsForMs);
  for (const { close } of drones) await close();
  await rm(folder, { recursive: true });
  const { shareOfCore: autopilots } = await measureFleet(clients, 20_000);
  const each = (together - autopilots) / clients;
  console.log(
    `${clients} clients that hover, setpoints at 20 Hz over UDP, watchdog and flight log on, in one process`,
  );
  console.log(
    `  simulated autopilot  ${percent(autopilots / clients)} of a core each (physics 100 Hz, streams encoded)`,
  );
  console.log(`  client               ${percent(each)} of a core each`);
  console.log(`  client of autopilot  ${(each / (autopilots / clients)).toFixed(2)}`);
}

type Shared = { readonly clock: SystemClock; readonly loop: SimulatedFleetLoop; readonly folder: string };

async function hovering(number: number, { clock, loop, folder }: Shared) {
  const dataFolder = join(folder, String(number));
  await mkdir(dataFolder);
  const simulator = await startSimulator({
    ...{ clock, loop, systemId: number, seed: number, settleMs: 500 },
    startPositionM: { x: number * 3, y: 0, z: 0 },
  });
  const vehicle = await createVehicle({ kind: 'udp', host: '127.0.0.1', port: simulator.port }, { clock });
  const connection = new ConnectionManager({ endpoint: new Endpoint(), clock });
  const config = loadConfig('', 'the default configuration', droneConfigSpec);
  const onBoard = putOnBoard({
    ...{ clock, vehicle, connection, config, version: 'bench' },
    ...droneComputer({ clock, config, dataFolder, isSimulated: true }),
    led: new PreviewLed(clock),
    showClock: new ShowClock(clock, connection),
    log: () => undefined,
    id: () => `drone-${number}`,
    rename: () => undefined,
    saveConfig: async () => undefined,
  });
  while (onBoard.drone.guard.obstacles.length > 0) await waitMs(100);
  await onBoard.drone.player.takeOff({ aboveM: 2 });
  return {
    isFlying: () => !simulator.autopilot.truth.isLanded,
    async close() {
      await onBoard.close();
      await vehicle.close();
      await simulator.close();
    },
  };
}

/** A whole fleet of autopilots, each flavour, in made-up time: how much of one core real time would take. */
async function benchAutopilots(): Promise<void> {
  console.log(
    '100 simulated autopilots that hover in wind: physics 100 Hz, default streams, setpoints at 20 Hz',
  );
  for (const kind of ['px4', 'ardupilot'] as const) {
    const { shareOfCore, kilobytesPerS } = await measureFleet(100, 5000, kind);
    console.log(`  ${kind.padEnd(10)} ${percent(shareOfCore)} of a core, ${Math.round(kilobytesPerS)} kB/s`);
  }
}

/** Share of one core that this process takes. */
async function cpuShare(forMs: number): Promise<number> {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await waitMs(forMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - startedMs);
}

/** Messages a second from one buffer of ATTITUDE and LOCAL_POSITION_NED, against node-mavlink's own streams. */
async function benchParsing(): Promise<void> {
  const stream = recorded();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= parseRounds; round += 1) {
    const our = await rate(() => decodeOurs(stream));
    const their = await rate(() => decodeTheirs(stream));
    if (round === 0) continue;
    ours.push(our);
    theirs.push(their);
  }
  const [our, their] = [quantile(ours, 0.5), quantile(theirs, 0.5)];
  console.log(`MAVLink read and decoded, medians of ${parseRounds} rounds of ${parseMessages} messages`);
  console.log(`  this decoder        ${Math.round(our).toLocaleString('en')} messages/s`);
  console.log(`  node-mavlink streams ${Math.round(their).toLocaleString('en')} messages/s`);
  console.log(`  ratio               ${(our / their).toFixed(2)}`);
}

function recorded(): Buffer {
  const encoder = new MavlinkEncoder({ systemId: 1, componentId: 1 });
  const frames: Uint8Array[] = [];
  for (let index = 0; index < parseMessages; index += 1) {
    const message =
      index % 2 === 0
        ? Object.assign(new common.Attitude(), { timeBootMs: index, roll: 0.1, pitch: 0.2, yaw: 0.3 })
        : Object.assign(new common.LocalPositionNed(), { timeBootMs: index, x: 1, y: 2, z: -3 });
    frames.push(encoder.encode(message));
  }
  return Buffer.concat(frames);
}

async function rate(decode: () => Promise<number> | number): Promise<number> {
  const startedMs = performance.now();
  const count = await decode();
  if (count !== parseMessages) throw new Error(`${count} of ${parseMessages} messages were read`);
  return (count / (performance.now() - startedMs)) * 1000;
}

const chunkBytes = 1024;

function decodeOurs(stream: Buffer): number {
  const decoder = new MavlinkDecoder();
  let count = 0;
  for (let from = 0; from < stream.length; from += chunkBytes)
    count += decoder.push(stream.subarray(from, from + chunkBytes)).length;
  return count;
}

async function decodeTheirs(stream: Buffer): Promise<number> {
  const source = new PassThrough({ highWaterMark: stream.length });
  const packets = source.pipe(new MavLinkPacketSplitter()).pipe(new MavLinkPacketParser());
  const classes = new Map<number, MavLinkDataConstructor<MavLinkData>>([
    [common.Attitude.MSG_ID, common.Attitude],
    [common.LocalPositionNed.MSG_ID, common.LocalPositionNed],
  ]);
  for (let from = 0; from < stream.length; from += chunkBytes)
    source.write(stream.subarray(from, from + chunkBytes));
  source.end();
  let count = 0;
  for await (const packet of packets) {
    const definition = classes.get(packet.header.msgid);
    if (definition && packet.protocol.data(packet.payload, definition)) count += 1;
  }
  return count;
}

/** Distance to the nearest beat, ms. */
function offBeatMs(elapsedMs: number, intervalMs: number): number {
  const rest = elapsedMs % intervalMs;
  return Math.min(rest, intervalMs - rest);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function at(values: readonly number[], q: number): string {
  return quantile(values, q).toFixed(2);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
