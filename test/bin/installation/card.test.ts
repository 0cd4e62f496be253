/** What lies on a card, to the letter: the files in `golden/`. A change there is a change of what new drones are. */
import { describe, expect, it } from 'vitest';
import { judgePartition, withFirstRun } from '../../../bin/installation/boot-partition.js';
import { cardOf } from '../../../bin/installation/card.js';
import { type CardPlan, parseFleetTable } from '../../../bin/installation/fleet-table.js';
import { droneKeyOf, enroll } from '../../../lib/security/fleet-secret.js';

const fresh =
  'console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait quiet init=/usr/lib/raspberrypi-sys-mods/firstboot\n';

const header = 'id,hostname,ssid,wifi_password,country,server,vehicle,user,password_hash,ssh_key,os';
const rows = {
  bookworm: `drone-1,,"Bob's show; $(reboot)",it's "secret" $1,DE,10.0.0.1:25000,serial:/dev/autopilot,op,$6$saltsalt$0123456789abcdefghijklmnopqrstuvwxyz,ssh-ed25519 ${'A'.repeat(68)} me@laptop's,bookworm`,
  trixie: `drone-2,clover-2,Show,0123456789,DE,server.local,,pi,$y$j9T$saltsalt$0123456789abcdef,ssh-ed25519 ${'A'.repeat(68)},trixie`,
  bare: 'drone-3,,,,,,,,,,bookworm',
} as const;

function planOf(name: keyof typeof rows): CardPlan {
  const row = rows[name].replace('it\'s "secret" $1', '"it\'s ""secret"" $1"');
  const [plan] = parseFleetTable(`${header}\n${row}\n`, 'fleet.csv');
  if (!plan) throw new Error('the table has no row');
  return plan;
}

function cardFor(name: keyof typeof rows, cmdline?: string, again?: string) {
  const plan = planOf(name);
  const fleet = enroll({ secret: new Uint8Array(32).fill(7), enrolments: new Map() }, plan.id);
  const packages = new Map([['starling-drone_1.2.3_arm64.deb', '/p/starling-drone_1.2.3_arm64.deb']]);
  return cardOf({
    ...{ plan, packages, key: droneKeyOf(fleet, plan.id) },
    ...(cmdline !== undefined && { cmdline: { text: cmdline, path: 'cmdline.txt' } }),
    ...(again !== undefined && { again }),
  });
}

describe('a card', () => {
  it.each([
    ['bookworm', fresh],
    ['trixie', undefined],
    ['bare', undefined],
  ] as const)('of %s holds just these files', async (name, cmdline) => {
    for (const [file, content] of cardFor(name, cmdline)) {
      if ('text' in content) await expect(content.text).toMatchFileSnapshot(`golden/${name}/${file}`);
    }
    expect([...cardFor(name, cmdline).keys()]).toMatchSnapshot();
  });

  it('has its secrets in files of their own and in no script', () => {
    const card = cardFor('bookworm', fresh);
    const { psk } = JSON.parse(textOf(card, 'starling-key.json')) as { psk: string };
    for (const name of ['starling-firstboot.sh', 'cmdline.txt']) {
      expect(textOf(card, name)).not.toContain(psk);
      expect(textOf(card, name)).not.toContain('"secret"');
    }
    expect(textOf(card, 'starling-wifi-password')).toBe('it\'s "secret" $1\n');
  });
});

function textOf(card: ReturnType<typeof cardFor>, name: string): string {
  const file = card.get(name);
  if (!file || !('text' in file)) throw new Error(`there is no ${name}`);
  return file.text;
}

describe('the line of the kernel', () => {
  it('keeps its own words, and gets ours once', () => {
    const once = withFirstRun(fresh, 'cmdline.txt');
    expect(once.startsWith(fresh.trim())).toBe(true);
    expect(once.match(/systemd\.run=/g)).toHaveLength(1);
    expect(withFirstRun(once, 'cmdline.txt')).toBe(once);
  });

  it('is refused when it is none, or somebody else runs a script by it', () => {
    expect(() => withFirstRun('', 'x/cmdline.txt')).toThrow('x/cmdline.txt is not the one line');
    expect(() => withFirstRun('a root=b\nc', 'x')).toThrow('is not the one line');
    expect(() => withFirstRun('root=a systemd.run=/boot/firstrun.sh', 'x')).toThrow(
      'of somebody else (systemd.run=/boot/firstrun.sh)',
    );
  });
});

describe('a mounted partition', () => {
  const stock = ['cmdline.txt', 'config.txt', 'kernel8.img'];
  const judge = (
    names: readonly string[],
    cmdline: string | undefined,
    system: 'bookworm' | 'trixie' = 'bookworm',
  ) => judgePartition({ path: '/mnt', names, cmdline }, planOf(system), { isForced: false });

  it('of a fresh image is taken, also a second time', () => {
    expect(judge(stock, fresh)).toEqual([]);
    expect(judge([...stock, 'starling-firstboot.sh'], withFirstRun(fresh, 'x'))).toEqual([]);
    expect(judge([...stock, 'user-data', 'meta-data'], 'root=a rootwait resize', 'trixie')).toEqual([]);
  });

  it.each([
    ['another disk', ['DCIM'], undefined, 'bookworm', 'is no boot partition'],
    ['a card that was started', stock, 'root=a rootwait', 'bookworm', 'started already'],
    [
      'a card that our first boot has done',
      [...stock, 'starling-firstboot.log'],
      fresh,
      'bookworm',
      'started already',
    ],
    ['the other system', [...stock, 'user-data'], fresh, 'bookworm', 'set the os of drone-1 to trixie'],
    ['the other system, too', stock, fresh, 'trixie', 'set the os of drone-2 to bookworm'],
    [
      'a card with a script of its own',
      [...stock, 'firstrun.sh'],
      fresh,
      'bookworm',
      'without customisation',
    ],
  ] as const)('is refused when it is %s', (_, names, cmdline, system, message) => {
    expect(() => judge(names, cmdline, system)).toThrow(message);
  });

  it('that Imager has customised is refused, even when the operator insists', () => {
    const cmdline = 'root=a rootwait resize ds=nocloud;i=rpi-imager-1770000000000';
    const names = [...stock, 'user-data', 'meta-data'];
    const judged = () =>
      judgePartition({ path: '/mnt', names, cmdline }, planOf('trixie'), { isForced: true });
    expect(judged).toThrow('was customised by Raspberry Pi Imager (ds=nocloud;i=rpi-imager-1770000000000');
  });

  it('of a started card is another instance for cloud-init', () => {
    expect(textOf(cardFor('trixie', undefined, '7'), 'meta-data')).toContain(
      '\ninstance-id: starling-drone-2-7\n',
    );
  });

  it('of a started card is taken when the operator insists', () => {
    const started = { path: '/mnt', names: stock, cmdline: 'root=a' };
    expect(judgePartition(started, planOf('bookworm'), { isForced: true })).toEqual([]);
  });

  it('with a 32-bit system is doubted for a 64-bit package', () => {
    expect(judge([...stock, 'kernel7.img'], fresh)).toEqual([expect.stringContaining('32-bit')]);
  });
});
