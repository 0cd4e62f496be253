import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FlightLogFolder } from '../../../drone-client/flight-log/adapters/flight-log-folder.js';
import { FlightLog } from '../../../drone-client/flight-log/flight-log.js';
import { flightLogRequests } from '../../../drone-client/flight-log/flight-log-requests.js';
import { SystemClock } from '../../../lib/time/index.js';
import type { FlightLogPeer } from '../../../server/flight-logs/fetch-logs.js';
import { until } from '../../support/until.js';
import {
  collectorRig,
  connectedDrone,
  fakeLog,
  filesBelow,
  type Handlers,
  later,
  logsOf,
  temporaryFolder,
} from './support.js';

const one = '0001-20240101T000000Z.mcap';
const two = '0002-20240101T000100Z.mcap';
const three = '0003-20240101T000200Z.mcap';

it('fetches what a drone recorded, byte by byte as it was, once it has stood for some seconds', async () => {
  const clock = new SystemClock();
  const droneFolder = await temporaryFolder();
  const log = new FlightLog({
    clock,
    files: new FlightLogFolder(droneFolder),
    settings: () => ({
      ...{ isEnabled: true, frequencyHz: 50, afterDisarmMs: 0, minFreeBytes: 0 },
      ...{ maxFileBytes: 1e6, maxTotalBytes: 1e7 },
    }),
    sample: () => ({
      ...{ monotonicMs: clock.monotonicMs(), utcMs: clock.utcMs(), armed: false, task: 'x', failsafe: [] },
      ...{ led: { red: 0, green: 0, blue: 0 }, serverConnected: true },
    }),
    isAboutToFly: () => false,
    identity: () => ({ droneId: 'a', softwareVersion: '1' }),
    onWarning: (text) => expect.fail(text),
  });
  later(() => log.close());
  log.start();
  log.begin('test');
  log.end();
  await until(() => !log.isRecording);
  await log.close();
  const rig = await collectorRig();
  rig.peers.set('a', await connectedDrone('a', flightLogRequests(log)));
  await rig.clock.advance(10_000);
  expect(rig.lines).toEqual([]);
  await rig.clock.advance(1000);
  await until(() => rig.lines.length > 0);
  const [path, ...others] = await filesBelow(rig.folder);
  expect(others).toEqual([]);
  expect(path).toMatch(/^a\/0001-\d{8}T\d{6}Z\.mcap$/);
  const name = path?.slice(2) ?? '';
  expect(await readFile(join(rig.folder, 'a', name))).toEqual(await readFile(join(droneFolder, name)));
  expect(rig.lines[0]).toMatch(/^info: a: flight log 0001-.* fetched \(0\.0 MB\)$/);
});

it('pulls large logs in parts of 16 KiB at most, the newest first, and none that it has', async () => {
  const rig = await collectorRig();
  const logs = { [one]: fakeLog(200_000), [two]: fakeLog(65_536), [three]: fakeLog(65_540) };
  const asked: { readonly name: string; readonly offset: number; readonly length: number }[] = [];
  const given = logsOf(logs);
  const handlers: Handlers = {
    ...given,
    flight_log_part: (kwargs) => {
      const { name, offset, length } = kwargs;
      asked.push({ name: String(name), offset: Number(offset), length: Number(length) });
      return given.flight_log_part?.(kwargs);
    },
  };
  rig.peers.set('a', await connectedDrone('a', handlers));
  await rig.clock.advance(11_000);
  await until(() => rig.lines.length === 3);
  expect([...new Set(asked.map(({ name }) => name))]).toEqual([three, two, one]);
  expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(16_384);
  for (const name of [one, two, three]) {
    const parts = asked.filter((part) => part.name === name);
    for (const [place, { offset }] of parts.entries())
      expect(offset).toBe(parts.slice(0, place).reduce((sum, { length }) => sum + length, 0));
  }
  expect(await filesBelow(rig.folder)).toEqual([`a/${one}`, `a/${two}`, `a/${three}`]);
  expect(new Uint8Array(await readFile(join(rig.folder, 'a', one)))).toEqual(logs[one]);
  rig.armed.add('a');
  await rig.clock.advance(1000);
  rig.armed.delete('a');
  const again = asked.length;
  await rig.clock.advance(30_000);
  expect(asked).toHaveLength(again);
});

