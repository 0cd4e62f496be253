/** Two servers that hold one fleet's secret: the one that takes over gets the drones. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { epochPath } from '../../drone-client/adapters/epoch-file.js';
import { Broadcaster } from '../../lib/discovery/index.js';
import { readFleet } from '../../lib/security/adapters/fleet-file.js';
import { DatagramSigner } from '../../lib/security/datagram-signature.js';
import { epochOf } from '../../lib/security/fleet-secret.js';
import { deriveSigningKey } from '../../lib/security/keys.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { runProgram } from '../support/program.js';
import { makeRivals } from '../support/rival-servers.js';
import { until } from '../support/until.js';

const clock = new SystemClock();
const both = ['one', 'two'];

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

describe.concurrent('a server that takes over', () => {
  it('gets every drone, and the other one says that it is no longer in charge', async ({
    onTestFinished,
  }) => {
    const rig = await makeRivals(onTestFinished);
    const first = await rig.server('first', { isListening: true });
    const drones = [await rig.drone('one', 'first'), await rig.drone('two', 'first')];
    await until(() => first.has(...both));
    const recorded = await rig.record();
    const second = await rig.server('second', { copyOf: 'first' });
    await pause(300);
    expect([first.has(...both), second.has('one') || second.has('two')]).toEqual([true, false]);
    await second.takeOver();
    await until(() => second.has(...both), 4000);
    await second.says('this server has taken over: it is in charge from epoch');
    await first.says('no longer in charge: ');
    expect(first.facade.snapshot().supersededBy?.epoch).toBe(epochOf(readFleet(rig.state('second'))));
    expect(await first.operations.order('takeoff', ['one'])).toMatchObject([
      { ok: false, code: 'superseded' },
    ]);
    expect(await first.operations.land(['one'])).toMatchObject([{ ok: false, code: 'superseded' }]);
    await rig.replay(recorded);
    await rig.replay(recorded);
    await pause(300);
    expect(second.has(...both)).toBe(true);
    expect(drones.map(({ log }) => log.filter((line) => line.includes('leaving for')).length)).toEqual([
      1, 1,
    ]);
    await first.takeOver();
    await until(() => first.has(...both), 4000);
    await until(() => first.facade.snapshot().supersededBy === undefined);
    // This one has no ear for announcements: its drones have told it.
    await second.says('no longer in charge: ');
  });

  it('is remembered by a drone that is started anew, which refuses the old one', async ({
    onTestFinished,
  }) => {
    const rig = await makeRivals(onTestFinished);
    const first = await rig.server('first');
    await (await rig.drone('one', 'first')).close();
    const second = await rig.server('second', { copyOf: 'first' });
    await second.takeOver();
    const one = await rig.drone('one', 'first');
    await until(() => second.has('one'));
    await until(() => existsSync(epochPath(join(rig.folder, 'disk-one'))));
    await one.close();
    await second.server.close();
    const { dronePort: port } = first.server;
    const again = await rig.drone('one', 'first', { server: { host: '127.0.0.1', port } });
    await again.says('server refused: ');
    await again.says('connection lost: ');
    expect(again.log.join('')).toMatch(/is no longer in charge: .* took over \(epoch \d+, not 1\)/);
    await first.says('no longer in charge: ');
  });

  it('is heard by the other server itself where that one listens', async ({ onTestFinished }) => {
    const rig = await makeRivals(onTestFinished);
    const first = await rig.server('first', { isListening: true });
    const second = await rig.server('second', { copyOf: 'first', isNewer: true, isListening: true });
    let ending = '';
    void second.server.ended.then((reason) => {
      ending = reason;
    });
    await first.says('no longer in charge: ');
    await pause(250);
    // The younger of two servers yields only where both have the same epoch.
    expect(ending).toBe('');
    expect(second.facade.snapshot().supersededBy).toBeUndefined();
  });

  it('can not without the secret', async ({ onTestFinished }) => {
    const rig = await makeRivals(onTestFinished);
    const first = await rig.server('first', { isListening: true });
    const one = await rig.drone('one', 'first');
    await until(() => first.has('one'));
    const signer = new DatagramSigner(deriveSigningKey(new Uint8Array(32)), () => Date.now());
    const stranger = new Broadcaster({
      ...{ clock, port: rig.udpPort, delayMs: 100, onEvent: () => undefined },
      server: { port: 9, id: 'stranger', startTimeS: 1, epoch: 99_999_999_999 },
      targets: () => [{ address: '127.255.255.255', host: '127.0.0.1' }],
      sign: (action, kwargs) => signer.sign(action, kwargs),
    });
    onTestFinished(() => stranger.close());
    await pause(350);
    expect(first.has('one')).toBe(true);
    expect(first.facade.snapshot().supersededBy).toBeUndefined();
    expect(one.log.join('')).not.toContain('leaving for');
  });

  it('does so by a command beside the running server', async ({ onTestFinished }) => {
    const rig = await makeRivals(onTestFinished);
    const first = await rig.server('first');
    const taken = await runProgram(['takeover', '--state', rig.state('first')]);
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringMatching(/^epoch \d{10}: /) });
    await first.says('this server has taken over');
    expect(await runProgram(['takeover', '--state', rig.state('none')])).toMatchObject({ code: 2 });
  });
});
