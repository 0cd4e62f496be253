import { describe, expect, it } from 'vitest';
import {
  type AccessEntry,
  addEntry,
  formatAccess,
  parseAccess,
} from '../../../../lib/security/access/access.js';
import { bcryptToken, expectBcryptToken } from '../../../../lib/security/access/bcrypt-token.js';
import { compareBcrypt } from '../../../../lib/security/adapters/bcrypt-thread.js';
import { entryOf, gatekeeperOver } from '../../../server/gateways/control/support/gatekeeper-of.js';

/** Source: the test vectors of Openwall's crypt_blowfish 1.3, in the public domain. */
const hashes = {
  'U*U': '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
  'U*U*U': '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a',
} as const;
const far = '10.0.0.5';

function oldEntry(hash: string, changes: Partial<AccessEntry> = {}): AccessEntry {
  return { ...entryOf('', 'operator'), token: expectBcryptToken(hash), ...changes };
}

/** Hashes are compared when the test says so; a token that begins with `good` fits them all. */
function setUp(access = new Map([['old', oldEntry(hashes['U*U'])]])) {
  const asked: string[] = [];
  const done: (() => void)[] = [];
  const times = { now: 0, utcMs: () => times.now, monotonicMs: () => times.now };
  const keeper = gatekeeperOver(access, times, (token, kept) => {
    asked.push(token);
    return new Promise((resolve) => done.push(() => resolve(kept.map(() => token.startsWith('good')))));
  });
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) {
      done.shift()?.();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  const check = async (token: string, from = far) => {
    const verdict = keeper.checkToken(token, from);
    await settle();
    return verdict;
  };
  return { access, asked, keeper, times, check, settle };
}

describe('a token of an older server', () => {
  it('is found by its bcrypt hash once, and is known from then on without another look', async () => {
    const { asked, keeper, check } = setUp();
    expect(keeper.callerOf('good')).toBeUndefined();
    expect(await check('good')).toMatchObject({ kind: 'known', caller: { name: 'old', role: 'operator' } });
    expect(keeper.callerOf('good')).toMatchObject({ name: 'old' });
    expect(await check('good')).toMatchObject({ kind: 'known' });
    expect(asked).toEqual(['good']);
  });

  it('is forgotten with its entry, and when it has ended; it holds no longer then', async () => {
    const { access, asked, keeper, times, check } = setUp();
    await check('good');
    const caller = keeper.callerOf('good');
    if (!caller) throw new Error('nobody');
    expect(keeper.holds(caller)).toBe(true);
    access.set('old', oldEntry(hashes['U*U*U']));
    expect([keeper.callerOf('good'), keeper.holds(caller)]).toEqual([undefined, false]);
    access.set('old', oldEntry(hashes['U*U'], { expiresUtcMs: 5 }));
    expect(await check('good')).toMatchObject({ kind: 'known' });
    expect(asked).toEqual(['good', 'good']);
    times.now = 5;
    expect(keeper.callerOf('good')).toBeUndefined();
    expect(await check('good')).toEqual({ kind: 'wrong' });
  });

  it('opens nothing when it was revoked while it was looked at', async () => {
    const { access, keeper, settle } = setUp();
    const verdict = keeper.checkToken('good', far);
    await new Promise<void>((resolve) => setImmediate(resolve));
    access.delete('old');
    await settle();
    expect(await verdict).toEqual({ kind: 'wrong' });
  });

  it('is looked at once for all who show it at the same time', async () => {
    const { asked, keeper, settle } = setUp();
    const verdicts = Promise.all(Array.from({ length: 40 }, () => keeper.checkToken('good', far)));
    await settle();
    expect((await verdicts).map(({ kind }) => kind)).toEqual(Array(40).fill('known'));
    expect(asked).toEqual(['good']);
  });

  it('is not looked at for a while after five wrong ones from an address; others, and known ones, are', async () => {
    const { asked, check } = setUp();
    await check('good');
    for (let i = 0; i < 5; i++) expect(await check(`wrong ${i}`)).toEqual({ kind: 'wrong' });
    expect(await check('good too')).toEqual({ kind: 'wait', waitMs: 1_000 });
    expect(await check('good')).toMatchObject({ kind: 'known' });
    expect(await check('good too', '10.0.0.6')).toMatchObject({ kind: 'known' });
    expect(asked).toHaveLength(7);
  });

  it('waits its turn, and not without end: of a flood sixteen are looked at, one at a time', async () => {
    const { asked, keeper, settle } = setUp();
    const flood = Array.from({ length: 40 }, (_, i) => keeper.checkToken(`wrong ${i}`, `10.0.1.${i}`));
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(1);
    await settle();
    const kinds = (await Promise.all(flood)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'wait')).toHaveLength(24);
    expect(asked).toHaveLength(16);
  });

  it('is remembered with sixty-three others: the oldest is looked at again', async () => {
    const { asked, keeper, check } = setUp();
    for (let i = 0; i < 65; i++) await check(`good ${i}`);
    expect([keeper.callerOf('good 0'), keeper.callerOf('good 1')]).toMatchObject([
      undefined,
      { name: 'old' },
    ]);
    expect(asked).toHaveLength(65);
  });

  it('costs nobody anything where there is none: a wrong token is wrong at once', async () => {
    const { asked, check } = setUp(new Map([['new', entryOf('token')]]));
    for (let i = 0; i < 20; i++) expect(await check('good')).toEqual({ kind: 'wrong' });
    expect(asked).toEqual([]);
  });

  it('makes no key of a handshake, and its identity stands for none', () => {
    const { access, keeper } = setUp();
    const identity = access.get('old')?.token.identity ?? '';
    expect(identity).toMatch(/^[0-9a-f]{32}$/);
    expect(keeper.knows(identity)).toBe(false);
    expect(keeper.pskOf(identity)).toEqual(keeper.pskOf('a stranger'));
  });
});

