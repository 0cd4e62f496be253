import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { BulkBudget } from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import type { FleetEvent } from '../../../server/fleet/fleet.js';
import { DroneLinks } from '../../../server/links/drone-links.js';
import { json, OldPeer } from '../../support/old-peer.js';
import { until } from '../../support/until.js';

it('names that strangers invent do not fill the table: a known one still comes in', async () => {
  const clock = new SystemClock();
  const events: FleetEvent[] = [];
  const warnings: string[] = [];
  const links = new DroneLinks({
    ...{ clock, bufferSize: 1024, bulkBudget: new BulkBudget({ clock }) },
    hello: { protocol: 1, role: 'server', id: 's', software: 'starling', version: '1', features: [] },
    onFleetEvent: (event) => events.push(event),
    onWarning: (text) => warnings.push(text),
    isEnrolled: () => false,
    hasRoomFor: (id) => id === 'known',
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
  const join = async (id: string) => {
    const peer = await OldPeer.connect((server.address() as AddressInfo).port);
    const frame = await peer.nextRequest('id');
    peer.respond('id', String((json(frame) as { request_id: string }).request_id), id);
    return peer;
  };
  const stranger = await join('invented');
  await until(() => warnings.length > 0);
  expect(warnings[0]).toContain('the table is full: take lost drones out of it to let invented in');
  const known = await join('known');
  await until(() => events.length > 0);
  expect(events).toMatchObject([{ type: 'droneJoined', id: 'known' }]);
  stranger.close();
  known.close();
});
