/** A Pi over the system's own `ssh`: one connection, through which every program is run. Knows no step of an installation. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode, errorText } from '../../../lib/errors.js';
import {
  LostRemoteError,
  type Remote,
  type RemoteCommand,
  type RemoteOutcome,
  type Target,
  UnreachableError,
} from '../remote.js';

export type SshOptions = {
  /** Takes the key of a computer that was never seen before; one that has changed is refused all the same. */
  readonly acceptsNewHostKeys: boolean;
  /** Whether `ssh` may ask for passwords and unknown keys at the terminal. */
  readonly mayAsk: boolean;
};

const connectS = 15;
/** A connection that says nothing for thrice that is lost, s. */
const aliveS = 10;

/** What a program of ours may print; more is cut off, characters. */
const maxOutput = 256 * 1024;

/** What `ssh` itself ends with. Source: ssh(1), EXIT STATUS. */
const sshFailed = 255;

const greeting = 'starling-connected';

/** @throws UnreachableError saying what ssh said, and what to do. */
export async function connectSsh(target: Target, options: SshOptions): Promise<Remote> {
  const folder = await mkdtemp(join(tmpdir(), 'starling-ssh-'));
  const socket = join(folder, 's');
  // It ends when its input ends: nothing of it stays behind when this program is killed.
  const master = spawn('ssh', [
    ...masterArguments(target, socket, options),
    `echo ${greeting}; exec cat >/dev/null`,
  ]);
  try {
    await untilGreeted(master);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw unreachable(target, errorText(error), options);
  }
  return new SshRemote(target, { master, folder, socket });
}

function masterArguments(target: Target, socket: string, options: SshOptions): string[] {
  const { address, port, identity } = target;
  const checking = options.acceptsNewHostKeys ? ['-o', 'StrictHostKeyChecking=accept-new'] : [];
  return [
    ...['-M', '-S', socket, '-T', '-o', 'ControlPersist=no', '-o', `ConnectTimeout=${connectS}`],
    ...['-o', `ServerAliveInterval=${aliveS}`, '-o', 'ServerAliveCountMax=3', '-o', 'LogLevel=ERROR'],
    ...['-o', `BatchMode=${options.mayAsk ? 'no' : 'yes'}`, ...checking],
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identity === undefined ? [] : ['-i', identity, '-o', 'IdentitiesOnly=yes']),
    ...['--', address],
  ];
}

function untilGreeted(master: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    let complaint = '';
    master.stdout?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-maxOutput);
      if (said.includes(greeting)) resolve();
    });
    master.stderr?.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk}`.slice(-maxOutput);
    });
    master.stdin?.on('error', () => undefined);
    master.once('error', (error) =>
      reject(new Error(errorCode(error) === 'ENOENT' ? noSsh : errorText(error))),
    );
    master.once('exit', (code) => reject(new Error(complaint.trim() || `ssh ended with ${code}`)));
  });
}

const noSsh = 'there is no ssh on this computer';

function unreachable({ address, port }: Target, said: string, { mayAsk }: SshOptions): UnreachableError {
  const lastLine = said.split(/\r?\n/).filter(Boolean).at(-1) ?? said;
  const log = `ssh ${port === undefined ? '' : `-p ${port} `}${address}`;
  const advice = /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/.test(said)
    ? `its key is not the one that it had: if the card was flashed anew, ssh-keygen -R ${address.replace(/^.*@/, '')}, else find out whose computer that is`
    : /Host key verification failed|authenticity of host/.test(said)
      ? `its key is not known yet: log in once (${log}) and compare it, or take it with --accept-new-host-keys`
      : /Permission denied/.test(said)
        ? `it let nobody in: try ${log}; ${mayAsk ? 'mind user and password' : 'run this at a terminal where a password is asked, or give a key with --identity FILE'}`
        : said === noSsh
          ? 'install it: sudo apt-get install openssh-client'
          : `see that it is on and in this network, and that ${log} works`;
  return new UnreachableError(lastLine, advice);
}

type Connection = { readonly master: ChildProcess; readonly folder: string; readonly socket: string };

class SshRemote implements Remote {
  readonly #target: Target;
  readonly #connection: Connection;

  constructor(target: Target, connection: Connection) {
    this.#target = target;
    this.#connection = connection;
  }

  async run(command: RemoteCommand): Promise<RemoteOutcome> {
    // Through the connection that there is, and through no other.
    const through = ['-S', this.#connection.socket, '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
    const quiet = ['-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR', '-T'];
    const child = spawn('ssh', [...through, ...quiet, '--', this.#target.address, command.script]);
    const timer = setTimeout(() => child.kill('SIGKILL'), command.limitMs);
    const output = [collect(child.stdout), collect(child.stderr)] as const;
    const ended = new Promise<number | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? undefined));
    });
    const [code] = await Promise.all([ended, feed(child, command)]).finally(() => clearTimeout(timer));
    const [stdout, stderr] = output.map((text) => text());
    if (code === undefined)
      throw new LostRemoteError(`it was not done after ${Math.round(command.limitMs / 1000)} s`);
    if (code === sshFailed && !this.#isConnected)
      throw new LostRemoteError(`the connection was lost (${(stderr ?? '').trim() || 'no answer'})`);
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
  }

  get #isConnected(): boolean {
    const { exitCode, signalCode } = this.#connection.master;
    return exitCode === null && signalCode === null;
  }

  async close(): Promise<void> {
    const { master, folder } = this.#connection;
    if (this.#isConnected) {
      const ended = new Promise((resolve) => master.once('exit', resolve));
      master.stdin?.end();
      const timer = setTimeout(() => master.kill('SIGTERM'), 3000);
      await ended;
      clearTimeout(timer);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (text.length < maxOutput) text += chunk;
  });
  return () => text;
}

/** A program that reads no further has its own reasons: they are in what it says. */
async function feed(child: ChildProcess, { first, input, onSent }: RemoteCommand): Promise<void> {
  const { stdin } = child;
  if (!stdin) return;
  try {
    await pipeline(pieces(first, input, onSent), stdin);
  } catch (error) {
    if (
      !['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_WRITE_AFTER_END'].includes(
        errorCode(error),
      )
    ) {
      child.kill('SIGKILL');
      throw error;
    }
  }
}

async function* pieces(
  first: string | undefined,
  input: RemoteCommand['input'],
  onSent: RemoteCommand['onSent'],
): AsyncGenerator<string | Buffer> {
  if (first !== undefined) yield first;
  if (input === undefined) return;
  if (typeof input === 'string') {
    yield input;
    return;
  }
  let sent = 0;
  for await (const chunk of createReadStream(input.path)) {
    yield chunk;
    sent += chunk.length;
    onSent?.(sent);
  }
}
