/** A drone's part of a show as bytes, always the same for the same part. Knows no file, no drone and no network. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { errorText, ShowError } from '../../errors.js';
import { expectModest } from '../formats/modest-json.js';
import type { PyroEvent, SlotShow } from '../show.js';
import { parseLimits } from '../validate/parse-limits.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { canonicalJson } from './canonical-json.js';
import type { PartCommon, ShowPart } from './show-part.js';
import {
  readLights,
  readPoint,
  readTime,
  readTrajectory,
  readYaw,
  writeLights,
  writePoint,
  writeTime,
  writeTrajectory,
  writeYaw,
} from './trajectory-codec.js';

/** What every part begins with: a name that no text file has, and the version of the encoding. */
const magic = Uint8Array.of(0x89, 0x53, 0x54, 0x41, 0x52, 0x50, 0x0a, 1);

/**
 * The canonical encoding: `magic`, a header of canonical JSON (slot, title, lead, origin, heading, limits), pad,
 * landing place, trajectory, lights, heading, pyro events. Places are rounded to 10 µm, times to 1 µs.
 * @throws ShowError when two moments fall into one microsecond.
 */
export function encodePart({ slot, common, show }: ShowPart): Uint8Array {
  const writer = new ByteWriter();
  writer.raw(magic);
  writer.block(new TextEncoder().encode(canonicalJson({ slot, ...common })));
  writePoint(writer, show.homeM);
  writer.byte(show.landAtM ? 1 : 0);
  if (show.landAtM) writePoint(writer, show.landAtM);
  writeTrajectory(writer, show.trajectory);
  writeLights(writer, show.lights);
  writeYaw(writer, show.yaw);
  writePyro(writer, show.pyro);
  return writer.finish();
}

/**
 * Reads what `encodePart` wrote, and nothing else: `encodePart(decodePart(bytes))` gives the same bytes.
 * @throws ShowError naming `name`, what is wrong, and where.
 */
export function decodePart(bytes: Uint8Array, name: string): ShowPart {
  const reader = new ByteReader(bytes, name);
  if (!isPart(bytes)) throw new ShowError(`${name}: it is not a part of a Starling show of this version`);
  reader.raw(magic.length);
  const { slot, common } = readHeader(reader.block(), reader);
  const show = readSlotShow(reader);
  if (!reader.isAtEnd) throw reader.error('something follows its end');
  const part = { slot, common, show };
  if (Buffer.compare(encodePart(part), bytes) !== 0) throw reader.error('it is not in its canonical form');
  return part;
}

/** Whether the bytes begin as a part does. */
export function isPart(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** SHA-256 in hexadecimal digits: of a part's bytes, its digest. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The digest of a whole show: SHA-256 over a line `DIGEST SLOT` per slot, by code units of the slot. */
export function showDigest(digests: ReadonlyMap<string, string>): string {
  const lines = [...digests]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([slot, digest]) => `${digest} ${slot}\n`);
  return digestOf(new TextEncoder().encode(lines.join('')));
}

function readSlotShow(reader: ByteReader): SlotShow {
  const homeM = readPoint(reader);
  const hasLandAt = reader.byte();
  if (hasLandAt > 1) throw reader.error('the landing place is of an unknown kind');
  const landAtM = hasLandAt === 1 ? readPoint(reader) : undefined;
  const trajectory = readTrajectory(reader);
  const lights = readLights(reader);
  const yaw = readYaw(reader);
  const pyro = readPyro(reader);
  return { homeM, ...(landAtM && { landAtM }), trajectory, lights, yaw, pyro };
}

function writePyro(writer: ByteWriter, events: readonly PyroEvent[]): void {
  writer.unsigned(events.length);
  for (const { tS, channel, payload } of events) {
    writeTime(writer, tS);
    writer.unsigned(channel);
    writer.block(new TextEncoder().encode(payload));
  }
}

function readPyro(reader: ByteReader): PyroEvent[] {
  return Array.from({ length: reader.count(3) }, () => ({
    tS: readTime(reader),
    channel: reader.unsigned(),
    payload: new TextDecoder('utf-8', { ignoreBOM: true }).decode(reader.block()),
  }));
}

type Header = { readonly slot: string; readonly common: PartCommon };

function readHeader(bytes: Uint8Array, reader: ByteReader): Header {
  expectModest(bytes, `${reader.name}: its header`);
  const text = new TextDecoder().decode(bytes);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw reader.error(`its header is no JSON (${errorText(error)})`);
  }
  if (typeof header !== 'object' || header === null || canonicalJson(header) !== text)
    throw reader.error('its header is not canonical JSON');
  return fieldsOf(header as { readonly [name: string]: unknown }, reader);
}

function fieldsOf(header: { readonly [name: string]: unknown }, reader: ByteReader): Header {
  const { slot, title, leadS, origin, headingDeg, limits, ...others } = header;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw reader.error(`its header has an unknown member "${unknown}"`);
  if (typeof slot !== 'string' || slot === '') throw reader.error('its header names no slot');
  if (typeof title !== 'string') throw reader.error('its header has no title');
  if (!isNumber(leadS) || leadS < 0) throw reader.error('its header has no lead');
  if (headingDeg !== undefined && !isNumber(headingDeg)) throw reader.error('its heading is no number');
  return {
    slot,
    common: {
      title,
      leadS,
      ...(origin !== undefined && { origin: readOrigin(origin, reader) }),
      ...(headingDeg !== undefined && { headingDeg }),
      limits: parseLimits(JSON.stringify(limits ?? {}), 'limits'),
    },
  };
}

function readOrigin(origin: unknown, reader: ByteReader): NonNullable<PartCommon['origin']> {
  const { latDeg, lonDeg, amslM } = (origin ?? {}) as { readonly [name: string]: unknown };
  if (!isNumber(latDeg) || !isNumber(lonDeg)) throw reader.error('its origin is no place');
  if (amslM !== undefined && !isNumber(amslM)) throw reader.error('the height of its origin is no number');
  return { latDeg, lonDeg, ...(amslM !== undefined && { amslM }) };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
