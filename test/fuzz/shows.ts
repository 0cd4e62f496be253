/** Show files of every format, and archives: read whole and sane, or refused in words. Knows no disk. */
import { Buffer } from 'node:buffer';
import { crc32 } from '../../lib/crc32.js';
import { ShowError } from '../../lib/errors.js';
import { expectSane } from '../../lib/show/expect-sane.js';
import { exportCleverShow } from '../../lib/show/formats/clever-show.js';
import type { ShowSource } from '../../lib/show/formats/format.js';
import { exportSkybrushCsv } from '../../lib/show/formats/skybrush-csv.js';
import { exportSkyc } from '../../lib/show/formats/skyc/export.js';
import { exportStar } from '../../lib/show/formats/star.js';
import { readZip, writeZip } from '../../lib/show/formats/zip.js';
import { importShow } from '../../lib/show/import-show.js';
import { decodePart, encodePart } from '../../lib/show/part/part-codec.js';
import { partsOf } from '../../lib/show/part/show-part.js';
import { shows } from './parts.js';
import { attempt, bytesOf, expectSame, expectThat, type FuzzTarget, type Verdict } from './target.js';

const [twoDrones, full] = shows;
if (!twoDrones || !full) throw new Error('two shows are needed');

const onlyFile = (files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array => {
  const found = [...files].find(([path]) => path.includes(name))?.[1];
  if (!found) throw new Error(`no ${name} among ${[...files.keys()].join(', ')}`);
  return found;
};
const source = (kind: ShowSource['kind'], files: ReadonlyMap<string, Uint8Array>) => ({
  name: 'mine',
  kind,
  files,
});

/** Imports, and holds what comes to what a show has to be: sane, and made of parts that can be sent. */
function importFrom(from: ShowSource): Verdict {
  const read = attempt(() => importShow(from, { frameDelayS: 0.1 }), ShowError);
  if (!read.value) return 'refused';
  const { show, format } = read.value;
  expectSane(show, { earliestS: format === 'star' ? Number.NEGATIVE_INFINITY : 0 });
  for (const part of partsOf(show).values()) {
    const bytes = attempt(() => encodePart(part), ShowError);
    if (bytes.value) expectSame(decodePart(bytes.value, 'part').slot, part.slot, 'a part of another drone');
  }
  return 'accepted';
}

const tableOf = (text: string) => bytesOf(text);
const mdsTable = tableOf(
  'idx,t,px,py,pz,vx,vy,vz,ax,ay,az,yaw,mode,ledr,ledg,ledb\n' +
    '0,0,0,0,0,0,0,0,0,0,0,0,70,0,0,0\n1,0.5,0,0,-2,0,0,0,0,0,0,1.5,70,255,0,0\n2,1,3,4,-5,1,0,0,0,0,0,0,100,0,9,0\n',
);
const vvizFile = bytesOf(
  JSON.stringify({
    ...{ version: '1.0', defaultPositionRate: 2, defaultColorRate: 10 },
    performances: [1, 'b'].map((id, i) => ({
      id,
      agentDescription: {
        homeX: 3 * i,
        homeY: 0,
        homeZ: 2,
        agentTraversal: [{ dx: 1, dy: 4, dz: -2, dt: 2 }],
      },
      payloadDescription: [{ id: 0, type: 'Light', payloadActions: [{ r: 1, g: 2, b: 3, frames: 4 }] }],
    })),
  }),
);

export const tables: FuzzTarget = {
  name: 'tables',
  share: 60,
  corpus: [
    mdsTable,
    onlyFile(exportSkybrushCsv(twoDrones, { rateHz: 1 }).files, '.csv').subarray(0, 700),
    onlyFile(exportCleverShow(twoDrones).files, '.csv').subarray(0, 500),
    tableOf('rise\n1,2,3,0,0,255,0,0\n2,2,3,0.5,0,0,255,0\n3,2,3,1,0,0,0,255\n'),
  ],
  words: [
    'Time [msec]',
    'x [m]',
    'Red',
    'idx',
    'px',
    'ledr',
    'yaw',
    'mode',
    'nan',
    'inf',
    '0x10',
    '1e5',
    '256',
    ';',
    '\t',
  ],
  run: (bytes) =>
    importFrom(
      source(
        'folder',
        new Map([
          ['drone-1.csv', bytes],
          ['x/drone-2.csv', mdsTable],
        ]),
      ),
    ),
};

export const vviz: FuzzTarget = {
  name: 'vviz',
  share: 150,
  corpus: [vvizFile],
  words: [
    '"performances":',
    '"homeX":',
    '"dt":',
    '"frames":',
    '"agentTraversal":[',
    '"type":"Light"',
    '"id":',
  ],
  run: (bytes) => importFrom(source('file', new Map([['show.vviz', bytes]]))),
};

const skycFiles = exportSkyc(full).files;
const skycShow = onlyFile(skycFiles, 'show.json');
const skycPaths = [...skycFiles.keys()].filter((path) => path.endsWith('.json'));

/** One JSON file of an archive is the input; which one, the input says by its first letters. */
export const skyc: FuzzTarget = {
  name: 'skyc',
  share: 60,
  corpus: skycPaths.map((path) => skycFiles.get(path) ?? skycShow),
  words: [
    '{"$ref":"#/swarm"}',
    '{"$ref":"show.json#/"}',
    '"$ref":',
    '"points":[',
    '"version":',
    '"settings":',
    '~1',
    '%2e',
  ],
  run: (bytes) => {
    const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
    const place = skycPaths.find(
      (path) => Buffer.from((skycFiles.get(path) ?? skycShow).subarray(0, 16)).toString('latin1') === head,
    );
    return importFrom(source('zip', new Map([...skycFiles, [place ?? 'show.json', bytes]])));
  },
};

const starFiles = exportStar({
  ...full,
  cues: [{ tS: 3, name: 'bang' }],
  segments: { show: { startS: 1, endS: 5 } },
}).files;
const manifest = onlyFile(starFiles, 'manifest.json');

export const star: FuzzTarget = {
  name: 'star',
  share: 100,
  corpus: [manifest],
  words: [
    '"format":"starling-show"',
    '"version":',
    '"parts":[',
    '"sha256":"',
    '"file":',
    '"music":{',
    '"startS":',
    '"cues":',
  ],
  run: (bytes) => importFrom(source('zip', new Map([...starFiles, ['manifest.json', bytes]]))),
};

const archived = new Map([
  ['show.json', skycShow],
  ['parts/1.part', bytesOf('a part')],
  ['empty', new Uint8Array()],
]);

/** Names stay inside, sizes are as declared, and what was read can be packed again. */
export const zip: FuzzTarget = {
  name: 'zip',
  share: 100,
  corpus: [writeZip(archived), writeZip(new Map([['a/b.json', bytesOf('{"a":1}')]]))],
  words: [
    '../x',
    'a/../b',
    '/x',
    'C:x',
    'a\\b',
    'PK\u0001\u0002',
    'PK\u0003\u0004',
    'PK\u0005\u0006',
    'show.json',
  ],
  mend: mendZip,
  run: (bytes) => {
    const read = attempt(() => readZip(bytes, 'a.zip'), ShowError);
    if (!read.value) return 'refused';
    const files = read.value;
    for (const name of files.keys())
      expectThat(!/^\/|^[a-zA-Z]:|\\|\0|(^|\/)\.\.(\/|$)|^$/.test(name), `the name ${JSON.stringify(name)}`);
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    expectThat(total <= 1100 * bytes.length, 'more than deflate can hold');
    const packable = new Map([...files].filter(([name]) => name !== '__proto__'));
    expectSame(
      readZip(writeZip(packable), 'b.zip'),
      new Map([...packable].sort(byName)),
      'other files when packed again',
    );
    return 'accepted';
  },
};

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

/** Sets the checksums of stored entries, and names in the directory to those before the entries. */
function mendZip(given: Uint8Array): Uint8Array {
  const bytes = Buffer.from(given);
  for (let at = bytes.indexOf('PK\u0001\u0002'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 4)) {
    if (at + 46 > bytes.length) break;
    const local = bytes.readUInt32LE(at + 42);
    const nameLength = bytes.readUInt16LE(at + 28);
    const end = local + 30 + nameLength;
    if (end > at || at + 46 + nameLength > bytes.length) continue;
    bytes.copy(bytes, local + 30, at + 46, at + 46 + nameLength);
    const packed = bytes.subarray(end, end + bytes.readUInt32LE(at + 20));
    if (bytes.readUInt16LE(at + 10) === 0) bytes.writeUInt32LE(crc32(packed), at + 16);
  }
  return bytes;
}
