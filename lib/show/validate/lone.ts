/** Who meets a drone that stops, or lands, alone while the others fly on. Knows paths and how a drone brakes. */
import { BoxIndex } from './box-index.js';
import { type Braking, brakingAt, brakingPath, landingPath } from './braking.js';
import { type CheckedDrone, isInAir } from './fleet.js';
import { airLevelM, type ShowLimits } from './limits.js';
import { type Moments, momentsOf } from './moments.js';
import { type Flyer, PairWindows, stretchBelow } from './pair-windows.js';
import type { LoneWarning } from './result.js';
import type { Stretch } from './stretch.js';

type Kind = LoneWarning['kind'];

/** Of each kind, the earliest and the closest are kept. */
const mostOfKind = 10;
/** Most boxes (drones times slices) of the index. */
const mostBoxes = 400_000;

/**
 * Up to 10 of each kind, in order of time: the earliest, and the closest of different pairs. A drone in the air brakes
 * along its velocity and stays, or sinks straight to the height of its pad and stays; `meetsT` is when the first
 * drone that comes too near is closest. Two that are both on the ground do not meet.
 */
export function findLoneMeetings(
  drones: readonly CheckedDrone[],
  limits: ShowLimits,
  moments: Moments,
): LoneWarning[] {
  const search = new LoneSearch(drones, limits, moments);
  const kept = { loneHold: new Keeper(), loneLanding: new Keeper() };
  for (const t of momentsOf(moments))
    drones.forEach((drone, a) => {
      if (!isInAir(drone, t)) return;
      kept.loneHold.offer(search.hold(a, t));
      kept.loneLanding.offer(search.landing(a, t));
    });
  return [...kept.loneHold.list(), ...kept.loneLanding.list()].sort((a, b) => a.t - b.t);
}

class LoneSearch {
  readonly #drones: readonly CheckedDrone[];
  readonly #limits: ShowLimits;
  readonly #endS: number;
  readonly #index: BoxIndex;
  readonly #windows = new PairWindows();

  constructor(drones: readonly CheckedDrone[], limits: ShowLimits, { startS, endS }: Moments) {
    this.#drones = drones;
    this.#limits = limits;
    this.#endS = endS;
    const sliceS = Math.max(1, ((endS - startS) * drones.length) / mostBoxes);
    this.#index = new BoxIndex(drones, { startS, endS, sliceS });
  }