it('asks again after the next flight, and keeps what another card has under the same name', async () => {
  const rig = await collectorRig();
  const logs: { [name: string]: Uint8Array } = { [one]: fakeLog(100) };
  rig.peers.set('a', await connectedDrone('a', logsOf(logs)));
  await rig.clock.advance(11_000);
  await until(() => rig.lines.length === 1);
  rig.armed.add('a');
  await rig.clock.advance(60_000);
  logs[one] = fakeLog(120);
  logs[two] = fakeLog(130);
  await rig.clock.advance(60_000);
  expect(rig.lines).toHaveLength(1);
  rig.armed.delete('a');
  await rig.clock.advance(11_000);
  await until(() => rig.lines.length === 3);
  expect(await filesBelow(rig.folder)).toEqual(['a/0001-20240101T000000Z-120.mcap', `a/${one}`, `a/${two}`]);
});

it('stops when the drone arms, leaves nothing half behind, and begins again when it stands', async () => {
  const rig = await collectorRig();
  const given = logsOf({ [one]: fakeLog(1_000_000) });
  let parts = 0;
  const handlers: Handlers = {
    ...given,
    flight_log_part: (kwargs) => {
      parts += 1;
      if (parts === 3) rig.armed.add('a');
      return given.flight_log_part?.(kwargs);
    },
  };
  rig.peers.set('a', await connectedDrone('a', handlers));
  await rig.clock.advance(11_000);
  await until(() => parts >= 3);
  await rig.clock.advance(60_000);
  // What had been asked for by then, of more than 61.
  expect(parts).toBeLessThan(20);
  await expect.poll(() => filesBelow(rig.folder)).toEqual([]);
  rig.armed.delete('a');
  await rig.clock.advance(11_000);
  await until(() => rig.lines.length === 1);
  expect(await filesBelow(rig.folder)).toEqual([`a/${one}`]);
});

/** The connection's methods as a plain object, so that a test can put one of its own in their place. */
function portOf(connection: FlightLogPeer): FlightLogPeer {
  return {
    hasFeature: (feature) => connection.hasFeature(feature),
    getResponse: (name, options) => connection.getResponse(name, options),
    getBytes: (name, options) => connection.getBytes(name, options),
  };
}

it('leaves the network to a show that runs', async () => {
  const rig = await collectorRig();
  rig.state.isBusy = true;
  const peer = await connectedDrone('a', logsOf({ [one]: fakeLog(100) }));
  let asked = 0;
  const getResponse: FlightLogPeer['getResponse'] = (name, options) => {
    asked += 1;
    return peer.getResponse(name, options);
  };
  rig.peers.set('a', { ...portOf(peer), getResponse });
  await rig.clock.advance(60_000);
  expect(asked).toBe(0);
  rig.state.isBusy = false;
  await rig.clock.advance(1000);
  await until(() => rig.lines.length === 1);
});

it('asks one drone at a time', async () => {
  const rig = await collectorRig();
  const busy: string[] = [];
  let most = 0;
  for (const id of ['a', 'b', 'c']) {
    const given = logsOf({ [one]: fakeLog(300_000) });
    rig.peers.set(
      id,
      await connectedDrone(id, {
        ...given,
        flight_log_part: async (kwargs) => {
          busy.push(id);
          most = Math.max(most, new Set(busy).size);
          await new Promise((resolve) => setImmediate(resolve));
          busy.splice(busy.indexOf(id), 1);
          return given.flight_log_part?.(kwargs);
        },
      }),
    );
  }
  await rig.clock.advance(11_000);
  for (let fetched = 1; fetched <= 3; fetched++) {
    await until(() => rig.lines.length === fetched);
    await rig.clock.advance(1000);
  }
  expect(most).toBe(1);
  expect(await filesBelow(rig.folder)).toEqual([`a/${one}`, `b/${one}`, `c/${one}`]);
});

it('tries again what failed, with longer pauses each time, and says so once', async () => {
  const rig = await collectorRig();
  let asked = 0;
  let isBroken = true;
  const given = logsOf({ [one]: fakeLog(100) });
  const flight_logs = () => {
    asked += 1;
    if (isBroken) throw new Error('card error');
    return given.flight_logs?.({});
  };
  rig.peers.set('a', await connectedDrone('a', { ...given, flight_logs }));
  const askedAt: number[] = [];
  for (let second = 0; second < 90; second++) {
    const before = asked;
    await rig.clock.advance(1000);
    await rig.collector.settled();
    if (asked > before) askedAt.push(second);
  }
  expect(askedAt).toEqual([10, 15, 25, 45, 85]);
  expect(rig.lines).toEqual(['warning: a: flight logs could not be fetched, tried again later: card error']);
  isBroken = false;
  await rig.clock.advance(90_000);
  await until(() => rig.lines.length === 2);
});

