import { describe, expect, it } from 'vitest';
import { mend } from '../../../drone-client/helper/roll-back.js';
import { update } from '../../../drone-client/helper/update.js';
import type { UpdatePhase } from '../../../drone-client/helper/update-journal.js';
import { RefusedError } from '../../../lib/errors.js';
import { deriveSigningKey } from '../../../lib/security/keys.js';
import { signStatement } from '../../../lib/update/update-statement.js';
import { Rig, sha256, signingKey, statement } from './rig.js';

const previous = 'install /var/lib/starling-drone-helper/work/previous.deb';
const changes = (rig: Rig) => rig.calls.filter((call) => /^(?:install|systemctl|restore)/.test(call));

describe('an update', () => {
  it('is installed after its way back was kept, and done when the new client is as well as the old', async () => {
    const rig = new Rig();
    const report = await rig.settle(update(rig.parts));
    expect(report).toMatchObject({ outcome: 'done', sha256, from: '0.1.0', to: '0.2.0' });
    expect(rig.calls).toEqual([
      ...['take package', 'keep program', 'keep package', 'keep config'],
      'install /var/lib/starling-drone-helper/work/package.deb',
      'systemctl --no-block restart starling-drone.service',
    ]);
    expect(rig.reports[0]).toMatchObject({ outcome: 'running', sha256 });
    expect(rig.journals.map((journal) => journal?.phase)).toEqual([
      ...[undefined, 'preparing', 'preparing', 'installing', 'waiting', 'ended', undefined],
    ]);
  });

  it.each([
    [
      'a key of somebody else',
      () => ({ statementText: signStatement(statement, deriveSigningKey(new Uint8Array(32))) }),
      'not signed by',
    ],
    ['no key at all that is trusted', () => ({ keys: [] }), 'starling-drone-setup --enroll'],
    [
      'another package than was signed',
      () => ({ statementText: signStatement({ ...statement, bytes: 3 }, signingKey) }),
      'of another package',
    ],
    [
      'another package of the same size',
      () => ({ statementText: signStatement({ ...statement, sha256: 'a'.repeat(64) }, signingKey) }),
      'of another package',
    ],
    ['something else than a statement', () => ({ statementText: 'x' }), 'no signed statement'],
    [
      'a package with another version than was signed',
      () => ({ candidate: { name: 'starling-drone', version: '9', architecture: 'arm64' } }),
      'signature says otherwise',
    ],
    ['a package for other processors', () => wrong({ architecture: 'amd64' }), 'this computer is arm64'],
    ['another package', () => wrong({ package: 'bash' }), 'starling-drone alone'],
    ['an older version', () => ({ installed: { version: '0.3.0', state: 'ii ' } }), 'older than 0.3.0'],
    [
      'a full disk',
      () => ({ short: [{ folder: '/var', neededBytes: 2e8, freeBytes: 1e6 }] }),
      '/var has 1 MiB free, the update needs 191 MiB',
    ],
    ['motors that are armed', () => ({ isArmed: true }), 'land and disarm'],
    [
      'a package that can not be read',
      () => ({ packageError: new RefusedError('no_file', 'a link') }),
      'a link',
    ],
  ])('is refused for %s, and nothing is changed', async (_, change, words) => {
    const rig = Object.assign(new Rig(), change());
    const report = await rig.settle(update(rig.parts));
    expect(report).toMatchObject({ outcome: 'refused', sha256, text: expect.stringContaining(words) });
    expect(changes(rig)).toEqual([]);
    expect(rig.journal).toBeUndefined();
  });

  it('may be older where its signature allows it', async () => {
    const text = signStatement({ ...statement, mayBeOlder: true }, signingKey);
    const rig = Object.assign(new Rig(), {
      statementText: text,
      installed: { version: '0.3.0', state: 'ii ' },
    });
    expect(await rig.settle(update(rig.parts))).toMatchObject({ outcome: 'done', from: '0.3.0' });
  });

  it('that is installed already, file by file, is done without a touch', async () => {
    const rig = Object.assign(new Rig(), { installed: { version: '0.2.0', state: 'ii ' } });
    rig.facts.set('md5sums', 'of 0.2.0');
    const report = await rig.settle(update(rig.parts), 1000);
    expect(report).toMatchObject({ outcome: 'done', text: expect.stringContaining('nothing was changed') });
    expect(changes(rig)).toEqual([]);
  });

  it.each<[string, { facts?: Map<string, string>; changed?: string[]; state?: string }]>([
    ['is otherwise', { facts: new Map([['md5sums', 'another build']]) }],
    ['is damaged', { changed: ['??5?????? /usr/lib/starling-drone/node'] }],
    ['is half installed', { state: 'iU ' }],
  ])('of the version that is there is installed where that %s', async (_, { state = 'ii ', ...other }) => {
    const rig = Object.assign(new Rig(), { facts: new Map([['md5sums', 'of 0.2.0']]), ...other });
    rig.installed = { version: '0.2.0', state };
    expect(await rig.settle(update(rig.parts))).toMatchObject({
      outcome: 'done',
      text: 'version 0.2.0 runs',
    });
    expect(changes(rig)).toHaveLength(2);
  });

  it.each([
    [
      'never says that it is well',
      (rig: Rig) => ({ health: () => (rig.client.version === '0.2.0' ? undefined : well(rig)) }),
      'does not say',
    ],
    [
      'does not find its server',
      (rig: Rig) => ({ health: () => ({ ...well(rig), server: rig.client.version === '0.1.0' }) }),
      'find its server',
    ],
    [
      'does not hear its autopilot',
      (rig: Rig) => ({ health: () => ({ ...well(rig), vehicle: rig.client.version === '0.1.0' }) }),
      'hear its autopilot',
    ],
    [
      'is another version than was installed',
      (rig: Rig) => ({ health: () => ({ ...well(rig), version: '0.1.0' }) }),
      'says that it is version 0.1.0',
    ],
  ])('whose client %s is taken back after a minute', async (_, change, words) => {
    const rig = new Rig();
    Object.assign(rig, change(rig));
    const report = await rig.settle(update(rig.parts));
    expect(report).toMatchObject({ outcome: 'rolled_back', text: expect.stringContaining(words) });
    expect(changes(rig).slice(2)).toEqual([
      ...['systemctl stop starling-drone.service', previous, 'restore config'],
      'systemctl --no-block start starling-drone.service',
    ]);
    expect(rig.clock.monotonicMs()).toBeGreaterThan(60_000);
    expect(rig.clock.monotonicMs()).toBeLessThan(70_000);
  });

  it('is taken back when systemd refuses to start its client', async () => {
    const rig = new Rig();
    rig.onStart = (client) => {
      if (client.version === '0.2.0')
        throw new Error('Unit starling-drone.service has a bad unit file setting');
      client.state = 'active';
    };
    const report = await rig.settle(update(rig.parts));
    expect(report).toMatchObject({ outcome: 'rolled_back', text: expect.stringContaining('bad unit file') });
  });

  it('whose client ends for good is taken back in seconds', async () => {
    const rig = new Rig();
    rig.onStart = (client) => {
      client.state = client.version === '0.2.0' ? 'failed' : 'active';
    };
    expect(await rig.settle(update(rig.parts))).toMatchObject({ outcome: 'rolled_back' });
    expect(rig.clock.monotonicMs()).toBeLessThan(10_000);
  });

  it('whose client is well for a moment between two falls is not taken for a good one', async () => {
    const rig = new Rig();
    rig.health = (client) => {
      if (client.version === '0.2.0') client.start += 1;
      return well(rig);
    };
    expect(await rig.settle(update(rig.parts))).toMatchObject({ outcome: 'rolled_back' });
  });

  it('is taken back when dpkg fails, and tells its words', async () => {
    const rig = new Rig();
    rig.onInstall = (path) =>
      path === rig.paths.newPackage ? { exitCode: 1, errors: 'no space left' } : undefined;
    rig.installed.state = 'iU ';
    const report = await rig.settle(update(rig.parts));
    expect(report).toMatchObject({ outcome: 'rolled_back', text: expect.stringContaining('no space left') });
  });

  it('waits while another program installs, and is refused if that does not end', async () => {
    const rig = new Rig();
    rig.onInstall = () => ({
      exitCode: 2,
      errors: 'dpkg: error: dpkg frontend lock was locked by another process',
    });
    const report = await rig.settle(update(rig.parts));
    expect(report).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('do this again later'),
    });
    expect(changes(rig).length).toBeGreaterThan(20);
  });

  it('never takes an armed drone back, and judges it when it is disarmed', async () => {
    const rig = new Rig();
    rig.health = ({ version }) => ({ version, server: version === '0.1.0', vehicle: true });
    rig.onStart = (client) => {
      client.state = 'active';
      rig.isArmed = client.version === '0.2.0';
    };
    const work = update(rig.parts);
    await rig.clock.advance(300_000);
    expect(rig.report).toMatchObject({ outcome: 'running', text: expect.stringContaining('armed') });
    expect(rig.calls).not.toContain(previous);
    rig.isArmed = false;
    await rig.clock.advance(55_000);
    expect(rig.calls).not.toContain(previous);
    expect(await rig.settle(work)).toMatchObject({ outcome: 'rolled_back' });
  });

  it('is refused when the motors were armed while its way back was kept', async () => {
    const rig = new Rig();
    const { parts } = rig;
    parts.store.keepConfig = async () => {
      rig.isArmed = true;
    };
    expect(await rig.settle(update(parts))).toMatchObject({ outcome: 'refused' });
    expect(changes(rig)).toEqual([]);
  });

  it('starts the client anew when it was armed while dpkg worked, and is not any more', async () => {
    const rig = new Rig();
    rig.onInstall = () => {
      rig.isArmed = true;
      return undefined;
    };
    const work = update(rig.parts);
    await rig.clock.advance(10_000);
    expect(rig.calls.join()).not.toContain('restart');
    rig.isArmed = false;
    expect(await rig.settle(work)).toMatchObject({ outcome: 'done' });
    expect(rig.calls.at(-1)).toContain('restart');
  });

  it.each([
    ['server', 'network is gone', { server: false, vehicle: true }, 'did not find its server'],
    ['autopilot', 'cable is out', { server: true, vehicle: false }, 'did not hear its autopilot'],
  ])(
    'is taken back when its %s is gone, and the old one tells that its %s too',
    async (_, __, gone, words) => {
      const rig = new Rig();
      let isGone = false;
      rig.health = ({ version }) => ({ version, ...(isGone ? gone : { server: true, vehicle: true }) });
      const work = update(rig.parts);
      rig.onInstall = () => {
        isGone = true;
        return undefined;
      };
      const report = await rig.settle(work);
      expect(report.outcome).toBe('rolled_back');
      expect(report.text).toMatch(
        new RegExp(`${words}; with the old version too .*${words}: look at the network`),
      );
      expect([rig.journal, rig.client.version]).toEqual([undefined, '0.1.0']);
    },
  );

  it('whose old version does not run either has failed, and a client that runs by now is not ended for it', async () => {
    const rig = new Rig();
    rig.health = ({ start, version }) => (start === 1 ? { version, server: true, vehicle: true } : undefined);
    expect(await rig.settle(update(rig.parts))).toMatchObject({ outcome: 'failed' });
    expect(rig.calls.at(-1)).toBe('systemctl --no-block start starling-drone.service');
    expect(rig.client.start).toBe(3);
  });

  it('is told to be in hand before its package is copied, which takes long on a slow card', async () => {
    const rig = new Rig();
    const { parts } = rig;
    const { takePackage } = parts.store;
    const seen: unknown[] = [];
    parts.store.takePackage = () => {
      seen.push(rig.report?.outcome, rig.report?.sha256, rig.journal?.phase);
      return takePackage.call(parts.store);
    };
    await rig.settle(update(parts));
    expect(seen).toEqual(['running', sha256, 'preparing']);
  });

  it('asks no more of a client than the one before it had', async () => {
    const rig = new Rig();
    rig.health = ({ version }) => ({ version, server: false, vehicle: false });
    expect(await rig.settle(update(rig.parts))).toMatchObject({ outcome: 'done' });
  });

  it('says what to do by hand when not even the way back works, and tries it again at the next start', async () => {
    const rig = new Rig();
    rig.onInstall = () => ({ exitCode: 1, errors: 'disk is broken' });
    rig.installed.state = 'iU ';
    const report = await rig.settle(update(rig.parts));
    expect(report).toMatchObject({ outcome: 'failed', text: expect.stringContaining('sudo dpkg --install') });
    expect(rig.journal).toMatchObject({ phase: 'rolling_back', hasFailed: true });
    expect(rig.calls.at(-1)).toContain('start starling-drone.service');
    rig.onInstall = () => undefined;
    expect(await rig.settle(mend(rig.parts))).toMatchObject({ outcome: 'rolled_back' });
  });

  it('that failed leaves alone what somebody put right by hand', async () => {
    const rig = new Rig();
    rig.journals.push({ phase: 'rolling_back', sha256, from: '0.1.0', to: '0.2.0', hasFailed: true });
    rig.installed = { version: '0.4.0', state: 'ii ' };
    expect(await rig.settle(mend(rig.parts))).toMatchObject({
      text: expect.stringContaining('0.4.0 is installed'),
    });
    expect(changes(rig)).toEqual([]);
    expect(rig.journal).toBeUndefined();
  });
});

