import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkWevisUsers,
  encodeWevisMessage,
  readWevisDefinitions,
  schemaVersion,
  WevisDecoder,
  type WevisEvent,
  type WevisFields,
  type WevisLoginCheck,
  WevisSession,
  type WevisSessionOptions,
  WevisUserLimit,
  wevisProof,
} from '../../../../lib/protocols/wevis/index.js';
import { FakeClock } from '../../../support/fake-clock.js';

const definitions = readWevisDefinitions('Say s=str\nCount n=int');
const salt = '5a'.repeat(64);

type Given = Partial<WevisSessionOptions> & { readonly onEvent?: (event: WevisEvent, rig: Rig) => void };
type Rig = ReturnType<typeof setUp>;

/** A session whose connection is in the hands of the test. */
function setUp({ onEvent, ...options }: Given = {}) {
  const clock = new FakeClock();
  const wire = new WevisDecoder(definitions);
  const events: WevisEvent[] = [];
  const port = {
    closes: 0,
    send: (bytes: Uint8Array) => wire.push(bytes),
    close: () => {
      port.closes++;
    },
    event: (event: WevisEvent) => {
      events.push(event);
      onEvent?.(event, rig);
    },
  };
  const session = new WevisSession(port, {
    ...{ definitions, salt, clock, limit: new WevisUserLimit() },
    check: checkWevisUsers(new Map([['ann', 'secret']])),
    ...options,
  });
  /** What was sent since the last look: names and fields. */
  const sent = () => {
    const messages: [string, WevisFields][] = [];
    for (let message = wire.next(); message; message = wire.next())
      messages.push([message.name, message.fields]);
    return messages;
  };
  const rig = { clock, events, port, session, sent, types: () => events.map(({ type }) => type) };
  return rig;
}

function frame(name: string, fields?: WevisFields): Uint8Array {
  return encodeWevisMessage(definitions.named(name), fields);
}

function loginFrame({ user = 'ann', password = 'secret', version = '1.0' } = {}): Uint8Array {
  return frame('_login', { username: user, password: wevisProof(password, salt), version });
}

/** A session whose user has logged in at 0 ms; what was sent is looked at already. */
function loggedIn(given?: Given): Rig {
  const rig = setUp(given);
  rig.session.start();
  rig.session.receive(loginFrame());
  rig.sent();
  return rig;
}

