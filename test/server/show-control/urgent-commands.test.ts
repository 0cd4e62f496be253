import { describe, expect, it } from 'vitest';
import { EmergencyCaller } from '../../../lib/emergency/emergency-caller.js';
import { encodeAcknowledgement } from '../../../lib/emergency/emergency-wire.js';
import type { Kwargs } from '../../../lib/messaging/index.js';
import { CommandRunner } from '../../../server/show-control/command-runner.js';
import type { Outcome } from '../../../server/show-control/send-command.js';
import { UrgentCommands } from '../../../server/show-control/urgent-commands.js';
import { FakeClock } from '../../support/fake-clock.js';

const boot = 'boot-00000001';

/** Two drones that are not connected; only the first one hears datagrams. */
function makeRig({ supersededBy = '', sign = (kwargs: Kwargs) => kwargs } = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const byLink: string[] = [];
  let link: (() => Promise<Outcome>) | undefined;
  const log = (_level: string, text: string) => void lines.push(text);
  const caller = new EmergencyCaller({
    ...{ clock, id: 's', prefix: 'k', epoch: () => undefined, send: () => undefined },
    sign: (_action, kwargs) => sign(kwargs),
  });
  const target = { address: '10.0.0.1', port: 9, boot, key: undefined };
  const commands = new CommandRunner({
    ...{ clock, log, isKnown: () => true, connection: () => undefined, onFleetEvent: () => undefined },
    supersededBy: () => (supersededBy ? { id: supersededBy, epoch: 2 } : undefined),
  });
  const urgent = new UrgentCommands({
    ...{ clock, log },
    commands: {
      run: (...args) => commands.run(...args),
      sendOne: (id, action, how) => {
        byLink.push(`${id} ${action} ${how.kwargs?.command}`);
        return link?.() ?? commands.sendOne(id, action, how);
      },
    },
    call: (what) => caller.prepare(what, new Map([['one', target]])),
  });
  return {
    ...{ clock, lines, urgent, byLink },
    answerByLink(outcome: Outcome) {
      link = () => Promise.resolve(outcome);
    },
    hear: (state: 'heard' | 'done' | 'refused', message?: string) =>
      caller.receive(encodeAcknowledgement({ command: 'k-1', boot, state, message }, undefined)),
  };
}

describe('a command to a drone without a connection', () => {
  it('has the outcome that the drone tells by datagram', async () => {
    const done = makeRig();
    const results = done.urgent.send('land', ['one', 'two']);
    await done.clock.advance(100);
    done.hear('heard');
    await done.clock.advance(3000);
    done.hear('done');
    expect(await results).toEqual([
      { id: 'one', ok: true, message: 'told by datagram' },
      { id: 'two', ok: false, code: 'unreachable', message: 'not connected' },
    ]);
    const refused = makeRig();
    const refusal = refused.urgent.send('disarm', ['one']);
    refused.hear('refused', 'in the air');
    expect(await refusal).toEqual([{ id: 'one', ok: false, code: 'refused', message: 'in the air' }]);
  });

  it('is told as unreachable after a second, and a late answer is a line in the log', async () => {
    const { urgent, clock, hear, lines } = makeRig();
    const results = urgent.send('land', ['one']);
    await clock.advance(1000);
    expect(await results).toEqual([
      {
        ...{ id: 'one', ok: false, code: 'unreachable' },
        message: 'not connected; told by datagram for 10 s, no answer yet',
      },
    ]);
    await clock.advance(4000);
    hear('done');
    await clock.advance(0);
    expect(lines.at(-1)).toBe('land one: told by datagram, done');
  });

  it('is unconfirmed when it was heard, and its end was not', async () => {
    const { urgent, clock, hear } = makeRig();
    const results = urgent.send('land', ['one']);
    hear('heard');
    await clock.advance(8000);
    expect(await results).toMatchObject([{ id: 'one', ok: true, code: 'unconfirmed' }]);
  });

  it('is refused by a server that is no longer in charge', async () => {
    const { urgent } = makeRig({ supersededBy: 'other' });
    expect(await urgent.send('land', ['one'])).toMatchObject([
      { ok: false, code: 'superseded', message: expect.stringContaining('other took over') },
    ]);
  });
});

describe('a command whose connection was lost', () => {
  it('is sent once more by the next one, with its id, and that has the outcome', async () => {
    const { urgent, clock, byLink, answerByLink } = makeRig();
    const results = urgent.send('land', ['one', 'two']);
    await clock.advance(500);
    answerByLink({ ok: true });
    urgent.introduced('two');
    urgent.introduced('one');
    await clock.advance(600);
    expect(byLink).toEqual(['one land k-1', 'two land undefined', 'one land k-1']);
    expect(await results).toMatchObject([{ ok: true }, { ok: false, code: 'unreachable' }]);
    urgent.introduced('one');
    expect(byLink).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('is sent though it was obeyed by datagram, and what comes late is a line in the log', async () => {
    const { urgent, hear, byLink, answerByLink, lines } = makeRig();
    const results = urgent.send('land', ['one']);
    hear('done');
    expect(await results).toMatchObject([{ ok: true, message: 'told by datagram' }]);
    answerByLink({ ok: true });
    urgent.introduced('one');
    await Promise.resolve();
    expect(byLink).toEqual(['one land k-1', 'one land k-1']);
    expect(lines.at(-1)).toBe('land one: sent again by its new connection, done');
  });

  it('is not sent after 10 s, nor one that the old connection has answered', async () => {
    const lost = makeRig();
    void lost.urgent.send('land', ['one']);
    await lost.clock.advance(10_000);
    lost.urgent.introduced('one');
    expect(lost.byLink).toHaveLength(1);
    const answered = makeRig();
    answered.answerByLink({ ok: false, code: 'refused', message: 'in the air' });
    expect(await answered.urgent.send('disarm', ['one'])).toMatchObject([{ code: 'refused' }]);
    answered.urgent.introduced('one');
    expect(answered.byLink).toHaveLength(1);
  });

  it('is sent again to an old client, which does not answer', async () => {
    const { urgent, byLink, answerByLink } = makeRig();
    answerByLink({ ok: true, code: 'unconfirmed' });
    expect(await urgent.send('land', ['one'])).toMatchObject([{ ok: true, code: 'unconfirmed' }]);
    for (const _ of [1, 2]) {
      urgent.introduced('one');
      await Promise.resolve();
    }
    expect(byLink).toHaveLength(3);
  });
});

it('what can not be said by datagram goes by the connection, and that is told', async () => {
  const { urgent, byLink, answerByLink, lines } = makeRig({
    sign: (kwargs) => ({ ...kwargs, signature: 's'.repeat(2000) }),
  });
  answerByLink({ ok: true });
  expect(await urgent.send('land', ['one'])).toEqual([{ id: 'one', ok: true }]);
  expect(byLink).toEqual(['one land undefined']);
  expect(lines[0]).toMatch(/^land goes by the connections alone, without datagrams: .*over 1024 bytes/);
});
