import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CorruptFrameError } from '../../../lib/errors.js';
import { FrameDecoder, MessageManager } from '../../../lib/messaging/index.js';
import { comparable, decodeAll, fileFrame, header, inDirtySlab, jsonFrame, rawFrame } from './support.js';

const telemetry = jsonFrame(
  { action: 'telemetry' },
  '{"args":[],"kwargs":{"value":{"armed":false,"name":"ü"}}}',
);
const push = fileFrame({ action: 'filetransfer', filepath: 'animation.csv' }, Buffer.from('1,2,3\n'));
const stream = Buffer.concat([telemetry, push]);
const expected = [
  { type: 'action', action: 'telemetry', args: [], kwargs: { value: { armed: false, name: 'ü' } } },
  { type: 'file', filepath: 'animation.csv', content: '1,2,3\n' },
];
const limits = { maxHeaderBytes: 16_384, maxJsonBytes: 1_048_576, maxFileBytes: 67_108_864 };

describe('a stream of two messages', () => {
  it('gives both, wherever it is split in two', () => {
    for (let split = 0; split <= stream.length; split++) {
      const pieces = [inDirtySlab(stream.subarray(0, split)), inDirtySlab(stream.subarray(split), 5)];
      expect(comparable(decodeAll(pieces)), `split at ${split}`).toEqual(expected);
    }
  });

  it('gives both byte by byte, each exactly with its last byte', () => {
    const manager = new MessageManager();
    for (let at = 0; at < stream.length; at++) {
      manager.push(inDirtySlab(stream.subarray(at, at + 1)));
      const isLast = at === telemetry.length - 1 || at === stream.length - 1;
      expect(manager.next() !== undefined, `byte ${at}`).toBe(isLast);
      expect(manager.next()).toBeUndefined();
      expect(manager.isMidFrame).toBe(!isLast);
    }
  });

  it('gives both from any cutting, pushed whole before the first is pulled', () => {
    const cuts = fc.array(fc.nat(stream.length), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (unsorted) => {
        const manager = new MessageManager();
        let from = 0;
        for (const cut of [...unsorted.sort((a, b) => a - b), stream.length]) {
          manager.push(inDirtySlab(stream.subarray(from, cut), cut % 7));
          from = cut;
        }
        expect(comparable(decodeAll([Buffer.alloc(0)], manager))).toEqual(expected);
      }),
    );
  });

  it('is incomplete at every truncation, and never corrupt', () => {
    for (let end = 0; end < telemetry.length; end++) {
      expect(decodeAll([telemetry.subarray(0, end)]), `cut at ${end}`).toEqual([]);
    }
  });
});

describe('content', () => {
  it('is a view of the chunk that held all of it', () => {
    const chunk = inDirtySlab(push);
    const decoder = new FrameDecoder();
    decoder.push(chunk);
    expect(decoder.next()?.content.buffer).toBe(chunk.buffer);
  });

  it('is a view also when its head came in a chunk of its own', () => {
    const body = inDirtySlab(push.subarray(-6));
    const decoder = new FrameDecoder();
    decoder.push(push.subarray(0, -6));
    decoder.push(body);
    expect(decoder.next()?.content.buffer).toBe(body.buffer);
  });

  it('may be empty', () => {
    const empty = fileFrame({ action: 'filetransfer', filepath: 'e' }, new Uint8Array(0));
    expect(comparable(decodeAll([empty, empty]))).toEqual([
      { type: 'file', filepath: 'e', content: '' },
      { type: 'file', filepath: 'e', content: '' },
    ]);
  });

  it('of 64 MiB in pieces of 1 KiB is moved once and never searched for again', () => {
    const total = 64 * 1024 * 1024;
    const decoder = new FrameDecoder();
    decoder.push(
      rawFrame(header(total, { 'content-type': 'binary', action: 'filetransfer', filepath: 'f' })),
    );
    const piece = new Uint8Array(1024).fill(7);
    const moved = vi.spyOn(Uint8Array.prototype, 'set');
    const copied = vi.spyOn(Buffer.prototype, 'copy');
    const concatenated = vi.spyOn(Buffer, 'concat');
    let early = 0;
    for (let sent = 0; sent < total; sent += piece.length) {
      if (decoder.next()) early += 1;
      decoder.push(piece);
    }
    const frame = decoder.next();
    const movedBytes = moved.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    const otherMoves = copied.mock.calls.length + concatenated.mock.calls.length;
    vi.restoreAllMocks();
    expect({ early, movedBytes, otherMoves }).toEqual({ early: 0, movedBytes: total, otherMoves: 0 });
    expect(frame?.content.length).toBe(total);
    expect([frame?.content[0], frame?.content[total - 1]]).toEqual([7, 7]);
  });
});

describe('caps', () => {
  it('refuse a header by its length alone, before a byte of it came', () => {
    const decoder = new FrameDecoder(limits);
    decoder.push(Buffer.from([0x40, 0x01]));
    expect(() => decoder.next()).toThrow(/16385 bytes is over 16384/);
  });

  it('let a header of exactly the cap in', () => {
    const bare = JSON.stringify(header(2, { action: 'a', pad: '' }));
    const padded = header(2, { action: 'a', pad: 'x'.repeat(16_384 - bare.length) });
    const decoder = new FrameDecoder(limits);
    decoder.push(rawFrame(padded, '{}'));
    expect(decoder.next()?.header.contentLength).toBe(2);
  });

  it.each([
    ['json', limits.maxJsonBytes],
    ['binary', limits.maxFileBytes],
  ])('refuse %s content by its announced length, before a byte of it came', (contentType, cap) => {
    const announce = (length: number) => {
      const decoder = new FrameDecoder(limits);
      decoder.push(rawFrame(header(length, { 'content-type': contentType, action: 'a' })));
      return decoder;
    };
    expect(announce(cap).next()).toBeUndefined();
    expect(() => announce(cap + 1).next()).toThrow(CorruptFrameError);
  });

  it('can be lifted while the stream runs', () => {
    const decoder = new FrameDecoder({ ...limits, maxFileBytes: 3 });
    decoder.limits = limits;
    decoder.push(push);
    expect(decoder.next()?.content.length).toBe(6);
  });
});