describe('the login to a wevis session', () => {
  it('is a welcome with the salt, a proof, and the accept', () => {
    const { session, sent, events, port } = setUp();
    session.start();
    expect(sent()).toEqual([['_welcome', { salt }]]);
    session.receive(loginFrame());
    expect(sent()).toEqual([['_loginAccept', {}]]);
    expect(events).toEqual([{ type: 'entered', user: 'ann', version: '1.0' }]);
    expect(session.user).toBe('ann');
    expect(port.closes).toBe(0);
  });

  it('gives the check all that was shown', () => {
    const shown: unknown[] = [];
    const check: WevisLoginCheck = (login) => {
      shown.push(login);
      return { isGood: true, user: 'somebody' };
    };
    const { session } = loggedIn({ check });
    expect(shown).toEqual([{ user: 'ann', proof: wevisProof('secret', salt), salt, version: '1.0' }]);
    expect(session.user).toBe('somebody');
  });

  it.each([
    ['a wrong password', loginFrame({ password: 'guess' }), {}, 'Invalid credentials.'],
    ['a stranger', loginFrame({ user: 'bob' }), {}, 'Invalid credentials.'],
    [
      'anybody, when there are no users',
      loginFrame(),
      { check: checkWevisUsers(new Map()) },
      'Invalid credentials.',
    ],
    ['who is refused for a reason', loginFrame(), refusing('Not today.'), 'Not today.'],
    ['who is refused for a reason that can not be sent', loginFrame(), refusing('\ud800!'), '?!'],
    ['who is refused for a long reason', loginFrame(), refusing('x'.repeat(5000)), 'x'.repeat(1000)],
    [
      'who is one too many',
      loginFrame(),
      { limit: new WevisUserLimit(0) },
      'Maximum number of connections per user reached.',
    ],
    ['who begins with something else', frame('Say', { s: 'hi' }), {}, 'Unexpected message.'],
    ['who begins with a pong', frame('_pong'), {}, 'Unexpected message.'],
    ['who begins with a ping', frame('_ping'), {}, 'Unexpected message.'],
    [
      'who says that the definitions are others',
      loginFrame({ version: schemaVersion(readWevisDefinitions('Say s=bytes')) }),
      {},
      "The definitions of the messages differ from the server's.",
    ],
  ] as const)('rejects %s, and closes', (_what, bytes, given, reason) => {
    const { session, sent, port, events, clock } = setUp(given);
    session.start();
    sent();
    session.receive(Buffer.concat([bytes, loginFrame()]));
    expect(sent()).toEqual([['_loginReject', { reason }]]);
    expect(port.closes).toBe(1);
    expect(events).toEqual([{ type: 'closed', user: undefined, reason: `login refused: ${reason}` }]);
    expect(clock.pending).toBe(0);
  });

  it('takes a client that says it has the same definitions', () => {
    const rig = setUp();
    rig.session.start();
    rig.session.receive(loginFrame({ version: schemaVersion(definitions) }));
    expect(rig.session.user).toBe('ann');
  });

  it('rejects, and tells the server, when the check itself fails', () => {
    const error = new Error('no user file');
    const rig = setUp({
      check: () => {
        throw error;
      },
    });
    rig.session.start();
    rig.sent();
    rig.session.receive(loginFrame());
    expect(rig.sent()).toEqual([['_loginReject', { reason: 'The login could not be checked.' }]]);
    expect(rig.events[0]).toEqual({ type: 'failed', during: 'login', error });
    expect(rig.types()).toEqual(['failed', 'closed']);
  });

  it('is closed without a word 5 s after the welcome', async () => {
    const { session, sent, port, events, clock } = setUp();
    session.start();
    sent();
    session.receive(loginFrame().subarray(0, 50));
    await clock.advance(4999);
    expect(port.closes).toBe(0);
    await clock.advance(1);
    expect(port.closes).toBe(1);
    expect(sent()).toEqual([]);
    expect(events).toEqual([{ type: 'closed', user: undefined, reason: 'no login in time' }]);
  });

  it('may not be larger than 4 KiB; what comes behind it may', () => {
    const stranger = setUp();
    stranger.session.start();
    stranger.session.receive(Uint8Array.of(1, 16, 0, 0));
    expect(stranger.events).toEqual([
      { type: 'closed', user: undefined, reason: 'a message of 4097 bytes is over 4096' },
    ]);
    const { session, events } = setUp();
    session.start();
    session.receive(Buffer.concat([loginFrame(), frame('Say', { s: 'x'.repeat(5000) })]));
    expect(events.map(({ type }) => type)).toEqual(['entered', 'message']);
  });

  it('counts the connections of a user over all sessions, until they close', () => {
    const limit = new WevisUserLimit(1);
    const first = loggedIn({ limit });
    expect(loggedIn({ limit }).port.closes).toBe(1);
    first.session.close('kicked');
    first.session.close('again');
    expect(first.session.user).toBeUndefined();
    expect(loggedIn({ limit }).session.user).toBe('ann');
    expect(loggedIn({ limit }).port.closes).toBe(1);
  });
});

describe('the last word on a login to a wevis session', () => {
  it('is of whoever is asked last, and refuses before the accept', () => {
    const asked: string[] = [];
    const limit = new WevisUserLimit();
    const admit = (user: string) => {
      asked.push(user);
      return 'Not today.';
    };
    const { session, sent, types, port } = setUp({ limit, admit });
    session.start();
    session.receive(loginFrame({ password: 'guess' }));
    expect(asked).toEqual([]);
    const second = setUp({ limit, admit });
    second.session.start();
    second.session.receive(loginFrame());
    expect(asked).toEqual(['ann']);
    expect(second.sent().at(-1)).toEqual(['_loginReject', { reason: 'Not today.' }]);
    expect([types(), second.types(), port.closes]).toEqual([['closed'], ['closed'], 1]);
    expect(sent().at(-1)).toEqual(['_loginReject', { reason: 'Invalid credentials.' }]);
    // The place is free again.
    expect(loggedIn({ limit, admit: () => undefined }).session.user).toBe('ann');
  });

  it('is a refusal when it fails, and leaves the place free', () => {
    const limit = new WevisUserLimit();
    const admit = () => {
      throw new Error('no list');
    };
    const { session, sent, events } = setUp({ limit, admit });
    session.start();
    session.receive(loginFrame());
    expect(sent().at(-1)).toEqual(['_loginReject', { reason: 'The login could not be checked.' }]);
    expect(events[0]).toMatchObject({ type: 'failed', during: 'login', error: { message: 'no list' } });
    expect(loggedIn({ limit }).session.user).toBe('ann');
  });

  it('leaves nobody counted whose connection was closed while it was asked', () => {
    const limit = new WevisUserLimit();
    const rig = setUp({
      limit,
      admit: () => {
        rig.session.close('gone');
        return undefined;
      },
    });
    rig.session.start();
    rig.session.receive(loginFrame());
    expect(rig.types()).toEqual(['closed']);
    expect(rig.sent().map(([name]) => name)).toEqual(['_welcome']);
    expect(loggedIn({ limit }).session.user).toBe('ann');
  });

  it('can be said without a login: who is turned away is welcomed first, as clients expect', () => {
    const { session, sent, types, clock } = setUp();
    session.turnAway('The house is full.');
    session.receive(loginFrame());
    expect(sent()).toEqual([
      ['_welcome', { salt }],
      ['_loginReject', { reason: 'The house is full.' }],
    ]);
    expect([types(), clock.pending]).toEqual([['closed'], 0]);
  });
});

