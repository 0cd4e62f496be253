import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeWevisMessage,
  readWevisDefinitions,
  WevisDecoder,
  type WevisDecoderOptions,
  type WevisMessage,
} from '../../../../lib/protocols/wevis/index.js';

const definitions = readWevisDefinitions('Say s=str n=int\nAny b=bytes j=json v=?d w=?f t=bool');

/** `_ping`, an empty frame, and Say n=1 s="hö": 15 bytes of payload. */
const stream = Buffer.from([
  ...[4, 0, 0, 0, 1, 0, 0, 0],
  ...[0, 0, 0, 0],
  ...[15, 0, 0, 0, 7, 0, 0, 0],
  ...[1, 0, 0, 0], // n
  ...[3, 0, 0, 0], // bytes of s
  ...[0x68, 0xc3, 0xb6],
]);
const expected = [
  ['_ping', {}],
  ['Say', { n: 1, s: 'h\u00f6' }],
];

function drain(decoder: WevisDecoder, ...chunks: readonly Uint8Array[]): [string, WevisMessage['fields']][] {
  const messages: [string, WevisMessage['fields']][] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let message = decoder.next(); message; message = decoder.next())
      messages.push([message.name, message.fields]);
  }
  return messages;
}

function makeDecoder(options?: WevisDecoderOptions): WevisDecoder {
  return new WevisDecoder(definitions, options);
}

describe('a stream of wevis messages', () => {
  it('is read wherever it is split; empty frames are skipped', () => {
    for (let at = 0; at <= stream.length; at++)
      expect(drain(makeDecoder(), stream.subarray(0, at), stream.subarray(at))).toEqual(expected);
  });

  it('is read from single bytes in a slab that is overwritten behind them', () => {
    const decoder = makeDecoder();
    const slab = new Uint8Array(64);
    const messages = [...stream].flatMap((byte) => {
      slab.fill(0xff);
      slab[30] = byte;
      return drain(decoder, slab.subarray(30, 31));
    });
    expect(messages).toEqual(expected);
    expect(decoder.pendingBytes).toBe(0);
    expect(() => decoder.end()).not.toThrow();
  });

  it('may be nothing but empty frames', () => {
    const decoder = makeDecoder();
    expect(drain(decoder, new Uint8Array(4 * 100_000))).toEqual([]);
    expect(decoder.pendingBytes).toBe(0);
  });

  it('may have messages of exactly the limit; one byte more is refused before it comes', () => {
    const decoder = makeDecoder({ maxMessageBytes: 15 });
    expect(drain(decoder, stream)).toEqual(expected);
    expect(() => drain(decoder, Uint8Array.of(16, 0, 0, 0))).toThrow(/a message of 16 bytes is over 15/);
    expect(drain(makeDecoder(), Uint8Array.of(0, 0, 16, 0))).toEqual([]);
    expect(() => drain(makeDecoder(), Uint8Array.of(1, 0, 16, 0))).toThrow(/over 1048576/);
    expect(() => drain(makeDecoder(), Uint8Array.of(255, 255, 255, 255))).toThrow(/4294967295/);
  });

  it.each([1, 2, 3])('with a message of %d bytes is corrupt', (length) => {
    expect(() => drain(makeDecoder(), Uint8Array.of(length, 0, 0, 0, 1, 1, 1))).toThrow(/has no id/);
  });

  it('that is corrupt gives what came before, and then nothing for ever, and holds nothing', () => {
    const decoder = makeDecoder();
    decoder.push(Buffer.concat([stream, Buffer.from([4, 0, 0, 0, 99, 0, 0, 0]), stream]));
    expect(decoder.next()?.name).toBe('_ping');
    expect(decoder.next()?.name).toBe('Say');
    expect(() => decoder.next()).toThrow(/no message has the id 99/);
    decoder.push(stream);
    expect(() => decoder.next()).toThrow(/no message has the id 99/);
    expect([decoder.pendingBytes, decoder.heldBytes]).toEqual([0, 0]);
  });

  it('that ends inside a message is cut off', () => {
    for (let at = 1; at < 8; at++) {
      const decoder = makeDecoder();
      drain(decoder, stream.subarray(0, at));
      expect(() => decoder.end()).toThrow(/ended inside a message/);
    }
  });

  it('of a megabyte in small pieces takes no more than its time', () => {
    const frame = encodeWevisMessage(definitions.named('Say'), { s: 'x'.repeat(1_000_000), n: 0 });
    const decoder = makeDecoder();
    let count = 0;
    for (let at = 0; at < frame.length; at += 10) count += drain(decoder, frame.subarray(at, at + 10)).length;
    expect(count).toBe(1);
    expect(decoder.pendingBytes).toBe(0);
    expect(decoder.heldBytes).toBe(0);
  });

  it('never throws but as corrupt and never holds a message more than the largest, whatever comes', () => {
    const small = (max: number) => fc.integer({ min: 0, max }).map((n) => [n, 0, 0, 0]);
    const likely = fc
      .tuple(small(40), small(9), small(3), small(8), small(8), small(4))
      .map((parts) => parts.flat());
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((list) => [...list]),
      likely,
      fc.constant([...stream]),
    );
    const chunks = fc.array(
      bytes.map((list) => Uint8Array.from(list)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(chunks, fc.constantFrom('mark' as const, 'refuse' as const), (given, cutTexts) => {
        const decoder = makeDecoder({ maxMessageBytes: 64, cutTexts });
        for (const chunk of given) {
          try {
            drain(decoder, chunk);
          } catch (error) {
            expect(error).toMatchObject({ code: 'corrupt_frame' });
          }
          expect(decoder.pendingBytes).toBeLessThan(4 + 64);
          expect(decoder.heldBytes).toBeLessThanOrEqual(4096);
        }
      }),
      { numRuns: 400 },
    );
  });
});