describe('a bcrypt hash', () => {
  it.each([
    ['$2b$', hashes['U*U'].replace('$2a$', '$2b$')],
    ['$2y$', hashes['U*U'].replace('$2a$', '$2y$')],
    ['blanks around it', ` ${hashes['U*U']}\n`],
  ])('is taken with %s', (_what, hash) => {
    expect(expectBcryptToken(hash)).toMatchObject({ bcrypt: hash.trim() });
  });

  it.each([
    ['what the shell leaves of it', hashes['U*U'].replace('$2a$05', '')],
    ['another kind', hashes['U*U'].replace('$2a', '$2x')],
    ['the first bcrypt', hashes['U*U'].replace('$2a', '$2')],
    ['a cost that takes a minute', hashes['U*U'].replace('05', '20')],
    ['a cost that is none', hashes['U*U'].replace('05', '03')],
    ['one letter less', hashes['U*U'].slice(0, -1)],
    ['a letter that is none of its own', hashes['U*U'].replace('CC', 'C=')],
    ['nothing', ''],
  ])('is not taken for %s', (_what, hash) => {
    expect(() => expectBcryptToken(hash)).toThrow(/in single quotes/);
    expect(bcryptToken(hash)).toBeUndefined();
  });

  it('is kept in the file as it is, and read back; eight of them are enough', () => {
    let access = addEntry(new Map(), 'old-0', oldEntry(hashes['U*U']));
    const text = formatAccess(access);
    expect([...parseAccess(text, 'f')]).toEqual([...access]);
    expect(JSON.parse(text)).toMatchObject({ entries: { 'old-0': { token: { bcrypt: hashes['U*U'] } } } });
    expect(() => parseAccess(text.replace('$2a$', '$9a$'), '/f')).toThrow(/^\/f is no list/);
    for (let i = 1; i < 8; i++) access = addEntry(access, `old-${i}`, oldEntry(hashes['U*U']));
    expect(() => addEntry(access, 'one-more', oldEntry(hashes['U*U']))).toThrow(/8 tokens of older servers/);
    expect(addEntry(access, 'new', entryOf('token')).size).toBe(9);
  });
});

describe('the thread that compares', () => {
  it('finds the right hash among others, for each kind of hash, while the event loop turns', async () => {
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    const old = hashes['U*U'];
    const kept = [hashes['U*U*U'], old, old.replace('$2a$', '$2b$'), old.replace('$2a$', '$2y$')];
    expect(await compareBcrypt('U*U', kept)).toEqual([false, true, true, true]);
    clearInterval(count);
    expect(turns).toBeGreaterThan(3);
    expect(await compareBcrypt('', kept)).toEqual([false, false, false, false]);
  });

  it('looks at the first 72 bytes of a token alone, as bcrypt does', async () => {
    // Source: libxcrypt 4, of 72 times "x".
    const kept = ['$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i'];
    expect(await compareBcrypt('x'.repeat(72), kept)).toEqual([true]);
    expect(await compareBcrypt(`${'x'.repeat(72)} and more`, kept)).toEqual([true]);
    expect(await compareBcrypt('x'.repeat(71), kept)).toEqual([false]);
  });
});
