import { describe, expect, it } from 'vitest';
import {
  checkTppRequest,
  encodeTppError,
  encodeTppRequest,
  encodeTppResponse,
  readTppResponse,
  type TppCredentials,
  type TppJson,
} from '../../../../lib/protocols/tpp/index.js';

const isToken = (token: TppCredentials) => (token === 'secret' ? 'somebody' : undefined);

/** The code and body that refuse a first frame; undefined when it is let in. */
function refusalOf(value: TppJson): { code: number; body: TppJson } | undefined {
  const verdict = checkTppRequest(value, isToken);
  return verdict.isGood ? undefined : { code: verdict.code, body: verdict.body };
}

describe('TPP messages', () => {
  it('are these bytes', () => {
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
    expect(text(encodeTppRequest({ token: 'secret', action: 'land', body: { ids: ['a'] } }))).toBe(
      '55\n{"action":"land","body":{"ids":["a"]},"token":"secret"}',
    );
    expect(text(encodeTppResponse(0, { list: [] }))).toBe('29\n{"code":0,"body":{"list":[]}}');
    expect(text(encodeTppResponse(0, undefined))).toBe('22\n{"code":0,"body":null}');
    expect(text(encodeTppError(3, 'Bad auth token'))).toBe(
      '44\n{"code":3,"body":{"error":"Bad auth token"}}',
    );
  });

  it('of a server are read when they have a code', () => {
    expect(readTppResponse({ code: 0, body: { a: 1 }, more: 2 })).toEqual({ code: 0, body: { a: 1 } });
    expect(readTppResponse({ code: 1 })).toEqual({ code: 1, body: null });
  });

  it.each([null, [], 5, 'x', {}, { code: '0' }, { code: 0.5 }])(
    'are not responses when they are %j',
    (value) => {
      expect(() => readTppResponse(value)).toThrow(/not a TPP response/);
    },
  );
});

describe('the first frame', () => {
  it('with token and action is let in, with keys that nobody knows too', () => {
    expect(
      checkTppRequest({ action: 'list', body: { ids: [] }, token: 'secret', user_id: '7' }, isToken),
    ).toEqual({ isGood: true, request: { action: 'list', body: { ids: [] } }, caller: 'somebody' });
    expect(checkTppRequest({ action: 'list', token: 'secret' }, isToken)).toMatchObject({
      request: { action: 'list', body: null },
    });
  });

  const badData = { code: 1, body: { error: 'Something wrong with your data None' } };
  const noToken = { code: 2, body: { error: 'No auth token' } };
  const badToken = { code: 3, body: { error: 'Bad auth token' } };
  const noAction = { code: 1, body: 'No action found!' };

  it.each<[TppJson]>([
    [{}],
    [[]],
    [0],
    [null],
    [false],
    [''],
    [[1, 2]],
    [5],
    ['list'],
    [true],
    [[{ action: 'list', token: 'secret' }]],
  ])('that is %j is bad data', (value) => {
    expect(refusalOf(value)).toEqual(badData);
  });

  it.each<[TppJson]>([
    [{ action: 'list' }],
    [{ action: 'list', token: '' }],
    [{ action: 'list', token: null }],
    [{ action: 'list', token: 0 }],
    [{ action: 'list', token: [] }],
    [{ action: 'list', token: {} }],
  ])('%j has no token', (value) => {
    expect(refusalOf(value)).toEqual(noToken);
  });

  it.each<[TppJson]>([
    [{ action: 'list', token: 5 }],
    [{ action: 'list', token: true }],
    [{ action: 'list', token: ['secret'] }],
    [{ action: 'list', token: { $ne: '' } }],
    [{ action: 'list', token: 'secret\0' }],
  ])('%j, over which the reference stumbles and lets it in, is bad data', (value) => {
    expect(refusalOf(value)).toEqual(badData);
  });

  it.each(['Secret', 'secret ', 'secre', 'x'])('with the token "%s" is refused', (token) => {
    expect(refusalOf({ action: 'list', token })).toEqual(badToken);
    expect(refusalOf({ token })).toEqual(badToken);
  });

  it.each<[TppJson]>([
    [{ token: 'secret' }],
    [{ token: 'secret', action: '' }],
    [{ token: 'secret', action: null }],
    [{ token: 'secret', action: 0 }],
  ])('%j has no action, and is told so in a plain text', (value) => {
    expect(refusalOf(value)).toEqual(noAction);
  });

  it.each<[TppJson]>([[5], [['list']], [{ list: 1 }], [true]])('with the action %j is bad data', (action) => {
    expect(refusalOf({ token: 'secret', action })).toEqual(badData);
  });

  it('takes its keys from itself, never from what all objects have', () => {
    const value = JSON.parse('{"__proto__": {"token": "secret", "action": "list"}, "a": 1}') as TppJson;
    expect(refusalOf(value)).toEqual(noToken);
  });
});
