import { describe, expect, it } from 'vitest';
import { messageDefinitionsOf, readWevisDefinitions } from '../../../../lib/protocols/wevis/index.js';
import { fleetSchema, readFleetDefinitions } from '../../../../server/gateways/wevis/fleet-schema.js';
import { fleetText } from './support/wevis-rig.js';

/** Words that a Python client can not write as arguments: its functions' own, and the language's. */
const notForPython = (
  'self name message False None True and as assert async await break class continue def del elif else except finally ' +
  'for from global if import in is lambda nonlocal not or pass raise return try while with yield'
).split(' ');

describe('shows/fleet.wevis', () => {
  it('has what the gateway speaks, in the same order', () => {
    const { messages } = readWevisDefinitions(fleetText);
    const expected = messageDefinitionsOf(fleetSchema);
    expect(messages.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
    for (const [index, { argumentTypes }] of expected.entries())
      expect(new Map(messages[index]?.arguments.map(({ name, type }) => [name, type]))).toEqual(
        argumentTypes,
      );
    expect(messages[0]).toMatchObject({ name: 'Drone', id: 7 });
  });

  it('can be used by the reference: none of our own types, no argument that its functions take for theirs', () => {
    const given = readWevisDefinitions(fleetText).messages.flatMap((message) => message.arguments);
    expect(new Set(given.map(({ type }) => type))).toEqual(new Set(['str', 'int', 'float', '?f']));
    expect(given.filter(({ name }) => notForPython.includes(name))).toEqual([]);
  });

  it('is one page that explains itself in lines that can be read', () => {
    const lines = fleetText.split('\n');
    expect(lines.length).toBeLessThan(80);
    expect(lines.filter((line) => line.startsWith('#')).every(({ length }) => length <= 120)).toBe(true);
  });
});

describe('definitions of a user\u2019s own', () => {
  it('may hold more messages, anywhere, and comments of their own', () => {
    const text = `Before a=int # ours\n${fleetText}\nBehind b=?d\n`;
    expect(readFleetDefinitions({ text, path: 'own' }).named('Drone').id).toBe(8);
  });

  it.each([
    [/^Cue .*$/m, '', 'own: message Cue is missing: take the lines of shows/fleet.wevis over as they are'],
    ['cue=str', '', 'own: Cue lacks cue=str: take'],
    ['cue=str', 'cue=bytes', 'own: Cue lacks cue=str: take'],
    ['cue=str', 'cue=str more=int', 'own: Cue has more, which the server does not know: take'],
    ['cue=str', 'cue=double', /^own, line \d+: unknown type "double" of cue/],
  ])('with %s as "%s" are refused', (part, instead, message) => {
    const text = fleetText.replace(part, instead);
    expect(() => readFleetDefinitions({ text, path: 'own' })).toThrow(message);
  });

  it('that lack much are told all of it at once', () => {
    const text = fleetText.replace(/^(Say|Tell) .*$/gm, '');
    expect(() => readFleetDefinitions({ text, path: 'own' })).toThrow(
      'message Say is missing; message Tell is missing',
    );
  });
});
