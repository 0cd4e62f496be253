/** Writes a show as the files of a `.skyc` archive. Knows no disk and no zip. */
import { lightFramesPerS } from '../../light-opcodes.js';
import type { Show, SlotShow } from '../../show.js';
import type { ExportedShow } from '../format.js';
import { writePyro, writeTrajectory, writeVector, writeYaw } from './export-drone.js';
import { type LightLoss, writeLights } from './export-lights.js';
import { limitsLost, writeCues, writeEnvironment, writeLimits, writeMeta } from './export-show.js';
import { SlotNotes } from './notes.js';

/** Lights of a bytecode that has to be written out go on for as long as this after the last movement, s. */
const afterglowS = 60;

/** Differences of times that come of their being binary numbers, s. */
const clockNoiseS = 1e-6;

/**
 * The files of the archive; the caller packs them. Nothing may lie before 0 in the format: where something does, the
 * whole show is moved to later times, by a multiple of 20 ms.
 * @throws ShowError for light programs that can not be read, or are too long for the format.
 */
export function exportSkyc(show: Show): ExportedShow {
  const notes = new SlotNotes();
  const archive = new ArchiveWriter();
  const shiftS = shiftOf(show);
  if (shiftS > 0)
    notes.add(`everything is ${shiftS} s later than in the show, so that nothing lies before 0`);
  noteLosses(show, notes);
  const drones = [...show.slots].map(([slot, part]) => {
    const folder = `drones/${archive.folderFor(slot)}`;
    return { type: 'generic', settings: writeSlot({ slot, part, folder, archive, shiftS, notes }) };
  });
  const root = {
    version: 1,
    environment: writeEnvironment(show),
    media: writeMedia(show, archive, shiftS),
    meta: writeMeta(show, shiftS),
    settings: {
      cues: archive.put('cues.json', writeCues(show, shiftS)),
      ...writeLimits(show.limits),
    },
    swarm: { drones },
  };
  archive.put('show.json', root);
  return { files: archive.files, notes: notes.sentences() };
}

/** How far everything has to be moved so that nothing lies before 0: whole frames of light, s. */
function shiftOf(show: Show): number {
  let earliestS = 0;
  const take = (tS: number | undefined) => {
    if (tS !== undefined && tS < earliestS) earliestS = tS;
  };
  for (const { tS } of show.cues) take(tS);
  take(show.music?.startS);
  for (const span of [show.segments.takeoff, show.segments.show, show.segments.landing]) take(span?.startS);
  for (const { trajectory, lights, yaw, pyro } of show.slots.values()) {
    take(trajectory.startS);
    if (lights.kind !== 'bytecode') take(lights.timesS[0]);
    take(yaw.timesS[0]);
    for (const { tS } of pyro) take(tS);
  }
  return Math.ceil(-earliestS * lightFramesPerS - clockNoiseS) / lightFramesPerS;
}

function noteLosses(show: Show, notes: SlotNotes): void {
  const lost = limitsLost(show.limits);
  if (lost.length > 0) notes.add(`limits that the format has no word for are left out: ${lost.join(', ')}`);
  if (show.origin && show.headingDeg === undefined)
    notes.add('the show has a place but no direction: readers may take north');
  if (!show.origin && show.headingDeg !== undefined)
    notes.add('the show has a direction but no place: readers may take neither');
}

type SlotToWrite = {
  readonly slot: string;
  readonly part: SlotShow;
  readonly folder: string;
  readonly archive: ArchiveWriter;
  readonly shiftS: number;
  readonly notes: SlotNotes;
};

function writeSlot({ slot, part, folder, archive, shiftS, notes }: SlotToWrite): object {
  const { trajectory, yaw, pyro, homeM, landAtM } = part;
  const untilS = (trajectory.segments.at(-1)?.endS ?? trajectory.startS) + afterglowS;
  const lights = writeLights(part.lights, { shiftS, untilS });
  noteLights(lights.loss, untilS, (text) => notes.addFor(text, slot));
  const writtenYaw = writeYaw(yaw, shiftS);
  if (writtenYaw?.keepsUneven)
    notes.addFor('where the heading is to be kept for a while, it turns evenly to the next', slot);
  const events = writePyro(pyro, shiftS);
  if (events) notes.addFor('of the payloads of pyrotechnics only the names are known', slot);
  const data = Buffer.from(lights.bytes).toString('base64');
  return {
    name: slot,
    home: writeVector(homeM),
    ...(landAtM && { landAt: writeVector(landAtM) }),
    trajectory: archive.put(`${folder}/trajectory.json`, writeTrajectory(trajectory, shiftS)),
    lights: archive.put(`${folder}/lights.json`, { version: 1, data }),
    ...(writtenYaw && { yawControl: archive.put(`${folder}/yaw_control.json`, writtenYaw.yaw) }),
    ...(events && { pyro: archive.put(`${folder}/pyro.json`, events) }),
  };
}

function noteLights(
  { roundedS, joined, isUnrolled }: LightLoss,
  untilS: number,
  note: (text: string) => void,
): void {
  if (roundedS > clockNoiseS)
    note(`times of lights are rounded to 20 ms, by up to ${Math.ceil(roundedS * 1000)} ms`);
  if (joined > 0) note('colours shorter than the 20 ms of the format are left out');
  if (isUnrolled)
    note(`a light program with jumps is written out up to ${untilS} s, and keeps its colour from there`);
}

function writeMedia({ music }: Show, archive: ArchiveWriter, shiftS: number): object {
  if (!music) return {};
  const extension = /\.(mp3|wav|ogg|flac|m4a|aac)$/i.exec(music.fileName)?.[0].toLowerCase() ?? '.bin';
  return {
    audio: {
      data: archive.putBytes(`assets/music${extension}`, music.bytes),
      mediaType: music.mediaType,
      filename: music.fileName,
      startTime: music.startS + shiftS,
    },
  };
}

/** The files, and the references to them. */
class ArchiveWriter {
  readonly files = new Map<string, Uint8Array>();
  readonly #folders = new Set<string>();

  put(entry: string, value: object): object {
    return this.putBytes(entry, new TextEncoder().encode(JSON.stringify(value)));
  }

  putBytes(entry: string, bytes: Uint8Array): object {
    this.files.set(entry, bytes);
    return { $ref: `./${entry}#` };
  }

  /** A name that is safe on every disk, and no other drone's even where upper and lower case are one. */
  folderFor(slot: string): string {
    const safe = /^[a-z0-9](?:[a-z0-9_ -]*[a-z0-9])?$/i.test(slot) ? slot : 'drone';
    let name = safe;
    for (let number = 2; this.#folders.has(name.toLowerCase()); number++) name = `${safe}-${number}`;
    this.#folders.add(name.toLowerCase());
    return name;
  }
}
