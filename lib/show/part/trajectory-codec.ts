/** Trajectories, lights and headings as bytes, in units of 10 µm, 1 µs and 1 µrad. Knows no header and no file. */
import type { Vec3 } from '../../geo/frames.js';
import type { LightProgram, Samples, Segment, Trajectory, YawProgram } from '../show.js';
import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';

const unitsPerM = 100_000;
const unitsPerS = 1_000_000;
const unitsPerRad = 1_000_000;

const segmentKinds = ['constant', 'linear', 'bezier', 'sampled'] as const;
const lightKinds = ['step', 'linear', 'bytecode'] as const;

/** Most control points after the first: a curve of degree 7. */
const maxControl = 7;

/** A list of units of which differences of differences are written, so that what moves evenly takes little room. */
class Differences {
  #value: number;
  #step = 0;

  constructor(value: number) {
    this.#value = value;
  }

  /** What to write for the next value. */
  put(value: number): number {
    const step = value - this.#value;
    const change = step - this.#step;
    this.#value = value;
    this.#step = step;
    return change;
  }

  /** The next value, from what was read. */
  take(change: number): number {
    this.#step += change;
    this.#value += this.#step;
    return this.#value;
  }
}

const toUnits = (value: number, perOne: number) => Math.round(value * perOne);

export function writePoint(writer: ByteWriter, point: Vec3, from: Vec3 = { x: 0, y: 0, z: 0 }): void {
  for (const axis of ['x', 'y', 'z'] as const)
    writer.signed(toUnits(point[axis], unitsPerM) - toUnits(from[axis], unitsPerM));
}

export function readPoint(reader: ByteReader, from: Vec3 = { x: 0, y: 0, z: 0 }): Vec3 {
  const axis = (name: keyof Vec3) => (toUnits(from[name], unitsPerM) + reader.signed()) / unitsPerM;
  return { x: axis('x'), y: axis('y'), z: axis('z') };
}

export function writeTrajectory(writer: ByteWriter, { startS, startM, segments }: Trajectory): void {
  writer.signed(toUnits(startS, unitsPerS));
  writePoint(writer, startM);
  writer.unsigned(segments.length);
  let atS = startS;
  let atM = startM;
  for (const segment of segments) {
    writer.byte(segmentKinds.indexOf(segment.kind));
    if (segment.kind === 'sampled') {
      atM = writeSamples(writer, segment.samples, { atS, atM });
    } else {
      writer.unsigned(toUnits(segment.endS, unitsPerS) - toUnits(atS, unitsPerS));
      const points = pointsOf(segment);
      if (segment.kind === 'bezier') writer.byte(points.length);
      for (const point of points) {
        writePoint(writer, point, atM);
        atM = point;
      }
    }
    atS = segment.endS;
  }
}

function pointsOf(segment: Exclude<Segment, { kind: 'sampled' }>): readonly Vec3[] {
  if (segment.kind === 'constant') return [];
  return segment.kind === 'linear' ? [segment.toM] : segment.controlM;
}

type Begin = { readonly atS: number; readonly atM: Vec3 };

function writeSamples(writer: ByteWriter, { timesS, positionsM }: Samples, { atS, atM }: Begin): Vec3 {
  const lists = differences(atS, atM);
  writer.unsigned(timesS.length);
  for (const [i, tS] of timesS.entries()) {
    writer.signed(lists.time.put(toUnits(tS, unitsPerS)));
    for (const [axis, list] of lists.axes.entries())
      writer.signed(list.put(toUnits(positionsM[3 * i + axis] ?? 0, unitsPerM)));
  }
  const [x = 0, y = 0, z = 0] = positionsM.subarray(-3);
  return { x, y, z };
}

function differences(atS: number, { x, y, z }: Vec3) {
  const axes = [x, y, z].map((valueM) => new Differences(toUnits(valueM, unitsPerM)));
  return { time: new Differences(toUnits(atS, unitsPerS)), axes };
}

/** @throws ShowError for what `writeTrajectory` does not write. */
export function readTrajectory(reader: ByteReader): Trajectory {
  const startS = reader.signed() / unitsPerS;
  const startM = readPoint(reader);
  const segments: Segment[] = [];
  let [atS, atM] = [startS, startM];
  for (let left = reader.count(2); left > 0; left--) {
    const segment = readSegment(reader, { atS, atM });
    if (!(segment.endS > atS)) throw reader.error('a segment takes no time');
    atM = endPoint(segment, atM);
    atS = segment.endS;
    segments.push(segment);
  }
  return { startS, startM, segments };
}

