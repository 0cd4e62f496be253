import { describe, expect, it } from 'vitest';
import { MessageManager } from '../../../lib/messaging/index.js';
import { comparable, decodeAll } from './support.js';

/** Golden: 2 bytes of length, then the header as written here, then the content. */
function golden(lengthBytes: readonly [number, number], header: string, content: string): Buffer {
  return Buffer.concat([Buffer.from(lengthBytes), Buffer.from(header), Buffer.from(content)]);
}

const start = '{"byteorder":"little","content-type":"json","content-encoding":"utf-8","content-length":';
const binary = '{"byteorder":"little","content-type":"binary","content-encoding":"utf-8","content-length":';

describe('the encoders write, byte for byte,', () => {
  it.each([
    [
      'an action, with args and kwargs even when empty',
      MessageManager.createActionMessage('land'),
      golden([0, 0x84], `${start}23,"message-type":"message","action":"land"}`, '{"args":[],"kwargs":{}}'),
    ],
    [
      'an action with a bare NaN and letters of two bytes',
      MessageManager.createActionMessage('ü', { args: [Number.NaN], kwargs: { a: 'ü' } }),
      golden(
        [0, 0x82],
        `${start}34,"message-type":"message","action":"ü"}`,
        '{"args":[NaN],"kwargs":{"a":"ü"}}',
      ),
    ],
    [
      'a pushed file',
      MessageManager.createFileMessage('a.csv', Buffer.from([1, 0, 255])),
      Buffer.concat([
        golden(
          [0, 0xa0],
          `${binary}3,"message-type":"message","action":"filetransfer","filepath":"a.csv"}`,
          '',
        ),
        Buffer.from([1, 0, 255]),
      ]),
    ],
    [
      'a request',
      MessageManager.createRequest('id', '42', { kwargs: { new_id: 'x' } }),
      golden(
        [0, 0x74],
        `${start}76,"message-type":"request"}`,
        '{"requested_value":"id","request_id":"42","args":[],"kwargs":{"new_id":"x"}}',
      ),
    ],
    [
      'a response',
      MessageManager.createResponse('id', '42', 'clover-1'),
      golden(
        [0, 0x9e],
        `${start}20,"message-type":"response","requested_value":"id","request_id":"42"}`,
        '{"value":"clover-1"}',
      ),
    ],
    [
      'the binary response to a pulled file',
      MessageManager.createResponse('filetransfer', '42', Buffer.from('ab')),
      golden(
        [0, 0xa9],
        `${binary}2,"message-type":"response","requested_value":"filetransfer","request_id":"42"}`,
        'ab',
      ),
    ],
    [
      'the answer to a request that failed',
      MessageManager.createErrorResponse('id', '42', { code: 'no', message: 'why' }),
      golden(
        [0, 0xaf],
        `${start}52,"message-type":"response","requested_value":"id","request_id":"42","status":"error"}`,
        '{"value":null,"error":{"code":"no","message":"why"}}',
      ),
    ],
  ])('%s', (_what, bytes, expected) => {
    expect(Buffer.from(bytes).toString('latin1')).toBe(expected.toString('latin1'));
  });
});

describe('what the encoders write', () => {
  const file = new Uint8Array([0, 1, 255]);
  it('is read back as it was, for every kind', () => {
    const kwargs = { filepath: '/a/b', n: Number.NaN };
    const bytes = [
      MessageManager.createActionMessage('start', { args: [1, 'NaN'], kwargs }),
      MessageManager.createFileMessage('d', file),
      MessageManager.createRequest('filetransfer', 'x1', { kwargs }),
      MessageManager.createResponse('q', 'x2', [Number.NEGATIVE_INFINITY, null]),
      MessageManager.createResponse('q', 'x3', undefined),
      MessageManager.createResponse('filetransfer', 'x4', file),
      MessageManager.createErrorResponse('q', 'x5', { code: 'c', message: 'm' }),
    ];
    expect(comparable(decodeAll([Buffer.concat(bytes)]))).toEqual([
      { type: 'action', action: 'start', args: [1, 'NaN'], kwargs },
      { type: 'file', filepath: 'd', content: '\0\x01\xff' },
      { type: 'request', name: 'filetransfer', id: 'x1', args: [], kwargs },
      { type: 'response', name: 'q', id: 'x2', value: [Number.NEGATIVE_INFINITY, null] },
      { type: 'response', name: 'q', id: 'x3', value: null },
      { type: 'fileResponse', name: 'filetransfer', id: 'x4', content: '\0\x01\xff' },
      { type: 'errorResponse', name: 'q', id: 'x5', code: 'c', message: 'm' },
    ]);
  });

  it('can be any frame, with any further header', () => {
    const json = MessageManager.createJsonMessage(
      { args: [], kwargs: {} },
      { headers: { action: 'a', extra: null } },
    );
    const raw = MessageManager.createMessage(Buffer.from('{"value":1}'), {
      contentType: 'json',
      messageType: 'response',
      headers: { requested_value: 'q', request_id: '1', status: 'ok' },
    });
    expect(decodeAll([json, raw])).toEqual([
      { type: 'action', action: 'a', args: [], kwargs: {} },
      { type: 'response', name: 'q', id: '1', value: 1 },
    ]);
  });

  it('is nothing when the header does not fit its length', () => {
    expect(() => MessageManager.createActionMessage('x'.repeat(70_000))).toThrow(RangeError);
    expect(() => MessageManager.createFileMessage('x'.repeat(70_000), file)).toThrow(RangeError);
  });
});

describe('an error response', () => {
  it('is one even when it gives no proper reason', () => {
    const headers = { requested_value: 'q', request_id: '1', status: 'error' };
    const bytes = MessageManager.createJsonMessage({ error: 'x' }, { messageType: 'response', headers });
    expect(decodeAll([bytes])).toMatchObject([{ type: 'errorResponse', code: 'unknown' }]);
  });

  it('fills no log with its reason', () => {
    const headers = { requested_value: 'q', request_id: '1', status: 'error' };
    const error = { code: 'c'.repeat(100_000), message: 'm'.repeat(100_000) };
    const bytes = MessageManager.createJsonMessage({ error }, { messageType: 'response', headers });
    expect(decodeAll([bytes])).toMatchObject([{ code: 'c'.repeat(64), message: `${'m'.repeat(4000)}…` }]);
  });
});
