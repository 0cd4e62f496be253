import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeWevisPayload,
  encodeWevisMessage,
  readWevisDefinitions,
  type WevisFields,
} from '../../../../lib/protocols/wevis/index.js';

const definitions = readWevisDefinitions(
  [
    'Sample vf=?f s=str i=int vd=?d f=float b=bytes', // 7
    'Say s=str', // 8
    'Count n=int', // 9
    'Ours j=json b=bool', // 10
    'Floats v=?f', // 11
    'Nothing', // 12
  ].join('\n'),
);

/** Bytes from hex with blanks for the eye. */
function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

function encode(name: string, fields?: WevisFields, maxMessageBytes?: number): Buffer {
  return Buffer.from(encodeWevisMessage(definitions.named(name), fields, maxMessageBytes));
}

function decode(payload: string) {
  const { name, fields } = decodeWevisPayload(definitions, hex(payload));
  return { name, fields };
}

/** The fields as the other side reads them. */
function roundTrip(name: string, fields: WevisFields): WevisFields {
  return decodeWevisPayload(definitions, encode(name, fields).subarray(4)).fields;
}

const digits = 'ab'.repeat(64);

const golden: readonly (readonly [string, WevisFields, string])[] = [
  ['_ping', {}, '04000000 01000000'],
  ['_pong', {}, '04000000 02000000'],
  ['_loginAccept', {}, '04000000 06000000'],
  ['_welcome', { salt: digits }, `88000000 03000000 80000000 ${Buffer.from(digits).toString('hex')}`],
  [
    '_login',
    { username: 'me', version: '1.0', password: 'pass' },
    '19000000 04000000 04000000 02000000 03000000 70617373 6d65 312e30',
  ],
  ['_loginReject', { reason: 'No.' }, '0b000000 05000000 03000000 4e6f2e'],
  [
    'Sample',
    {
      b: Uint8Array.of(0x61, 0x62, 0x63),
      f: 1.5,
      i: -2,
      s: 'hi',
      vd: Float64Array.of(0.1, 0.2),
      vf: Float32Array.of(0.5),
    },
    `39000000 07000000 03000000 000000000000f83f feffffff 02000000 02000000 01000000 616263 6869
     9a9999999999b93f 9a9999999999c93f 0000003f`.replaceAll('\n', ''),
  ],
  ['Say', { s: 'h\u00e9llo' }, '0e000000 08000000 06000000 68c3a96c6c6f'],
  ['Say', { s: '' }, '08000000 08000000 00000000'],
  ['Count', { n: 2_147_483_647 }, '08000000 09000000 ffffff7f'],
  // Bool and json lie as int and str would, so that a peer who knows neither can read them as those.
  ['Ours', { b: true, j: { a: [1] } }, '15000000 0a000000 01000000 09000000 7b2261223a5b315d7d'],
  ['Ours', { b: false, j: null }, '10000000 0a000000 00000000 04000000 6e756c6c'],
  ['Nothing', {}, '04000000 0c000000'],
];

