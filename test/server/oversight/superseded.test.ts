/** A server that another one has taken over from holds and lands nobody by itself. */
import { expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { prepareShow } from '../../../lib/show/prepare-show.js';
import type { Segment } from '../../../lib/show/show.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { readCheckSettings } from '../../../server/fleet/check-settings.js';
import { judgeShow } from '../../../server/show-control/show-store.js';
import { StarlingServer } from '../../../server/starling-server.js';
import { FakeClock } from '../../support/fake-clock.js';

const config = loadConfig('', 'server.ini', serverConfigSpec);
const refuse = () => Promise.reject(new Error('there is none'));
const line = (endS: number, z: number): Segment => ({ kind: 'linear', endS, toM: { x: 0, y: 0, z } });

function stored() {
  const homeM = { x: 0, y: 0, z: 0 };
  const slot = {
    trajectory: { startS: 0, startM: homeM, segments: [line(5, 5), line(300, 6), line(310, 0)] },
    lights: { kind: 'step' as const, timesS: Float64Array.of(0), colors: Uint8Array.of(9, 8, 7) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    ...{ pyro: [], homeM },
  };
  const show = { title: 'up', slots: new Map([['one', slot]]), cues: [], segments: {}, limits: {} };
  return { ...judgeShow(prepareShow({ show, notes: [], format: 'skyc' })), animation: refuse };
}

it.each([
  [undefined, 'paused'],
  [{ id: 'other', epoch: 6 }, 'running'],
])('superseded by %j, with a drone that is lost, its show is %s', async (other, phase) => {
  const clock = new FakeClock();
  const server = new StarlingServer({
    clock,
    hello: { protocol: 1, role: 'server', id: 'a', software: 'starling', version: '1', features: [] },
    ...{ bufferSize: 1024, checks: () => readCheckSettings(config), isRemovingDisconnected: () => false },
    configs: { read: refuse, setOwn: refuse, save: refuse },
    ...{ folders: { look: refuse }, pauseRampS: 1.5, pointOfNoReturnS: 3, quorum: 'all', isOpen: true },
    ...{ isEnrolled: () => false, supersededBy: () => other, loadShow: refuse, onLogLine: () => undefined },
  });
  server.load(stored());
  const startUtcMs = clock.utcMs() - 10_000;
  server.restore({
    ...{ drones: [{ id: 'one', address: '', isOurs: true, hears: undefined }], slots: undefined, notes: [] },
    authorization: undefined,
    run: {
      ...{
        ids: ['one'],
        startUtcMs,
        toldUtcMs: startUtcMs,
        noReturnUtcMs: startUtcMs,
        holding: [],
        least: 1,
      },
      ...{ pausedUtcMs: undefined, resumedUtcMs: undefined, scope: 'live' },
    },
  });
  await clock.advance(35_000);
  expect(server.phase.phase).toBe(phase);
  server.close();
});
