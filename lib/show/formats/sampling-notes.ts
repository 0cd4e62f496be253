/** Says what samples can not hold of a show. Knows shows and samples; no file. */
import { distance } from '../../geo/frames.js';
import type { LightTrack } from '../light-track.js';
import { lightTrack, trackColorAt } from '../lights.js';
import type { Rgb } from '../model.js';
import type { Show } from '../show.js';
import type { SampledSlot, SamplingOptions } from './sampled-show.js';
import { padBelow } from './samples.js';

/** Two colours that differ by no more than this in each channel are the same. */
const sameChannel = 1;

/** A pad this near to where a reader will put it is the same, m. */
const samePadM = 0.05;

/** A spline between the samples that keeps this near to the path is the same way, m. */
const sameWayM = 0.05;

/** Looked at just before and just after each change of colour, s. */
const besideS = 2e-6;

/** Everything that no table of samples has a place for, one sentence each. */
export function contentNotes(show: Show): string[] {
  const parts = [...show.slots.values()];
  const pyro = parts.reduce((sum, part) => sum + part.pyro.length, 0);
  const landings = parts.filter((part) => part.landAtM !== undefined).length;
  const pads = parts.filter(
    ({ homeM, trajectory }) => distance(homeM, padBelow(trajectory.startM)) > samePadM,
  ).length;
  const lost: [boolean, string][] = [
    [show.cues.length > 0, `${show.cues.length} cues`],
    [show.music !== undefined, `the music (${show.music?.fileName})`],
    [pyro > 0, `${pyro} pyro events`],
    [Object.values(show.limits).some((limit) => limit !== undefined), 'the limits of the show'],
    [show.origin !== undefined, 'the place of the origin'],
    [show.headingDeg !== undefined, `the heading of the x axis (${show.headingDeg}°)`],
    [Object.values(show.segments).some((span) => span !== undefined), 'the segments of the show'],
    [pads > 0, `the pads of ${pads} drones`],
    [landings > 0, `the landing places of ${landings} drones`],
  ];
  return lost.filter(([isLost]) => isLost).map(([, what]) => `The files can not hold ${what}.`);
}

/** The headings, for a format without them. */
export function yawNote(show: Show): string[] {
  const drones = [...show.slots.values()].filter(({ yaw }) => yaw.timesS.length > 0).length;
  return drones > 0 ? [`The files can not hold the headings of ${drones} drones.`] : [];
}

/** Lights that stay on, for a format in which they go out at the end. */
export function heldNote(tracks: ReadonlyMap<string, LightTrack>): string[] {
  const held = [...tracks.values()].filter(({ colors }) =>
    colors.subarray(-6, -3).some((value) => value > 0),
  );
  return held.length > 0
    ? [`The lights of ${held.length} drones stay on after the end: they go out there.`]
    : [];
}

/** One note when the way between the samples is not that of the show. */
export function movementLossNote(slots: ReadonlyMap<string, SampledSlot>): string[] {
  const off = [...slots].filter(([, { offM }]) => offM > sameWayM).sort(([, a], [, b]) => b.offM - a.offM);
  const [worst] = off;
  if (!worst) return [];
  const [slot, { offM }] = worst;
  return [
    `Between two samples ${off.length} drones are off their paths (most: ${slot} by ${offM.toFixed(2)} m): ` +
      'raise the rate.',
  ];
}

type Sampled = {
  readonly timesS: Float64Array;
  readonly slots: ReadonlyMap<string, SampledSlot>;
  readonly tracks: ReadonlyMap<string, LightTrack>;
  readonly lights: SamplingOptions['lights'];
};

/** One note when colours between the samples are not those of the show: faster ones, or fades that became steps. */
export function colorLossNote({ timesS, slots, tracks, lights }: Sampled): string[] {
  const losses: { readonly slot: string; readonly tS: number }[] = [];
  for (const [slot, { colors }] of slots) {
    const track = tracks.get(slot);
    const tS = track && firstLossS(track, lightTrack({ kind: lights, timesS, colors }, 0));
    if (tS !== undefined) losses.push({ slot, tS });
  }
  const [first] = losses;
  if (!first) return [];
  return [
    `The colours of ${losses.length} drones change otherwise between two samples than in the show (first: ` +
      `${first.slot} at ${first.tS.toFixed(3)} s).`,
  ];
}

function firstLossS(track: LightTrack, sampled: LightTrack): number | undefined {
  const lastS = sampled.timesS.at(-1) ?? 0;
  return track.timesS.find(
    (tS) =>
      tS <= lastS &&
      [tS - besideS, tS + besideS].some((at) => !isSame(trackColorAt(track, at), trackColorAt(sampled, at))),
  );
}

function isSame(a: Rgb, b: Rgb): boolean {
  return [a.red - b.red, a.green - b.green, a.blue - b.blue].every((by) => Math.abs(by) <= sameChannel);
}
