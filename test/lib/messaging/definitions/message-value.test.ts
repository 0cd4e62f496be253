import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromWire, type MessageValue, toWire } from '../../../../lib/messaging/definitions/message-value.js';
import { formatJson, type Json, parseJson } from '../../../../lib/messaging/index.js';

// JSON has no -0.
const number = fc.double().map((any) => (any === 0 ? 0 : any));
const key = fc.constantFrom('$bytes', '$plain', '__proto__', 'a', '');
const { value } = fc.letrec<{ value: MessageValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.string({ unit: 'binary' }), number, fc.boolean(), fc.constant(null), fc.uint8Array()),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));

describe('a value of a message', () => {
  it('comes out of the wire as it went in, whatever it looks like', () => {
    fc.assert(
      fc.property(value, (sent) => {
        const text = formatJson(toWire(sent, 'it'));
        expect(fromWire(parseJson(text) as Json, 'it')).toEqual(sent);
      }),
    );
  });

  it('has bytes as base64, and says so', () => {
    expect(toWire({ a: new Uint8Array([0, 255]) }, 'it')).toEqual({ a: { $bytes: 'AP8=' } });
    expect(toWire({ $bytes: 'AP8=' }, 'it')).toEqual({ $plain: { $bytes: 'AP8=' } });
    expect(toWire({ $bytes: 1, more: 2 }, 'it')).toEqual({ $bytes: 1, more: 2 });
  });

  it.each([
    [undefined, 'it can not hold undefined'],
    [{ a: [() => 1] }, 'it can not hold a function'],
    [10n, 'it can not hold a bigint'],
    [new Date(0), 'an object of a class'],
    [new Float32Array(1), 'an object of a class'],
  ])('can not be %s', (wrong, message) => {
    expect(() => toWire(wrong, 'it')).toThrow(message);
  });

  it('can be no circle, and lies 64 deep at most, both ways', () => {
    const nest = (levels: number): Json => (levels === 0 ? 1 : [nest(levels - 1)]);
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => toWire(circle, 'it')).toThrow('more than 64 deep');
    expect(toWire(nest(64), 'it')).toEqual(nest(64));
    expect(() => toWire(nest(65), 'it')).toThrow('more than 64 deep');
    expect(() => fromWire(nest(65), 'it')).toThrow('more than 64 deep');
  });

  it.each<[Json]>([
    [{ $bytes: 'A' }],
    [{ $bytes: '!!' }],
    [{ $bytes: 'AP8' }],
    [{ $bytes: 5 }],
    [{ $plain: 5 }],
  ])('that came as %j is refused', (wrong) => {
    expect(() => fromWire(wrong, 'it')).toThrow(expect.objectContaining({ code: 'bad_message' }));
  });
});
