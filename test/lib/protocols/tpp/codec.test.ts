import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTppFrame, TppDecoder, type TppJson } from '../../../../lib/protocols/tpp/index.js';

/** 17 bytes of JSON (the o with two dots takes two), then 4. */
const golden = Buffer.from([
  ...[0x31, 0x37, 0x0a], // "17" and a line feed
  ...[0x7b, 0x22, 0x61, 0x63, 0x74, 0x69, 0x6f, 0x6e, 0x22, 0x3a], // {"action":
  ...[0x22, 0x68, 0xc3, 0xb6, 0x68, 0x22, 0x7d], // "höh"}
  ...[0x34, 0x0a, 0x6e, 0x75, 0x6c, 0x6c], // "4", line feed, null
]);
const goldenValues: TppJson[] = [{ action: 'höh' }, null];

function decodeAll(decoder: TppDecoder, ...chunks: readonly Uint8Array[]): TppJson[] {
  const values: TppJson[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let frame = decoder.next(); frame; frame = decoder.next()) values.push(frame.value);
  }
  return values;
}

function decode(text: string, maxBodyBytes?: number): TppJson[] {
  const decoder = new TppDecoder(maxBodyBytes === undefined ? {} : { maxBodyBytes });
  return decodeAll(decoder, Buffer.from(text, 'latin1'));
}

describe('a TPP frame', () => {
  it('is the length in bytes, a line feed, and the JSON', () => {
    expect(Buffer.from(encodeTppFrame({ action: 'höh' }))).toEqual(golden.subarray(0, 20));
    expect(Buffer.from(encodeTppFrame(null)).toString()).toBe('4\nnull');
  });

  it('holds null where a number is none', () => {
    expect(Buffer.from(encodeTppFrame({ yaw: Number.NaN, far: Number.POSITIVE_INFINITY })).toString()).toBe(
      '23\n{"yaw":null,"far":null}',
    );
  });

  it('can not be made of what has no JSON text', () => {
    expect(() => encodeTppFrame(undefined)).toThrow(/no JSON text/);
  });

  it('is read wherever the stream of two is split', () => {
    for (let at = 0; at <= golden.length; at++) {
      expect(decodeAll(new TppDecoder(), golden.subarray(0, at), golden.subarray(at))).toEqual(goldenValues);
    }
  });

  it('is read byte by byte', () => {
    expect(decodeAll(new TppDecoder(), ...[...golden].map((byte) => Uint8Array.of(byte)))).toEqual(
      goldenValues,
    );
  });

  it('is read from views into a slab that is overwritten behind them', () => {
    const decoder = new TppDecoder();
    const slab = new Uint8Array(64).fill(0x39);
    const values: TppJson[] = [];
    for (const byte of golden) {
      slab.fill(0x39);
      slab[30] = byte;
      values.push(...decodeAll(decoder, slab.subarray(30, 31)));
    }
    expect(values).toEqual(goldenValues);
  });

  it('comes back as it was, whatever is in it and however it is cut', () => {
    const values = fc.array(fc.jsonValue({ noUnicodeString: false }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (sent, sizes) => {
        const bytes = Buffer.concat(sent.map((value) => encodeTppFrame(value)));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(decodeAll(new TppDecoder(), ...chunks)).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
    );
  });

  it('may have a carriage return behind its length, and leading zeros', () => {
    expect(decode('4\r\nnull')).toEqual([null]);
    expect(decode('0004\nnull')).toEqual([null]);
  });

  it.each([
    ['empty', '\n'],
    ['with a sign', '+4\nnull'],
    ['negative', '-1\n'],
    ['with a blank', ' 4\nnull'],
    ['with a blank behind', '4 \nnull'],
    ['with an underscore', '1_0\n"12345678"'],
    ['hexadecimal', '0x4\nnull'],
    ['with a point', '4.0\nnull'],
    ['with a carriage return in it', '4\r4\nnull'],
    ['only a carriage return', '\r\n'],
    ['of too many digits', '00000004\nnull'],
    ['in other digits', '\xb2\nnull'],
    ['a web request', 'POST / HTTP/1.1\r\n\r\n'],
  ])('with a length that is %s is corrupt', (_what, text) => {
    expect(() => decode(text)).toThrow(/length is not a number/);
  });

  it.each([
    ['nothing', '0\n'],
    ['cut text', '3\nnul'],
    ['two values', '4\n1 23'],
    ['NaN', '3\nNaN'],
    ['bytes that are not UTF-8', '3\n"\xff"'],
    ['half a character', '3\n"\xc3"'],
  ])('whose JSON is %s is corrupt', (_what, text) => {
    expect(() => decode(text)).toThrow(/not JSON/);
  });

  it('of exactly the limit is read; one byte more is refused before it comes', () => {
    expect(decode(`16\n"${'x'.repeat(14)}"`, 16)).toEqual(['x'.repeat(14)]);
    expect(() => decode('17\n', 16)).toThrow(/longer than the limit/);
    expect(() => decode('17', 16)).toThrow(/longer than the limit/);
    expect(decode('1048576\n')).toEqual([]);
    expect(() => decode('1048577')).toThrow(/longer than the limit/);
  });

  it('that is corrupt ends the stream: nothing behind it is read', () => {
    const decoder = new TppDecoder();
    expect(() => decodeAll(decoder, Buffer.from('x'))).toThrow(/length/);
    expect(() => decodeAll(decoder, Buffer.from('4\nnull'))).toThrow(/length/);
    expect(() => decoder.end()).toThrow();
  });

  it.each(['4', '4\n', '4\nnul'])('of which only "%s" came is cut off', (text) => {
    const decoder = new TppDecoder();
    expect(decodeAll(decoder, Buffer.from(text))).toEqual([]);
    expect(() => decoder.end()).toThrow(/ended inside a frame/);
  });

  it('that came whole leaves nothing behind', () => {
    const decoder = new TppDecoder();
    decodeAll(decoder, golden);
    expect(decoder.pendingBytes).toBe(0);
    expect(() => decoder.end()).not.toThrow();
  });

  it('of a megabyte in small pieces takes no more than its time', () => {
    const frame = encodeTppFrame('x'.repeat(1_000_000));
    const decoder = new TppDecoder();
    const values: TppJson[] = [];
    for (let at = 0; at < frame.length; at += 10) {
      values.push(...decodeAll(decoder, frame.subarray(at, at + 10)));
    }
    expect(values).toHaveLength(1);
  });

  it('is never made of garbage by accident, and garbage never breaks the decoder otherwise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeAll(new TppDecoder(), bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'corrupt_frame' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
