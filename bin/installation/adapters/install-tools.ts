/** What the steps of an installation need of this computer: `ssh`, files, the fleet, the terminal. Knows no step's content. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { StarlingError } from '../../../lib/errors.js';
import { formatDroneKey } from '../../../lib/security/drone-key.js';
import { readPassword } from '../../commands/read-password.js';
import type { InstallTools } from '../install-drone.js';
import type { PackageFile } from '../package-name.js';
import { type Remote, type Target, UnreachableError } from '../remote.js';
import { keysOf } from './enrol.js';
import type { ProgressDisplay } from './progress-display.js';
import { connectSsh } from './ssh-remote.js';

export type ToolOptions = {
  readonly acceptsNewHostKeys: boolean;
  /** First line of stdin, where no terminal is to be asked. */
  readonly sudoPasswordStdin: boolean;
  readonly stateFolder: string;
  readonly findPackage: (architecture: string) => PackageFile;
  readonly display: ProgressDisplay;
};

/** Shared by all Pis of a run: the operator is asked one question at a time, and none twice. */
export class SharedTools {
  readonly #options: ToolOptions;
  readonly #open = new Set<Remote>();
  readonly #measured = new Map<string, ReturnType<InstallTools['measure']>>();
  #sudoPassword: Promise<string> | undefined;
  #questions: Promise<unknown> = Promise.resolve();
  #enrolments: Promise<unknown> = Promise.resolve();

  constructor(options: ToolOptions) {
    this.#options = options;
  }

  toolsFor(onStep: InstallTools['onStep']): InstallTools {
    return {
      connect: (target) => this.#connect(target),
      findPackage: this.#options.findPackage,
      measure: (path) => this.#measure(path),
      keyOf: (id) => this.#keyOf(id),
      sudoPassword: (address) => this.#askSudoPassword(address),
      onStep,
    };
  }

  /** Ends every connection that is open. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((remote) => remote.close()));
  }

  /** Without a question first, so that those who need none do not wait for it. */
  async #connect(target: Target): Promise<Remote> {
    const { acceptsNewHostKeys, display } = this.#options;
    const attempt = (mayAsk: boolean) => connectSsh(target, { acceptsNewHostKeys, mayAsk });
    const remote = await attempt(false).catch((error: unknown) => {
      const isAboutAsking =
        error instanceof UnreachableError && /Permission denied|verification failed/.test(error.message);
      if (!isAboutAsking || !process.stdin.isTTY) throw error;
      return this.#ask(() => display.pausedFor(() => attempt(true)));
    });
    this.#open.add(remote);
    return { run: (command) => remote.run(command), close: () => this.#closeOne(remote) };
  }

  async #closeOne(remote: Remote): Promise<void> {
    this.#open.delete(remote);
    await remote.close();
  }

  #ask<Value>(question: () => Promise<Value>): Promise<Value> {
    const answer = this.#questions.then(question);
    this.#questions = answer.catch(() => undefined);
    return answer;
  }

  #askSudoPassword(address: string): Promise<string> {
    const { display, sudoPasswordStdin: isStdin } = this.#options;
    const prompt = `password for sudo on ${address} (and on the others that want one)`;
    this.#sudoPassword ??= this.#ask(() =>
      display.pausedFor(() => readPassword({ isStdin, isNew: false, prompt }).catch(rejectPlainly)),
    );
    return this.#sudoPassword;
  }

  #measure(path: string): ReturnType<InstallTools['measure']> {
    const known = this.#measured.get(path) ?? measure(path);
    this.#measured.set(path, known);
    return known;
  }

  #keyOf(id: string): Promise<string> {
    const key = this.#enrolments.then(async () => {
      const [made] = await keysOf(this.#options.stateFolder, [id]);
      if (!made) throw new StarlingError('not_enrolled', `${id} got no key`);
      return formatDroneKey(made);
    });
    this.#enrolments = key.catch(() => undefined);
    return key;
  }
}

function rejectPlainly(error: unknown): never {
  if (!(error instanceof StarlingError)) throw error;
  throw new StarlingError(
    'no_password',
    'sudo wants a password there: run this at a terminal, or give it with --sudo-password-stdin',
  );
}

async function measure(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
