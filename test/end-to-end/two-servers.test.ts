/** Two servers of one fleet and one epoch on one network: which one yields, and when it must not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Broadcaster } from '../../lib/discovery/index.js';
import { readFleet } from '../../lib/security/adapters/fleet-file.js';
import { DatagramSigner } from '../../lib/security/datagram-signature.js';
import { epochOf } from '../../lib/security/fleet-secret.js';
import { deriveSigningKey } from '../../lib/security/keys.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { makeRivals, type OnTestFinished } from '../support/rival-servers.js';
import { until } from '../support/until.js';

const clock = new SystemClock();

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

/** Announces a server of that fleet which was started long before any other. */
function announceOlder(stateFolder: string, port: number, onTestFinished: OnTestFinished): void {
  const fleet = readFleet(stateFolder);
  const signer = new DatagramSigner(deriveSigningKey(fleet.secret), () => Date.now());
  const older = new Broadcaster({
    ...{ clock, port, delayMs: 100, onEvent: () => undefined },
    server: { port: 9, id: 'older', startTimeS: 1, epoch: epochOf(fleet) },
    targets: () => [{ address: '127.255.255.255', host: '127.0.0.1' }],
    sign: (action, kwargs) => signer.sign(action, kwargs),
  });
  onTestFinished(() => older.close());
}

describe.concurrent('the younger of two servers', () => {
  it('yields to what it hears now, not to a recording from before it was started', async ({
    onTestFinished,
  }) => {
    const rig = await makeRivals(onTestFinished);
    const first = await rig.server('first');
    const recorded = await rig.record();
    await first.server.close();
    const second = await rig.server('second', { copyOf: 'first', isListening: true });
    await rig.replay(recorded);
    await rig.replay(recorded);
    await pause(250);
    expect(second.endings).toEqual([]);
    announceOlder(rig.state('second'), rig.udpPort, onTestFinished);
    await until(() => second.endings.length > 0);
    expect(second.endings[0]).toMatch(/^two servers on one network: older at 127\.0\.0\.1:9 started /);
  });

  it('does not yield while a drone is armed, and does when it has landed', async ({ onTestFinished }) => {
    const rig = await makeRivals(onTestFinished);
    const first = await rig.server('first', { isListening: true });
    const { vehicle } = await rig.drone('one', 'first');
    await until(() => first.has('one'));
    vehicle.set({ armed: true, landed: 'in_air' });
    await until(() => first.view('one')?.isArmed === true);
    announceOlder(rig.state('first'), rig.udpPort, onTestFinished);
    await first.says('if this is the one you want - not while drones fly');
    await pause(250);
    expect(first.endings).toEqual([]);
    // It is announced again and again, and told once.
    const told = first.facade.snapshot().log.filter(({ text }) => text.includes('not while drones fly'));
    expect(told).toHaveLength(1);
    vehicle.set({ armed: false, landed: 'on_ground' });
    await until(() => first.endings.length > 0);
  });

  it('does not yield in a countdown, and keeps a drone of it in the table that is lost', async ({
    onTestFinished,
  }) => {
    const rig = await makeRivals(onTestFinished);
    const showPath = join(rig.folder, 'show');
    mkdirSync(showPath);
    writeFileSync(join(showPath, 'one.csv'), upAndDown());
    const more = '[TABLE]\nremove_disconnected = true\n';
    const first = await rig.server('first', { isListening: true, showPath, more });
    const one = await rig.drone('one', 'first');
    const two = await rig.drone('two', 'first');
    await until(() => first.has('one', 'two'));
    await first.operations.upload(['one']);
    await until(() => first.view('one')?.isReady === true);
    await first.operations.authorize(['one'], { scope: 'live', validS: 600 });
    expect(await first.operations.start(['one'], { delayS: 40 })).toMatchObject([{ ok: true }]);
    announceOlder(rig.state('first'), rig.udpPort, onTestFinished);
    await first.says('not while drones fly');
    await two.close();
    await one.close();
    await until(() => first.view('two') === undefined && first.view('one')?.record.isConnected === false);
    await pause(250);
    expect(first.view('one')?.record.isConnected).toBe(false);
    expect(first.endings).toEqual([]);
    await first.operations.land(['one']);
    await until(() => first.endings.length > 0);
  });
});

/** Stands 0.5 s, rises to 2 m in 2 s and comes down again, smoothly. Frames of 0.1 s. */
function upAndDown(): string {
  const heights = Array.from({ length: 41 }, (_, i) => 1 - Math.cos((Math.PI * Math.min(i, 40 - i)) / 20));
  const rows = [0, 0, 0, 0, 0, ...heights].map((z, i) => `${i},0,0,${z.toFixed(4)},0,0,255,0`);
  return `up\n${rows.join('\n')}\n`;
}
