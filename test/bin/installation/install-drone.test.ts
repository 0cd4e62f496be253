import { describe, expect, it } from 'vitest';
import { type InstallTools, installDrone } from '../../../bin/installation/install-drone.js';
import { InstallError } from '../../../bin/installation/install-steps.js';
import { packageFile } from '../../../bin/installation/package-name.js';
import {
  LostRemoteError,
  type RemoteCommand,
  type RemoteOutcome,
  UnreachableError,
} from '../../../bin/installation/remote.js';
import { UsageError } from '../../../lib/errors.js';

const facts = {
  system: 'Raspberry Pi OS',
  architecture: 'arm64',
  user: 'pi',
  root: 'free',
  freeKib: '900000',
  systemd: 'yes',
  installed: '',
};

/** A Pi that answers each step by what marks its script; what is given here goes before. */
class FakePi {
  readonly steps: string[] = [];
  readonly commands: RemoteCommand[] = [];
  isClosed = false;
  answers: { readonly [step: string]: Partial<RemoteOutcome> | Error } = {};
  facts: { readonly [name: string]: string } = facts;
  password: string | undefined;

  run(command: RemoteCommand): Promise<RemoteOutcome> {
    this.commands.push(command);
    const step = marks.find(([, mark]) => command.script.includes(mark))?.[0] ?? 'true';
    this.steps.push(step);
    const answer = this.answers[step] ?? this.#usual(step, command);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ code: 0, stdout: '', stderr: '', ...answer });
  }

