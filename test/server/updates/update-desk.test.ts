/** A roll-out over real connections to peers that behave as installed drones; the desk's own time is the test's. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RefusedError } from '../../../lib/errors.js';
import { BulkBudget, listenTcp, type TcpListener } from '../../../lib/messaging/index.js';
import { deriveSigningKey, publicKeyHex } from '../../../lib/security/keys.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { signStatement, type UpdateStatement } from '../../../lib/update/update-statement.js';
import type { CommandResult } from '../../../server/fleet/drone-record.js';
import { DroneLinks } from '../../../server/links/drone-links.js';
import { CommandRunner } from '../../../server/show-control/command-runner.js';
import type { Outcome } from '../../../server/show-control/send-command.js';
import { Uploads } from '../../../server/show-control/uploads.js';
import { UpdateDesk } from '../../../server/updates/update-desk.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';
import { UpdatingDrone } from '../../support/updating-drone.js';

const key = deriveSigningKey(Buffer.alloc(32, 1));
const publicKey = publicKeyHex(key);
const real = new SystemClock();

const content = Buffer.alloc(150_000, 'package');
const sha256 = createHash('sha256').update(content).digest('hex');

function signature(changes: Partial<UpdateStatement> = {}): Buffer {
  const statement = {
    ...{ package: 'starling-drone', version: '0.2.0', architecture: 'arm64', bytes: content.length, sha256 },
    ...{ mayBeOlder: false, ...changes },
  };
  return Buffer.from(signStatement(statement, key));
}

let clock: FakeClock;
let listener: TcpListener;
let links: DroneLinks;
let desk: UpdateDesk;
let drones: UpdatingDrone[];
let lines: string[];
let phase: string | undefined;
let other: string | undefined;
let refusals: Map<string, Outcome>;
let onSent: (id: string) => void;
const disk = new Map<string, Uint8Array>();

beforeEach(async () => {
  clock = new FakeClock();
  [drones, lines, phase, other, refusals] = [[], [], undefined, undefined, new Map()];
  onSent = () => undefined;
  disk.clear();
  disk.set('/new.deb', content);
  disk.set('/new.deb.sig', signature());
  links = new DroneLinks({
    ...{ clock: real, bufferSize: 1024, bulkBudget: new BulkBudget({ clock: real }) },
    hello: {
      ...{ protocol: 1, role: 'server', id: 's', software: 'starling', version: '0.2.0' },
      features: ['chunks', 'errors', 'heartbeat'],
    },
    ...{ onFleetEvent: () => undefined, onWarning: () => undefined },
    ...{ isEnrolled: () => false, hasRoomFor: () => true },
  });
  listener = await listenTcp({
    ...{ port: 0, host: '127.0.0.1' },
    onConnection: (accepted) => void links.accept({ ...accepted, enrolledId: undefined }),
  });
  const log = (_level: string, text: string) => lines.push(text);
  const connection = (id: string) => links.get(id);
  desk = new UpdateDesk({
    ...{ clock, connection, log, publicKey, parallel: 8 },
    commands: new CommandRunner({
      ...{ clock, connection, log, isKnown: (id) => id !== 'nobody', onFleetEvent: () => undefined },
    }),
    uploads: new Uploads((id) => onSent(id)),
    refusal: (id) => refusals.get(id),
    showPhase: () => phase,
    superseded: () => other,
    onChange: () => undefined,
    disk: {
      list: () => Promise.resolve([]),
      save: () => Promise.reject(new Error('nothing is saved here')),
      read: (path) => {
        const found = disk.get(path);
        if (found) return Promise.resolve(found);
        return Promise.reject(new RefusedError('bad_path', `${path} is not there (on the server's machine)`));
      },
    },
  });
});

afterEach(async () => {
  for (const drone of drones) drone.close();
  desk.close();
  links.close();
  await listener.close();
});

async function fleet(count: number, change: (drone: UpdatingDrone, index: number) => void = () => undefined) {
  for (let index = 0; index < count; index += 1) {
    const drone = new UpdatingDrone(`d${index + 1}`, { port: listener.port, trusted: publicKey });
    change(drone, index);
    drones.push(drone);
    await drone.connect();
  }
  await until(() => drones.every(({ id }) => links.get(id)?.hasFeature('errors')));
  return drones.map(({ id }) => id);
}

/** Lets the desk's time go on until the command has ended. */
async function ended(results: Promise<CommandResult[]>): Promise<CommandResult[]> {
  let isOver = false;
  void results.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return results;
}