describe('a wevis session whose messages are taken step by step', () => {
  const says = (...texts: readonly string[]) => Buffer.concat(texts.map((s) => frame('Say', { s })));
  const saidOf = (rig: Rig) =>
    rig.events.flatMap((event) =>
      event.type === 'message' ? [event.message.fields.s ?? event.message.name] : [],
    );

  it('gives a postponed message again, before all that came behind it', () => {
    let waitMs = 30;
    const rig = loggedIn({
      onEvent: ({ type }, { session }) => void (type === 'message' && session.postpone(waitMs)),
    });
    rig.session.push(says('one', 'two'));
    expect(rig.session.step()).toBe(30);
    rig.session.push(says('three'));
    waitMs = 20;
    expect(rig.session.step()).toBe(20);
    waitMs = 0;
    expect(rig.session.step()).toBe(0);
    expect(saidOf(rig)).toEqual(['one', 'one', 'one', 'two', 'three']);
  });

  it('does not look at what else comes meanwhile', () => {
    const rig = loggedIn({
      onEvent: ({ type }, { session }) => void (type === 'message' && session.postpone(9)),
    });
    rig.session.receive(says('one'));
    rig.session.receive(says('two'));
    expect(saidOf(rig)).toEqual(['one']);
  });

  it('answers a ping once it is served', () => {
    let waitMs = 30;
    const rig = loggedIn({
      onEvent: ({ type }, { session }) => void (type === 'message' && session.postpone(waitMs)),
    });
    rig.session.push(frame('_ping'));
    expect([rig.session.step(), rig.sent()]).toEqual([30, []]);
    waitMs = 0;
    expect([rig.session.step(), rig.sent()]).toEqual([0, [['_pong', {}]]]);
  });

  it('counts the bytes of what it has looked at, empty frames too', () => {
    const { session } = loggedIn();
    const before = session.takenBytes;
    session.push(Buffer.concat([new Uint8Array(8), frame('_pong'), says('one').subarray(0, 9)]));
    session.step();
    expect(session.takenBytes - before).toBe(16);
  });

  it('does not blame a peer for a missing pong while it is not listened to', async () => {
    let waitMs = 1;
    const rig = loggedIn({
      onEvent: ({ type }, { session }) => void (type === 'message' && session.postpone(waitMs)),
    });
    rig.session.push(Buffer.concat([says('one'), frame('_pong')]));
    rig.session.step();
    await rig.clock.advance(25_000);
    expect(rig.port.closes).toBe(0);
    waitMs = 0;
    rig.session.step();
    await rig.clock.advance(14_999);
    expect([rig.port.closes, rig.types().slice(-1)]).toEqual([0, ['pong']]);
    await rig.clock.advance(1);
    expect(rig.port.closes).toBe(1);
  });

  it('gives nothing any more once it is closed', () => {
    const rig = loggedIn({
      onEvent: ({ type }, { session }) => void (type === 'message' && session.postpone(5)),
    });
    rig.session.push(says('one', 'two'));
    rig.session.step();
    rig.session.close('enough');
    rig.session.push(says('three'));
    expect(rig.session.step()).toBe(0);
    expect(saidOf(rig)).toEqual(['one']);
  });
});

