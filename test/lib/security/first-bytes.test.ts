import { expect, it } from 'vitest';
import { createActionMessage } from '../../../lib/messaging/create-message.js';
import { kindOfConnection } from '../../../lib/security/first-bytes.js';

it.each([
  [[], undefined],
  [[0x16], undefined],
  [[0x16, 0x03], undefined],
  [[0x16, 0x03, 0x00], 'tls'],
  [[0x16, 0x03, 0x01, 0x02], 'tls'],
  [[0x16, 0x03, 0x04], 'tls'],
  // A frame whose header has 5635 bytes of JSON.
  [[0x16, 0x03, 0x7b], 'plain'],
  [[0x16, 0x03, 0x05], 'plain'],
  [[0x16, 0x02], 'plain'],
  [[0x00], 'plain'],
])('a connection that begins with %j is %s', (bytes, kind) => {
  expect(kindOfConnection(Uint8Array.from(bytes))).toBe(kind);
});

it('a frame of ours is plain by its first byte', () => {
  expect(kindOfConnection(createActionMessage('hello', {}).subarray(0, 1))).toBe('plain');
});