const install = (ids: readonly string[], stages = '1,10,all', path = '/new.deb') =>
  desk.update(ids, { path, stages });

const phaseOf = (id: string) => desk.view?.drones.find((drone) => drone.id === id)?.phase;

/** The first drone installs, and has said so: what it says from then on is the test's. */
const firstIsTold = () => until(() => phaseOf('d1') === 'installing' && drones[0]?.told.length === 1);

const inShort = (results: readonly CommandResult[]) =>
  results.map(({ id, ok, code }) => `${id} ${ok ? 'ok' : 'not'}${code === undefined ? '' : ` ${code}`}`);

describe('an update', () => {
  it('goes to one drone, then to some, then to all, and ends when each has said that it is well', async () => {
    const ids = await fleet(4);
    const mostAtOnce: number[] = [];
    const watch = setInterval(() => {
      mostAtOnce[desk.view?.stage ?? 0] = Math.max(
        mostAtOnce[desk.view?.stage ?? 0] ?? 0,
        ids.filter((id) => desk.isUnderWay(id)).length,
      );
    }, 0);
    const results = await ended(install(ids, '1,2,all'));
    clearInterval(watch);
    expect(results).toEqual(ids.map((id) => ({ id, ok: true, message: '0.1.0 is 0.2.0 now' })));
    expect(drones.map(({ told }) => told)).toEqual(ids.map(() => [sha256]));
    expect(Math.max(0, mostAtOnce[1] ?? 0)).toBeLessThanOrEqual(1);
    expect(desk.view).toMatchObject({ version: '0.2.0', stage: 3, stages: 3, isOver: true });
    expect(lines.filter((line) => line.includes('stage'))).toEqual([
      'update: stage 1 of 3 begins',
      'update: stage 2 of 3 begins',
      'update: stage 3 of 3 begins',
    ]);
    expect(lines).toContain('update d3: done: 0.1.0 is 0.2.0 now');
    const again = await ended(install(ids));
    expect(again).toMatchObject(
      ids.map(() => ({ ok: true, code: 'unchanged', message: 'it has 0.2.0 already' })),
    );
    expect(drones[0]?.told).toHaveLength(1);
  });

  it('stops when one drone goes back to its old version: the others stay as they are', async () => {
    const ids = await fleet(3, (drone, index) => {
      if (index === 0) drone.plan = 'rolled_back';
    });
    const results = await ended(install(ids));
    expect(inShort(results)).toEqual(['d1 not rolled_back', 'd2 not called_off', 'd3 not called_off']);
    expect(results[0]?.message).toBe('the new client was not well in 60 s');
    expect(results[1]?.message).toBe(
      'not begun: d1 went back to its old version: the new client was not well in 60 s',
    );
    expect(drones.map(({ version, files }) => [version, files.size])).toEqual([
      ['0.1.0', 2],
      ['0.1.0', 0],
      ['0.1.0', 0],
    ]);
  });

  it('passes over who can not be updated now, with the reason, and goes on with the next', async () => {
    const ids = await fleet(6, (drone, index) => {
      if (index === 1) drone.obstacle = 'no key is trusted: starling-drone-setup --enroll';
      if (index === 2) drone.architecture = 'armhf';
      if (index === 3) drone.refusal = { code: 'armed', message: 'it is armed' };
      if (index === 4) drone.architecture = undefined;
    });
    refusals.set('d1', { ok: false, code: 'refused', message: 'it is part of a show' });
    const results = await ended(install([...ids, 'away', 'nobody'], '1,all'));
    expect(inShort(results)).toEqual([
      'd1 not refused',
      'd2 not not_supported',
      'd3 not no_file',
      'd4 not armed',
      'd5 not not_supported',
      'd6 ok',
      'away not unreachable',
      'nobody not unknown_drone',
    ]);
    expect(results.map(({ message }) => message)).toEqual([
      'skipped: it is part of a show',
      'skipped: no key is trusted: starling-drone-setup --enroll',
      'skipped: none of the packages is for armhf',
      'skipped: it is armed',
      'skipped: it does not run an installed package: update it by hand',
      '0.1.0 is 0.2.0 now',
      'skipped: not connected',
      'no drone is called nobody',
    ]);
    expect(desk.view?.stopped).toBeUndefined();
  });

  it('stops when a drone refuses the package, and says what the drone says', async () => {
    const other = publicKeyHex(deriveSigningKey(Buffer.alloc(32, 9)));
    const ids = await fleet(2, (drone) => {
      drone.trusted = other;
    });
    const results = await ended(install(ids));
    expect(inShort(results)).toEqual(['d1 not refused', 'd2 not called_off']);
    expect(results[0]?.message).toBe('it is not signed by a key that this drone trusts');
  });

  it('takes a drone that does not come back for lost after five minutes, not before', async () => {
    const ids = await fleet(2, (drone) => {
      drone.plan = 'gone';
    });
    const results = install(ids);
    await firstIsTold();
    await until(() => links.get('d1') === undefined);
    for (let s = 0; s < 290; s += 2) await clock.advance(2_000);
    expect(phaseOf('d1')).toBe('installing');
    const [first, second] = await ended(results);
    expect(first).toMatchObject({
      code: 'lost',
      message: expect.stringMatching(/did not come back within 5 min/),
    });
    expect(second).toMatchObject({ code: 'called_off' });
  });

  it('says of one that is there and says nothing more that it still installs', async () => {
    const ids = await fleet(1, (drone) => {
      drone.plan = 'deaf';
    });
    const [first] = await ended(install(ids));
    expect(first).toMatchObject({
      code: 'lost',
      message: expect.stringMatching(/^it still installs after 5 min/),
    });
  });

  it('does not take the end of an earlier try for that of this one', async () => {
    const ids = await fleet(1, (drone) => {
      drone.report = { outcome: 'rolled_back', sha256, text: 'last week', atUtcMs: 5 };
      [drone.isLateToTell, drone.leaveMs] = [true, 30];
    });
    expect(await ended(install(ids))).toMatchObject([{ ok: true, message: '0.1.0 is 0.2.0 now' }]);
  });

  it('does not believe that it is done of one that runs another version', async () => {
    const ids = await fleet(2, (drone) => {
      drone.plan = 'deaf';
    });
    const results = install(ids);
    await firstIsTold();
    const [drone] = drones;
    if (drone) drone.report = { outcome: 'done', sha256, from: '0.1.0', to: '0.2.0', text: '', atUtcMs: 6 };
    const all = await ended(results);
    expect(inShort(all)).toEqual(['d1 not failed', 'd2 not called_off']);
    expect(all[0]?.message).toMatch(/^it says that it is done, and runs 0\.1\.0/);
  });

  it('does not take the end of another package for that of this one', async () => {
    const ids = await fleet(1, (drone) => {
      drone.plan = 'deaf';
    });
    const results = install(ids);
    await firstIsTold();
    const [drone] = drones;
    const other = { outcome: 'rolled_back', sha256: 'ab'.repeat(32), text: 'another', atUtcMs: 6 } as const;
    if (drone) drone.report = other;
    for (let s = 0; s < 20; s += 1) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    if (drone) drone.version = '0.2.0';
    if (drone) drone.report = { outcome: 'done', sha256, from: '0.1.0', to: '0.2.0', text: '', atUtcMs: 7 };
    expect(await ended(results)).toMatchObject([{ ok: true, message: '0.1.0 is 0.2.0 now' }]);
  });

  it('looks again when its turn comes: who was armed meanwhile is sent nothing', async () => {
    const ids = await fleet(2);
    const results = install(ids);
    await firstIsTold();
    refusals.set('d2', { ok: false, code: 'armed', message: 'the drone is armed' });
    expect(inShort(await ended(results))).toEqual(['d1 ok', 'd2 not armed']);
    expect(drones[1]?.files.size).toBe(0);
  });

  it('is no stage at all where nobody takes part', async () => {
    const ids = await fleet(1);
    refusals.set('d1', { ok: false, code: 'armed', message: 'the drone is armed' });
    expect(inShort(await install(ids))).toEqual(['d1 not armed']);
    expect(lines.join('\n')).not.toMatch(/stage/);
  });

  it('waits for one that is at it already, as after a restart of the server, and sends it nothing', async () => {
    const ids = await fleet(1, (drone) => {
      drone.report = { outcome: 'running', sha256, text: 'it installs', atUtcMs: 5 };
    });
    const results = install(ids);
    await until(() => phaseOf('d1') === 'installing');
    const [drone] = drones;
    if (drone) drone.version = '0.2.0';
    if (drone) drone.report = { outcome: 'done', sha256, from: '0.1.0', to: '0.2.0', text: '', atUtcMs: 6 };
    expect(await ended(results)).toMatchObject([{ ok: true, message: '0.1.0 is 0.2.0 now' }]);
    expect([drone?.told, drone?.files.size]).toEqual([[], 0]);
  });

  it('leaves alone a drone that installs another package', async () => {
    const ids = await fleet(1, (drone) => {
      drone.report = { outcome: 'running', sha256: 'ab'.repeat(32), text: 'it installs', atUtcMs: 5 };
    });
    expect(inShort(await ended(install(ids)))).toEqual(['d1 not busy']);
  });

  it('brings a package that was built anew under the same version, where that is known', async () => {
    const done = { outcome: 'done', from: '0.1.0', to: '0.2.0', text: '', atUtcMs: 5 } as const;
    const ids = await fleet(2, (drone, index) => {
      drone.version = '0.2.0';
      drone.report = { ...done, sha256: index === 0 ? sha256 : 'ab'.repeat(32) };
    });
    const results = await ended(install(ids));
    expect(inShort(results)).toEqual(['d1 ok unchanged', 'd2 ok']);
    expect(drones.map(({ told }) => told.length)).toEqual([0, 1]);
  });
});

