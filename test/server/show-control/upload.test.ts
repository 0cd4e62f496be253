import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { ConnectionManager, Endpoint } from '../../../lib/messaging/index.js';
import { pushFile } from '../../../server/show-control/upload.js';
import { FakeClock } from '../../support/fake-clock.js';

it('a file to a drone that stopped reading ends with a result, and with the link that it blocks', async () => {
  const clock = new FakeClock();
  const connection = new ConnectionManager({ endpoint: new Endpoint(), clock, firstFrameTimeoutMs: 1e9 });
  connection.connect(new Duplex({ read: () => undefined, write: () => undefined }));
  const file = { filepath: 'animation.csv', content: new Uint8Array(100_000) };
  const result = pushFile(connection, file, clock);
  await clock.advance(39_000);
  expect(connection.isConnected).toBe(true);
  await clock.advance(3_000);
  expect(connection.isConnected).toBe(false);
  expect(await result).toMatchObject({ ok: false, code: 'unreachable' });
});