function endPoint(segment: Segment, atM: Vec3): Vec3 {
  if (segment.kind !== 'sampled') return pointsOf(segment).at(-1) ?? atM;
  const [x = 0, y = 0, z = 0] = segment.samples.positionsM.subarray(-3);
  return { x, y, z };
}

function readSegment(reader: ByteReader, { atS, atM }: Begin): Segment {
  const kind = segmentKinds[reader.byte()];
  if (kind === undefined) throw reader.error('a segment is of an unknown kind');
  if (kind === 'sampled') return readSampled(reader, { atS, atM });
  const endS = (toUnits(atS, unitsPerS) + reader.unsigned()) / unitsPerS;
  if (kind === 'constant') return { kind, endS };
  if (kind === 'linear') return { kind, endS, toM: readPoint(reader, atM) };
  const count = reader.byte();
  if (count < 2 || count > maxControl) throw reader.error(`a curve has ${count} control points`);
  const controlM: Vec3[] = [];
  for (let i = 0; i < count; i++) controlM.push(readPoint(reader, controlM.at(-1) ?? atM));
  return { kind, endS, controlM };
}

function readSampled(reader: ByteReader, { atS, atM }: Begin): Segment {
  const count = reader.count(4);
  if (count === 0) throw reader.error('a segment has no samples');
  const samples = { timesS: new Float64Array(count), positionsM: new Float64Array(3 * count) };
  const lists = differences(atS, atM);
  let lastS = atS;
  for (let i = 0; i < count; i++) {
    const tS = lists.time.take(reader.signed()) / unitsPerS;
    if (!(tS > lastS)) throw reader.error('times of samples do not rise');
    lastS = tS;
    samples.timesS[i] = tS;
    for (const [axis, list] of lists.axes.entries())
      samples.positionsM[3 * i + axis] = list.take(reader.signed()) / unitsPerM;
  }
  return { kind: 'sampled', endS: lastS, samples };
}

export function writeLights(writer: ByteWriter, program: LightProgram): void {
  writer.byte(lightKinds.indexOf(program.kind));
  if (program.kind === 'bytecode') {
    writer.block(program.bytes);
    return;
  }
  writeTimes(writer, program.timesS);
  writer.raw(program.colors.subarray(0, 3 * program.timesS.length));
}

export function readLights(reader: ByteReader): LightProgram {
  const kind = lightKinds[reader.byte()];
  if (kind === undefined) throw reader.error('the light program is of an unknown kind');
  if (kind === 'bytecode') return { kind, bytes: reader.block().slice() };
  const timesS = readTimes(reader, 4);
  return { kind, timesS, colors: reader.raw(3 * timesS.length).slice() };
}

export function writeYaw(writer: ByteWriter, { timesS, yawsRad }: YawProgram): void {
  writeTimes(writer, timesS);
  for (const yawRad of yawsRad) {
    writer.byte(Number.isNaN(yawRad) ? 0 : 1);
    if (!Number.isNaN(yawRad)) writer.signed(toUnits(yawRad, unitsPerRad));
  }
}

export function readYaw(reader: ByteReader): YawProgram {
  const timesS = readTimes(reader, 2);
  const yawsRad = timesS.map(() => {
    const isKnown = reader.byte();
    if (isKnown > 1) throw reader.error('a heading is of an unknown kind');
    return isKnown === 1 ? reader.signed() / unitsPerRad : Number.NaN;
  });
  return { timesS, yawsRad };
}

function writeTimes(writer: ByteWriter, timesS: Float64Array): void {
  const times = new Differences(0);
  writer.unsigned(timesS.length);
  for (const tS of timesS) writer.signed(times.put(toUnits(tS, unitsPerS)));
}

function readTimes(reader: ByteReader, leastBytes: number): Float64Array {
  const timesS = new Float64Array(reader.count(leastBytes));
  const times = new Differences(0);
  for (let i = 0; i < timesS.length; i++) {
    const tS = times.take(reader.signed()) / unitsPerS;
    if (i > 0 && tS < (timesS[i - 1] ?? 0)) throw reader.error('times fall');
    timesS[i] = tS;
  }
  return timesS;
}

export const writeTime = (writer: ByteWriter, tS: number) => writer.signed(toUnits(tS, unitsPerS));
export const readTime = (reader: ByteReader) => reader.signed() / unitsPerS;