describe('a wevis message', () => {
  it.each(golden)('%s %j has these bytes', (name, fields, bytes) => {
    expect(encode(name, fields).toString('hex')).toBe(hex(bytes).toString('hex'));
  });

  it.each(golden)('%s %j comes from these bytes', (name, fields, bytes) => {
    const payload = hex(bytes).subarray(4);
    const id = payload.readUInt32LE(0);
    expect(decodeWevisPayload(definitions, payload)).toEqual({
      name,
      id,
      fields,
      payloadBytes: payload.length,
    });
  });

  it('takes plain lists for lists of floats', () => {
    expect(encode('Floats', { v: [0.5] })).toEqual(encode('Floats', { v: Float32Array.of(0.5) }));
    expect(encode('Floats', { v: Float64Array.of(0.5) })).toEqual(encode('Floats', { v: [0.5] }));
  });

  it('comes back as it was, whatever is in it', () => {
    // Any characters but half ones; made from numbers, since the library's own take a second to be made.
    const character = fc.oneof(fc.nat(0xff), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
    const text = fc.array(character, { maxLength: 10 }).map((codes) => String.fromCodePoint(...codes));
    const arbitrary = fc.record({
      b: fc.uint8Array({ maxLength: 9 }),
      f: fc.double(),
      i: fc.integer(),
      s: text,
      vd: fc.float64Array({ maxLength: 6 }),
      vf: fc.float32Array({ maxLength: 6 }),
    });
    fc.assert(
      fc.property(arbitrary, (fields) => isDeepStrictEqual(roundTrip('Sample', fields), { ...fields })),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), (j, b) =>
        isDeepStrictEqual(roundTrip('Ours', { b, j } as WevisFields), {
          b,
          j: JSON.parse(JSON.stringify(j)),
        }),
      ),
      { numRuns: 100 },
    );
  });

  it('keeps numbers that are none in lists, floats and json', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const floats = decodeWevisPayload(definitions, encode('Floats', { v: odd }).subarray(4));
    expect(floats.fields.v).toEqual(Float32Array.from(odd));
    const json = decodeWevisPayload(definitions, encode('Ours', { j: odd, b: true }).subarray(4));
    expect(json.fields.j).toEqual(odd);
  });

  it('gives bytes that are its own, not views of what came', () => {
    const payload = encode('Sample', { b: Uint8Array.of(7), f: 0, i: 0, s: '', vd: [], vf: [] }).subarray(4);
    const { fields } = decodeWevisPayload(definitions, payload);
    payload.fill(0);
    expect(fields.b).toEqual(Uint8Array.of(7));
  });

  it.each([
    ['Count', {}, 'Count.n is missing: a whole number from'],
    ['Count', { n: 1.5 }, 'Count.n does not fit: a whole number from'],
    ['Count', { n: 2_147_483_648 }, 'Count.n does not fit'],
    ['Count', { n: -2_147_483_649 }, 'Count.n does not fit'],
    ['Count', { n: Number.NaN }, 'Count.n does not fit'],
    ['Count', { n: '1' }, 'Count.n does not fit'],
    ['Count', { n: true }, 'Count.n does not fit'],
    ['Count', { n: null }, 'Count.n does not fit'],
    ['Count', { n: 1, m: 1 }, 'Count has no argument "m"; it takes n=int'],
    ['Count', { m: 1 }, 'Count has no argument "m"; it takes n=int'],
    ['Nothing', { toString: 1 }, 'Nothing has no argument "toString"; it takes none'],
    ['Say', { s: 1 }, 'Say.s does not fit: a text'],
    ['Say', { s: 'a\ud800b' }, 'Say.s does not fit: a text without half characters'],
    ['Floats', { v: 1 }, 'Floats.v does not fit: a list of numbers'],
    ['Floats', { v: [1, '2'] }, 'Floats.v does not fit'],
    ['Floats', { v: [1e39] }, 'Floats.v does not fit: a list of numbers that fit 32-bit floats'],
    ['Floats', { v: Uint8Array.of(1) }, 'Floats.v does not fit'],
    ['Ours', { j: {}, b: 1 }, 'Ours.b does not fit: true or false'],
    ['Ours', { j: {} }, 'Ours.b is missing: true or false'],
    ['Ours', { j: deep(101), b: true }, 'Ours.j does not fit: anything that JSON holds, not too deep'],
    ['Ours', { j: deep(20_000), b: true }, 'Ours.j does not fit'],
    ['Sample', { b: 'abc', f: 0, i: 0, s: '', vd: [], vf: [] }, 'Sample.b does not fit: bytes'],
    [
      'Sample',
      { b: new Uint8Array(), f: '0', i: 0, s: '', vd: [], vf: [] },
      'Sample.f does not fit: a number',
    ],
    ['Sample', { b: new Uint8Array(), f: 0, i: 0, s: '', vd: {}, vf: [] }, 'Sample.vd does not fit'],
  ])('is not made of what does not fit: %s %#', (name, fields, message) => {
    const encoding = () => encode(name, fields as WevisFields);
    expect(encoding).toThrow(message);
    expect(encoding).toThrow(expect.objectContaining({ code: 'bad_message' }));
  });

  it('is not made larger than the limit', () => {
    expect(encode('Say', { s: 'x'.repeat(8) }, 16)).toHaveLength(20);
    expect(() => encode('Say', { s: 'x'.repeat(9) }, 16)).toThrow('Say has 17 bytes; at most 16 can be sent');
    expect(() => encode('Say', { s: 'x'.repeat(1024 * 1024) })).toThrow(/at most 1048576/);
  });

  it.each([
    ['no id', '', /has no id/],
    ['half an id', '070000', /has no id/],
    ['id 0', '00000000', /no message has the id 0/],
    ['an unknown id', '0d000000', /no message has the id 13/],
    ['the largest id', 'ffffffff', /no message has the id 4294967295/],
    ['half a slot', '09000000 0100', /Count has 6 bytes; 8 are expected/],
    ['a text that is not there', '08000000 01000000', /Say has 8 bytes; 9 are expected/],
    ['a text of 4 GiB', '08000000 ffffffff', /Say has 8 bytes; 4294967303 are expected/],
    ['a list of 4 Gi floats', '0b000000 ffffffff 0000803f', /Floats has 12 bytes; 17179869188 are expected/],
    ['one byte more than its text', '08000000 01000000 6161', /Say has 10 bytes; 9 are expected/],
    ['a text that is not UTF-8', '08000000 01000000 ff', /Say.s is not UTF-8/],
    ['a text with half a surrogate pair', '08000000 03000000 eda080', /Say.s is not UTF-8/],
    ['a text whose last character is cut', '08000000 02000000 68c3', /Say.s is not UTF-8/],
    ['a bool of 2', '0a000000 02000000 04000000 6e756c6c', /Ours.b is 2; 0 or 1 is expected/],
    ['json that is none', '0a000000 01000000 01000000 7b', /Ours.j is not JSON/],
    ['no json', '0a000000 01000000 00000000', /Ours.j is not JSON/],
    ['json that is not UTF-8', '0a000000 01000000 03000000 22ff22', /Ours.j is not UTF-8/],
  ])('is not read from %s', (_what, payload, message) => {
    expect(() => decode(payload)).toThrow(message);
    expect(() => decode(payload)).toThrow(expect.objectContaining({ code: 'corrupt_frame' }));
  });

  it('without variable arguments may have more bytes behind it, which mean nothing', () => {
    expect(decode('09000000 01000000 ffff')).toEqual({ name: 'Count', fields: { n: 1 } });
    expect(decode('01000000 00')).toEqual({ name: '_ping', fields: {} });
  });

  it('keeps a byte order mark and a replacement character in its text', () => {
    expect(decode('08000000 03000000 efbbbf').fields.s).toBe('\ufeff');
    expect(decode('08000000 03000000 efbfbd').fields.s).toBe('\ufffd');
  });
});

describe('a text as the reference writes it, counted in characters and cut to as many bytes', () => {
  it('is read as far as it goes when it was cut between characters', () => {
    expect(decode('08000000 05000000 68c3a96c6c').fields.s).toBe('h\u00e9ll');
  });

  it('that was cut inside a character ends in a mark, when that is wished', () => {
    const read = (text: string) => decodeWevisPayload(definitions, hex(text), { cutTexts: 'mark' }).fields.s;
    expect(read('08000000 02000000 68c3')).toBe('h\ufffd');
    expect(read('08000000 03000000 f09f9a')).toBe('\ufffd');
    expect(read('08000000 03000000 68c3a9')).toBe('h\u00e9');
    expect(() => read('08000000 02000000 c368')).toThrow(/not UTF-8/);
    expect(() => read('08000000 01000000 80')).toThrow(/not UTF-8/);
  });
});

/** A list in a list in a list. */
function deep(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
}
