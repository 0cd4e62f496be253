import { describe, expect, it } from 'vitest';
import type { AccessEntry } from '../../../../lib/security/access/access.js';
import { Attempts } from '../../../../lib/security/access/attempts.js';
import { hashPassword, type PasswordCost } from '../../../../lib/security/access/password.js';
import { entryOf, gatekeeperOver } from '../../../server/gateways/control/support/gatekeeper-of.js';

const salt = new Uint8Array(16).fill(3);
const address = '10.0.0.5';

/** So that the tests are quick. */
const cheap = { N: 2 ** 10, r: 8, p: 1 };

async function setUp(changes: Partial<AccessEntry> = {}, cost: PasswordCost = cheap) {
  const password = await hashPassword('correct horse', salt, cost);
  const access = new Map([
    ['anna', entryOf('token-of-anna', 'operator', { password, ...changes })],
    ['ben', entryOf('token-of-ben', 'viewer')],
  ]);
  const times = { now: 1_000, utcMs: () => times.now, monotonicMs: () => times.now };
  const keeper = gatekeeperOver(access, times);
  const check = (name: string, text: string, from = address) => keeper.checkPassword(name, text, from);
  return { access, times, keeper, check };
}

describe('a token', () => {
  it('says who its holder is, by every change of the list', async () => {
    const { access, keeper } = await setUp();
    expect(keeper.callerOf('token-of-anna')).toMatchObject({ name: 'anna', role: 'operator' });
    expect(keeper.callerOf('token-of-ben')).toMatchObject({ name: 'ben', role: 'viewer' });
    expect(keeper.callerOf('token-of-Anna')).toBeUndefined();
    access.delete('anna');
    expect(keeper.callerOf('token-of-anna')).toBeUndefined();
  });

  it('opens nothing from its end on, nor does its key', async () => {
    const { times, keeper } = await setUp({ expiresUtcMs: 5_000 });
    const { identity } = entryOf('token-of-anna').token;
    const caller = keeper.callerOf('token-of-anna');
    expect([keeper.knows(identity), caller && keeper.holds(caller)]).toEqual([true, true]);
    times.now = 5_000;
    expect(keeper.callerOf('token-of-anna')).toBeUndefined();
    expect([keeper.knows(identity), caller && keeper.holds(caller)]).toEqual([false, false]);
    expect(keeper.pskOf(identity)).toEqual(keeper.pskOf('a stranger'));
  });

  it('of before does not hold for a name that was added anew, or with another role', async () => {
    const { access, keeper } = await setUp();
    const caller = keeper.callerOf('token-of-anna');
    if (!caller) throw new Error('nobody');
    access.set('anna', entryOf('token-of-anna', 'admin'));
    expect(keeper.holds(caller)).toBe(false);
    access.set('anna', entryOf('another-token', 'operator'));
    expect(keeper.holds(caller)).toBe(false);
  });
});

describe('a password', () => {
  it('says who its holder is; a wrong one, a wrong name and a name without one do not', async () => {
    const { check } = await setUp();
    expect(await check('anna', 'correct horse')).toMatchObject({ kind: 'known', caller: { name: 'anna' } });
    expect(await check('anna', 'correct horsf')).toEqual({ kind: 'wrong' });
    expect(await check('ben', 'correct horse')).toEqual({ kind: 'wrong' });
    expect(await check('carl', 'correct horse')).toEqual({ kind: 'wrong' });
  });

  it('that is longer than any may be is not looked at', async () => {
    const long = 'x'.repeat(201);
    const { access, check } = await setUp();
    const password = await hashPassword(long, salt, cheap);
    access.set('anna', entryOf('token-of-anna', 'operator', { password }));
    expect(await check('anna', long)).toEqual({ kind: 'wrong' });
  });

  it('opens nothing when its name was taken away, or ended, while it was looked at', async () => {
    const { access, check } = await setUp();
    const checked = check('anna', 'correct horse');
    access.delete('anna');
    expect(await checked).toEqual({ kind: 'wrong' });
    const changed = await setUp();
    const password = await hashPassword('another one', salt, cheap);
    const before = changed.check('anna', 'correct horse');
    changed.access.set('anna', entryOf('token-of-anna', 'operator', { password }));
    expect(await before).toEqual({ kind: 'wrong' });
    const late = await setUp({ expiresUtcMs: 1_000 });
    expect(await late.check('anna', 'correct horse')).toEqual({ kind: 'wrong' });
  });

  it('is not looked at for a while after five wrong ones from an address, however they come; others are', async () => {
    const { times, check } = await setUp();
    const verdicts = await Promise.all(Array.from({ length: 8 }, () => check('anna', 'wrong')));
    expect(verdicts.map(({ kind }) => kind)).toEqual([...Array(5).fill('wrong'), ...Array(3).fill('wait')]);
    expect(await check('anna', 'correct horse')).toEqual({ kind: 'wait', waitMs: 1_000 });
    expect(await check('anna', 'correct horse', '10.0.0.6')).toMatchObject({ kind: 'known' });
    times.now += 1_000;
    expect(await check('anna', 'correct horse')).toMatchObject({ kind: 'known' });
    expect(await check('anna', 'correct horse')).toMatchObject({ kind: 'known' });
  });

  it('is hashed beside the event loop, which turns meanwhile', async () => {
    const { check } = await setUp({}, { N: 2 ** 15, r: 8, p: 1 });
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    await check('anna', 'correct horse');
    clearInterval(count);
    expect(turns).toBeGreaterThan(5);
  });

  it('waits its turn, and not without end: a flood is turned away', async () => {
    const { check } = await setUp();
    const flood = Array.from({ length: 20 }, (_, i) => check('anna', 'wrong', `10.1.0.${i}`));
    const kinds = (await Promise.all(flood)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'wait')).toHaveLength(4);
  });
});

describe('the wait of an address', () => {
  it('doubles with each wrong password up to a minute, and is forgotten after a quarter of an hour', () => {
    const attempts = new Attempts();
    const waits: number[] = [];
    for (let nowMs = 0, i = 0; i < 13; i++) {
      attempts.failed(address, nowMs);
      waits.push(attempts.waitMs(address, nowMs));
      nowMs += attempts.waitMs(address, nowMs);
    }
    expect(waits.map((ms) => ms / 1000)).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(attempts.waitMs(address, 20 * 60_000)).toBe(0);
  });

  it('is kept of a thousand addresses', () => {
    const attempts = new Attempts();
    for (let i = 0; i < 5; i++) attempts.failed('first', 0);
    for (let i = 0; i < 999; i++) attempts.failed(`a${i}`, 0);
    expect(attempts.waitMs('first', 0)).toBe(1_000);
    attempts.failed('one more', 0);
    expect(attempts.waitMs('first', 0)).toBe(0);
  });
});
