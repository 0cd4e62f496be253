import { describe, expect, it } from 'vitest';
import {
  hasOtherSchema,
  type MessageSchema,
  messageDefinitionsOf,
  parseMessageDefinitions,
  readWevisDefinitions,
  schemaVersion,
  WevisDefinitions,
} from '../../../../lib/protocols/wevis/index.js';

function layouts(text: string) {
  return readWevisDefinitions(text).messages.map(({ id, name, arguments: list }) => [
    id,
    name,
    list.map((argument) => `${argument.name}=${argument.type}`).join(' '),
  ]);
}

describe('definitions of typed messages', () => {
  it('are a line each, with comments and blank lines anywhere', () => {
    const text = [
      '# the fleet',
      '',
      'Move  x=float\ty=float # to there',
      '   ',
      'Stop',
      'All a=int b=float c=str d=bytes e=?f f=?d g=bool h=json',
      'Noted a=int#b=nonsense',
    ].join('\n');
    expect(layouts(text)).toEqual([
      [7, 'Move', 'x=float y=float'],
      [8, 'Stop', ''],
      [9, 'All', 'a=int b=float c=str d=bytes e=?f f=?d g=bool h=json'],
      [10, 'Noted', 'a=int'],
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('may end their lines in %j', (end) => {
    expect(layouts(`A x=int${end}B${end}`)).toEqual([
      [7, 'A', 'x=int'],
      [8, 'B', ''],
    ]);
  });

  it('number messages from 7 in the order given, and the six of the protocol before them', () => {
    const definitions = readWevisDefinitions('Zulu\nAlpha');
    const names = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => definitions.withId(id)?.name);
    const own = ['_ping', '_pong', '_welcome', '_login', '_loginReject', '_loginAccept'];
    expect(names).toEqual([undefined, ...own, 'Zulu', 'Alpha', undefined]);
    expect(definitions.named('_login').arguments.map(({ name }) => name)).toEqual([
      'password',
      'username',
      'version',
    ]);
  });

  it('sort arguments by code point, wherever they were declared', () => {
    // U+10400 comes behind U+FF21, though its first half (D801) comes before.
    expect(layouts('Move a=int C_=int B=int a\u{10400}=int a\uff21=int')).toEqual([
      [7, 'Move', 'B=int C_=int a=int a\uff21=int a\u{10400}=int'],
    ]);
  });

  it('may have names with letters of any language behind the first one, and messages with a leading underscore', () => {
    expect(layouts('A\u00e9\u4e8c2_ B\u00e9=int\n_own')).toEqual([
      [7, 'A\u00e9\u4e8c2_', 'B\u00e9=int'],
      [8, '_own', ''],
    ]);
  });

  it('take the last of an argument given twice, and say so', () => {
    const definitions = readWevisDefinitions('Move x=int y=int x=float', 'fleet.wevis');
    expect(definitions.messages[0]?.arguments).toEqual([
      { name: 'x', type: 'float' },
      { name: 'y', type: 'int' },
    ]);
    expect(definitions.notes).toEqual([
      'fleet.wevis, line 1: argument x of Move is given more than once: the last type, float, counts',
    ]);
  });

  it.each([
    ['A\n\nA x=int', 'line 3: duplicate definition A: it is defined in line 1 already'],
    ['A x', 'line 1: arguments must be given as name=type without blanks, not "x"'],
    ['A x =int', 'line 1: arguments must be given as name=type without blanks, not "x"'],
    ['A x=int=float', 'line 1: arguments must be given as name=type without blanks, not "x=int=float"'],
    [
      '\nA x=double',
      'line 2: unknown type "double" of x: one of int, float, str, bytes, ?f, ?d, bool, json is expected',
    ],
    ['A x=', 'line 1: unknown type "" of x: one of'],
    ['A x=INT', 'line 1: unknown type "INT" of x'],
    ['A =int', 'line 1: "" can not name an argument: a letter A-Z or a-z is expected'],
    ['A _x=int', 'line 1: "_x" can not name an argument'],
    ['A 1x=int', 'line 1: "1x" can not name an argument'],
    ['A x-y=int', 'line 1: "x-y" can not name an argument'],
    ['1A', 'line 1: "1A" can not name a message: a letter A-Z, a-z or _ is expected'],
    ['A.b', 'line 1: "A.b" can not name a message'],
    ['x=int', 'line 1: "x=int" can not name a message'],
    ['\u00e9', 'can not name a message'],
    ['_ping', 'message "_ping" already defined: it is one of the protocol\'s own'],
    ['A\n_loginAccept x=int', 'message "_loginAccept" already defined'],
  ])('with a mistake name the line and what is expected: %j', (text, message) => {
    expect(() => readWevisDefinitions(text, 'fleet.wevis')).toThrow(message);
    expect(() => readWevisDefinitions(text, 'fleet.wevis')).toThrow(/fleet\.wevis, line \d|already defined/);
    expect(() => readWevisDefinitions(text)).toThrow(expect.objectContaining({ code: 'bad_config' }));
  });

  it('come from an object as well, with the same meaning', () => {
    const fromObject = readWevisDefinitions({ Move: { y: 'float', x: 'float' }, Stop: {} });
    const fromText = readWevisDefinitions('Move x=float y=float\nStop');
    expect(fromObject.messages).toEqual(fromText.messages);
    expect(fromObject.fingerprint).toBe(fromText.fingerprint);
  });

  it.each([
    [{ '1A': {} }, 'message "1A": "1A" can not name a message'],
    [{ A: { x: 'double' } }, 'message "A": unknown type "double" of x'],
    [{ A: { 'x y': 'int' } }, 'message "A": "x y" can not name an argument'],
    [{ A: 'int' }, 'message "A": an object of argument names and types is expected'],
    [{ _pong: {} }, 'message "_pong" already defined'],
  ])('as an object with a mistake name the message: %j', (schema, message) => {
    expect(() => readWevisDefinitions(schema as unknown as MessageSchema)).toThrow(message);
  });

  it('may be called as things of every object are', () => {
    const definitions = readWevisDefinitions('constructor toString=int\n__proto__ valueOf=str');
    expect(definitions.messages.map(({ name }) => name)).toEqual(['constructor', '__proto__']);
    expect(() => definitions.named('hasOwnProperty')).toThrow(/no message is called "hasOwnProperty"/);
  });

  it('can be read without any ids, for another protocol', () => {
    const [move] = parseMessageDefinitions('Move y=int x=bool').messages;
    expect(move).toEqual({
      name: 'Move',
      argumentTypes: new Map([
        ['y', 'int'],
        ['x', 'bool'],
      ]),
    });
    expect(messageDefinitionsOf({ Move: { y: 'int', x: 'bool' } })).toEqual([move]);
  });

  it('of a failed reading leave nothing behind: the same names can be defined again', () => {
    expect(() => readWevisDefinitions('A\nB x=nothing')).toThrow();
    expect(layouts('A\nB')).toEqual([
      [7, 'A', ''],
      [8, 'B', ''],
    ]);
  });
});

describe('the fingerprint of definitions', () => {
  const { fingerprint } = readWevisDefinitions('A x=int y=float\nB');

  it('is 16 hex digits that comments and the order of arguments do not change', () => {
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(readWevisDefinitions('# hello\nA y=float x=int\n\nB # there').fingerprint).toBe(fingerprint);
  });

  it.each([
    'B\nA x=int y=float',
    'A x=int y=int\nB',
    'A x=int z=float\nB',
    'A x=int y=float',
    'A x=int y=float\nC',
  ])('is another for other names, types or another order: %j', (text) => {
    expect(readWevisDefinitions(text).fingerprint).not.toBe(fingerprint);
  });

  it('tells a version text of other definitions; any other text tells nothing', () => {
    const mine = readWevisDefinitions('A');
    expect(hasOtherSchema(schemaVersion(mine), mine)).toBe(false);
    expect(hasOtherSchema(schemaVersion(new WevisDefinitions([])), mine)).toBe(true);
    expect(hasOtherSchema('1.0', mine)).toBe(false);
  });
});
