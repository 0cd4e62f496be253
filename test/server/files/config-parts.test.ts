import { expect, it } from 'vitest';
import { parseIni, parseWireSpec, type WireValue } from '../../../lib/config/index.js';
import {
  documentToWire,
  expectAllowed,
  isOfItsFile,
  isPrivate,
  merge,
  namesOf,
  pathsOf,
  pick,
  readConfigAnswer,
  wireToIni,
} from '../../../server/files/config-parts.js';
import { outcomeOf } from '../../../server/files/file-context.js';

it('a drone’s name, its offset and what is marked private are its own; other offsets are not', () => {
  const own = [['id'], ['PRIVATE', 'a'], ['PRIVATE', 'b', 'c'], ['ANIMATION', 'private_offset']];
  expect(own.map(isPrivate)).toEqual([true, true, true, true]);
  const shared = [['LED', 'id'], ['ANIMATION', 'common_offset'], ['config_name'], ['ANIMATION']];
  expect(shared.map(isPrivate)).toEqual([false, false, false, false]);
  const fixed = [['clover_dir'], ['SECURITY', 'key'], ['EXECUTE', 'x'], ['LED', 'clover_dir']];
  expect(fixed.map(isOfItsFile)).toEqual([true, true, true, false]);
});

it('a file becomes what old servers send, and comes back as a file that says the same', () => {
  const text = 'id = a\n# how high\n[FLIGHT]\n# m\nheight = 1.5\n[A]\n[[B]]\nlist = 1, 2\n';
  const wire = documentToWire(parseIni(text, 'a.ini'));
  expect(wire).toEqual({
    id: { __value__: 'a' },
    FLIGHT: { height: { __value__: '1.5', comments: ['# m'] } },
    A: { B: { list: { __value__: ['1', '2'] } } },
  });
  const again = documentToWire(parseIni(wireToIni(wire, 'b.ini'), 'b.ini'));
  expect(again).toEqual(wire);
});

it('parts are taken and put together without a trace of what stays out', () => {
  const wire: WireValue = {
    initial_comment: ['#'],
    id: 'a',
    PRIVATE: { x: 1 },
    LED: { use: { __value__: true }, inline_comment: { use: '' } },
  };
  expect(pick(wire, (path) => !isPrivate(path))).toEqual({ LED: { use: { __value__: true } } });
  const both = merge({ id: 'a', LED: { use: false, count: 3 } }, { LED: { use: true } });
  expect(both).toEqual({ id: 'a', LED: { use: true, count: 3 } });
  expect(namesOf(pathsOf(wire))).toBe('id, PRIVATE/x, LED/use');
});

it('names from a peer change nothing but what they name', () => {
  const wire = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 2}}') as WireValue;
  const picked = pick(wire, () => true);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  expect(JSON.stringify(picked)).toBe('{"__proto__":{"polluted":1},"constructor":{"prototype":2}}');
});

it.each([null, 1, 'x', [], {}, { config: 1 }, { config: [] }])('%j is no configuration', (answer) => {
  expect(() => readConfigAnswer(answer)).toThrow('its answer is no configuration');
});

it('a drone that sends no end of options holds nobody up', () => {
  const config = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`o${n}`, n]));
  expect(() => readConfigAnswer({ config })).toThrow('more than 2000 options');
  const sections = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`s${n}`, {}]));
  expect(() => readConfigAnswer({ config: { LED: sections } })).toThrow('more than 2000 options');
});

it('all that is wrong with a configuration makes a message that a log can keep', () => {
  const wire = Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [`o${n}`, 'x'.repeat(5000)]));
  const spec = parseWireSpec({ __many__: 'integer' });
  const error = (() => {
    try {
      expectAllowed(wire, 'a', spec);
    } catch (caught) {
      return caught;
    }
  })();
  const { code, message = '' } = outcomeOf(error);
  expect(code).toBe('bad_config');
  expect(message).toContain('o0 = "xxx');
  expect(message).toContain('o1 = "xxx');
  expect(message.length).toBeLessThan(5000);
});
