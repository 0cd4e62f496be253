import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmdlinePath, configPath, type Facts, setupPaths } from '../../../drone-client/setup/facts.js';
import {
  bytesOf,
  type FileState,
  type Snapshot,
  stateAt,
  textOf,
} from '../../../drone-client/setup/file-state.js';
import { planSetup } from '../../../drone-client/setup/plan-setup.js';
import { reportJson, reportLines } from '../../../drone-client/setup/report.js';
import {
  afterEffects,
  emptyRecord,
  formatRecord,
  parseRecord,
  planUndo,
  type UndoRecord,
  undoChanges,
  withChanges,
  withEffects,
} from '../../../drone-client/setup/undo-record.js';
import { type RawWishes, readWishes } from '../../../drone-client/setup/wishes.js';
import {
  applied,
  bookwormCmdline,
  file,
  madeUpKey,
  starling,
  stockConfig,
  stockFacts,
  stockIni,
  stockSnapshot,
} from './made-up-pi.js';

const key = { text: madeUpKey('drone-7'), path: 'key.json' };
const full: RawWishes = {
  ...{ key, server: '10.0.0.1:25001', ssid: 'Show', password: 'geheim-geheim\n', country: 'de' },
  hostname: 'clover-7',
};

function plan(
  raw: RawWishes,
  { snapshot = stockSnapshot(), facts = stockFacts }: { snapshot?: Snapshot; facts?: Facts } = {},
) {
  return planSetup({ snapshot, facts, wishes: readWishes(raw) });
}

function textAfter(
  raw: RawWishes,
  path: string,
  given: { snapshot?: Snapshot; facts?: Facts } = {},
): string | undefined {
  const snapshot = given.snapshot ?? stockSnapshot();
  return textOf(stateAt(applied(snapshot, plan(raw, given).changes), path));
}

/** One setup on the disk: its record first. */
function setUp(
  state: { snapshot: Snapshot; record: UndoRecord },
  raw: RawWishes,
  cutAfter = Number.POSITIVE_INFINITY,
) {
  const { changes } = plan(raw, { snapshot: state.snapshot });
  const record = withChanges(state.record, changes, state.snapshot);
  return {
    snapshot: applied(state.snapshot, changes.slice(0, cutAfter)),
    record: parseRecord(formatRecord(record), 'record.json'),
  };
}

function undone(
  { snapshot, record }: { snapshot: Snapshot; record: UndoRecord },
  isForced = false,
): Snapshot {
  const { restore } = planUndo(record, snapshot, isForced);
  return applied(snapshot, undoChanges(restore, snapshot));
}

const asTexts = (snapshot: Snapshot) =>
  [...snapshot]
    .map(([path, state]) => [path, state.kind === 'file' ? { ...state, bytes: textOf(state) } : state])
    .sort();

const wishes = fc
  .record({
    key: fc.constantFrom(undefined, key, { text: madeUpKey('drone-9', 2), path: 'other.json' }),
    server: fc.constantFrom(undefined, '10.0.0.1', 'laptop.local:25001'),
    ssid: fc.constantFrom('Show', 'Other;Net'),
    password: fc.constantFrom(undefined, 'geheim-geheim'),
    country: fc.constantFrom(undefined, 'DE', 'US'),
    hostname: fc.constantFrom(undefined, 'clover-7', 'raspberrypi'),
    vehicle: fc.constantFrom(undefined, 'serial:/dev/autopilot', 'udpin:14540?sysid=3'),
    uart: fc.boolean(),
    spi: fc.boolean(),
    time: fc.constantFrom(undefined, 'own', 'server'),
  })
  .map((wish) => ({ ...wish, wifiOpen: wish.password === undefined }));

