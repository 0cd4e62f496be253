/**
 * The fleet over the time of a flight, as its telemetry told it to the server: how many were connected, and their
 * batteries. Knows recordings; no file and no page.
 */
import type { DroneRecord } from '../../fleet/drone-record.js';
import { isArmed, numberAt } from '../../fleet/telemetry.js';
import type { Recording } from '../replay/recording.js';
import type { Flight } from './flights.js';
import { fieldsOf, optionalText } from './read-record.js';

/** A moment of the fleet. */
type FleetPoint = {
  /** Since the flight began, s. */
  readonly sinceS: number;
  /** In the table of the server. */
  readonly known: number;
  readonly connected: number;
  readonly armed: number;
  /** As drones estimate it: the median of their means and the strongest gust; undefined where none does. */
  readonly wind: { readonly meanMPerS: number; readonly gustMPerS: number } | undefined;
};

/** What the server heard of a drone in the flight. Shares: 0 … 1. */
export type DroneSeen = {
  /** Armed, to the step of the series, s. */
  readonly armedS: number;
  /** Whether its motors ran when it was heard last; undefined: it never said. */
  readonly isArmedAtEnd: boolean | undefined;
  /** While armed: at first, at last; undefined where it told none. */
  readonly startShare: number | undefined;
  readonly endShare: number | undefined;
  readonly leastV: number | undefined;
};

export type FleetSeries = {
  readonly stepS: number;
  readonly points: readonly FleetPoint[];
  readonly seen: ReadonlyMap<string, DroneSeen>;
  /** Drone → its slot of the show when the flight began. */
  readonly slots: ReadonlyMap<string, string>;
  /** Battery of each drone at each point, 0 … 1; NaN where it is unknown. */
  readonly batteryShares: ReadonlyMap<string, Float32Array>;
};

/** More points are narrower than a printed line. */
const maxPoints = 400;

/** Nothing that is shown changes faster, ms. */
const leastStepMs = 1000;

/** Whoever is still armed so long after the end of a show has other reasons, ms. */
const longestLandingMs = 15 * 60_000;

/**
 * The flight with the landings after its show: until no drone that is heard has its motors on, the next flight begins or
 * the record ends. Rejects as reading does.
 */
export async function untilLanded(recording: Recording, flight: Flight, next?: Flight): Promise<Flight> {
  const lastMs = Math.min(
    recording.startMs + recording.durationMs,
    next?.fromMonotonicMs ?? Number.POSITIVE_INFINITY,
    flight.untilMonotonicMs + longestLandingMs,
  );
  let landed = flight;
  for (let atMs = flight.untilMonotonicMs; atMs <= lastMs; atMs += leastStepMs) {
    const { drones, utcMs } = await recording.at(atMs - recording.startMs);
    landed = { ...flight, untilMonotonicMs: atMs, untilUtcMs: utcMs };
    if (!drones.some(({ isConnected, telemetry }) => isConnected && isArmed(telemetry))) break;
  }
  return landed;
}

/** Rejects as reading does. */
export async function fleetSeries(recording: Recording, flight: Flight): Promise<FleetSeries> {
  const { fromMonotonicMs, untilMonotonicMs } = flight;
  const stepMs = Math.max(leastStepMs, (untilMonotonicMs - fromMonotonicMs) / (maxPoints - 1));
  const count = Math.floor((untilMonotonicMs - fromMonotonicMs) / stepMs) + 1;
  const points: FleetPoint[] = [];
  const seen = new Map<string, Seen>();
  const batteryShares = new Map<string, Float32Array>();
  let slots: ReadonlyMap<string, string> = new Map();
  for (let index = 0; index < count; index++) {
    const { drones, server } = await recording.at(fromMonotonicMs + index * stepMs - recording.startMs);
    if (slots.size === 0) slots = slotsOf(server.slots);
    const connected = drones.filter(({ isConnected }) => isConnected);
    for (const drone of connected) see(drone, { seen, batteryShares, index, count, stepMs });
    points.push({
      ...{ sinceS: (index * stepMs) / 1000, known: drones.length, connected: connected.length },
      armed: connected.filter(({ telemetry }) => isArmed(telemetry)).length,
      wind: windOf(connected),
    });
  }
  return { stepS: stepMs / 1000, points, seen, slots, batteryShares };
}

function windOf(drones: readonly DroneRecord[]): FleetPoint['wind'] {
  const told = (place: number) =>
    drones.flatMap(({ telemetry }) => finite(numberAt(telemetry.wind, place)) ?? []);
  const means = told(0).sort((a, b) => a - b);
  const meanMPerS = means[(means.length - 1) >>> 1];
  return meanMPerS === undefined ? undefined : { meanMPerS, gustMPerS: Math.max(meanMPerS, ...told(1)) };
}

type Seen = { -readonly [name in keyof DroneSeen]: DroneSeen[name] };

type Seeing = {
  readonly seen: Map<string, Seen>;
  readonly batteryShares: Map<string, Float32Array>;
  readonly index: number;
  readonly count: number;
  readonly stepMs: number;
};

function see({ id, telemetry }: DroneRecord, { seen, batteryShares, index, count, stepMs }: Seeing): void {
  const known = seen.get(id) ?? unseen();
  seen.set(id, known);
  const share = finite(numberAt(telemetry.battery, 1));
  if (share !== undefined) {
    const shares = batteryShares.get(id) ?? new Float32Array(count).fill(Number.NaN);
    shares[index] = share;
    batteryShares.set(id, shares);
  }
  if (typeof telemetry.armed === 'boolean') known.isArmedAtEnd = telemetry.armed;
  if (!isArmed(telemetry)) return;
  known.armedS += stepMs / 1000;
  known.startShare ??= share;
  known.endShare = share ?? known.endShare;
  const volts = finite(numberAt(telemetry.battery, 0));
  if (volts !== undefined) known.leastV = Math.min(known.leastV ?? volts, volts);
}

function unseen(): Seen {
  return {
    ...{ armedS: 0, isArmedAtEnd: undefined, startShare: undefined, endShare: undefined, leastV: undefined },
  };
}

function slotsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(fieldsOf(value)).flatMap(([id, slot]) => {
      const name = optionalText(slot);
      return name === undefined ? [] : [[id, name] as const];
    }),
  );
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
