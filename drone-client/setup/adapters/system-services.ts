/** Lets changes take effect on the running system: services, the radio. Knows what to run; nothing of the files. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { jobPaths } from '../../jobs/job.js';
import { type Effect, setupPaths } from '../facts.js';

/** What became of it, for people. */
export type Begun = { readonly notes: readonly string[]; readonly toDo: readonly string[] };

type Call = readonly [program: string, ...args: string[]];

const timeLimitMs = 60_000;

/**
 * Nothing of it ends the connection over which this may be running: a new network is joined at the next start, and one
 * that was taken away is left then, for NetworkManager ends at once what it hears to be gone.
 */
function networkCalls(): Call[] {
  return [
    ...(existsSync(setupPaths.wifi) ? [['nmcli', 'connection', 'load', setupPaths.wifi] as const] : []),
    ['nmcli', 'radio', 'wifi', 'on'],
  ];
}

export function isArmed(): boolean {
  return existsSync(`${jobPaths.clientRun}/armed`);
}

/**
 * Waits for no service to have begun: at a first boot that may be ordered behind what runs this.
 * Never throws for a program that fails: that is told, and the files are right anyway.
 */
export function beginEffects(
  effects: readonly Effect[],
  { country, isUndo }: { readonly country?: string | undefined; readonly isUndo: boolean },
): Begun {
  // Without systemd (a chroot, a container) all of it begins with the next start.
  if (!existsSync('/run/systemd/system')) return { notes: [], toDo: [] };
  const has = (effect: Effect) => effects.includes(effect);
  const calls: Call[] = [
    ...(has('units') ? [['systemctl', 'daemon-reload'] as const] : []),
    ...(has('network') && !isUndo ? networkCalls() : []),
    ...(has('network') && country !== undefined ? [['iw', 'reg', 'set', country] as const] : []),
    ...(has('chrony') ? [['systemctl', '--no-block', 'try-restart', 'chrony.service'] as const] : []),
  ];
  const client = has('client') ? beginClient() : { notes: [], toDo: [] };
  return {
    notes: [...calls.flatMap(run), ...client.notes],
    toDo: [
      ...client.toDo,
      ...(has('network') && isUndo
        ? [
            'the Wi-Fi of before is back at the next start; this one ends now by: sudo nmcli connection reload',
          ]
        : []),
      ...(has('network') && !isUndo && existsSync(setupPaths.wifi)
        ? ['join the Wi-Fi: at the next start by itself, or now: sudo nmcli connection up starling']
        : []),
    ],
  };
}

function beginClient(): Begun {
  if (isArmed())
    return {
      notes: [],
      toDo: ['land and disarm this drone, then: sudo systemctl restart starling-drone'],
    };
  const service = 'starling-drone.service';
  const isOpen = /^STARLING_ARGUMENTS=.*--open/m.test(textOf(setupPaths.service));
  if (!isOpen && !existsSync(setupPaths.key))
    return {
      notes: run(['systemctl', 'stop', service]),
      toDo: ['give this drone its key: sudo starling-drone-setup --enroll FILE'],
    };
  const calls: Call[] = [
    ['systemctl', 'enable', service],
    ['systemctl', '--no-block', 'restart', service],
  ];
  return { notes: calls.flatMap(run), toDo: [] };
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Gives a note when it fails; what is not installed has nothing to begin. */
function run([program, ...args]: Call): string[] {
  const { error, status, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: timeLimitMs,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
  });
  if (error && 'code' in error && error.code === 'ENOENT') return [];
  if (!error && status === 0) return [];
  const why = error ? error.message : (stderr.trim().split('\n').at(-1) ?? '');
  return [`${[program, ...args].join(' ')} failed: ${why}`];
}
