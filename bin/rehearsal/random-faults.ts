/** A plan of faults from a seed: some of what happens on bad nights, never the same. Knows words; no drone. */
import type { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import { type PlannedFault, parseFaultPlan } from './fault-plan.js';

export type RandomFaultOptions = {
  readonly ids: readonly string[];
  /** How long drones fly, s. */
  readonly flightS: number;
  readonly random: SeededRandom;
};

/** One fault for so many drones, on average, and at least one. */
const dronesPerFault = 4;

type Draw = { readonly random: SeededRandom; readonly flightS: number };
type Maker = (draw: Draw) => string;

const seconds = ({ random }: Draw, low: number, high: number) => random.between(low, high).toFixed(1);

const ofDrone: readonly Maker[] = [
  (draw) => `net-cut ${seconds(draw, 1, 20)}`,
  (draw) => `net-loss ${draw.random.between(0.1, 0.6).toFixed(2)} ${seconds(draw, 5, 30)}`,
  (draw) => `net-latency ${draw.random.between(50, 800).toFixed(0)} ${seconds(draw, 5, 30)}`,
  (draw) => `net-speed ${draw.random.between(20, 200).toFixed(0)} ${seconds(draw, 5, 30)}`,
  (draw) => `clock-step ${draw.random.between(-5000, 5000).toFixed(0)}`,
  (draw) => `hang ${seconds(draw, 0.2, 4)}`,
  (draw) => `crash ${seconds(draw, 2, 10)}`,
  (draw) => `power-loss ${seconds(draw, 10, 30)}`,
  (draw) => `gps-loss ${seconds(draw, 1, 10)}`,
  (draw) => `link-cut ${seconds(draw, 0.5, 5)}`,
  (draw) => `battery-sag ${draw.random.between(0.05, 0.4).toFixed(2)}`,
  (draw) => `gust ${draw.random.between(3, 9).toFixed(1)} ${seconds(draw, 2, 8)}`,
  () => 'motor-loss',
  () => 'reboot',
];

const ofServer: readonly Maker[] = [
  (draw) => `net-cut ${seconds(draw, 1, 10)}`,
  (draw) => `net-loss ${draw.random.between(0.1, 0.4).toFixed(2)} ${seconds(draw, 5, 20)}`,
  (draw) => `clock-step ${draw.random.between(-3000, 3000).toFixed(0)}`,
  (draw) => `hang ${seconds(draw, 0.2, 5)}`,
];

/** The lines of a plan; `parseFaultPlan` reads them. */
export function randomFaultLines({ ids, flightS, random }: RandomFaultOptions): string[] {
  const draw = { random, flightS };
  const count = 1 + random.below(Math.max(1, Math.ceil((2 * ids.length) / dronesPerFault)));
  const lines = Array.from({ length: count }, () => {
    const id = ids[random.below(ids.length)] ?? ids[0];
    const at = random.between(0, flightS).toFixed(1);
    return `${at} ${id} ${pick(ofDrone, random)(draw)}`;
  });
  if (random.next() < 0.3)
    lines.push(`${random.between(0, flightS).toFixed(1)} server ${pick(ofServer, random)(draw)}`);
  if (random.next() < 0.3) lines.push(`${random.between(0, flightS).toFixed(1)} * ${windOf(random)}`);
  return lines;
}

/** What drones are to bear. */
function windOf(random: SeededRandom): string {
  const speed = random.between(0, 8).toFixed(1);
  const gust = random.between(0, 1.5).toFixed(1);
  return `wind ${speed} ${random.below(360)} ${gust} ${random.between(2, 30).toFixed(1)}`;
}

/** The same, read. */
export function randomFaults(options: RandomFaultOptions): PlannedFault[] {
  return parseFaultPlan(randomFaultLines(options).join('\n'), 'random faults');
}

function pick(makers: readonly Maker[], random: SeededRandom): Maker {
  return makers[random.below(makers.length)] ?? (() => 'reboot');
}