describe('a setup', () => {
  it('of everything changes all that belongs to it', () => {
    expect(
      plan(full)
        .changes.map(({ path }) => path)
        .sort(),
    ).toMatchInlineSnapshot(`
      [
        "/boot/firmware/cmdline.txt",
        "/boot/firmware/config.txt",
        "/etc/NetworkManager/system-connections/starling.nmconnection",
        "/etc/chrony/chrony.conf",
        "/etc/chrony/conf.d/starling.conf",
        "/etc/hostname",
        "/etc/hosts",
        "/etc/starling-drone-helper/trusted/34750f98bd59fcfc.pub",
        "/etc/starling/drone.ini",
        "/etc/starling/key",
        "/etc/systemd/system/hciuart.service",
        "/etc/systemd/system/serial-getty@serial0.service",
        "/etc/systemd/system/serial-getty@ttyAMA0.service",
        "/var/lib/NetworkManager/NetworkManager.state",
        "/var/lib/systemd/rfkill/platform-fe300000.mmcnr:wlan",
      ]
    `);
  });

  it('names the drone and its server, and keeps all else of its configuration', () => {
    expect(textAfter(full, setupPaths.droneIni)).toBe(
      stockIni.replace('/hostname', 'drone-7').replace('192.168.1.101', '10.0.0.1').replace('25000', '25001'),
    );
  });

  it('installs the key for the client alone, and trusts its fleet from now on', () => {
    const { changes } = plan(full);
    expect(changes.find(({ path }) => path === setupPaths.key)).toMatchObject({
      wanted: { mode: 0o600, owner: starling },
      isSecret: true,
    });
    expect(changes.find(({ path }) => path.endsWith('.pub'))?.wanted).toMatchObject({
      mode: 0o644,
      owner: { uid: 0, gid: 0 },
    });
  });

  it('no longer takes updates of the fleet before, and leaves other keys of the operator alone', () => {
    const old = '/etc/starling-drone-helper/trusted/0123456789abcdef.pub';
    const own = '/etc/starling-drone-helper/trusted/workshop.pub';
    const snapshot = stockSnapshot([old, own].map((path) => [path, file('00\n')] as const));
    const { changes } = plan({ key }, { snapshot, facts: { ...stockFacts, trustedKeys: [old, own] } });
    expect(changes.find(({ path }) => path === old)?.wanted).toEqual({ kind: 'absent' });
    expect(changes.some(({ path }) => path === own)).toBe(false);
  });

  it('puts --open in place of the key and back', () => {
    const open = textAfter({ open: true }, setupPaths.service) ?? '';
    expect(open).toContain('\nSTARLING_ARGUMENTS=--open\n');
    const snapshot = stockSnapshot([[setupPaths.service, file(open)]]);
    expect(textAfter({ key }, setupPaths.service, { snapshot })).toContain(
      '\nSTARLING_ARGUMENTS="--key /etc/starling/key"\n',
    );
  });

  it('moves the autopilot to the pins of a Pi 5, and says so of a serial0 that was asked for', () => {
    const facts = { ...stockFacts, isPi5: true };
    expect(textAfter({}, setupPaths.service, { facts })).toContain(
      'STARLING_VEHICLE=serial:/dev/ttyAMA0:921600\n',
    );
    expect(plan({ vehicle: 'serial:/dev/serial0' }, { facts }).notes.join()).toContain('debug connector');
    expect(textAfter({}, setupPaths.service)).toContain('serial:/dev/serial0');
  });

  it('leaves serial line and console alone when told so', () => {
    const paths = plan({ uart: false, spi: false, id: 'drone-7' }).changes.map(({ path }) => path);
    expect(paths).toEqual([setupPaths.droneIni]);
  });

  it('keeps the password of a network that is named again without one', () => {
    const snapshot = applied(stockSnapshot(), plan(full).changes);
    expect(plan({ ...full, password: undefined }, { snapshot }).changes).toEqual([]);
    expect(textAfter({ ssid: 'Else', wifiOpen: true }, setupPaths.wifi, { snapshot })).not.toContain('psk');
    expect(textAfter({ ssid: 'Show', wifiOpen: true }, setupPaths.wifi, { snapshot })).not.toContain('psk');
  });

  it('joins a network without a password only when it is told that it has none', () => {
    expect(() => plan({ ssid: 'Else' })).toThrow(/^--ssid Else: its password is missing.* --wifi-open/);
    const snapshot = applied(stockSnapshot(), plan({ ssid: 'Else', wifiOpen: true }).changes);
    expect(plan({ ssid: 'Else' }, { snapshot }).changes).not.toContainEqual(
      expect.objectContaining({ path: setupPaths.wifi }),
    );
  });

  it.each([
    ['whose password is kept elsewhere', 'key-mgmt=wpa-psk\npsk-flags=1'],
    ['with certificates', 'key-mgmt=wpa-eap\n\n[802-1x]\neap=tls'],
    ['with another kind of password', 'key-mgmt=sae\npsk=geheim-geheim'],
    ['with an empty password', 'key-mgmt=wpa-psk\npsk='],
  ])('makes no open network of one %s', (_, security) => {
    const text = `[wifi]\nssid=Show\n\n[wifi-security]\n${security}\n`;
    const snapshot = new Map(stockSnapshot()).set(setupPaths.wifi, {
      ...{ kind: 'file', bytes: bytesOf(text), mode: 0o600, owner: { uid: 0, gid: 0 } },
    });
    expect(() => plan({ ssid: 'Show' }, { snapshot })).toThrow(/its password is missing/);
  });

  it('finds a password around which somebody has put blanks', () => {
    const text = '[wifi]\nssid = Show\n[wifi-security]\nkey-mgmt = wpa-psk\npsk = geheim-geheim\n';
    const snapshot = new Map(stockSnapshot()).set(setupPaths.wifi, {
      ...{ kind: 'file', bytes: bytesOf(text), mode: 0o600, owner: { uid: 0, gid: 0 } },
    });
    expect(textAfter({ ssid: 'Show' }, setupPaths.wifi, { snapshot })).toContain('\npsk=geheim-geheim\n');
  });

  it('says that a profile can not be read before it asks for a password', () => {
    const snapshot = new Map(stockSnapshot()).set(setupPaths.wifi, { kind: 'other', why: 'can not be read' });
    expect(() => plan({ ssid: 'Show' }, { snapshot })).toThrow(/starling\.nmconnection can not be read/);
  });

  it('says each time that a network has no password', () => {
    const open = plan({ ssid: 'Else', wifiOpen: true });
    expect(open.notes.join()).toContain('the Wi-Fi has no password');
    const snapshot = applied(stockSnapshot(), open.changes);
    expect(plan({ ssid: 'Else' }, { snapshot }).notes.join()).toContain('the Wi-Fi has no password');
    expect(plan(full).notes.join()).not.toContain('no password');
  });

  it('asks a server for the time only where chrony is, and takes that back', () => {
    expect(textAfter({ server: '10.0.0.1' }, setupPaths.chrony)).toContain(
      'server 10.0.0.1 port 12300 iburst',
    );
    const snapshot = applied(stockSnapshot(), plan({ server: '10.0.0.1' }).changes);
    expect(textAfter({ time: 'own' }, setupPaths.chrony, { snapshot })).toBeUndefined();
    const none = plan({ server: '10.0.0.1' }, { facts: { ...stockFacts, hasChrony: false } });
    expect(none.changes.some(({ path }) => path.includes('chrony'))).toBe(false);
    expect(none.notes.join()).toContain('by itself');
  });

  it('does all but the boot files where no Raspberry Pi boots from', () => {
    const { changes, notes } = plan(full, { facts: { ...stockFacts, bootFolder: undefined } });
    expect(changes.some(({ path }) => path.startsWith('/boot'))).toBe(false);
    expect(notes.join()).toContain('this is no Raspberry Pi');
  });

  it.each<[string, RawWishes, RegExp]>([
    ['another name than that of the key', { key, id: 'drone-8' }, /the key in key.json is that of "drone-7"/],
    ['a key that is none', { key: { text: '{}', path: 'k.json' } }, /k.json is no key of a drone/],
    ['both a key and none', { key, open: true }, /leave out --open or --enroll/],
    ['a name that is none', { id: '-x' }, /--id -x: 1 to 63/],
    ['a short password', { ssid: 'a', password: 'short' }, /8 to 63 characters.*this one has 5$/],
    ['a password without a network', { password: 'geheim-geheim' }, /belongs to --ssid/],
    ['an open network without its name', { wifiOpen: true }, /--wifi-open belongs to --ssid/],
    [
      'an open network with a password',
      { ssid: 'a', wifiOpen: true, password: 'geheim-geheim' },
      /one of the/,
    ],
    ['two lines for a password', { ssid: 'a', password: 'geheim-geheim\nmore' }, /one line/],
    ['a long network name', { ssid: 'ä'.repeat(17) }, /1 to 32 bytes, not 34/],
    ['a country of three letters', { country: 'DEU' }, /two letters/],
    ['a host name with a dot', { hostname: 'a.b' }, /no dash first or last/],
    ['a server with a path', { server: 'a/b' }, /HOST or HOST:PORT/],
    ['a server port too high', { server: 'a:70000' }, /HOST or HOST:PORT/],
    ['an autopilot that is none', { vehicle: 'usb' }, /vehicle URL/],
    ['an autopilot that would end the line', { vehicle: 'serial:/dev/a"b' }, /quotes/],
  ])('refuses %s, and says what is expected', (_, raw, text) => {
    expect(() => readWishes(raw)).toThrow(text);
  });

  it('refuses a name that the installed key does not have', () => {
    const snapshot = stockSnapshot([[setupPaths.key, file(key.text, starling, 0o600)]]);
    expect(() => plan({ id: 'drone-8' }, { snapshot })).toThrow('is the key of "drone-7"');
    expect(plan({ id: 'drone-7' }, { snapshot }).changes.length).toBeGreaterThan(0);
  });

  it.each<[string, string, FileState]>([
    ['a link', setupPaths.droneIni, { kind: 'link', target: '/etc/shadow' }],
    ['a folder', setupPaths.key, { kind: 'other', why: 'is no file' }],
    ['a link for a boot file', configPath('/boot/firmware'), { kind: 'link', target: 'x' }],
  ])('refuses %s in the place of a file', (_, path, state) => {
    expect(() => plan(full, { snapshot: stockSnapshot([[path, state]]) })).toThrow(path);
  });

  it('refuses what can not be done here, and says what is missing', () => {
    expect(() => plan(full, { facts: { ...stockFacts, starling: undefined } })).toThrow(
      'install the package',
    );
    expect(() => plan(full, { facts: { ...stockFacts, hasNetworkManager: false } })).toThrow(
      'NetworkManager',
    );
    const gone = new Map(stockSnapshot());
    gone.delete(cmdlinePath('/boot/firmware'));
    expect(() => plan(full, { snapshot: gone })).toThrow('boot partition');
    const wrong = stockSnapshot([[setupPaths.droneIni, file('[FLIGHT]\narming_time = soon\n')]]);
    expect(() => plan(full, { snapshot: wrong })).toThrow('arming_time');
  });

  it('shows each line that would change, and no secret', () => {
    const snapshot = stockSnapshot();
    const { changes, unchanged, notes } = plan(full);
    const report = { isDryRun: true, isOk: true, toDo: [], changes, unchanged, notes };
    const lines = reportLines(report, snapshot).join('\n');
    expect(lines).toContain('would change /boot/firmware/config.txt: enable_uart=1');
    expect(lines).toContain('    + psk=(not shown)');
    const psk = Buffer.from(new Uint8Array(32).fill(7)).toString('hex');
    for (const text of [lines, reportJson(report)]) {
      expect(text).not.toContain('geheim-geheim');
      expect(text).not.toContain(psk);
    }
  });
});