describe('pings of a wevis session', () => {
  it('begin 5 s after the welcome, whenever the login was, and follow each pong by 10 s', async () => {
    const { session, sent, clock, events } = setUp();
    session.start();
    await clock.advance(3000);
    session.receive(loginFrame());
    sent();
    await clock.advance(1999);
    expect(sent()).toEqual([]);
    await clock.advance(1);
    expect(sent()).toEqual([['_ping', {}]]);
    await clock.advance(40);
    session.receive(frame('_pong'));
    session.receive(frame('_pong'));
    expect(events.slice(1)).toEqual([{ type: 'pong', latencyMs: 40 }]);
    await clock.advance(9999);
    expect(sent()).toEqual([]);
    await clock.advance(1);
    expect(sent()).toEqual([['_ping', {}]]);
  });

  it('must be answered in 5 s; other traffic is no answer', async () => {
    const { session, clock, events, port } = loggedIn();
    await clock.advance(9999);
    session.receive(frame('Say', { s: 'still here' }));
    expect(port.closes).toBe(0);
    await clock.advance(1);
    expect(port.closes).toBe(1);
    expect(events.at(-1)).toEqual({ type: 'closed', user: 'ann', reason: 'no answer to a ping' });
    expect(clock.pending).toBe(0);
  });

  it('are put off by a pong that nobody asked for', async () => {
    const { session, sent, clock, types } = loggedIn();
    await clock.advance(4000);
    session.receive(frame('_pong'));
    await clock.advance(9999);
    expect(sent()).toEqual([]);
    await clock.advance(1);
    expect(sent()).toEqual([['_ping', {}]]);
    expect(types()).toEqual(['entered']);
  });

  it('of the client are messages like others, and answered', () => {
    const { session, sent, events } = loggedIn();
    session.receive(frame('_ping'));
    expect(events.at(-1)).toMatchObject({ type: 'message', message: { name: '_ping' } });
    expect(sent()).toEqual([['_pong', {}]]);
  });
});

