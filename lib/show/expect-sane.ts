/** What every show must be, whatever format it came from, before anything is computed of it. Knows no format. */
import { ShowError } from '../errors.js';
import { isFiniteVec3, type Vec3 } from '../geo/frames.js';
import type { LightProgram, Segment, Show, SlotShow, Trajectory } from './show.js';

const maxSlots = 5000;
const maxNameLength = 63;
const maxDistanceM = 10_000;
const maxTimeS = 86_400;
/** Turns on the spot, thousands of them. */
const maxYawRad = 100_000;
const maxChannel = 2 ** 32 - 1;

/** `earliestS`: the first moment at which a drone may do something: 0 in a raw file. */
type SanityOptions = { readonly earliestS: number };

/**
 * 1 to 5000 parts with printable names, every number finite and plausible, times in order.
 * @throws ShowError naming part, time and value.
 */
export function expectSane(show: Show, { earliestS }: SanityOptions): void {
  if (show.slots.size < 1 || show.slots.size > maxSlots)
    throw new ShowError(`${show.title}: the show has ${show.slots.size} drones, expected 1 to ${maxSlots}`);
  for (const [slot, part] of show.slots) {
    expectName(slot);
    expectPart(part, { slot, earliestS });
  }
  expectHead(show);
}

type Context = { readonly slot: string; readonly earliestS: number };

function expectName(slot: string): void {
  const isGood =
    slot.length >= 1 &&
    slot.length <= maxNameLength &&
    slot.trim() === slot &&
    !/^\.{1,2}$|[/\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(slot);
  if (!isGood)
    throw new ShowError(
      `${JSON.stringify(slot.slice(0, 80))} can not be the name of a drone's part, ` +
        `expected 1 to ${maxNameLength} printable characters without /`,
    );
}

function expectPart(part: SlotShow, context: Context): void {
  expectTrajectory(part.trajectory, context);
  expectLights(part.lights, context);
  expectTimes(part.yaw.timesS, 'yaw', context);
  const { timesS, yawsRad } = part.yaw;
  if (yawsRad.length !== timesS.length) throw new ShowError(`${context.slot}: yaws and times do not match`);
  const wild = yawsRad.findIndex((yaw) => Math.abs(yaw) > maxYawRad);
  if (wild >= 0)
    throw new ShowError(
      `${context.slot}: yaw ${yawsRad[wild]} rad at ${timesS[wild]} s, expected ${-maxYawRad} to ${maxYawRad}`,
    );
  for (const { tS, channel } of part.pyro) {
    expectTime(tS, 'pyro', context);
    if (!(Number.isInteger(channel) && channel >= 0 && channel <= maxChannel))
      throw new ShowError(`${context.slot}: pyro channel ${channel} is wrong`);
  }
  expectPlace(part.homeM, `${context.slot}: home`);
  if (part.landAtM) expectPlace(part.landAtM, `${context.slot}: landing place`);
}

function expectTrajectory({ startS, startM, segments }: Trajectory, context: Context): void {
  expectTime(startS, 'trajectory', context);
  expectPlace(startM, `${context.slot}, ${startS} s`);
  let atS = startS;
  for (const segment of segments) {
    expectTime(segment.endS, 'trajectory', context);
    if (segment.endS <= atS)
      throw new ShowError(
        `${context.slot}: the trajectory goes back in time, from ${atS} to ${segment.endS} s`,
      );
    expectSegment(segment, atS, context);
    atS = segment.endS;
  }
}

function expectSegment(segment: Segment, startS: number, context: Context): void {
  if (segment.kind === 'linear') expectPlace(segment.toM, `${context.slot}, ${segment.endS} s`);
  if (segment.kind === 'bezier') {
    if (segment.controlM.length < 2 || segment.controlM.length > 7)
      throw new ShowError(
        `${context.slot}, ${startS} s: a curve has ${segment.controlM.length} control points`,
      );
    for (const place of segment.controlM) expectPlace(place, `${context.slot}, from ${startS} s`);
  }
  if (segment.kind !== 'sampled') return;
  const { timesS, positionsM } = segment.samples;
  expectTimes(timesS, 'trajectory', { ...context, afterS: startS });
  if (positionsM.length !== 3 * timesS.length || timesS.at(-1) !== segment.endS)
    throw new ShowError(`${context.slot}, from ${startS} s: samples and times do not match`);
  for (let i = 0; i < timesS.length; i++) {
    const [x, y, z] = [positionsM[3 * i] ?? 0, positionsM[3 * i + 1] ?? 0, positionsM[3 * i + 2] ?? 0];
    if (!(x * x + y * y + z * z <= maxDistanceM ** 2))
      expectPlace({ x, y, z }, `${context.slot}, ${timesS[i]} s`);
  }
}

function expectLights(lights: LightProgram, context: Context): void {
  if (lights.kind === 'bytecode') return;
  expectTimes(lights.timesS, 'lights', context);
  if (lights.colors.length !== 3 * lights.timesS.length)
    throw new ShowError(`${context.slot}: colours and times do not match`);
}

function expectHead({ title, origin, headingDeg, cues, music, limits }: Show): void {
  const numbers = [
    headingDeg ?? 0,
    ...(origin ? [origin.latDeg, origin.lonDeg, origin.amslM ?? 0] : []),
    ...Object.values(limits).filter((limit) => typeof limit === 'number'),
  ];
  if (numbers.some((value) => !Number.isFinite(value)))
    throw new ShowError(`${title}: origin, heading or a limit is not a number`);
  if (origin && (Math.abs(origin.latDeg) > 90 || Math.abs(origin.lonDeg) > 180))
    throw new ShowError(
      `${title}: there is no place at latitude ${origin.latDeg}, longitude ${origin.lonDeg}`,
    );
  for (const tS of [...cues.map((cue) => cue.tS), music?.startS ?? 0])
    if (!(Math.abs(tS) <= maxTimeS))
      throw new ShowError(`${title}: a cue or the music at ${tS} s is more than a day from the start`);
}

function expectTimes(
  timesS: Float64Array,
  what: string,
  context: Context & { readonly afterS?: number },
): void {
  let before = context.afterS ?? Number.NEGATIVE_INFINITY;
  for (const tS of timesS) {
    expectTime(tS, what, context);
    if (tS <= before)
      throw new ShowError(
        `${context.slot}: ${what} at ${tS} s does not come after what is before it, ${before} s`,
      );
    before = tS;
  }
}

function expectTime(tS: number, what: string, { slot, earliestS }: Context): void {
  if (!(Math.abs(tS) <= maxTimeS))
    throw new ShowError(`${slot}: ${what} at ${tS} s is more than a day from the start`);
  if (tS < earliestS)
    throw new ShowError(`${slot}: ${what} at ${tS} s, expected nothing before ${earliestS} s`);
}

function expectPlace(place: Vec3, where: string): void {
  const { x, y, z } = place;
  if (isFiniteVec3(place) && Math.hypot(x, y, z) <= maxDistanceM) return;
  throw new ShowError(
    `${where}: (${x}, ${y}, ${z}) is more than ${maxDistanceM} m away, check the file and its units`,
  );
}