  hold(a: number, t: number): LoneWarning | undefined {
    const drone = this.#drones[a];
    if (!drone) return undefined;
    const braking = brakingAt(drone.path, t, this.#limits.brakingMPerS2);
    const near: number[] = [];
    const [now, rest] = [this.#index.sliceAt(t), this.#index.sliceAt(t + braking.lastsS)];
    this.#collect(braking, now, rest, near);
    this.#collect({ ...braking, fromM: braking.stopM }, rest + 1, this.#index.slices - 1, near);
    const flyer = { path: brakingPath(braking, t), airTimesS: Float64Array.of(Number.NEGATIVE_INFINITY) };
    return this.#firstMeeting('loneHold', { a, t, flyer, near });
  }

  landing(a: number, t: number): LoneWarning | undefined {
    const drone = this.#drones[a];
    if (!drone) return undefined;
    const { fromM } = brakingAt(drone.path, t, this.#limits.brakingMPerS2);
    const speedMPerS = this.#limits.landingSpeedMPerS;
    const groundM = drone.homeM.z;
    const downS = t + (fromM.z - groundM) / speedMPerS;
    const heightAt = (tS: number) => Math.max(groundM, fromM.z - Math.max(0, tS - t) * speedMPerS);
    const [now, rest] = [this.#index.sliceAt(t), this.#index.sliceAt(downS)];
    const near: number[] = [];
    for (let slice = now; slice <= rest; slice++) {
      const startS = this.#index.startS + slice * this.#index.sliceS;
      const high = { ...fromM, z: heightAt(startS) };
      const low = { ...fromM, z: heightAt(startS + this.#index.sliceS) };
      this.#collect({ fromM: high, stopM: low }, slice, slice, near);
    }
    const ground = { ...fromM, z: groundM };
    this.#collect({ fromM: ground, stopM: ground }, rest + 1, this.#index.slices - 1, near);
    const lowS = downS - airLevelM(this.#limits) / speedMPerS;
    const flyer = {
      path: landingPath(fromM, groundM, { startS: t, speedMPerS }),
      airTimesS: Float64Array.of(Number.NEGATIVE_INFINITY, lowS),
    };
    return this.#firstMeeting('loneLanding', { a, t, flyer, near });
  }

  /** What touches the way from one place to another, and the least distance around it. */
  #collect({ fromM, stopM }: Pick<Braking, 'fromM' | 'stopM'>, first: number, last: number, near: number[]) {
    const off = this.#limits.minEscapeDistanceM;
    const low = (axis: 'x' | 'y' | 'z') => Math.min(fromM[axis], stopM[axis]) - off;
    const high = (axis: 'x' | 'y' | 'z') => Math.max(fromM[axis], stopM[axis]) + off;
    const box = [low('x'), low('y'), low('z'), high('x'), high('y'), high('z')] as const;
    if (first <= last) this.#index.collect(box, first, last, near);
  }

  #firstMeeting(
    kind: Kind,
    { a, t, flyer, near }: { a: number; t: number; flyer: Flyer; near: number[] },
  ): LoneWarning | undefined {
    let found: { readonly stretch: Stretch; readonly b: number; readonly slice: number } | undefined;
    for (const entry of near.sort((one, other) => one - other)) {
      const [slice, b] = this.#index.readEntry(entry);
      if (found && slice > found.slice) break;
      if (a === b || b === found?.b) continue;
      const startS = Math.max(t, this.#index.startS + slice * this.#index.sliceS);
      const stretch = this.#stretch(flyer, b, startS, startS + this.#index.sliceS);
      if (stretch && (!found || stretch.startS < found.stretch.startS)) found = { stretch, b, slice };
    }
    if (!found) return undefined;
    const whole = this.#stretch(flyer, found.b, found.stretch.startS, this.#endS) ?? found.stretch;
    const names = [a, found.b].map((i) => this.#drones[i]?.slot ?? '');
    const value = Math.sqrt(Math.max(0, -whole.measure));
    return { kind, t, meetsT: whole.t, drones: names, value, limit: this.#limits.minEscapeDistanceM };
  }

  #stretch(flyer: Flyer, b: number, startS: number, untilS: number): Stretch | undefined {
    const drone = this.#drones[b];
    if (!drone) return undefined;
    const endS = Math.max(startS, Math.min(this.#endS, untilS));
    const rule = { limitM: this.#limits.minEscapeDistanceM, isInAir: true };
    return stretchBelow(this.#windows, [flyer, drone], { startS, endS }, rule).stretch;
  }
}

/** The earliest of all, and the closest of every pair. */
class Keeper {
  #earliest: LoneWarning | undefined;
  readonly #byPair = new Map<string, LoneWarning>();

  offer(warning: LoneWarning | undefined): void {
    if (!warning) return;
    const { t, value, drones } = warning;
    if (!this.#earliest || (t === this.#earliest.t && value < this.#earliest.value)) this.#earliest = warning;
    const pair = drones.join('\n');
    if (value < (this.#byPair.get(pair)?.value ?? Infinity)) this.#byPair.set(pair, warning);
  }

  list(): LoneWarning[] {
    if (!this.#earliest) return [];
    const closest = [...this.#byPair.values()].sort((a, b) => a.value - b.value || a.t - b.t);
    return [...new Set([this.#earliest, ...closest.slice(0, mostOfKind - 1)])];
  }
}
