import { describe, expect, it } from 'vitest';
import { EmergencyCaller } from '../../../lib/emergency/emergency-caller.js';
import { encodeAcknowledgement } from '../../../lib/emergency/emergency-wire.js';
import { CommandRunner } from '../../../server/show-control/command-runner.js';
import { UrgentCommands } from '../../../server/show-control/urgent-commands.js';
import { FakeClock } from '../../support/fake-clock.js';

const boot = 'boot-00000001';

/** Two drones that are not connected; only the first one hears datagrams. */
function makeRig({ supersededBy = '' } = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = (_level: string, text: string) => void lines.push(text);
  const caller = new EmergencyCaller({
    ...{ clock, id: 's', prefix: 'k', epoch: () => undefined, send: () => undefined },
    sign: (_action, kwargs) => kwargs,
  });
  const target = { address: '10.0.0.1', port: 9, boot, key: undefined };
  const commands = new CommandRunner({
    ...{ clock, log, isKnown: () => true, connection: () => undefined, onFleetEvent: () => undefined },
    supersededBy: () => (supersededBy ? { id: supersededBy, epoch: 2 } : undefined),
  });
  const urgent = new UrgentCommands({
    ...{ clock, log, commands },
    call: (what) => caller.prepare(what, new Map([['one', target]])),
  });
  return {
    ...{ clock, lines, urgent },
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
