import { beforeEach, describe, expect, it } from 'vitest';
import {
  type AuthorizationWish,
  Authorizer,
  type HeldAuthorization,
} from '../../../server/show-control/authorizer.js';
import { FakeClock } from '../../support/fake-clock.js';

type Drone = { id: string; held: HeldAuthorization; showDigest: string | undefined };

let clock: FakeClock;
let showDigest: string | undefined;
let digests: Map<string, string>;
let drones: Drone[];
let sent: [string, AuthorizationWish | undefined][];
let lines: string[];
let withdrawn: string[];
let reason: string | undefined;
let authorizer: Authorizer;
let changes: number;

beforeEach(() => {
  clock = new FakeClock();
  showDigest = 'show';
  digests = new Map([
    ['a', 'A'],
    ['b', 'B'],
  ]);
  drones = ['a', 'b'].map((id) => ({ id, held: [], showDigest: digests.get(id) }));
  sent = [];
  lines = [];
  withdrawn = [];
  changes = 0;
  reason = undefined;
  authorizer = new Authorizer({
    clock,
    showDigest: () => showDigest,
    digestOf: (id) => digests.get(id),
    drones: () => drones,
    send: async (id, wish) => {
      sent.push([id, wish]);
      return reason;
    },
    log: (_level, text) => lines.push(text),
    onChanged: () => {
      changes += 1;
    },
    onWithdrawn: (why) => withdrawn.push(why),
  });
});

function loadShow(digest: string | undefined): void {
  showDigest = digest;
}

const live = { scope: 'live', validS: 600, override: undefined } as const;

describe('an authorization', () => {
  it('names the show, its scope and the time left, and covers those it was given for', () => {
    expect(authorizer.refusalOf('a')).toContain('not authorized');
    authorizer.give(live, ['a']);
    expect(authorizer.view).toEqual({
      ...{ digest: 'show', scope: 'live', leftS: 600, override: undefined },
      ids: ['a'],
    });
    expect(authorizer.refusalOf('a')).toBeUndefined();
    expect(authorizer.refusalOf('b')).toContain('does not cover it');
    expect(authorizer.wishFor('a')).toEqual({ digest: 'A', scope: 'live', expires_in: 600 });
  });

  it('is taken over by a server that is started anew, for the drones that it was given for', async () => {
    authorizer.give({ ...live, override: 'tested twice' }, ['a']);
    await clock.advance(60_000);
    const { given } = authorizer;
    expect(given).toMatchObject({ digest: 'show', leftS: 540, covered: [['a', 'A']] });
    await authorizer.withdraw('the test wants it');
    expect([authorizer.given, changes]).toEqual([undefined, 2]);
    if (given) authorizer.restore(given);
    expect(authorizer.view).toMatchObject({ leftS: 540, override: 'tested twice', ids: ['a'] });
    expect(authorizer.refusalOf('b')).toContain('does not cover it');
    digests.set('a', 'other');
    authorizer.tick();
    expect([authorizer.view, changes]).toEqual([undefined, 4]);
  });

  it('is not given without a show', () => {
    showDigest = undefined;
    authorizer.give(live, ['a']);
    expect(authorizer.view).toBeUndefined();
  });

  it('does not cover a start that would come after its end', async () => {
    authorizer.give(live, ['a']);
    await clock.advance(580_000);
    expect(authorizer.refusalOf('a', 19)).toBeUndefined();
    expect(authorizer.refusalOf('a', 21)).toContain('ends in 20 s, before the show would start');
  });

  it('tells no drone that it may start what it does not cover, nor what has just changed', () => {
    authorizer.give(live, ['a']);
    expect(authorizer.wishFor('b')).toBeUndefined();
    authorizer.tick();
    expect(sent.map(([id]) => id)).toEqual(['a']);
    digests.set('a', 'other');
    expect(authorizer.wishFor('a')).toBeUndefined();
  });

  it('is over after its time', async () => {
    authorizer.give(live, ['a', 'b']);
    await clock.advance(599_000);
    expect(authorizer.refusalOf('a')).toBeUndefined();
    await clock.advance(1000);
    expect(authorizer.refusalOf('a')).toContain('not authorized');
    expect(lines).toEqual(['authorization withdrawn: its time is over']);
  });

  it.each([
    ['another show is loaded', () => loadShow('other'), 'another show was loaded'],
    ['the show is gone', () => loadShow(undefined), 'another show was loaded'],
    ['a drone is to fly something else', () => void digests.set('b', 'A'), 'what b is to fly has changed'],
    ['a drone lost its slot', () => void digests.delete('b'), 'what b is to fly has changed'],
  ])('is withdrawn, and every drone told, when %s', (_what, change, why) => {
    authorizer.give(live, ['a', 'b']);
    change();
    authorizer.tick();
    expect(authorizer.view).toBeUndefined();
    expect([lines, withdrawn]).toEqual([[`authorization withdrawn: ${why}`], [why]]);
    expect(sent).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
  });

  it('stands while a drone that it does not cover changes', () => {
    authorizer.give(live, ['a']);
    digests.set('b', 'X');
    authorizer.tick();
    expect(authorizer.view).toBeDefined();
  });
});

describe('the wish that drones hold it', () => {
  const first = (): Drone => {
    const [drone] = drones;
    if (!drone) throw new Error('no drone');
    return drone;
  };

  it('is repeated, some seconds apart, until a drone says that it does', async () => {
    authorizer.give(live, ['a']);
    drones = [first()];
    for (let s = 0; s < 7; s++) {
      authorizer.tick();
      await clock.advance(1000);
    }
    expect(sent.map(([id]) => id)).toEqual(['a', 'a', 'a']);
    first().held = ['A', 'live', 593];
    sent.length = 0;
    await clock.advance(5000);
    first().held = ['A', 'live', 588];
    authorizer.tick();
    expect(sent).toEqual([]);
  });

  it('is told again to one that holds another scope, digest or time', async () => {
    authorizer.give(live, ['a']);
    drones = [first()];
    const others: HeldAuthorization[] = [
      ['A', 'lights', 600],
      ['X', 'live', 600],
      ['A', 'live', 60],
    ];
    for (const held of others) {
      first().held = held;
      await clock.advance(4000);
      authorizer.tick();
    }
    expect(sent).toHaveLength(3);
  });

  it('is not told to a drone that holds another show', () => {
    authorizer.give(live, ['a', 'b']);
    first().showDigest = 'old';
    authorizer.tick();
    expect(sent.map(([id]) => id)).toEqual(['b']);
  });

  it('that there be none is told at once to whoever still holds one, as after a restart of the server', () => {
    first().held = ['A', 'live', 100];
    authorizer.tick();
    authorizer.tick();
    expect(sent).toEqual([
      ['a', undefined],
      ['a', undefined],
    ]);
  });

  it('that a drone refuses is one line, however often it is tried', async () => {
    reason = 'digest_differs';
    authorizer.give(live, ['a']);
    drones = [first()];
    for (let s = 0; s < 12; s++) {
      authorizer.tick();
      await clock.advance(1000);
    }
    expect(sent.length).toBeGreaterThan(2);
    expect(lines).toEqual(['authorize a: digest_differs']);
  });
});
