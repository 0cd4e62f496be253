import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeClientDatagram,
  decodeServerDatagram,
  defaultMaxMessageBytes,
  encodeClientDatagram,
  encodeClientMessage,
  encodeServerMessage,
  LacewingDecoder,
  nextClientMessage,
  nextServerMessage,
} from '../../../../lib/protocols/lacewing/index.js';
import { clientMessages, serverMessages } from './arbitrary-messages.js';
import { hex } from './hex.js';

function readAll(
  decoder: LacewingDecoder,
  next: (decoder: LacewingDecoder) => unknown,
  chunks: readonly Uint8Array[],
): unknown[] {
  const messages: unknown[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let message = next(decoder); message; message = next(decoder)) messages.push(message);
  }
  return messages;
}

/** SetName ann, an unknown type with a body, Pong. */
const stream = hex('00 04 01 616e6e | f3 02 abcd | 90 00');
const streamMessages = [
  { type: 'setName', name: 'ann' },
  { type: 'unknown', code: 15, variant: 3, body: Uint8Array.of(0xab, 0xcd) },
  { type: 'pong' },
];

describe('a Lacewing stream', () => {
  it('is read wherever it is split', () => {
    for (let at = 0; at <= stream.length; at++) {
      const chunks = [stream.subarray(0, at), stream.subarray(at)];
      expect(readAll(new LacewingDecoder(), nextClientMessage, chunks)).toEqual(streamMessages);
    }
  });

  it('is read from views into a slab that is overwritten behind them', () => {
    const decoder = new LacewingDecoder();
    const slab = new Uint8Array(64);
    const messages: unknown[] = [];
    for (const byte of stream) {
      slab.fill(0x39);
      slab[30] = byte;
      messages.push(...readAll(decoder, nextClientMessage, [slab.subarray(30, 31)]));
    }
    expect(messages).toEqual(streamMessages);
  });

  it('gives bodies that nothing overwrites', () => {
    const decoder = new LacewingDecoder();
    const [first] = readAll(decoder, nextClientMessage, [hex('f0 02 abcd')]);
    readAll(decoder, nextClientMessage, [hex('f0 02 0000')]);
    expect(first).toMatchObject({ body: Uint8Array.of(0xab, 0xcd) });
  });

  it('may have sizes in a longer form than is needed', () => {
    const bytes = hex('90 fe 0000 | 90 ff 00000000 | 00 fe 0400 01 616e6e');
    expect(readAll(new LacewingDecoder(), nextClientMessage, [bytes])).toEqual([
      { type: 'pong' },
      { type: 'pong' },
      { type: 'setName', name: 'ann' },
    ]);
  });

  it('skips types and requests that are not known, by their size', () => {
    const bytes = hex('b0 00 | c1 fe 0300 010203 | 00 02 09 ff | 90 00');
    const messages = readAll(new LacewingDecoder(), nextClientMessage, [bytes]);
    expect(messages.map((message) => (message as { type: string }).type)).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'pong',
    ]);
    const fromServer = readAll(new LacewingDecoder(), nextServerMessage, [
      hex('d0 01 00 | 00 02 09 01 | b0 00'),
    ]);
    expect(fromServer.map((message) => (message as { type: string }).type)).toEqual([
      'unknown',
      'unknown',
      'ping',
    ]);
  });

  it('is refused at a size over the limit, before the body comes', () => {
    const limit = { maxMessageBytes: 400 };
    expect(
      readAll(new LacewingDecoder(limit), nextClientMessage, [hex('f0 fe 9001'), Buffer.alloc(400)]),
    ).toHaveLength(1);
    for (const head of ['f0 fe 9101', 'f0 ff 91010000', 'f0 ff ffffffff'])
      expect(() => readAll(new LacewingDecoder(limit), nextClientMessage, [hex(head)])).toThrow(
        /over the limit of 400/,
      );
  });

  it('has a limit of 1 MiB unless told otherwise', () => {
    const size = (bytes: number) => {
      const head = Buffer.from('f0ff00000000', 'hex');
      head.writeUInt32LE(bytes, 2);
      return head;
    };
    expect(readAll(new LacewingDecoder(), nextClientMessage, [size(defaultMaxMessageBytes)])).toEqual([]);
    expect(() =>
      readAll(new LacewingDecoder(), nextClientMessage, [size(defaultMaxMessageBytes + 1)]),
    ).toThrow();
  });

  it('that is corrupt ends there: nothing behind it is read', () => {
    const decoder = new LacewingDecoder({ maxMessageBytes: 10 });
    expect(() => readAll(decoder, nextClientMessage, [hex('f0 20')])).toThrow();
    expect(() => readAll(decoder, nextClientMessage, [hex('90 00')])).toThrow();
  });

  it.each(['90', '00 04', '00 04 01', 'f0 fe', 'f0 fe 01'])('that ends with %s was cut off', (bytes) => {
    const decoder = new LacewingDecoder();
    expect(readAll(decoder, nextClientMessage, [hex(bytes)])).toEqual([]);
    expect(() => decoder.end()).toThrow(/ended inside a message/);
  });

  it('that came whole leaves nothing behind', () => {
    const decoder = new LacewingDecoder();
    readAll(decoder, nextClientMessage, [stream]);
    expect(decoder.pendingBytes).toBe(0);
    expect(() => decoder.end()).not.toThrow();
  });

  it('of a megabyte in small pieces takes no more than its time', () => {
    const frame = encodeClientMessage({
      type: 'unknown',
      code: 15,
      variant: 0,
      body: new Uint8Array(1_000_000),
    });
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < frame.length; at += 10) chunks.push(frame.subarray(at, at + 10));
    expect(readAll(new LacewingDecoder(), nextClientMessage, chunks)).toHaveLength(1);
  });

  it('brings back every message of a client as it was, however it is cut', () => {
    fc.assert(comesBack(clientMessages, encodeClientMessage, nextClientMessage));
  });

  it('brings back every message of a server as it was, however it is cut', () => {
    fc.assert(comesBack(serverMessages, encodeServerMessage, nextServerMessage));
  });

  it('of garbage throws nothing but the error of the protocol, and holds no more than the limit', () => {
    const garbage = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 12 });
    for (const next of [nextClientMessage, nextServerMessage]) {
      fc.assert(
        fc.property(garbage, (chunks) => {
          const decoder = new LacewingDecoder({ maxMessageBytes: 100 });
          try {
            for (const chunk of chunks) {
              readAll(decoder, next, [chunk]);
              // Head and body of one message that is not whole yet.
              expect(decoder.pendingBytes).toBeLessThan(6 + 100);
            }
          } catch (error) {
            if (!isCorrupt(error)) throw error;
          }
        }),
        { numRuns: 300 },
      );
    }
  });

  it('of garbage in datagrams throws nothing but the error of the protocol', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        for (const decode of [decodeClientDatagram, decodeServerDatagram]) {
          try {
            decode(bytes);
          } catch (error) {
            if (!isCorrupt(error)) throw error;
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('and its datagrams carry every message the same', () => {
    fc.assert(
      fc.property(clientMessages, fc.integer({ min: 0, max: 65_535 }), (message, clientId) => {
        const datagram = decodeClientDatagram(encodeClientDatagram({ clientId, message }));
        expect(datagram.clientId).toBe(clientId);
        if (datagram.message.type !== 'unknown') expect(datagram.message).toEqual(message);
      }),
    );
  });
});

function comesBack<Message>(
  messages: fc.Arbitrary<Message>,
  encode: (message: Message) => Uint8Array,
  next: (decoder: LacewingDecoder) => unknown,
) {
  const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 60 }));
  return fc.property(fc.array(messages, { maxLength: 4 }), sizes, (sent, cuts) => {
    const bytes = Buffer.concat(sent.map(encode));
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const size = cuts.next().value ?? 1;
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    expect(readAll(new LacewingDecoder(), next, chunks)).toEqual(sent);
  });
}

function isCorrupt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'corrupt_frame';
}
