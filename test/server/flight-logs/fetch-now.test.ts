/** Flight logs that somebody asks for. */
import { expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { collectorRig, connectedDrone, fakeLog, filesBelow, logsOf } from './support.js';

const one = '0001-20240101T000000Z.mcap';
const two = '0002-20240101T000100Z.mcap';

it('come at once, one drone after the other, also where none are fetched by themselves', async () => {
  const rig = await collectorRig({ isFetching: false });
  rig.peers.set('a', await connectedDrone('a', logsOf({ [one]: fakeLog(40_000), [two]: fakeLog(100) })));
  rig.peers.set('b', await connectedDrone('b', logsOf({ [one]: fakeLog(100) })));
  rig.peers.set('none', await connectedDrone('none', {}));
  const ends = await Promise.all(['a', 'b', 'none', 'gone'].map((id) => rig.collector.fetchNow(id)));
  expect(ends).toEqual([
    { ok: true, message: '2 flight logs fetched' },
    { ok: true, message: '1 flight log fetched' },
    { ok: false, code: 'not_supported', message: 'it keeps no flight logs' },
    { ok: false, code: 'unreachable', message: 'not connected' },
  ]);
  expect(await filesBelow(rig.folder)).toEqual([`a/${one}`, `a/${two}`, `b/${one}`]);
  expect(await rig.collector.fetchNow('a')).toMatchObject({ ok: true, code: 'unchanged' });
});

it('do not come in a show, from a drone that arms, or over a limit, and it is said why', async () => {
  const rig = await collectorRig({ maxFileBytes: 1000 });
  rig.peers.set(
    'large',
    await connectedDrone('large', logsOf({ [one]: fakeLog(2000), [two]: fakeLog(100) })),
  );
  const { code, message } = await rig.collector.fetchNow('large');
  expect([code, message]).toEqual(['no_room', expect.stringContaining('1 flight log fetched; ')]);
  rig.peers.set('armed', await connectedDrone('armed', logsOf({ [one]: fakeLog(500) })));
  rig.armed.add('armed');
  expect(await rig.collector.fetchNow('armed')).toMatchObject({ ok: false, code: 'armed' });
  rig.state.isBusy = true;
  expect(await rig.collector.fetchNow('large')).toMatchObject({ ok: false, code: 'refused' });
});

it('that are on their way when the server ends are given up, and none are begun after it', async () => {
  const rig = await collectorRig();
  let isAsked = false;
  const silent = {
    flight_logs: () => {
      isAsked = true;
      return new Promise(() => undefined);
    },
  };
  rig.peers.set('a', await connectedDrone('a', silent));
  const both = Promise.all([rig.collector.fetchNow('a'), rig.collector.fetchNow('a')]);
  await until(() => isAsked);
  await rig.collector.close();
  expect(await both).toMatchObject([{ ok: false }, { ok: false, message: 'the server ends' }]);
});
