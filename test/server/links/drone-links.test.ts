import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { BulkBudget } from '../../../lib/messaging/index.js';
import type { FleetEvent } from '../../../server/fleet/fleet.js';
import { DroneLinks } from '../../../server/links/drone-links.js';
import { FakeClock } from '../../support/fake-clock.js';
import { json, OldPeer } from '../../support/old-peer.js';
import { until } from '../../support/until.js';

/** A door on loopback behind which the links are; time stands until the test moves it. */
async function makeRig(hasRoomFor: (id: string) => boolean = () => true) {
  const clock = new FakeClock();
  const events: FleetEvent[] = [];
  const warnings: string[] = [];
  const proofs: unknown[] = [];
  const links = new DroneLinks({
    ...{ clock, bufferSize: 1024, bulkBudget: new BulkBudget({ clock }), hasRoomFor },
    hello: { protocol: 1, role: 'server', id: 's', software: 'starling', version: '1', features: [] },
    onFleetEvent: (event) => events.push(event),
    onWarning: (text) => warnings.push(text),
    isEnrolled: () => false,
    onSuperseded: ({ said }) => proofs.push(said),
  });
  const server = createServer((stream: Socket) => {
    const { remoteAddress = '', remotePort = 0 } = stream;
    void links.accept({
      ...{ stream, remoteAddress, remotePort },
      identified: () => undefined,
      enrolledId: undefined,
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    links.close();
    server.close();
  });
  await once(server, 'listening');
  const knock = async () => {
    const peer = await OldPeer.connect((server.address() as AddressInfo).port);
    onTestFinished(() => peer.close());
    return peer;
  };
  return {
    ...{ clock, events, warnings, proofs, knock },
    async join(id: string) {
      const peer = await knock();
      const frame = await peer.nextRequest('id');
      peer.respond('id', String((json(frame) as { request_id: string }).request_id), id);
      return peer;
    },
    /** How often a drone was heard. */
    heard: () => events.filter(({ type }) => type === 'telemetryReceived').length,
  };
}

it('names that strangers invent do not fill the table: a known one still comes in', async () => {
  const rig = await makeRig((id) => id === 'known');
  await rig.join('invented');
  await until(() => rig.warnings.length > 0);
  expect(rig.warnings[0]).toContain('the table is full: take lost drones out of it to let invented in');
  await rig.join('known');
  await until(() => rig.events.length > 0);
  expect(rig.events).toMatchObject([{ type: 'droneJoined', id: 'known' }]);
});

it('a proof that another server has taken over is looked at once a second from each drone that is known', async () => {
  const rig = await makeRig();
  const stranger = await rig.knock();
  stranger.action('superseded', { said: 'stranger' });
  const one = await rig.join('one');
  const two = await rig.join('two');
  await until(() => rig.events.filter(({ type }) => type === 'droneJoined').length === 2);
  /** A drone's words come in their order: what was said before its telemetry has been looked at. */
  const say = async (peer: OldPeer, proofs: readonly string[]) => {
    const before = rig.heard();
    for (const said of proofs) peer.action('superseded', { said });
    peer.action('telemetry', { value: {} });
    await until(() => rig.heard() > before);
  };
  await say(one, ['one-1', 'one-2']);
  await say(two, ['two-1']);
  expect(rig.proofs).toEqual(['one-1', 'two-1']);
  await rig.clock.advance(999);
  await say(one, ['one-3']);
  await rig.clock.advance(1);
  await say(one, ['one-4']);
  expect(rig.proofs).toEqual(['one-1', 'two-1', 'one-4']);
});

it('a drone that says more at once than any has to is cut off before it is read', async () => {
  const rig = await makeRig();
  const drone = await rig.join('wordy');
  await until(() => rig.events.length > 0);
  drone.action('telemetry', { value: { note: 'x'.repeat(200 * 1024) } });
  await until(() => rig.heard() === 1);
  drone.action('telemetry', { value: { note: 'x'.repeat(256 * 1024) } });
  await until(() => rig.events.at(-1)?.type === 'droneLost');
  expect(rig.events.at(-1)).toMatchObject({ reason: expect.stringContaining('262144') });
  expect(rig.heard()).toBe(1);
});
