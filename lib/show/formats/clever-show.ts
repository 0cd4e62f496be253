/** The show format of clever-show: one animation file a drone. Knows files as bytes; no disk and no drone. */
import type { Animation, AnimationFrame } from '../model.js';
import type { Show, SlotShow } from '../show.js';
import { noAnimationId, parseCleverShowCsv, toCleverShowCsv } from './clever-show-csv.js';
import { findCsvFiles, hasCsvFile, othersNote, readEach } from './csv-files.js';
import type { ExportedShow, ImportedShow, ImportOptions, ShowFormat, ShowSource } from './format.js';
import { roundToMicroseconds } from './number-table.js';
import type { SampledSlot } from './sampled-show.js';
import { sampledSlot, sampledTrajectory, sampledYaw, stepLights } from './samples.js';
import { sampleShow, slotFileName } from './sampling.js';
import { decodeLines } from './text-file.js';

/** Lines at the beginning of a file among which its first frame is looked for. */
const headRows = 4;

/**
 * A folder or archive of NAME.csv, or one file. Axes as in the file: x and y horizontal, z up; where x points is a
 * setting of the drones, so there is no `headingDeg`. After its last frame a drone goes dark.
 */
export const cleverShow: ShowFormat = {
  id: 'clever-show',
  matches: (source) => hasCsvFile(source, beginsWithFrames),
  read: readCleverShow,
};

export type CleverShowOptions = {
  readonly rateHz?: number;
  /** The moment of the first frame, s of the show. */
  readonly startS?: number;
  /** The id in each file. Default: the title of the show. */
  readonly idOf?: (slot: string) => string;
};

/**
 * The show as animation files, with `rateHz` frames a second from t = 0, or from its beginning when that lies before.
 * @throws ShowError for a light program that can not be read; UsageError for a rate below 0.1 or above 100 Hz,
 * or too high for so long a show.
 */
export function exportCleverShow(show: Show, options: CleverShowOptions = {}): ExportedShow {
  const { rateHz = 10, startS } = options;
  const sampled = sampleShow(show, {
    ...{ rateHz, lights: 'step', hasYaw: true, ticksPerS: 1e6 },
    ...(startS !== undefined && { startS }),
  });
  const title = show.title.trim() === '' ? noAnimationId : show.title;
  const { idOf = () => title } = options;
  const files = new Map<string, Uint8Array>();
  for (const [slot, samples] of sampled.slots) {
    const frames = toFrames(samples, 1 / rateHz);
    files.set(slotFileName(slot), new TextEncoder().encode(toCleverShowCsv({ id: idOf(slot), frames })));
  }
  return { files, notes: sampled.notes };
}

/** A row of eight cells that begins with an integer, after a row of the id (quoted when it has commas) and rows of the delay. */
function beginsWithFrames(lines: readonly string[]): boolean {
  const rows = lines
    .slice(0, headRows)
    .filter((line) => !line.startsWith('|'))
    .map((line) => line.split(','));
  const frame = rows.find((cells) => cells.length > 2);
  return frame !== undefined && /^\s*[+-]?\d+\s*$/.test(frame[0] ?? '');
}

function readCleverShow(source: ShowSource, { frameDelayS }: ImportOptions): ImportedShow {
  const { files, others } = findCsvFiles(source, beginsWithFrames);
  const idOf = new Set<string>();
  // Frame by frame an animation is large: each becomes lists of numbers before the next is read.
  const slots = readEach(files, ({ bytes, path }) => {
    const animation = parseCleverShowCsv(decodeLines(bytes, path), path, { frameDelayS });
    idOf.add(animation.id);
    return toSlot(animation);
  });
  const ids = [...idOf];
  const [id = noAnimationId] = ids;
  const title = ids.length === 1 && id !== noAnimationId ? id : source.name;
  const lost = ids.length > 1 ? [`The files have different ids: ${ids.slice(0, 5).join(', ')}.`] : [];
  return {
    show: { title, slots, cues: [], segments: {}, limits: {} },
    notes: [...lost, ...othersNote(others)],
  };
}

function toSlot({ frames }: Animation): SlotShow {
  const timesS = new Float64Array(frames.length + 1);
  const positionsM = new Float64Array(3 * frames.length);
  const colors = new Uint8Array(3 * frames.length + 3);
  let endS = 0;
  for (const [i, { positionM, color, durationS }] of frames.entries()) {
    positionsM.set([positionM.x, positionM.y, positionM.z], 3 * i);
    colors.set([color.red, color.green, color.blue], 3 * i);
    endS += durationS;
    timesS[i + 1] = roundToMicroseconds(endS);
  }
  const frameTimesS = timesS.subarray(0, frames.length);
  return sampledSlot({
    trajectory: sampledTrajectory(frameTimesS, positionsM),
    lights: stepLights(timesS, colors),
    yaw: sampledYaw(
      frameTimesS,
      Float64Array.from(frames, ({ yawRad }) => yawRad),
    ),
  });
}

function toFrames({ positionsM, colors, yawsRad }: SampledSlot, durationS: number): AnimationFrame[] {
  return Array.from(yawsRad, (yawRad, i) => {
    const [x = 0, y = 0, z = 0] = positionsM.subarray(3 * i, 3 * i + 3);
    const [red = 0, green = 0, blue = 0] = colors.subarray(3 * i, 3 * i + 3);
    return { positionM: { x, y, z }, yawRad, color: { red, green, blue }, durationS };
  });
}