describe('setups one after the other', () => {
  it('change nothing the second time, and are undone to the byte', () => {
    fc.assert(
      fc.property(wishes, wishes, (first, second) => {
        const original = stockSnapshot();
        const one = setUp({ snapshot: original, record: emptyRecord }, first);
        expect(plan(first, { snapshot: one.snapshot }).changes).toEqual([]);
        expect(asTexts(undone(one))).toEqual(asTexts(original));
        const two = setUp(one, second);
        expect(asTexts(undone(two))).toEqual(asTexts(original));
      }),
    );
  });

  it('that are cut off anywhere are gone on with, and undone', () => {
    fc.assert(
      fc.property(wishes, wishes, fc.nat(18), fc.nat(18), (first, second, cut, later) => {
        const original = stockSnapshot();
        const one = setUp({ snapshot: original, record: emptyRecord }, first, cut);
        const two = setUp(one, second, later);
        expect(asTexts(undone(two))).toEqual(asTexts(original));
        const again = setUp(two, second);
        expect(plan(second, { snapshot: again.snapshot }).changes).toEqual([]);
        expect(asTexts(undone(again))).toEqual(asTexts(original));
      }),
    );
  });
});

describe('a restart', () => {
  const changes = plan(full).changes;
  const first = afterEffects(withEffects(emptyRecord, changes), 'boot 1');

  it('is asked for until there was one, and again for the next change', () => {
    expect(first.pending).toEqual(['reboot']);
    expect(afterEffects(withEffects(first, []), 'boot 1').pending).toEqual(['reboot']);
    expect(afterEffects(withEffects(first, []), 'boot 2').pending).toEqual([]);
    const again = afterEffects(withEffects(first, changes), 'boot 2');
    expect(again).toMatchObject({ pending: ['reboot'], bootId: 'boot 2' });
  });

  it('is not asked for what takes effect at once', () => {
    expect(
      afterEffects(withEffects(emptyRecord, plan({ uart: false, spi: false, id: 'a' }).changes), 'b').pending,
    ).toEqual([]);
  });
});

