/**
 * Many drones in one process: each the client that flies real drones, with a clock of its own. Only the vehicles are
 * not what they are in life: they follow each setpoint at once, so that 200 fit into one process, and keep when it came.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { PreviewLed } from '../../../drone-client/led/preview-led.js';
import { startDrone } from '../../../drone-client/main.js';
import { Random } from '../../../drone-client/simulator/random.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { SkewedClock } from '../../support/skewed-clock.js';
import { answerParent } from './child.js';
import { markOf } from './line-show.js';
import { RecordedVehicle } from './recorded-vehicle.js';
import { trueMs } from './true-time.js';

export type FleetMember = {
  readonly number: number;
  readonly server: { readonly host: string; readonly port: number };
  /** Of a clock that is wrong; without it the machine's own is used. */
  readonly skewSeed?: number;
};

export type FleetOrders = typeof orders;

const maxWarnings = 20;

const vehicles = new Map<string, RecordedVehicle>();
/** When the first and the last of them began the show, by true time and by CPU time of this process. */
const rush: { readonly atMs: number; readonly cpuMs: number }[] = [];
let begun = 0;
const warnings: string[] = [];

const orders = {
  async start({ folder, members }: { readonly folder: string; readonly members: readonly FleetMember[] }) {
    for (const member of members) await startOne(member, folder);
  },

  /** True moment of each drone's first setpoint of the show. */
  firstSetpoints(_: undefined): [id: string, atMs: number | undefined][] {
    return [...vehicles].map(([id, { firstOfShowMs }]) => [id, firstOfShowMs]);
  },

  /** From the first drone's first setpoint of the show to the last one's in this process: ms, and of CPU time. */
  rush(_: undefined): { readonly wallMs: number; readonly cpuMs: number } {
    const [first, last] = [rush[0], rush.at(-1)];
    if (!first || !last) return { wallMs: 0, cpuMs: 0 };
    return { wallMs: last.atMs - first.atMs, cpuMs: last.cpuMs - first.cpuMs };
  },

  /** How far east each drone was sent at a true moment, m. */
  eastAtM(atMs: number): [id: string, eastM: number | undefined][] {
    return [...vehicles].map(([id, vehicle]) => [id, vehicle.eastAtM(atMs)]);
  },

  /** By how many ms `count` plain timers are late that are all due at one true moment, among all else that runs here. */
  bareTimers({ count, dueMs }: { readonly count: number; readonly dueMs: number }): Promise<number[]> {
    return new Promise((resolve) => {
      const lateMs: number[] = [];
      for (let i = 0; i < count; i += 1) {
        setTimeout(() => {
          if (lateMs.push(trueMs() - dueMs) === count) resolve(lateMs);
        }, dueMs - trueMs());
      }
    });
  },

  /** The first things that the clients warned of. */
  warnings(_: undefined): string[] {
    return warnings;
  },
};

async function startOne({ number, server, skewSeed }: FleetMember, folder: string): Promise<void> {
  const id = `drone-${number}`;
  const dataFolder = join(folder, id);
  await mkdir(dataFolder, { recursive: true });
  const clock = skewSeed === undefined ? new SystemClock() : skewed(skewSeed);
  const vehicle = new RecordedVehicle(clock, markOf(number), noteBeginning);
  vehicles.set(id, vehicle);
  await startDrone({
    ...{ clock, vehicle, id, dataFolder, server },
    logger,
    version: 'bench',
    isSimulated: true,
    isOpen: true,
    led: new PreviewLed(clock),
  });
}

/** Asking for CPU time is dear: it is asked for twice only. */
function noteBeginning(): void {
  begun += 1;
  if (begun !== 1 && begun !== vehicles.size) return;
  const { user, system } = process.cpuUsage();
  rush.push({ atMs: trueMs(), cpuMs: (user + system) / 1000 });
}

/** ± 5 s, ± 100 ppm. */
function skewed(seed: number): SkewedClock {
  const random = new Random(seed * 13 + 5);
  return new SkewedClock(new SystemClock(), {
    offsetMs: random.between(-5000, 5000),
    driftPpm: random.between(-100, 100),
  });
}

const logger = pino(
  { level: 'warn', base: null },
  new Writable({
    write(line, _encoding, done) {
      if (warnings.length < maxWarnings) warnings.push(String(line).trim());
      done();
    },
  }),
);

answerParent(orders);
