/** A roll-out on a whole server: what begins or ends there beside it ends what is on its way to drones at once. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { RefusedError } from '../../../lib/errors.js';
import { libraryFeatures, listenTcp, type TcpListener } from '../../../lib/messaging/index.js';
import { deriveSigningKey, publicKeyHex } from '../../../lib/security/keys.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { signStatement } from '../../../lib/update/update-statement.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { readCheckSettings } from '../../../server/fleet/check-settings.js';
import { StarlingServer } from '../../../server/starling-server.js';
import { until } from '../../support/until.js';
import { UpdatingDrone } from '../../support/updating-drone.js';

const clock = new SystemClock();
const config = loadConfig('', 'server.ini', serverConfigSpec);
const key = deriveSigningKey(Buffer.alloc(32, 1));
const publicKey = publicKeyHex(key);
const content = Buffer.alloc(150_000, 'package');
const statement = {
  ...{ package: 'starling-drone', version: '0.2.0', architecture: 'arm64', bytes: content.length },
  ...{ sha256: createHash('sha256').update(content).digest('hex'), mayBeOlder: false },
};
const refuse = () => Promise.reject(new Error('there is none'));

let server: StarlingServer;
let listener: TcpListener;
let drone: UpdatingDrone;
let other: { readonly id: string; readonly epoch: number } | undefined;
let release: () => void;

beforeEach(async () => {
  other = undefined;
  server = new StarlingServer({
    clock,
    hello: {
      ...{ protocol: 1, role: 'server', id: 'a', software: 'starling', version: '1' },
      features: [...libraryFeatures],
    },
    ...{ bufferSize: 1024, checks: () => readCheckSettings(config), isRemovingDisconnected: () => false },
    configs: { read: refuse, setOwn: refuse, save: refuse },
    ...{ folders: { look: refuse }, pauseRampS: 1.5, pointOfNoReturnS: 3, quorum: 'all', isOpen: true },
    ...{ isEnrolled: () => false, supersededBy: () => other, loadShow: refuse, onLogLine: () => undefined },
    updateKey: publicKey,
    fileServices: {
      ...{ places: new Map(), fetchLogs: refuse },
      disk: {
        ...{ list: () => Promise.resolve([]), save: refuse },
        read: (path: string) => {
          if (path === '/new.deb') return Promise.resolve(content);
          if (path === '/new.deb.sig') return Promise.resolve(Buffer.from(signStatement(statement, key)));
          return Promise.reject(new RefusedError('bad_path', `${path} is not there`));
        },
      },
    } as never,
  });
  listener = await listenTcp({
    ...{ port: 0, host: '127.0.0.1' },
    onConnection: (accepted) => void server.accept({ ...accepted, enrolledId: undefined }),
  });
  drone = new UpdatingDrone('d1', { port: listener.port, trusted: publicKey });
  drone.hold = new Promise((resolve) => {
    release = resolve;
  });
  await drone.connect();
  await until(() => server.connection('d1')?.hasFeature('errors') === true);
});
afterEach(async () => {
  release();
  drone.close();
  server.close();
  await listener.close();
});

async function sending(): Promise<Promise<{ readonly results: readonly { readonly message?: string }[] }>[]> {
  const given = { path: '/new.deb', stages: 'all' };
  const ended = server.operate({ name: 'update_software', ids: ['d1'], given, by: 'test' });
  await until(() => server.snapshot().update?.drones[0]?.phase === 'sending');
  return [ended];
}

it('a show that begins ends it', async () => {
  const [ended] = await sending();
  const startUtcMs = clock.utcMs() + 60_000;
  server.restore({
    ...{ drones: [{ id: 'd2', address: '', isOurs: true, hears: undefined }], slots: undefined, notes: [] },
    authorization: undefined,
    run: {
      ...{ ids: ['d2'], startUtcMs, toldUtcMs: clock.utcMs(), noReturnUtcMs: startUtcMs - 5_000 },
      ...{ holding: [], least: 1, pausedUtcMs: undefined, resumedUtcMs: undefined, scope: 'live' },
    },
  });
  expect((await ended)?.results[0]?.message).toBe('not begun: a show is on (countdown)');
  expect(drone.told).toEqual([]);
});

it('another server that takes over ends it', async () => {
  const [ended] = await sending();
  other = { id: 'other', epoch: 6 };
  server.chargeChanged();
  expect((await ended)?.results[0]?.message).toMatch(
    /^not begun: this server is no longer in charge: other took over/,
  );
  expect(drone.told).toEqual([]);
});

it('a drone that is sent a package keeps its name: under another one nobody would wait for it', async () => {
  const [ended] = await sending();
  const renamed = await server.operate({ name: 'rename', ids: ['d1'], given: { name: 'other' }, by: 'test' });
  expect(renamed.results).toMatchObject([
    { code: 'refused', message: expect.stringMatching(/an update is on its way to it/) },
  ]);
  expect(server.operations.updates.stop()).toBe('the update is stopped');
  await ended;
});
