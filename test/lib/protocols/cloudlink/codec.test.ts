import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cl4Command,
  clientIp,
  clientObject,
  directMessage,
  globalMessage,
  globalVariable,
  isCl4Command,
  type JsonObject,
  motdMessage,
  privateMessage,
  pythonText,
  readCl4Message,
  readCl4Request,
  readJson,
  readPacket,
  type ServerMessage,
  Snowflakes,
  serverVersion,
  snowflakeOf,
  statusDetails,
  statusMessage,
  userChange,
  userList,
  writeJson,
} from '../../../../lib/protocols/cloudlink/index.js';

const ada = { id: '7123', username: 'Ada', uuid: 'u-1' };
const anonymous = { id: '7124', uuid: 'u-2' };

describe('what a CL4 server writes', () => {
  it.each<[string, ServerMessage]>([
    ['{"cmd":"client_ip","val":"127.0.0.1"}', clientIp('127.0.0.1')],
    ['{"cmd":"server_version","val":"0.2.0"}', serverVersion()],
    ['{"cmd":"motd","val":"Hello"}', motdMessage('Hello')],
    ['{"cmd":"client_obj","val":{"id":"7124","uuid":"u-2"}}', clientObject(anonymous)],
    [
      '{"cmd":"ulist","mode":"set","val":[{"id":"7123","username":"Ada","uuid":"u-1"}],"rooms":"default"}',
      userList('default', [ada]),
    ],
    [
      '{"cmd":"ulist","mode":"add","val":{"id":"7123","username":"Ada","uuid":"u-1"},"rooms":"red"}',
      userChange('add', 'red', ada),
    ],
    [
      '{"cmd":"ulist","mode":"remove","val":{"id":"7124","uuid":"u-2"},"rooms":"red"}',
      userChange('remove', 'red', anonymous),
    ],
    ['{"cmd":"gmsg","val":[1],"rooms":"default"}', globalMessage({ val: [1], room: 'default' })],
    [
      '{"cmd":"gmsg","val":"x","rooms":"default","listener":5}',
      globalMessage({ val: 'x', room: 'default', listener: 5 }),
    ],
    ['{"cmd":"gmsg","val":false}', globalMessage({ val: false })],
    [
      '{"cmd":"gvar","name":"v","val":1.5,"rooms":"default","listener":"l"}',
      globalVariable({ name: 'v', val: 1.5, room: 'default', listener: 'l' }),
    ],
    [
      '{"cmd":"pmsg","val":"x","origin":{"id":"7123","username":"Ada","uuid":"u-1"},"rooms":"red"}',
      privateMessage({ val: 'x', origin: ada, room: 'red' }),
    ],
    [
      '{"cmd":"pvar","name":"v","val":"x","origin":{"id":"7124","uuid":"u-2"},"rooms":"red"}',
      privateMessage({ name: 'v', val: 'x', origin: anonymous, room: 'red' }),
    ],
    [
      '{"cmd":"direct","val":"x","origin":{"id":"7124","uuid":"u-2"},"listener":true}',
      directMessage({ val: 'x', origin: anonymous, listener: true }),
    ],
    ['{"cmd":"direct","val":"from the server"}', directMessage({ val: 'from the server' })],
    ['{"cmd":"statuscode","code":"I:100 | OK","code_id":100}', statusMessage(100)],
    [
      '{"cmd":"statuscode","code":"E:115 | Room not joined","code_id":115,"details":"d","listener":"l","val":1}',
      statusMessage(115, { details: 'd', listener: 'l', val: 1 }),
    ],
  ])('%s', (text, message) => {
    expect(writeJson(message)).toBe(text);
  });

  it('escapes what is not ASCII, and slashes', () => {
    expect(writeJson({ cmd: 'gmsg', val: 'a/ü☁😀\n' })).toBe(
      '{"cmd":"gmsg","val":"a\\/\\u00fc\\u2601\\ud83d\\ude00\\n"}',
    );
  });

  it.each([
    [0, 'I:0 | Test'],
    [1, 'I:1 | Echo'],
    [100, 'I:100 | OK'],
    [101, 'E:101 | Syntax'],
    [102, 'E:102 | Datatype'],
    [103, 'E:103 | ID not found'],
    [104, 'E:104 | ID not specific enough'],
    [105, 'E:105 | Internal server error'],
    [106, 'E:106 | Empty packet'],
    [107, 'E:107 | ID already set'],
    [108, 'E:108 | Refused'],
    [109, 'E:109 | Invalid command'],
    [110, 'E:110 | Command disabled'],
    [111, 'E:111 | ID required'],
    [112, 'E:112 | ID conflict'],
    [113, 'E:113 | Too large'],
    [114, 'E:114 | JSON error'],
    [115, 'E:115 | Room not joined'],
  ] as const)('status %i is %s', (id, code) => {
    expect(statusMessage(id)).toMatchObject({ cmd: 'statuscode', code, code_id: id });
  });

  it('words details as clients know them', () => {
    expect([
      statusDetails.usernameRequired,
      statusDetails.invalidCommand('relay'),
      statusDetails.disabledCommand('gmsg'),
      statusDetails.jsonError('x'),
      statusDetails.roomNotJoined('red'),
      statusDetails.noMatches('Eve'),
      statusDetails.manyMatches('Eve', 2),
    ]).toEqual([
      'This command requires setting a username.',
      'relay is an invalid command.',
      'gmsg is a disabled command.',
      'A JSON error was raised: x',
      'Attempted to access room red while not joined.',
      'No matches found: Eve',
      'Multiple matches found for Eve, found 2 matches. Please use Snowflakes, UUIDs, or client objects instead.',
    ]);
  });
});