describe('a wevis session', () => {
  it('gives messages in the order they came, however they are cut, those right behind the login included', () => {
    const bytes = Buffer.concat([loginFrame(), frame('Count', { n: 1 }), frame('Say', { s: 'h\u00e9' })]);
    for (let at = 0; at <= bytes.length; at++) {
      const { session, events } = setUp();
      session.start();
      session.receive(bytes.subarray(0, at));
      session.receive(bytes.subarray(at));
      expect(events).toMatchObject([
        { type: 'entered' },
        { type: 'message', message: { name: 'Count', fields: { n: 1 } } },
        { type: 'message', message: { name: 'Say', fields: { s: 'h\u00e9' } } },
      ]);
    }
  });

  it('sends what it is told, once somebody has logged in and until the end', () => {
    const { session, sent } = setUp();
    session.start();
    sent();
    expect(session.send('Count', { n: 2 })).toBe(false);
    session.receive(loginFrame());
    expect(session.send('Count', { n: 3 })).toBe(true);
    expect(sent()).toEqual([
      ['_loginAccept', {}],
      ['Count', { n: 3 }],
    ]);
    session.close('kicked');
    expect(session.send('Count', { n: 4 })).toBe(false);
    expect(sent()).toEqual([]);
  });

  it('sends one frame that was made for many', () => {
    const rigs = [loggedIn(), loggedIn(), setUp()];
    const forAll = frame('Count', { n: 6 });
    expect(rigs.map(({ session }) => session.sendFrame(forAll))).toEqual([true, true, false]);
    expect(rigs.map(({ sent }) => sent())).toEqual([[['Count', { n: 6 }]], [['Count', { n: 6 }]], []]);
  });

  it.each([
    ['Count', {}, 'Count.n is missing'],
    ['Count', { n: 2 ** 31 }, 'Count.n does not fit'],
    ['Shout', {}, 'no message is called "Shout"; known are Say, Count'],
    ['_loginAccept', {}, '"_loginAccept" is the protocol\'s own'],
  ])('refuses to send %s %j, and goes on', (name, fields, message) => {
    const { session, sent, port } = loggedIn();
    expect(() => session.send(name, fields)).toThrow(message);
    expect([sent(), port.closes]).toEqual([[], 0]);
    expect(session.send('Count', { n: 1 })).toBe(true);
  });

  it('goes on when the answer to a message can not be sent, and says so', () => {
    const { session, events, port } = loggedIn({
      onEvent: (event, rig) => {
        if (event.type === 'message') rig.session.send('Count', { n: 0.5 });
      },
    });
    session.receive(frame('Say', { s: 'one' }));
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      during: 'message',
      error: { code: 'bad_message' },
    });
    session.receive(frame('Say', { s: 'two' }));
    expect(events.map(({ type }) => type)).toEqual(['entered', 'message', 'failed', 'message', 'failed']);
    expect(port.closes).toBe(0);
  });

  it('closes alone when entering fails', () => {
    const limit = new WevisUserLimit();
    const failing = loggedIn({
      limit,
      onEvent: ({ type }) => {
        if (type === 'entered') throw new Error('no room');
      },
    });
    expect(failing.types()).toEqual(['entered', 'failed', 'closed']);
    expect(failing.port.closes).toBe(1);
    expect(loggedIn({ limit }).session.user).toBe('ann');
  });

  it('survives a room that fails when somebody leaves', () => {
    const { session, types } = loggedIn({
      onEvent: ({ type }) => {
        if (type === 'closed') throw new Error('no room');
      },
    });
    session.end();
    expect(types()).toEqual(['entered', 'closed', 'failed']);
  });

  it('can be closed by whoever takes its events; nothing comes behind that', () => {
    const { session, sent, types } = loggedIn({
      onEvent: (event, rig) => {
        if (event.type === 'message') rig.session.close('enough');
      },
    });
    session.receive(Buffer.concat([frame('_ping'), frame('Say', { s: 'more' })]));
    session.receive(frame('Say', { s: 'still more' }));
    expect(types()).toEqual(['entered', 'message', 'closed']);
    expect(sent()).toEqual([]);
  });

  it.each([
    ['an unknown id', [4, 0, 0, 0, 9, 0, 0, 0], 'no message has the id 9'],
    ['too short a message', [3, 0, 0, 0, 7, 0, 0], 'a message of 3 bytes has no id'],
    ['too large a message', [1, 0, 16, 0], 'a message of 1048577 bytes is over 1048576'],
    ['a short payload', [6, 0, 0, 0, 8, 0, 0, 0, 1, 0], 'Count has 6 bytes; 8 are expected'],
    ['bad UTF-8', [9, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0xff], 'Say.s is not UTF-8'],
  ])('is closed by %s, and only it', (_what, bytes, reason) => {
    const { session, events, port, sent } = loggedIn();
    session.receive(Uint8Array.from(bytes));
    session.receive(frame('Say', { s: 'hello?' }));
    expect(events.slice(1)).toEqual([{ type: 'closed', user: 'ann', reason }]);
    expect([port.closes, sent()]).toEqual([1, []]);
  });

  it('takes texts that the reference has cut, when that is wished', () => {
    const { session, events } = loggedIn({ cutTexts: 'mark' });
    session.receive(Uint8Array.of(10, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 0x68, 0xc3));
    expect(events.at(-1)).toMatchObject({ message: { fields: { s: 'h\ufffd' } } });
  });

  it('notices at once that its peer left, between messages or inside one', () => {
    const between = loggedIn();
    between.session.end();
    expect(between.events.at(-1)).toEqual({ type: 'closed', user: 'ann', reason: 'the peer left' });
    const inside = loggedIn();
    inside.session.receive(frame('Say', { s: 'hello' }).subarray(0, 9));
    inside.session.end();
    expect(inside.events.at(-1)).toMatchObject({ reason: 'the peer left inside a message' });
    expect([between.clock.pending, inside.clock.pending]).toEqual([0, 0]);
  });

  it('never throws and closes at most once, whatever comes', async () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(
        loginFrame(),
        frame('_pong'),
        frame('_ping'),
        frame('Say', { s: 'hi' }),
        new Uint8Array(4),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 10 }), fc.nat(20_000), async (chunks, waitMs) => {
        const { session, port, types, clock } = setUp();
        session.start();
        for (const bytes of chunks) session.receive(bytes);
        await clock.advance(waitMs);
        session.end();
        expect(port.closes).toBe(1);
        expect(types().filter((type) => type === 'closed')).toHaveLength(1);
        expect(types().at(-1)).toBe('closed');
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

function refusing(reason: string): Given {
  return { check: () => ({ isGood: false, reason }) };
}
