/**
 * A drone's file system in a folder, with a real dpkg of its own, small packages, and a systemctl that only pretends: root's
 * helper runs in it as on a drone. Needs root, dpkg and util-linux.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deriveSigningKey, publicKeyHex } from '../../lib/security/keys.js';
import { parseUpdateReport, type UpdateReport } from '../../lib/update/drone-software.js';
import { signStatement } from '../../lib/update/update-statement.js';
import { until } from './until.js';

const entry = fileURLToPath(
  new URL('../../dist/drone-client/helper/adapters/helper-entry.js', import.meta.url),
);

const key = deriveSigningKey(new Uint8Array(32).fill(9));

/** Numbers of a user that is nobody's on this machine. */
export const droneUser = 61_234;

/** The client runs when it was started, says that it is well unless its program is called `broken`, and never falls. */
const systemctl = `#!/bin/sh
root=$(dirname -- "$(readlink -f -- "$0")")/../..
unit=; verb=
for word; do case $word in --*) ;; *) [ -n "$verb" ] && unit=$word || verb=$word ;; esac; done
echo "$*" >>"$root/systemctl.log"
state=$(cat "$root/client" 2>/dev/null || echo inactive)
if [ -e "$root/hold-$verb" ]; then touch "$root/held"; exec sleep 1000; fi
case $verb in
show)
  echo LoadState=loaded; echo ActiveState=$state; echo "InvocationID=$(cat "$root/starts" 2>/dev/null)"; echo Result=exit-code ;;
stop) echo inactive >"$root/client"; rm -f "$root/run/starling-drone/health" ;;
start | restart)
  if [ "$verb $state" = 'start active' ]; then exit 0; fi
  date +%s%N >"$root/starts"
  version=$(cat "$root/usr/lib/starling-drone/version")
  rm -f "$root/run/starling-drone/health"
  if [ -e "$root/usr/lib/starling-drone/broken" ]; then echo failed >"$root/client"; exit 0; fi
  echo active >"$root/client"
  echo "{\\"version\\":\\"$version\\",\\"server\\":true,\\"vehicle\\":true}" >"$root/run/starling-drone/health" ;;
esac
`;

export type TestPackage = {
  readonly version: string;
  readonly architecture?: string;
  /** Beside what each package has, by path from the root. */
  readonly files?: { readonly [path: string]: string };
  readonly preinst?: string;
  readonly postinst?: string;
};

/** For a package's script: waits there for ever while `DPKG_ROOT/hold-NAME` is there. */
export function holdsAt(name: string): string {
  return `if [ -e "$DPKG_ROOT/hold-${name}" ]; then touch "$DPKG_ROOT/held"; exec sleep 1000; fi`;
}

export class HelpedDrone {
  readonly root = mkdtempSync(join(tmpdir(), 'starling-helper-'));

  constructor() {
    const folders = 'var/lib/dpkg/info var/lib/dpkg/updates usr/bin run/starling-drone etc'.split(' ');
    for (const folder of folders) mkdirSync(this.at(folder), { recursive: true });
    for (const folder of ['run/starling-drone-requests', 'var/lib/starling/update', 'etc/starling'])
      this.own(folder);
    this.own('var/lib/starling');
    writeFileSync(this.at('var/lib/dpkg/status'), '');
    this.write('usr/bin/systemctl', systemctl, 0o755);
    this.write('etc/starling-drone-helper/trusted/fleet.pub', `${publicKeyHex(key)}\n`);
  }

  at(path: string): string {
    return join(this.root, path);
  }

  read(path: string): string {
    return readFileSync(this.at(path), 'utf8');
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
    chmodSync(this.at(path), mode);
  }

  /** Makes a folder of the client's user. */
  own(path: string): void {
    mkdirSync(this.at(path), { recursive: true });
    chownSync(this.at(path), droneUser, droneUser);
  }