describe('a corrupt frame', () => {
  const good = '{"args":[],"kwargs":{}}';
  it.each([
    ['a header that is not JSON', rawFrame('{"byteorder"', '')],
    ['a header that is an array', rawFrame('[]', '')],
    ['a header that is null', rawFrame('null', '')],
    ['an empty header', Buffer.from([0, 0])],
    ['an unknown message type', jsonFrame({ 'message-type': 'shout', action: 'a' }, good)],
    ['an unknown content type', jsonFrame({ 'content-type': 'xml', action: 'a' }, good)],
    ['an unknown encoding', jsonFrame({ 'content-encoding': 'utf-16', action: 'a' }, good)],
    ['a negative length', rawFrame(header(-1, { action: 'a' }))],
    ['a broken length', rawFrame(header(1.5, { action: 'a' }))],
    ['a length that is no number', rawFrame(header(0, { 'content-length': '0', action: 'a' }))],
    ['a length beyond all numbers', rawFrame(JSON.stringify(header(0)).replace(':0', ':1e999'))],
    ['content that is not JSON', jsonFrame({ action: 'a' }, '{"args":[]')],
    [
      'content that is not UTF-8',
      fileFrame(
        { 'content-type': 'json', action: 'a' },
        Buffer.from('{"args":["\xff"],"kwargs":{}}', 'latin1'),
      ),
    ],
    ['a message without an action', jsonFrame({}, good)],
    ['an action that is no text', jsonFrame({ action: 1 }, good)],
    ['a file without a path', fileFrame({ action: 'filetransfer' }, Buffer.from('x'))],
    [
      'a response without an id',
      jsonFrame({ 'message-type': 'response', requested_value: 'a' }, '{"value":1}'),
    ],
    ...['byteorder', 'content-type', 'content-encoding', 'content-length', 'message-type'].map(
      (key): [string, Buffer] => [
        `a header without ${key}`,
        jsonFrame({ action: 'a', [key]: undefined }, good),
      ],
    ),
  ])('is %s', (_what, bytes) => {
    expect(() => decodeAll([bytes])).toThrow(CorruptFrameError);
  });

  it('stays corrupt whatever comes after', () => {
    const good = JSON.stringify(header(0, { action: 'a' }));
    const decoder = new FrameDecoder();
    decoder.push(rawFrame(good.replace('{', '[')));
    expect(() => decoder.next()).toThrow(CorruptFrameError);
    decoder.push(Buffer.from(good));
    expect(() => decoder.next()).toThrow(CorruptFrameError);
  });

  it('is all that garbage can be: nothing else is ever thrown', () => {
    const near = fc.tuple(fc.nat(stream.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(stream);
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), near), (bytes) => {
        try {
          decodeAll([bytes]);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptFrameError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a message that can not be used', () => {
  it.each([
    ['without args', '{"kwargs":{}}'],
    ['without kwargs', '{"args":[]}'],
    ['with args null', '{"args":null,"kwargs":{}}'],
    ['with args an object', '{"args":{},"kwargs":{}}'],
    ['with kwargs an array', '{"args":[],"kwargs":[]}'],
    ['with kwargs null', '{"args":[],"kwargs":null}'],
    ['that is an array', '[]'],
    ['that is null', 'null'],
  ])('is an action %s: dropped, and the stream goes on', (_what, text) => {
    const messages = decodeAll([jsonFrame({ action: 'a' }, text), telemetry]);
    expect(messages.map(({ type }) => type)).toEqual(['malformed', 'action']);
  });

  it('says which request it was, so that it can be answered', () => {
    const text = '{"requested_value":"id","request_id":"7","args":null,"kwargs":{}}';
    expect(decodeAll([jsonFrame({ 'message-type': 'request' }, text)])).toMatchObject([
      { type: 'malformed', request: { name: 'id', id: '7' } },
    ]);
  });

  it.each([
    '{"request_id":"7","args":[],"kwargs":{}}',
    '{"requested_value":"id","request_id":7,"args":[],"kwargs":{}}',
  ])('is a request that can not be answered: %s', (text) => {
    const [message] = decodeAll([jsonFrame({ 'message-type': 'request' }, text)]);
    expect(message?.type).toBe('malformed');
    expect(message).not.toHaveProperty('request');
  });
});

describe('a stream with a corrupt message', () => {
  it('is not read on by whoever asks again, though its frames are whole', () => {
    const manager = new MessageManager();
    manager.push(Buffer.concat([jsonFrame({ action: 'a' }, '{'), telemetry]));
    expect(() => manager.next()).toThrow(CorruptFrameError);
    expect(() => manager.next()).toThrow(CorruptFrameError);
  });

  it('is one whose header is not UTF-8: two names of a file must not become one', () => {
    const frame = fileFrame({ action: 'filetransfer', filepath: 'a?' }, Buffer.from('x'));
    expect(decodeAll([frame])).toHaveLength(1);
    frame[frame.indexOf('?')] = 0xff;
    expect(() => decodeAll([frame])).toThrow('the header is not UTF-8');
    const named = fileFrame({ action: 'filetransfer', filepath: '\ufffd' }, Buffer.from('x'));
    expect(decodeAll([named])).toMatchObject([{ filepath: '\ufffd' }]);
  });
});
