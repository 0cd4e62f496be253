/** The processed CSV format of mavsdk_drone_show: one table of NED samples a drone. Knows files as bytes; no drone. */
import { degToRad } from '../../geo/frames.js';
import type { SlotShow, YawProgram } from '../show.js';
import { type CsvFile, findCsvFiles, hasCsvFile, othersNote, readEach } from './csv-files.js';
import type { ImportedShow, ShowFormat, ShowSource } from './format.js';
import {
  columnsOf,
  type NumberTable,
  readNumberTable,
  readTimes,
  type TableColumns,
} from './number-table.js';
import {
  clampChannel,
  interleave,
  linearLights,
  noYaw,
  sampledSlot,
  sampledTrajectory,
  sampledYaw,
  whiteLights,
} from './samples.js';

const velocity = ['vx', 'vy', 'vz'];
const led = ['ledr', 'ledg', 'ledb'];

const columns: TableColumns = {
  nameOf: (cell) => cell.toLowerCase(),
  required: ['t', 'px', 'py', 'pz'],
  optional: [...velocity, 'yaw', 'mode', ...led],
  ignored: ['idx', 'ax', 'ay', 'az'],
};

/** Modes that say nothing but what the samples do: idle, take-off, manoeuvring, landing. */
const usualModes = new Set([0, 10, 70, 100]);

/** A velocity further from that of the positions than this is worth a note, m/s. */
const velocityOffMPerS = 0.5;

/**
 * A folder or archive of `Drone N.csv`, N = pos_id, or one file. Positions are north, east, down from the show's
 * origin, m: x = north, y = −east, z = −down, and so x points north (`headingDeg` 0). Yaw, deg clockwise from north,
 * is no program when it is 0 throughout. Only the positions are flown; velocities are compared with them.
 */
export const mds: ShowFormat = {
  id: 'mds',
  matches: (source) => hasCsvFile(source, hasHeader),
  read: readMds,
};

function hasHeader([first = '']: readonly string[]): boolean {
  const names = first.split(',').map((cell) => columns.nameOf(cell.replaceAll('"', '').trim()));
  return names.includes('t') && names.some((name) => /^p[xyz]$/.test(name));
}

function readMds(source: ShowSource): ImportedShow {
  const found = findCsvFiles(source, hasHeader);
  const { files, others } = splitFleet(found.files);
  const notes: string[] = [];
  const unknown = new Set<string>();
  const slots = readEach(files, (file) => {
    const table = readNumberTable(file, columns);
    for (const name of table.unknown) unknown.add(name);
    const slot = toSlot(table);
    notes.push(...velocityNote(table), ...modeNote(table));
    return slot;
  });
  return {
    show: { title: source.name, slots, headingDeg: 0, cues: [], segments: {}, limits: {} },
    notes: [
      ...assignmentNote(source),
      ...[...unknown].map((name) => `Column "${name}" is not taken.`),
      ...notes,
      ...othersNote([...others, ...found.others]),
    ],
  };
}

/** `Drone N.csv` by number; where no file is named so, each is a drone by its own name. */
function splitFleet(files: readonly CsvFile[]): { files: CsvFile[]; others: string[] } {
  const numbered = files.flatMap((file) => {
    const number = /^drone[ _]?0*(\d+)$/i.exec(file.slot)?.[1];
    return number === undefined ? [] : [{ ...file, slot: `Drone ${number}` }];
  });
  if (numbered.length === 0) return { files: [...files], others: [] };
  const used = new Set(numbered.map(({ path }) => path));
  return { files: numbered, others: files.map(({ path }) => path).filter((path) => !used.has(path)) };
}

function toSlot(table: NumberTable): SlotShow {
  const timesS = readTimes(table, 't', 1);
  const [north, east, down] = columnsOf(table, ['px', 'py', 'pz']) ?? [];
  const positionsM = interleave(
    [north, negative(east), negative(down)].map((list) => list ?? new Float64Array()),
  );
  const channels = columnsOf(table, led);
  return sampledSlot({
    trajectory: sampledTrajectory(timesS, positionsM),
    lights: channels
      ? linearLights(timesS, Uint8Array.from(interleave(channels), clampChannel))
      : whiteLights(timesS[0] ?? 0),
    yaw: toYaw(timesS, table.columns.get('yaw')),
  });
}

function negative(list: Float64Array | undefined): Float64Array | undefined {
  return list?.map((value) => 0 - value);
}

function toYaw(timesS: Float64Array, yawsDeg: Float64Array | undefined): YawProgram {
  if (!yawsDeg || yawsDeg.every((yaw) => yaw === 0)) return noYaw;
  return sampledYaw(
    timesS,
    yawsDeg.map((yaw) => degToRad(0 - yaw)),
  );
}

/** Compares each velocity with the way from the sample before it to the one after it. */
function velocityNote(table: NumberTable): string[] {
  const velocities = columnsOf(table, velocity);
  const positions = columnsOf(table, ['px', 'py', 'pz']) ?? [];
  const times = table.columns.get('t') ?? new Float64Array();
  if (!velocities) return [];
  for (let i = 1; i + 1 < times.length; i++) {
    const spanS = (times[i + 1] ?? 0) - (times[i - 1] ?? 0);
    const off = velocities.map((of, axis) => {
      const place = positions[axis];
      return (of[i] ?? 0) - ((place?.[i + 1] ?? 0) - (place?.[i - 1] ?? 0)) / spanS;
    });
    const offMPerS = Math.hypot(...off);
    if (offMPerS > velocityOffMPerS)
      return [
        `${table.path}, line ${table.lines[i]}: the velocity is ${offMPerS.toFixed(1)} m/s off that of the ` +
          'positions; the positions are flown.',
      ];
  }
  return [];
}

function modeNote(table: NumberTable): string[] {
  const modes = new Set(table.columns.get('mode'));
  const unusual = [...modes].filter((mode) => !usualModes.has(mode));
  if (unusual.length === 0) return [];
  return [`${table.path}: mode ${unusual.slice(0, 5).join(', ')} is not taken.`];
}

function assignmentNote({ files }: ShowSource): string[] {
  const path = [...files.keys()].find((name) => /(^|\/)config\.(json|csv)$/i.test(name));
  const text = path === undefined ? '' : new TextDecoder().decode(files.get(path));
  if (!text.includes('hw_id')) return [];
  return [
    `${path}: which drone (hw_id) flies which part (pos_id) is not taken; the parts are named Drone pos_id.`,
  ];
}