describe('a roll-out that is on', () => {
  it('is stopped by the operator: who installs is waited for, nobody else begins', async () => {
    const ids = await fleet(3, (drone) => {
      drone.plan = 'deaf';
    });
    const results = install(ids);
    await firstIsTold();
    expect(await install(ids)).toMatchObject(ids.map(() => ({ ok: false, code: 'busy' })));
    expect(desk.stop()).toBe('no other drone begins; 1 install already and are waited for');
    const [drone] = drones;
    if (drone) drone.version = '0.2.0';
    if (drone) drone.report = { outcome: 'done', sha256, from: '0.1.0', to: '0.2.0', text: '', atUtcMs: 6 };
    const all = await ended(results);
    expect(inShort(all)).toEqual(['d1 ok', 'd2 not called_off', 'd3 not called_off']);
    expect(all[1]?.message).toBe('not begun: stopped by the operator');
    expect(() => desk.stop()).toThrow('no update is on');
  });

  it('does not begin when it is stopped while its package is read', async () => {
    const ids = await fleet(1);
    const results = install(ids);
    expect(desk.stop()).toBe('the update is stopped: nothing was sent');
    expect(await results).toMatchObject([
      { code: 'called_off', message: 'not begun: stopped by the operator' },
    ]);
    expect(drones[0]?.files.size).toBe(0);
    expect(inShort(await ended(install(ids)))).toEqual(['d1 ok']);
  });

  it('calls off what is on its way when it is stopped', async () => {
    const ids = await fleet(1);
    onSent = () => {
      onSent = () => undefined;
      expect(desk.stop()).toBe('the update is stopped');
    };
    const [result] = await ended(install(ids));
    expect(result).toMatchObject({ code: 'called_off', message: 'not begun: stopped by the operator' });
    expect(drones[0]?.told).toEqual([]);
  });

  it('calls off what is on its way to the others when one drone does not come through', async () => {
    let release: () => void = () => undefined;
    const ids = await fleet(2, (drone, index) => {
      if (index === 0) drone.refusal = { code: 'no_room', message: 'its disk is full' };
      else
        drone.hold = new Promise((resolve) => {
          release = resolve;
        });
    });
    const results = install(ids, 'all');
    await until(() => phaseOf('d1') === 'refused');
    release();
    const all = await ended(results);
    expect(inShort(all)).toEqual(['d1 not refused', 'd2 not called_off']);
    expect(all[1]?.message).toBe('not begun: d1 refused it: its disk is full');
    expect(drones[1]?.told).toEqual([]);
  });

  it('goes no further when a show begins', async () => {
    const ids = await fleet(2);
    const results = install(ids);
    await firstIsTold();
    phase = 'countdown';
    const all = await ended(results);
    expect(inShort(all)).toEqual(['d1 ok', 'd2 not called_off']);
    expect(all[1]?.message).toBe('not begun: a show is on (countdown)');
    expect(await install(ids)).toMatchObject(
      ids.map(() => ({ code: 'refused', message: expect.stringMatching(/a show is on \(countdown\)/) })),
    );
  });

  it.each(['show', 'server'])(
    'sends no drone the rest of a package, nor has it installed, once another %s is on',
    async (what) => {
      let release: () => void = () => undefined;
      const hold = new Promise<void>((resolve) => {
        release = resolve;
      });
      const ids = await fleet(2, (drone) => {
        drone.hold = hold;
      });
      const results = install(ids);
      const arrived = () => drones.map((drone) => drone.arrived);
      await until(() => arrived()[0] === 1);
      if (what === 'show') phase = 'countdown';
      else other = 'other-server took over';
      desk.look();
      const why = what === 'show' ? 'a show is on (countdown)' : 'other-server took over';
      expect((await results).map(({ message }) => message)).toEqual(ids.map(() => `not begun: ${why}`));
      release();
      await until(() => drones[0]?.files.size === 1);
      for (const id of ids) await links.get(id)?.getResponse('id');
      expect(arrived()).toEqual([1, 0]);
      expect(drones.map(({ told }) => told)).toEqual([[], []]);
      expect(desk.view).toMatchObject({ stopped: why, isOver: true });
    },
  );

  it('ends for whoever waits when the server ends', async () => {
    const ids = await fleet(2, (drone) => {
      drone.plan = 'deaf';
    });
    const results = install(ids);
    await firstIsTold();
    desk.close();
    const all = await results;
    expect(inShort(all)).toEqual(['d1 not called_off', 'd2 not called_off']);
    expect(all[0]?.message).toMatch(/it installs by itself: starling ctl software says later/);
    expect(clock.pending).toBe(0);
  });
});

it('nothing is sent of a package that is not signed, and no drone is asked', async () => {
  const ids = await fleet(1);
  disk.delete('/new.deb.sig');
  expect(await install(ids)).toMatchObject([
    { code: 'bad_signature', message: expect.stringMatching(/starling fleet sign \/new\.deb$/) },
  ]);
  expect(await install(ids, '1')).toMatchObject([{ code: 'bad_argument' }]);
  expect(drones[0]?.files.size).toBe(0);
  expect(desk.view).toBeUndefined();
});

it('what drones say of their software is told of each, and why where one says nothing', async () => {
  const ids = await fleet(1);
  expect(await desk.software([...ids, 'away'])).toEqual([
    { id: 'd1', software: { version: '0.1.0', architecture: 'arm64' } },
    { id: 'away', problem: 'not connected' },
  ]);
});