it.each([
  ['is shorter than asked', 'it gave 50', { flight_log_part: () => fakeLog(50) }],
  ['is longer than asked', 'it gave 200', { flight_log_part: () => fakeLog(200) }],
  ['is no MCAP file', 'no MCAP file', { flight_log_part: () => new Uint8Array(100) }],
  ['has no end', 'its end is missing', { flight_log_part: () => fakeLog(200).subarray(0, 100) }],
  [
    'has a name that leads elsewhere',
    'is no name',
    logsOf({ '../../0001-20240101T000000Z.mcap': fakeLog(100) }),
  ],
  ['has a name that is not its own', 'is no name', logsOf({ 'evil.mcap': fakeLog(100) })],
  [
    'is there twice',
    'twice',
    {
      flight_logs: () => [
        { name: one, bytes: 9 },
        { name: one, bytes: 8 },
      ],
    },
  ],
  ['has no size', 'no proper size', { flight_logs: () => [{ name: one, bytes: -1 }] }],
  ['is no list', 'no list', { flight_logs: () => ({}) }],
])('keeps nothing of a log that %s', async (_what, why, handlers: Handlers) => {
  const rig = await collectorRig();
  const given = logsOf({ [one]: fakeLog(100) });
  rig.peers.set('a', await connectedDrone('a', { ...given, ...handlers }));
  await rig.clock.advance(11_000);
  await until(() => rig.lines.length === 1);
  expect(rig.lines[0]).toContain('warning: a: flight logs could not be fetched');
  expect(rig.lines[0]).toContain(why);
  expect(await filesBelow(rig.folder)).toEqual([]);
});

it('takes a log that a power loss cut off, says so, and waits for one that is still written', async () => {
  const rig = await collectorRig();
  const cut = fakeLog(100).subarray(0, 90);
  const flags = { isComplete: false, isOpen: true };
  rig.peers.set('a', await connectedDrone('a', logsOf({ [one]: cut }, flags)));
  await rig.clock.advance(11_000);
  await rig.collector.settled();
  expect(await filesBelow(rig.folder)).toEqual([]);
  flags.isOpen = false;
  rig.peers.set('a', await connectedDrone('a', logsOf({ [one]: cut }, flags)));
  await rig.clock.advance(11_000);
  await until(() => rig.lines.length === 1);
  expect(rig.lines[0]).toContain('it was cut off, and is readable up to its last second');
});

it.each([
  [{ maxFileBytes: 50 }, 'larger than [FLIGHT LOGS] max_file'],
  [{ maxDroneBytes: 150 }, 'raise [FLIGHT LOGS] max_drone'],
  [{ maxTotalBytes: 150 }, 'raise [FLIGHT LOGS] max_total'],
])('lets no drone fill the disk: %o', async (limits, why) => {
  const rig = await collectorRig(limits);
  const logs = { [one]: fakeLog(100), [two]: fakeLog(100) };
  rig.peers.set('a', await connectedDrone('a', logsOf(logs)));
  await rig.clock.advance(11_000);
  await until(() => rig.lines.some((line) => line.startsWith('warning')));
  expect(rig.lines.at(-1)).toContain(why);
  expect((await filesBelow(rig.folder)).length).toBeLessThan(2);
});

it('asks no drone that knows nothing of flight logs twice, nor an old one at all', async () => {
  const rig = await collectorRig();
  let asked = 0;
  const peer = await connectedDrone('a', {});
  const getResponse: FlightLogPeer['getResponse'] = (name, options) => {
    asked += 1;
    return peer.getResponse(name, options);
  };
  rig.peers.set('a', { ...portOf(peer), getResponse });
  rig.peers.set('old', { ...portOf(peer), getResponse, hasFeature: () => false });
  await rig.clock.advance(11_000);
  await rig.collector.settled();
  await rig.clock.advance(120_000);
  expect(asked).toBe(1);
  expect(rig.lines).toEqual([]);
});
