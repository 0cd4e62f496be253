import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPacket } from '../../../../lib/protocols/cloudlink/index.js';
import {
  isScratchMessage,
  isStrictValue,
  readLoose,
  readScratchLines,
  readStrict,
  writeScratchAscii,
  writeScratchLine,
} from '../../../../lib/protocols/scratch-cloud/index.js';

describe('strict reading', () => {
  it.each([
    [
      { method: 'handshake', user: 'ada', project_id: '104' },
      { kind: 'handshake', user: 'ada', room: '104' },
    ],
    [
      { method: 'handshake', user: 'a_-9', project_id: 104 },
      { kind: 'handshake', user: 'a_-9', room: '104' },
    ],
    [
      { method: 'set', name: '☁ x', value: '1' },
      { kind: 'set', name: '☁ x', value: '1' },
    ],
    [
      { method: 'create', name: 'anything', value: 1 },
      { kind: 'set', name: 'anything', value: 1 },
    ],
    [{ method: 'rename', name: 'x', new_name: '☁ y' }, { kind: 'ignored' }],
    [{ method: 'delete', name: 'x' }, { kind: 'ignored' }],
  ])('%j', (object, message) => {
    expect(readStrict(object)).toEqual(message);
  });

  it.each([
    [4000, { method: 'fly' }],
    [4000, { method: 5 }],
    [4000, {}],
    [4000, { method: 'set', value: 1 }],
    [4000, { method: 'handshake', user: 'ada' }],
    [4000, { method: 'handshake', user: 'ada', project_id: '' }],
    [4000, { method: 'handshake', user: 'ada', project_id: 'x'.repeat(1000) }],
    [4000, { method: 'handshake', user: 'ada', project_id: ['104'] }],
    [4002, { method: 'handshake', project_id: '104' }],
    [4002, { method: 'handshake', user: '', project_id: '104' }],
    [4002, { method: 'handshake', user: 'x'.repeat(21), project_id: '104' }],
    [4002, { method: 'handshake', user: 'a b', project_id: '104' }],
    [4002, { method: 'handshake', user: 'ada\n', project_id: '104' }],
    [4002, { method: 'handshake', user: 5, project_id: '104' }],
  ])('closes with %i on %j', (code, object) => {
    expect(readStrict(object)).toMatchObject({ kind: 'violation', code });
  });

  it('takes the longest project and user that may be', () => {
    const longest = { method: 'handshake', user: 'x'.repeat(20), project_id: 'x'.repeat(999) };
    expect(readStrict(longest)).toMatchObject({ kind: 'handshake' });
  });

  it.each([0, -1.5, '', '-', '.', '-5', '.5', '5.', '-.', '-.5', '12.34', '1'.repeat(100_000)])(
    'takes numbers and texts of numbers: %j',
    (value) => {
      expect(isStrictValue(value)).toBe(value !== '.' && value !== '-');
    },
  );

  it.each(['1.2.3', '--1', '1e5', ' 1', '1\n', 'abc', '1'.repeat(100_001), true, [1], {}, undefined, null])(
    'takes no other value: %j',
    (value) => {
      expect(isStrictValue(value)).toBe(false);
    },
  );
});

describe("reading as Python's CloudLink", () => {
  it.each([
    [
      { method: 'handshake', user: 'a b', project_id: 104 },
      { kind: 'handshake', user: 'a b', room: '104' },
    ],
    [
      { method: 'set', name: 'x', project_id: '1', value: [1] },
      { kind: 'set', room: '1', name: 'x', value: [1], newName: undefined },
    ],
    [
      { method: 'rename', name: 'x', project_id: '1', new_name: 'y' },
      { kind: 'rename', room: '1', name: 'x', value: undefined, newName: 'y' },
    ],
    [{ method: 'fly' }, { kind: 'ignored' }],
  ])('%j', (object, message) => {
    expect(readLoose(object)).toEqual(message);
  });

  it.each([
    [{ method: 'handshake', user: 'ada' }, "Validation failed: {'project_id': ['required field']}"],
    [
      { method: 'handshake' },
      "Validation failed: {'project_id': ['required field'], 'user': ['required field']}",
    ],
    [{ method: 'set', project_id: '1' }, "Validation failed: {'name': ['required field']}"],
    [{ method: 'delete', name: 'x' }, "Validation failed: {'project_id': ['required field']}"],
  ])('says what is missing in %j, and closes', (object, text) => {
    expect(readLoose(object)).toEqual({ kind: 'violation', text, code: 4000, reason: 'Validation failed' });
  });

  it.each([
    [true, { method: 'x' }],
    [true, { method: 'x', user: 'x'.repeat(20), value: {}, project_id: true, new_name: '' }],
    [false, {}],
    [false, { method: 5 }],
    [false, { method: 'x', user: '' }],
    [false, { method: 'x', user: 'x'.repeat(21) }],
    [false, { method: 'x', value: null }],
    [false, { method: 'x', project_id: [] }],
    [false, { method: 'x', name: 1 }],
  ])('%s: a message of this protocol is %j', (isOne, object) => {
    expect(isScratchMessage(object)).toBe(isOne);
  });
});

describe('lines of variables', () => {
  it('are written with the fields in order', () => {
    expect(writeScratchLine({ method: 'set', name: '☁ a/b', value: 1 })).toBe(
      '{"method":"set","name":"☁ a/b","value":1}',
    );
    expect(writeScratchAscii({ method: 'create', name: '☁ a/b', value: '1' })).toBe(
      '{"method":"create","name":"\\u2601 a\\/b","value":"1"}',
    );
    expect(writeScratchAscii({ method: 'rename', name: 'a', new_name: 'b' })).toBe(
      '{"method":"rename","name":"a","new_name":"b"}',
    );
    expect(writeScratchAscii({ method: 'delete', name: 'a' })).toBe('{"method":"delete","name":"a"}');
  });

  it('are read one or many a frame, without what is blank or broken', () => {
    expect(readScratchLines('{"method":"set"}')).toEqual([{ method: 'set' }]);
    expect(readScratchLines('{"a":1}\n\n{"b":2}\n5\n{"c"\n{"d":4}\n')).toEqual([
      { a: 1 },
      { b: 2 },
      { d: 4 },
    ]);
  });

  it('never make a reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        readScratchLines(text);
        const packet = readPacket(text);
        if (packet.kind !== 'object') return;
        readStrict(packet.object);
        if (isScratchMessage(packet.object)) readLoose(packet.object);
      }),
    );
  });
});
