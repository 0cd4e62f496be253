import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../../lib/crc32.js';
import { ShowError } from '../../../../lib/errors.js';
import { isZip, readZip, writeZip } from '../../../../lib/show/formats/zip.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

type Forged = {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly sizeBytes?: number;
  readonly packedBytes?: number;
  readonly crc?: number;
  readonly localName?: string;
  readonly startsAt?: number;
};

/** An archive made by hand, so that it can lie: local headers and data, directory, end record. */
function forge(entries: readonly Forged[], end: { readonly count?: number } = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const entry of entries) {
    const { name, data, method = 0, flags = 0, crc = crc32(data), startsAt = at } = entry;
    const { sizeBytes = data.length, packedBytes = data.length, localName = name } = entry;
    const common = [...u16(20), ...u16(flags), ...u16(method), ...u32(0), ...u32(crc), ...u32(packedBytes)];
    const central = [0x50, 0x4b, 1, 2, 20, 0, ...common, ...u32(sizeBytes), ...u16(bytesOf(name).length)];
    directory.push(Uint8Array.of(...central, ...new Uint8Array(12), ...u32(startsAt), ...bytesOf(name)));
    const local = [0x50, 0x4b, 3, 4, ...common, ...u32(sizeBytes), ...u16(bytesOf(localName).length), 0, 0];
    parts.push(Uint8Array.of(...local, ...bytesOf(localName)), data);
    at += local.length + bytesOf(localName).length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = u16(end.count ?? entries.length);
  const tail = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, ...count, ...count, ...u32(size), ...u32(at), 0, 0];
  return Buffer.concat([...parts, ...directory, Uint8Array.from(tail)]);
}

const u16 = (value: number) => [value & 0xff, value >>> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];

function refusal(bytes: Uint8Array): string {
  try {
    readZip(bytes, 'a.skyc');
  } catch (error) {
    if (error instanceof ShowError) return error.message;
    throw error;
  }
  return 'was read';
}

/**
 * Deflated data of which every 13 bits unpack to 258 bytes, and which has no end. Bits: 1 (last block), 10 (fixed
 * codes), 00110000 (a zero), then again and again 11000101 00000 (copy 258 bytes from 1 back).
 */
function endlessCopies(sizeBytes: number): Uint8Array {
  const head = '11000110000';
  const copy = '1100010100000';
  const bitAt = (i: number) => Number(i < head.length ? head[i] : copy[(i - head.length) % copy.length]);
  const byteAt = (at: number) =>
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, bit) => sum + (bitAt(8 * at + bit) << bit), 0);
  const bytes = new Uint8Array(sizeBytes).fill(0);
  for (let i = 0; i < 15; i++) bytes[i] = byteAt(i);
  for (let have = 13; have + 2 < sizeBytes; have *= 2) bytes.copyWithin(2 + have, 2, 2 + have);
  return bytes;
}

