/** What the server makes of a drone that does not take the package: whether that speaks against it. */
import { expect, it } from 'vitest';
import { CancelledError, RemoteError, RequestTimeoutError } from '../../../lib/errors.js';
import type { ConnectionManager } from '../../../lib/messaging/index.js';
import { Uploads } from '../../../server/show-control/uploads.js';
import { sendPackage } from '../../../server/updates/drone-update.js';
import { FakeClock } from '../../support/fake-clock.js';

const statement = {
  ...{ package: 'starling-drone', version: '0.2.0', architecture: 'arm64', bytes: 3 },
  ...{ sha256: 'ab'.repeat(32), mayBeOlder: false },
};

/** How it ends for a drone to which a file can not be sent, for that reason. */
function endAfter(error: Error) {
  const link = {
    isConnected: true,
    helloSettled: () => Promise.resolve(undefined),
    hasFeature: () => true,
    sendFile: () => Promise.reject(error),
  } as unknown as ConnectionManager;
  const parts = {
    ...{ clock: new FakeClock(), connection: () => link, refusal: () => undefined },
    ...{ uploads: new Uploads(() => undefined), closing: new AbortController().signal },
  };
  return sendPackage(parts, {
    id: 'd1',
    item: { path: '/p.deb', statement, content: new Uint8Array(3), signature: new Uint8Array(3) },
    signal: new AbortController().signal,
    onSent: () => undefined,
    onTold: () => expect.unreachable(),
  });
}

it('passes over a drone whose link stalls: that says nothing against the package', async () => {
  expect(await endAfter(new RequestTimeoutError('filechunk', 20_000))).toMatchObject({
    phase: 'skipped',
    code: 'timeout',
    text: expect.stringMatching(/^the link is too slow: /),
  });
});

it('passes over a drone to which the files were called off', async () => {
  expect(await endAfter(new CancelledError('sending'))).toMatchObject({
    phase: 'skipped',
    code: 'called_off',
  });
});

it('takes it for refused by a drone that says so', async () => {
  expect(await endAfter(new RemoteError('fileopen', 'ENOSPC', 'its disk is full'))).toMatchObject({
    phase: 'refused',
    text: expect.stringMatching(/its disk is full$/),
  });
});