describe('after a power cut', () => {
  it('nothing is done where no update was under way', async () => {
    const rig = new Rig();
    expect(await rig.settle(mend(rig.parts))).toBeUndefined();
    expect(rig.reports).toEqual([]);
  });

  it.each<UpdatePhase>(['installing', 'waiting', 'rolling_back'])(
    'amid "%s" the version from before is put back, and the client is not waited for',
    async (phase) => {
      const rig = new Rig();
      rig.client.state = 'inactive';
      rig.installed = { version: '0.2.0', state: 'iU ' };
      rig.journals.push({ phase, sha256, from: '0.1.0', to: '0.2.0' });
      const report = await rig.settle(mend(rig.parts), 1000);
      expect(report).toMatchObject({
        outcome: 'rolled_back',
        text: expect.stringContaining('power was lost'),
      });
      expect(changes(rig)).toEqual([
        ...[previous, 'restore config', 'systemctl --no-block start starling-drone.service'],
      ]);
      expect(rig.journal).toBeUndefined();
    },
  );

  it('of the helper alone an armed drone is not touched until it is disarmed', async () => {
    const rig = Object.assign(new Rig(), { isArmed: true });
    rig.journals.push({ phase: 'waiting', sha256, from: '0.1.0', to: '0.2.0' });
    const work = mend(rig.parts);
    await rig.clock.advance(60_000);
    expect(changes(rig)).toEqual([]);
    rig.isArmed = false;
    expect(await rig.settle(work)).toMatchObject({ outcome: 'rolled_back' });
  });

  it('before anything was changed nothing is put back', async () => {
    const rig = new Rig();
    rig.journals.push({ phase: 'preparing', sha256 });
    expect(await rig.settle(mend(rig.parts))).toMatchObject({ outcome: 'refused', sha256 });
    expect(changes(rig)).toEqual([]);
  });

  it('after all was done it is told as it ended', async () => {
    const rig = new Rig();
    rig.journals.push({ phase: 'ended', sha256, outcome: 'done', words: 'version 0.2.0 runs' });
    expect(await rig.settle(mend(rig.parts))).toMatchObject({ outcome: 'done', text: 'version 0.2.0 runs' });
    expect(changes(rig)).toEqual([]);
  });
});

function well({ client }: Rig) {
  return { version: client.version, server: true, vehicle: true };
}

/** A package that says so itself, and so does its signature. */
function wrong(other: { readonly package?: string; readonly architecture?: string }) {
  const { package: name, version, architecture } = { ...statement, ...other };
  return {
    statementText: signStatement({ ...statement, ...other }, signingKey),
    candidate: { name, version, architecture },
  };
}