describe('an undo', () => {
  const config = configPath('/boot/firmware');
  const done = setUp({ snapshot: stockSnapshot(), record: emptyRecord }, full);
  const changed = applied(done.snapshot, [
    { path: config, wanted: { kind: 'file', bytes: Buffer.from('arm_boost=0\n') }, what: [] },
  ]);

  it('leaves what somebody else has changed since, unless it is forced', () => {
    const state = { ...done, snapshot: changed };
    expect(planUndo(done.record, changed, false).foreign.map(({ path }) => path)).toEqual([config]);
    expect(textOf(stateAt(undone(state), config))).toBe('arm_boost=0\n');
    expect(textOf(stateAt(undone(state, true), config))).toBe(stockConfig);
  });

  it('remembers such a change through the next setup', () => {
    const next = setUp({ ...done, snapshot: changed }, full);
    expect(planUndo(next.record, next.snapshot, false).foreign.map(({ path }) => path)).toEqual([config]);
  });

  it('does not bring the first boot back', () => {
    const path = cmdlinePath('/boot/firmware');
    const firstRun =
      ' systemd.run=/boot/firmware/starling-firstboot.sh systemd.unit=kernel-command-line.target';
    const original = stockSnapshot([[path, file(bookwormCmdline.replace('\n', `${firstRun}\n`))]]);
    const booted = setUp({ snapshot: original, record: emptyRecord }, full);
    const text = textOf(stateAt(booted.snapshot, path)) ?? '';
    expect(text).toContain(`regdom=DE${firstRun}\n`);
    const later = applied(booted.snapshot, [
      { path, wanted: { kind: 'file', bytes: Buffer.from(text.replace(firstRun, '')) }, what: [] },
    ]);
    expect(planUndo(booted.record, later, false).foreign).toEqual([]);
    expect(textOf(stateAt(undone({ ...booted, snapshot: later }), path))).toBe(bookwormCmdline);
  });

  it('never brings back the name that the partition of the system had before its first start', () => {
    const path = cmdlinePath('/boot/firmware');
    const other = (textOf(stateAt(done.snapshot, path)) ?? '').replace(
      /root=\S+/,
      'root=PARTUUID=0badcafe-02',
    );
    const booted = applied(done.snapshot, [
      { path, wanted: { kind: 'file', bytes: Buffer.from(other) }, what: [] },
    ]);
    expect(other).toContain('0badcafe');
    expect(planUndo(done.record, booted, true).foreign.map(({ path }) => path)).toEqual([path]);
    expect(textOf(stateAt(undone({ ...done, snapshot: booted }, true), path))).toBe(other);
  });

  it('does not mind what the system itself writes down', () => {
    const system = applied(done.snapshot, [
      { path: setupPaths.networkState, wanted: { kind: 'file', bytes: Buffer.from('[main]\n') }, what: [] },
    ]);
    expect(planUndo(done.record, system, false).foreign).toEqual([]);
  });

  it('knows a damaged record for what it is', () => {
    expect(() => parseRecord('{}', '/r.json')).toThrow('/r.json is damaged');
    expect(() =>
      parseRecord(formatRecord(done.record).replace('"kind":"file"', '"kind":"fish"'), '/r.json'),
    ).toThrow('damaged');
  });
});