describe('a zip archive', () => {
  it('has the CRC-32 of the standard as its checksum', () => {
    expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
    const slab = new Uint8Array(100).fill(7);
    slab.set(bytesOf('123456789'), 41);
    expect(crc32(slab.subarray(41, 50))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('gives back what was packed, folders left out', () => {
    const files = new Map([
      ['b/two.txt', bytesOf('two '.repeat(20_000))],
      ['a.txt', bytesOf('one')],
      ['пусто', new Uint8Array(0)],
    ]);
    const zip = writeZip(files);
    expect(isZip(zip)).toBe(true);
    const read = readZip(zip, 'a.skyc');
    expect([...read.keys()]).toEqual(['a.txt', 'b/two.txt', 'пусто']);
    for (const [name, bytes] of files) expect(textOf(read.get(name))).toBe(textOf(bytes));
    expect(readZip(forge([{ name: 'a/', data: bytesOf('') }]), 'a.skyc').size).toBe(0);
  });

  it('is the same bytes for the same files, in whatever order they come', () => {
    const [one, two] = [bytesOf('one'), bytesOf('two')];
    const files = (...names: string[]) => new Map(names.map((name) => [name, name === 'a' ? one : two]));
    expect(writeZip(files('a', 'b'))).toEqual(writeZip(files('b', 'a')));
    // 1990-01-01 12:00 in the time of DOS, whatever the time zone of the machine.
    expect([...writeZip(files('a')).subarray(10, 14)]).toEqual([0x00, 0x60, 0x21, 0x14]);
  });

  it('may be a view into a larger buffer, and have a comment', () => {
    const zip = writeZip(new Map([['a', bytesOf('one')]]));
    const slab = new Uint8Array(zip.length + 60).fill(0x50);
    slab.set(zip, 33);
    slab[33 + zip.length - 2] = 5;
    expect(textOf(readZip(slab.subarray(33, 33 + zip.length + 5), 'a.skyc').get('a'))).toBe('one');
  });

  it('is known by its first bytes', () => {
    expect(isZip(forge([]))).toBe(true);
    expect(isZip(bytesOf('PK'))).toBe(false);
    expect(isZip(bytesOf('Time [msec],x'))).toBe(false);
  });
});

describe('a name in a zip archive', () => {
  it.each([
    ['/etc/passwd', 'is an absolute path'],
    ['C:/show.json', 'is an absolute path'],
    ['a/../../b', 'leads out of the archive'],
    ['..', 'leads out of the archive'],
    ['a\\b', 'backslash'],
    ['a\0b', 'NUL'],
    ['', 'is empty'],
  ])('is refused when it is %j', (name, reason) => {
    expect(refusal(forge([{ name, data: bytesOf('x') }]))).toContain(`a.skyc: entry 1 of 1: the name`);
    expect(refusal(forge([{ name, data: bytesOf('x') }]))).toContain(reason);
    expect(() => writeZip(new Map([[name, bytesOf('x')]]))).toThrow(ShowError);
  });

  it('is refused when it comes twice, but not when only its case differs', () => {
    const twice = (name: string) =>
      forge([
        { name: 'a', data: bytesOf('x') },
        { name, data: bytesOf('y') },
      ]);
    expect(refusal(twice('a'))).toBe('a.skyc: a: there are two entries of this name');
    expect(readZip(twice('A'), 'a.skyc').size).toBe(2);
  });

  it('may be one that means something to the language', () => {
    expect(textOf(readZip(forge([{ name: '__proto__', data: bytesOf('x') }]), 'a').get('__proto__'))).toBe(
      'x',
    );
    expect(() => writeZip(new Map([['__proto__', bytesOf('x')]]))).toThrow('can not be the name of a file');
  });
});

describe('a zip archive that unpacks to more than it may', () => {
  const data = bytesOf('x');

  it('is refused for its declared sizes before anything is unpacked', () => {
    const sized = (...sizes: number[]) =>
      refusal(forge(sizes.map((sizeBytes, i) => ({ name: `f${i}`, data, method: 8, sizeBytes }))));
    expect(sized(128 * 2 ** 20 + 1)).toBe('a.skyc: f0: unpacks to 134217729 bytes, at most 128 MiB are read');
    expect(sized(2 ** 27, 2 ** 27, 1)).toBe('a.skyc: unpacks to more than 256 MiB');
  });

  it('is refused for its number of entries', () => {
    expect(refusal(forge([], { count: 20_001 }))).toBe('a.skyc: 20001 entries, at most 20000 are read');
  });

  it('is stopped where a small entry is larger than it declares', () => {
    const packed = deflateSync(new Uint8Array(2 ** 20));
    expect(packed.length).toBeLessThan(16 * 2 ** 10);
    const lie = forge([{ name: 'f', data: packed, method: 8, sizeBytes: 100 }]);
    expect(refusal(lie)).toBe('a.skyc: f: damaged: 100 bytes are declared, more were found');
  });

  it('is stopped at once where an entry of gigabytes declares a few bytes', () => {
    const packed = endlessCopies(10 * 2 ** 20);
    const startMs = process.cpuUsage().user;
    expect(refusal(forge([{ name: 'f', data: packed, method: 8, sizeBytes: 100, crc: 0 }]))).toContain(
      'more were found',
    );
    // To unpack all of it takes many seconds.
    expect((process.cpuUsage().user - startMs) / 1000).toBeLessThan(3000);
  });

  it('is refused where entries share their bytes', () => {
    const shared = forge([
      { name: 'a', data: bytesOf('one') },
      { name: 'a', data: bytesOf(''), startsAt: 0, packedBytes: 3, sizeBytes: 3 },
    ]);
    expect(refusal(shared)).toBe('a.skyc: a: damaged: it overlaps with what follows it');
  });
});

describe('a damaged zip archive', () => {
  it('says what is wrong and with which entry', () => {
    const data = deflateSync(bytesOf('hello, hello, hello'));
    const one = (change: Partial<Forged>) => refusal(forge([{ name: 'f', data, method: 8, ...change }]));
    expect(one({})).toContain('a.skyc: f: damaged');
    expect(one({ sizeBytes: 19, crc: 1 })).toBe('a.skyc: f: damaged: its checksum is wrong');
    expect(one({ sizeBytes: 20 })).toBe('a.skyc: f: damaged: 20 bytes are declared, only 19 were found');
    expect(one({ flags: 1 })).toBe('a.skyc: f: encrypted entries are not read');
    expect(one({ method: 12 })).toContain('compression method 12 is not read');
    expect(one({ sizeBytes: 0xffffffff })).toContain('a.skyc: f: ZIP64 entries are not read');
    expect(one({ localName: 'g' })).toContain('another name than in the directory');
    expect(one({ packedBytes: 5000 })).toContain('reaches beyond the end of the archive');
    expect(one({ startsAt: 9 })).toContain('it is not where the directory says');
    expect(one({ data: Uint8Array.of(7, 7, 7, 7) })).toBe('a.skyc: f: damaged: invalid block type');
    expect(refusal(forge([], { count: 0xffff }))).toContain('a.skyc: ZIP64 archives are not read');
    expect(refusal(forge([], { count: 1 }))).toBe(
      'a.skyc: entry 1 of 1: damaged: the directory is broken here',
    );
  });

  it('is refused where its directory is longer or shorter than it says', () => {
    const two = [
      { name: 'a', data: bytesOf('x') },
      { name: 'b', data: bytesOf('y') },
    ];
    expect(refusal(forge(two, { count: 1 }))).toBe(
      'a.skyc: damaged: its directory does not end where it says',
    );
    const zip = forge([{ name: 'a', data: bytesOf('x') }]);
    // Length of the comment in the entry of the directory, which begins 47 bytes before the end record of 22.
    zip[zip.length - 22 - 47 + 32] = 1;
    expect(refusal(zip)).toBe('a.skyc: entry 1 of 1: damaged: the directory is broken here');
  });

  it('is refused wherever it is cut off, and never with another error', () => {
    const zip = writeZip(
      new Map([
        ['a', bytesOf('one'.repeat(50))],
        ['b/c', bytesOf('two')],
      ]),
    );
    for (let length = 0; length < zip.length; length++) {
      expect(refusal(zip.subarray(0, length))).toContain('a.skyc: not a whole zip archive');
    }
  });

  it('is refused, or read unchanged, whichever byte is wrong', () => {
    const zip = writeZip(
      new Map([
        ['a', bytesOf('one'.repeat(50))],
        ['b/c', bytesOf('two')],
      ]),
    );
    for (let i = 0; i < zip.length; i++) {
      const wrong = zip.slice();
      wrong[i] = (wrong[i] ?? 0) ^ 0xff;
      const answer = refusal(wrong);
      if (answer !== 'was read') continue;
      expect(textOf([...readZip(wrong, 'a.skyc').values()][0])).toBe('one'.repeat(50));
    }
  });
});