describe('what a CL4 client sends', () => {
  it.each([
    ['', { kind: 'empty' }],
    ['[1]', { kind: 'noObject' }],
    ['5', { kind: 'noObject' }],
    ['null', { kind: 'noObject' }],
    [' {"cmd":"ping"}\n', { kind: 'object', object: { cmd: 'ping' } }],
  ])('%j is read for what it is', (text, packet) => {
    expect(readPacket(text)).toEqual(packet);
  });

  it.each(['{', ' ', '{"cmd":NaN}', '{"val":1e999}', `${'['.repeat(200)}${']'.repeat(200)}`])(
    '%j is no JSON that could be passed on',
    (text) => {
      expect(readPacket(text)).toMatchObject({ kind: 'noJson', fault: expect.stringMatching(/./) });
    },
  );

  const listener = "must be of ['string', 'integer', 'float', 'boolean', 'number'] type";
  it.each<[JsonObject, object | undefined]>([
    [{ cmd: 'x' }, undefined],
    [{ cmd: 'x', more: null }, undefined],
    [{ cmd: 'x', val: {}, name: '', id: [], listener: 0, rooms: false }, undefined],
    [{}, { cmd: ['required field'] }],
    [{ cmd: 5 }, { cmd: ['must be of string type'] }],
    [{ cmd: 'x', val: null }, { val: ['null value not allowed'] }],
    [{ cmd: 'x', name: 1 }, { name: ['must be of string type'] }],
    [{ cmd: 'x', id: 1 }, { id: ["must be of ['string', 'dict', 'list', 'set'] type"] }],
    [{ cmd: 'x', listener: {} }, { listener: [listener] }],
    [
      { cmd: 'x', rooms: {} },
      { rooms: ["must be of ['string', 'integer', 'float', 'boolean', 'number', 'list', 'set'] type"] },
    ],
    [
      { rooms: null, cmd: null },
      { cmd: ['null value not allowed'], rooms: ['null value not allowed'] },
    ],
  ])('%j: what is wrong with it as a message', (object, errors) => {
    expect(readCl4Message(object).errors).toEqual(errors);
  });

  const needed = ['required field'];
  it.each<[Cl4Command, object, object | undefined]>([
    ['handshake', {}, undefined],
    ['ping', {}, undefined],
    ['setid', {}, { val: needed }],
    ['setid', { val: 5 }, { val: ['must be of string type'] }],
    ['setid', { val: '' }, undefined],
    ['gmsg', {}, { val: needed }],
    ['gvar', {}, { name: needed, val: needed }],
    ['pmsg', {}, { id: needed, val: needed }],
    ['pvar', { val: 0 }, { id: needed, name: needed }],
    ['direct', { val: 0, id: ['a'] }, { id: ['must be of string type'] }],
    ['link', {}, { val: needed }],
    ['unlink', { val: '' }, undefined],
  ])('%s %j: what is wrong with it as this command', (cmd, fields, errors) => {
    expect(readCl4Request({ cmd, ...fields }, cmd).errors).toEqual(errors);
  });

  it('knows its commands, and neither others nor what every object has', () => {
    expect(['gmsg', 'relay', 'echo', 'constructor'].map(isCl4Command)).toEqual([true, false, false, false]);
  });

  it('is given back by the writer as it was', () => {
    const odd = fc.string({ unit: fc.constantFrom('a', '/', '"', '\\', 'ü', '☁', '😀', '\ud800', '\u0007') });
    fc.assert(
      fc.property(
        fc.dictionary(
          odd,
          fc.oneof(odd, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.json().map(JSON.parse)),
        ),
        (object) => {
          const sent: JsonObject = JSON.parse(JSON.stringify(object));
          expect(readJson(writeJson(sent))).toEqual({ value: sent });
          expect(writeJson(sent)).toMatch(/^[ -~]*$/);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('never makes the reader throw', () => {
    const nearly = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json({ maxDepth: 150 }).map((text) => text.slice(0, -1)),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        const packet = readPacket(text);
        if (packet.kind === 'object') readCl4Message(packet.object);
      }),
    );
  });
});

describe('snowflakes', () => {
  it('hold the time, the worker 42 and a sequence', () => {
    expect(snowflakeOf(1_700_000_000_000, 0)).toBe(String((1_700_000_000_000n << 22n) | (42n << 12n)));
    expect(snowflakeOf(1, 7)).toBe(String((1n << 22n) | (42n << 12n) | 7n));
  });

  it('are never the same, whatever the clock does', () => {
    const snowflakes = new Snowflakes();
    const ids = new Set<string>();
    for (const unixMs of [5000.7, 4000, 5001])
      for (let n = 0; n < 5000; n++) ids.add(snowflakes.next(unixMs));
    expect(ids.size).toBe(15_000);
  });
});

describe('values as Python prints them', () => {
  it.each([
    ['plain', 'plain'],
    [['a', "it's", 'both \' and "'], `['a', "it's", 'both \\' and "']`],
    [
      { id: '1', on: true, off: false, none: null, n: 1.5 },
      "{'id': '1', 'on': True, 'off': False, 'none': None, 'n': 1.5}",
    ],
    [['a\\b\n'], "['a\\\\b\\n']"],
  ])('%j', (value, text) => {
    expect(pythonText(value)).toBe(text);
  });
});
