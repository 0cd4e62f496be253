/** Samples a show at a rate, for formats that hold nothing else. Knows shows and numbers; no file. */
import { ShowError, UsageError } from '../../errors.js';
import { endS } from '../complete.js';
import type { LightTrack } from '../light-track.js';
import { lightTrack } from '../lights.js';
import { pathOf } from '../path-builder.js';
import type { Show, SlotShow } from '../show.js';
import type { SampledShow, SampledSlot, SamplingOptions } from './sampled-show.js';
import { colorLossNote, contentNotes, heldNote, movementLossNote, yawNote } from './sampling-notes.js';
import { deviationM, sampleColors, samplePositions, sampleYaws } from './slot-samples.js';

/** How a light program that never ends is told from a long one: it goes on this long after all movement, s. */
const endlessS = 600;

/** Samples of all drones together: about a gigabyte of text. */
const maxSamples = 20_000_000;

/**
 * From t = 0 (or the show's beginning, when that is earlier) to the end of movement and light, at whole ticks.
 * @throws ShowError for a light program that can not be read; UsageError for a rate below 0.1 or above 100 Hz, or
 * one that makes too many samples.
 */
export function sampleShow(show: Show, options: SamplingOptions): SampledShow {
  const { rateHz } = options;
  if (!(rateHz >= 0.1 && rateHz <= 100))
    throw new UsageError(`a rate of ${rateHz} Hz is not possible, expected 0.1 to 100`);
  const movedS = Math.max(...[...show.slots.values()].map(({ trajectory }) => endS(trajectory)));
  const tracks = readTracks(show, movedS);
  const startS = startOf(show, tracks, options);
  const count = countSamples({ movedS, startS, tracks, options });
  if (count * show.slots.size > maxSamples)
    throw new UsageError(`${count} samples of ${show.slots.size} drones are too many, lower the rate`);
  const timesS = sampleTimes(startS, count, options);
  const slots = new Map<string, SampledSlot>();
  for (const [slot, part] of show.slots) slots.set(slot, sampleSlot(part, tracks.get(slot), timesS));
  const endless = [...tracks.values()].filter(({ isEndless }) => isEndless).length;
  return {
    startS,
    timesS,
    slots,
    notes: [
      ...contentNotes(show),
      ...(startS < 0 ? [`The show begins ${-startS} s before its zero: all times are shifted by that.`] : []),
      ...(options.hasYaw ? [] : yawNote(show)),
      ...movementLossNote(slots),
      ...colorLossNote({ timesS, slots, tracks, lights: options.lights }),
      ...(options.lights === 'step' ? heldNote(tracks) : []),
      ...(endless > 0 ? [`The lights of ${endless} drones never end: they are cut off.`] : []),
    ],
  };
}

/** The name of a part's file. @throws ShowError when it can not be one. */
export function slotFileName(slot: string): string {
  if (/^[^/\\\p{Cc}.][^/\\\p{Cc}]*$/u.test(slot)) return `${slot}.csv`;
  throw new ShowError(`"${slot}" can not be the name of a file, rename the drone's part`);
}

type EndingTrack = LightTrack & { readonly isEndless: boolean };

function readTracks(show: Show, movedS: number): Map<string, EndingTrack> {
  const untilS = movedS + endlessS;
  return new Map(
    [...show.slots].map(([slot, { lights }]) => {
      const track = lightTrack(lights, untilS);
      const isEndless = lights.kind === 'bytecode' && (track.timesS.at(-1) ?? 0) >= untilS;
      return [slot, { ...track, isEndless }];
    }),
  );
}

/** On the grid of samples that 0 is on. */
function startOf(
  show: Show,
  tracks: ReadonlyMap<string, LightTrack>,
  { rateHz, ticksPerS, startS }: SamplingOptions,
): number {
  if (startS !== undefined) return roundTo(ticksPerS, startS);
  let firstS = 0;
  for (const { trajectory } of show.slots.values()) firstS = Math.min(firstS, trajectory.startS);
  for (const { timesS } of tracks.values()) firstS = Math.min(firstS, timesS[0] ?? 0);
  return roundTo(ticksPerS, Math.floor(firstS * rateHz + 1e-6) / rateHz);
}

type Extent = {
  readonly movedS: number;
  readonly startS: number;
  readonly tracks: ReadonlyMap<string, EndingTrack>;
  readonly options: SamplingOptions;
};

/** Up to the last movement and the last change of colour; where colours step to black, the frame before it lasts till then. */
function countSamples({ movedS, startS, tracks, options }: Extent): number {
  const steps = (tS: number) => Math.ceil((tS - startS) * options.rateHz - 1e-6);
  let count = steps(movedS) + 1;
  for (const { timesS, colors, isEndless } of tracks.values()) {
    if (isEndless || timesS.length === 0) continue;
    const isBlack = colors.subarray(-6).every((value) => value === 0);
    const spare = isBlack && options.lights === 'step' ? 0 : 1;
    count = Math.max(count, steps(timesS.at(-1) ?? 0) + spare);
  }
  return count;
}

function sampleTimes(startS: number, count: number, { rateHz, ticksPerS }: SamplingOptions): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => roundTo(ticksPerS, startS + i / rateHz));
}

function roundTo(ticksPerS: number, tS: number): number {
  return Math.round(tS * ticksPerS) / ticksPerS + 0;
}

function sampleSlot(part: SlotShow, track: LightTrack | undefined, timesS: Float64Array): SampledSlot {
  const path = pathOf(part.trajectory);
  const positionsM = samplePositions(path, timesS);
  return {
    positionsM,
    offM: deviationM(path, timesS, positionsM),
    colors: track ? sampleColors(track, timesS) : new Uint8Array(3 * timesS.length),
    yawsRad: sampleYaws(part.yaw, timesS),
  };
}