  /** A package file; its path. */
  make({ version, architecture, files = {}, preinst, postinst }: TestPackage): string {
    const tree = mkdtempSync(join(this.root, 'tree-'));
    const lay = (path: string, text: string, mode = 0o644) => {
      mkdirSync(dirname(join(tree, path)), { recursive: true, mode: 0o755 });
      writeFileSync(join(tree, path), text, { mode });
    };
    chmodSync(tree, 0o755);
    const all = {
      'usr/lib/starling-drone/version': version,
      'etc/starling/drone.ini': 'shipped\n',
      ...files,
    };
    for (const [path, text] of Object.entries(all)) lay(path, text);
    const sum = (text: string) => createHash('md5').update(text).digest('hex');
    const summed = Object.entries(all).filter(([path]) => !path.startsWith('etc/'));
    lay('DEBIAN/md5sums', summed.map(([path, text]) => `${sum(text)}  ${path}\n`).join(''));
    lay('DEBIAN/conffiles', '/etc/starling/drone.ini\n');
    for (const [name, script] of Object.entries({ preinst, postinst }))
      if (script !== undefined) lay(`DEBIAN/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
    const own = architecture ?? run('dpkg', ['--print-architecture']).trim();
    lay(
      'DEBIAN/control',
      `Package: starling-drone\nVersion: ${version}\nArchitecture: ${own}\nMaintainer: nobody <nobody@example.org>\nInstalled-Size: 1\nDescription: for a test\n`,
    );
    const target = this.at(`${version}.deb`);
    run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, target]);
    rmSync(tree, { recursive: true });
    return target;
  }

  /** Installs by hand, and starts the client. */
  install(path: string): void {
    this.dpkg('--install', path);
    run(this.at('usr/bin/systemctl'), ['restart', 'starling-drone.service']);
  }

  dpkg(...args: readonly string[]): string {
    return run('dpkg', [`--root=${this.root}`, '--force-script-chrootless', '--force-confold', ...args]);
  }

  /** Puts a package with its signature where the server puts it. */
  offer(path: string, mayBeOlder = false): string {
    const field = (name: string) => run('dpkg-deb', ['--field', path, name]).trim();
    const bytes = readFileSync(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const about = { version: field('Version'), architecture: field('Architecture') };
    const statement = { package: 'starling-drone', ...about, bytes: bytes.length, sha256, mayBeOlder };
    writeFileSync(this.at('var/lib/starling/update/package.deb'), bytes);
    this.write('var/lib/starling/update/package.deb.sig', signStatement(statement, key));
    return sha256;
  }

  ask(job: string): void {
    writeFileSync(this.at(`run/starling-drone-requests/${job}`), '');
  }

  /** Everything that it begins ends with it, at once: as when the power goes. */
  start(what: 'run' | 'recover'): ChildProcess {
    const own = ['--pid', '--fork', '--kill-child=KILL', process.execPath, entry];
    return spawn('unshare', [...own, what, '--root', this.root], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /**
   * Cuts the power while it is in that verb of systemctl, or in that script of a package that `holdsAt` there.
   * @throws when it ends before it comes there.
   */
  async cutAt(hold: string, what: 'run' | 'recover'): Promise<void> {
    rmSync(this.at('held'), { force: true });
    writeFileSync(this.at(`hold-${hold}`), '');
    const child = this.start(what);
    const over = once(child, 'close');
    const isHeld = () => existsSync(this.at('held'));
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    try {
      await until(() => isHeld() || hasEnded(), 60_000);
    } finally {
      child.kill('SIGKILL');
      await over;
      rmSync(this.at(`hold-${hold}`));
    }
    if (!isHeld()) throw new Error(`it ended before ${hold}`);
  }

  /** Gives what it wrote into the system's journal. */
  async run(what: 'run' | 'recover'): Promise<string> {
    const child = this.start(what);
    const words: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => words.push(String(chunk)));
    await once(child, 'close');
    return words.join('');
  }

  async update(path: string): Promise<UpdateReport | undefined> {
    this.offer(path);
    this.ask('update');
    await this.run('run');
    return this.report;
  }

  get report(): UpdateReport | undefined {
    const path = 'var/lib/starling-drone-helper/report/update.json';
    return existsSync(this.at(path)) ? parseUpdateReport(this.read(path)) : undefined;
  }

  /** What dpkg says is installed, after it has found nothing wrong. @throws with what is wrong. */
  wholeVersion(): string {
    const trouble = `${this.dpkg('--audit')}${this.dpkg('--verify', 'starling-drone')}`;
    const wrong = trouble.split('\n').filter((line) => line !== '' && !line.includes(' c '));
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    const admin = `--admindir=${this.at('var/lib/dpkg')}`;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own form
    return run('dpkg-query', [admin, '--show', '--showformat=${Version}', 'starling-drone']);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