  #usual(step: string, command: RemoteCommand): Partial<RemoteOutcome> {
    if (step === 'look')
      return {
        stdout: Object.entries(this.facts)
          .map(([name, is]) => `${name}=${is}\n`)
          .join(''),
      };
    if (step === 'have') return { code: 1 };
    if (step === 'doctor') return { stdout: '{"findings": []}' };
    if (step === 'true') return { code: command.first === `${this.password}\n` ? 0 : 1 };
    return {};
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

const marks = [
  ['look', 'dpkg --print-architecture'],
  ['take', '.part'],
  ['have', 'sha256sum'],
  ['install', 'dpkg-deb -f'],
  ['setup', 'starling-drone-setup'],
  ['doctor', 'starling doctor drone'],
  ['wait', 'NRestarts'],
] as const;

const secrets = { key: '{"psk": "0123456789abcdef"}', wifi: 'p4ssw0rd of the show', sudo: 'raspberry' };

function bring(pi: FakePi, { isForced = false, tools = {} as Partial<InstallTools> } = {}) {
  const path = '/p/starling-drone_1.2.3_arm64.deb';
  const job = {
    ...{ isForced, target: { address: 'pi@a' } },
    settings: { id: 'drone-1', wifi: { ssid: "It's", password: secrets.wifi }, server: '10.0.0.1:25000' },
  };
  const all: InstallTools = {
    connect: () => Promise.resolve(pi),
    findPackage: (architecture) => {
      const found = packageFile(path);
      if (architecture !== 'arm64' || !found) throw new UsageError(`none for ${architecture}`);
      return found;
    },
    measure: () => Promise.resolve({ bytes: 30_000_000, sha256: 'a'.repeat(64) }),
    keyOf: () => Promise.resolve(secrets.key),
    sudoPassword: () => Promise.resolve(secrets.sudo),
    onStep: () => undefined,
    ...tools,
  };
  return installDrone(job, all);
}

async function failureOf(pi: FakePi, options?: Parameters<typeof bring>[1]) {
  const error = await bring(pi, options).catch((caught: unknown) => caught);
  if (!(error instanceof InstallError)) throw new Error(`no failure of a step: ${error}`);
  return error.failure;
}

describe('bringing a Pi in', () => {
  it('copies, installs, sets up, asks the doctor and waits, in that order', async () => {
    const pi = new FakePi();
    pi.answers = {
      setup: {
        stdout:
          'changed /boot/firmware/config.txt: enable_uart=1\nunchanged x\nto do: restart the Pi: sudo reboot\n',
      },
      doctor: {
        code: 1,
        stdout: JSON.stringify({
          findings: [
            { check: 'node', verdict: 'ok', text: 'fine' },
            { check: 'autopilot', verdict: 'problem', text: 'not there', do: 'plug it in' },
          ],
        }),
      },
    };
    await expect(bring(pi)).resolves.toEqual({
      ...{ version: '1.2.3', isNew: true, toDo: ['restart the Pi: sudo reboot'] },
      changes: ['/boot/firmware/config.txt: enable_uart=1'],
      findings: [{ check: 'autopilot', verdict: 'problem', text: 'not there', do: 'plug it in' }],
    });
    expect(pi.steps).toEqual(['look', 'have', 'take', 'install', 'setup', 'doctor', 'wait']);
    expect(pi.isClosed).toBe(true);
  });

  it('puts no secret on a command line', async () => {
    const pi = new FakePi();
    pi.facts = { ...facts, root: 'password' };
    pi.password = secrets.sudo;
    await bring(pi);
    for (const { script } of pi.commands)
      for (const secret of Object.values(secrets)) expect(script).not.toContain(secret);
    const setup = pi.commands.find(({ script }) => script.includes('starling-drone-setup'));
    expect(setup).toMatchObject({ first: 'raspberry\n', input: `${secrets.wifi}\n${secrets.key}` });
  });

  it('installs nothing where that version is, and sets up all the same', async () => {
    const pi = new FakePi();
    pi.facts = { ...facts, installed: 'installed 1.2.3' };
    await expect(bring(pi)).resolves.toMatchObject({ isNew: false });
    expect(pi.steps).toEqual(['look', 'setup', 'doctor', 'wait']);
    const again = new FakePi();
    again.facts = pi.facts;
    await bring(again, { isForced: true });
    expect(again.steps).toContain('install');
  });

  it('installs where only half of that version is', async () => {
    const pi = new FakePi();
    pi.facts = { ...facts, installed: 'half-configured 1.2.3' };
    await expect(bring(pi)).resolves.toMatchObject({ isNew: true });
  });

  it('copies nothing that came over whole before', async () => {
    const pi = new FakePi();
    pi.answers = { have: { code: 0 } };
    await bring(pi);
    expect(pi.steps).toEqual(['look', 'have', 'install', 'setup', 'doctor', 'wait']);
  });

  it.each([
    ['its motors are armed', { armed: 'yes' }, 'motors are armed', 'land and disarm'],
    ['it has no dpkg', { architecture: '' }, 'has no dpkg', 'by hand'],
    ['it is of another architecture', { architecture: 'armhf' }, 'it is armhf: none for armhf', '--package'],
    ['it runs without systemd', { systemd: 'no' }, 'without systemd', 'service of systemd'],
    ['nobody can become root', { root: 'none' }, 'there is no sudo', 'root@HOST'],
  ])('changes nothing when %s', async (_, changed, text, advice) => {
    const pi = new FakePi();
    pi.facts = { ...facts, ...changed };
    const failure = await failureOf(pi);
    expect(failure).toMatchObject({
      ...{ step: 'look', text: expect.stringContaining(text), advice: expect.stringContaining(advice) },
    });
    expect(pi.steps).toEqual(['look']);
    expect(pi.isClosed).toBe(true);
  });

  it('copies nothing to a card without room', async () => {
    const pi = new FakePi();
    pi.facts = { ...facts, freeKib: '50000' };
    expect(await failureOf(pi)).toMatchObject({
      step: 'copy',
      text: '48 MiB are free there, 236 are needed',
    });
  });

  it('says when sudo refuses the password', async () => {
    const pi = new FakePi();
    pi.facts = { ...facts, root: 'password' };
    expect(await failureOf(pi)).toMatchObject({ text: 'sudo does not take the password of pi' });
    expect(pi.steps).toEqual(['look', 'true']);
  });

  it('tells what the Pi said last, and what to do', async () => {
    const pi = new FakePi();
    pi.answers = { install: { code: 1, stdout: 'a\n\n', stderr: 'dpkg: error\u001b[31m nodejs\n' } };
    expect(await failureOf(pi)).toMatchObject({
      ...{ step: 'install', text: 'it ended with 1', said: ['a', 'dpkg: error?[31m nodejs'] },
      advice: expect.stringContaining('apt-get install -f'),
    });
    pi.answers = { setup: { code: 75 } };
    expect(await failureOf(pi)).toMatchObject({ step: 'setup', text: 'its motors are armed' });
    pi.answers = { wait: { code: 1, stderr: 'ActiveState=failed' } };
    expect(await failureOf(pi)).toMatchObject({ step: 'service', said: ['ActiveState=failed'] });
    pi.answers = { doctor: { stdout: 'Welcome to the workshop\n{"findings": []}\n' } };
    expect(await bring(pi)).toMatchObject({ findings: [] });
    pi.answers = { doctor: { code: 127, stderr: 'not found' } };
    expect(await failureOf(pi)).toMatchObject({ step: 'doctor', said: ['not found'] });
  });

  it('says in which step the connection was lost', async () => {
    const pi = new FakePi();
    pi.answers = { take: new LostRemoteError('the connection was lost') };
    expect(await failureOf(pi)).toMatchObject({ step: 'copy', text: 'the connection was lost' });
    expect(pi.isClosed).toBe(true);
    const connect = () => Promise.reject(new UnreachableError('No route to host', 'switch it on'));
    expect(await failureOf(new FakePi(), { tools: { connect } })).toMatchObject({
      ...{ step: 'connect', text: 'No route to host', advice: 'switch it on' },
    });
  });
});
