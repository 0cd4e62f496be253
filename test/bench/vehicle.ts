/**
 * The vehicle: how evenly setpoints leave while telemetry flows, what a drone's client costs, how fast MAVLink is read.
 * Each figure stands beside a named peer's of the same run; real UDP on loopback, the autopilot in this process.
 */
import { performance } from 'node:perf_hooks';
import { PassThrough } from 'node:stream';
import { common, type MavLinkData, type MavLinkDataConstructor } from 'mavlink-mappings';
import { MavLinkPacketParser, MavLinkPacketSplitter } from 'node-mavlink';
import { Ticker } from '../../drone-client/player/ticker.js';
import { startSimulator } from '../../drone-client/simulator/adapters/udp-simulator.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { MavlinkDecoder, MavlinkEncoder } from '../../drone-client/vehicle/mavlink/codec.js';
import type { Vehicle } from '../../drone-client/vehicle/vehicle.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';

const jitterForMs = 10_000;
const parseRounds = 9;
const parseMessages = 20_000;
const clients = 10;
const clientsForMs = 5000;

export async function benchVehicle(): Promise<void> {
  for (const rateHz of [20, 50]) await benchJitter(rateHz);
  await benchClients();
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

/** CPU of vehicles with setpoints at 20 Hz and their streams, less that of their autopilots alone. */
async function benchClients(): Promise<void> {
  const clock = new SystemClock();
  const autopilots = await Promise.all(
    Array.from({ length: clients }, (_, index) =>
      startSimulator({ clock, systemId: index + 1, seed: index, startPositionM: { x: index, y: 0, z: 0 } }),
    ),
  );
  const alone = await cpuShare(clientsForMs);
  const vehicles = await Promise.all(
    autopilots.map(({ port }) => createVehicle({ kind: 'udp', host: '127.0.0.1', port }, { clock })),
  );
  const tickers = vehicles.map((vehicle) => {
    const ticker = new Ticker(clock, 50, () =>
      vehicle.sendSetpoint({
        positionM: { x: 0, y: 0, z: 0 },
        velocityMPerS: { x: 0, y: 0, z: 0 },
        yawRad: 0,
      }),
    );
    ticker.start(clock.monotonicMs());
    return ticker;
  });
  await waitMs(1000);
  const together = await cpuShare(clientsForMs);
  for (const ticker of tickers) ticker.stop();
  for (const vehicle of vehicles) await vehicle.close();
  for (const simulator of autopilots) await simulator.close();
  const each = (together - alone) / clients;
  console.log(`${clients} vehicles at 20 Hz over UDP, with their autopilots, in one process`);
  console.log(`  autopilots alone    ${percent(alone / clients)} of a core each (nobody listens)`);
  console.log(
    `  vehicle             ${percent(each)} of a core each, the autopilot's sending to it included`,
  );
  console.log(`  vehicle of autopilot ${(each / (alone / clients)).toFixed(2)}`);
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
