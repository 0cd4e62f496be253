/** The VVIZ format of Finale 3D, Verge Aero and others: one JSON file. Knows the file as bytes; no disk and no drone. */
import { Buffer } from 'node:buffer';
import { ShowError } from '../../errors.js';
import { naturalOrder } from '../natural-order.js';
import type { Show, SlotShow } from '../show.js';
import type { ImportedShow, ShowFormat, ShowSource } from './format.js';
import { JsonNode } from './json-node.js';
import { type Rates, readPerformance } from './vviz-performance.js';

const knownMembers = new Set([
  'version',
  'performanceName',
  'coordinateFrame',
  'globalReferenceFrame',
  'defaultPositionRate',
  'defaultColorRate',
  'timeOffsetSecs',
  'performances',
]);

/**
 * Axes: the file has x to the right (seen by the audience), y up and, as in OpenGL, z towards the audience; both it
 * and the model are right-handed, so x = x, y = −z, z = y. Where x points on the field the file does not say, so
 * there is no `headingDeg`. Some programs write z away from the audience instead and give it the same name: such a
 * show comes out mirrored, which a note says.
 *
 * Times: a drone is at its home at `timeOffsetSecs`, and at each sample `dt` (else 1/`defaultPositionRate`) after the
 * one before it. The first colour comes at `timeOffsetSecs`, or its `frames` of 1/`defaultColorRate` later; each other
 * its `frames` (else the `duration` of the one before it, else 1) after the one before it. Colours blend.
 */
export const vviz: ShowFormat = {
  id: 'vviz',
  matches: (source) => findFiles(source).length > 0,
  read: readVviz,
};

type NamedBytes = { readonly path: string; readonly bytes: Uint8Array };

/** A JSON object with performances; an unpacked `.skyc` has none. */
function findFiles({ files }: ShowSource): NamedBytes[] {
  const found: NamedBytes[] = [];
  for (const [path, bytes] of files) {
    const start = bytes[0] === 0xef ? 3 : 0;
    const first = bytes.subarray(start, start + 64).find((byte) => byte > 0x20);
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (first === 0x7b && view.includes('"performances"')) found.push({ path, bytes });
  }
  return found;
}

function readVviz(source: ShowSource): ImportedShow {
  const [file, second] = findFiles(source);
  if (!file) throw new ShowError(`${source.name}: there is no VVIZ file, expected JSON with "performances"`);
  if (second)
    throw new ShowError(
      `${source.name}: there are several shows (${file.path}, ${second.path}), open one of them`,
    );
  const root = JsonNode.parse(file.bytes, file.path);
  const rates = readHead(root);
  const slots = new Map<string, SlotShow>();
  const notes = new Tally();
  for (const entry of root.member('performances').items()) {
    const { slot, part, lost } = readPerformance(entry, rates);
    if (slots.has(slot)) throw entry.member('id').error('an id that no other performance has');
    slots.set(slot, part);
    for (const what of lost) notes.add(what);
  }
  if (slots.size === 0) throw root.member('performances').error('at least one performance');
  const name = root.member('performanceName').value;
  return {
    show: {
      title: typeof name === 'string' && name.trim() !== '' ? name : source.name,
      slots: new Map([...slots].sort(([a], [b]) => naturalOrder(a, b))),
      cues: [],
      segments: {},
      limits: {},
      ...readOrigin(root),
    },
    notes: [...axesNote, ...notes.sentences(), ...headNotes(root)],
  };
}

const axesNote = [
  'The axes are taken as Finale 3D has them, z towards the audience. If writing in the sky reads mirrored, the file ' +
    'has z away from it.',
];

/** Counts what was left out of how many performances. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  sentences(): string[] {
    return [...this.#counts].map(([what, count]) => `In ${count} performances: ${what}.`);
  }
}

function readHead(root: JsonNode): Rates {
  const version = root.member('version');
  const isKnown = typeof version.value === 'string' || typeof version.value === 'number';
  if (!isKnown || !/^1(\.\d+)*$/.test(String(version.value))) throw version.error('"1.0"');
  const frame = root.member('coordinateFrame');
  if (frame.value !== undefined && frame.value !== 'ogl') throw frame.error('"ogl"');
  const startS = root.optionalNumber('timeOffsetSecs') ?? 0;
  if (startS < 0) throw root.member('timeOffsetSecs').error('0 or more: a show begins at 0');
  return {
    startS,
    positionHz: readRate(root, 'defaultPositionRate'),
    colorHz: readRate(root, 'defaultColorRate'),
  };
}

function readRate(root: JsonNode, key: string): number {
  const rateHz = root.number(key);
  if (rateHz > 0 && rateHz <= 1000) return rateHz;
  throw root.member(key).error('more than 0 and at most 1000 Hz');
}

function readOrigin(root: JsonNode): Pick<Show, 'origin'> {
  const frame = root.member('globalReferenceFrame');
  if (frame.value === undefined || frame.value === null) return {};
  return { origin: { latDeg: frame.number('lat'), lonDeg: frame.number('lon') } };
}

function headNotes(root: JsonNode): string[] {
  const unknown = root.keys().filter((key) => !knownMembers.has(key));
  const frame = root.member('globalReferenceFrame').value;
  return [
    ...(frame ? ['The height of the origin is not taken: the file does not say above what.'] : []),
    ...(unknown.length > 0 ? [`Not taken: ${unknown.slice(0, 10).join(', ')}.`] : []),
  ];
}
