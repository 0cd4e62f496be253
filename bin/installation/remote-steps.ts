/** Steps on one Pi over its connection: as its user or as root, with what went wrong told as a failure of the step. Pure. */
import { printable } from '../../lib/printable.js';
import { quoted } from './drone-settings.js';
import { InstallError, type InstallStep, lastWords } from './install-steps.js';
import {
  LostRemoteError,
  type Remote,
  type RemoteCommand,
  type RemoteOutcome,
  type Target,
  UnreachableError,
} from './remote.js';
import type { PiFacts } from './remote-scripts.js';

/** What the steps need of the operator. */
type Opening = {
  connect(target: Target): Promise<Remote>;
  sudoPassword(address: string): Promise<string>;
};

type StepCommand = RemoteCommand & { readonly isRoot?: boolean };

/** What an exit code of ours means. */
type Meanings = { readonly [code: number]: { readonly text: string; readonly advice: string } };

/** How one becomes root: as what `sudo` does without, or with the password as the first line of its input. */
type Root = { readonly prefix: string; readonly password?: string };

const shortMs = 30_000;

export class RemoteSteps {
  readonly #remote: Remote;
  readonly #target: Target;
  readonly #tools: Opening;
  #root: Root = { prefix: '' };

  private constructor(remote: Remote, target: Target, tools: Opening) {
    this.#remote = remote;
    this.#target = target;
    this.#tools = tools;
  }

  /** @throws InstallError when the computer can not be reached. */
  static async open(target: Target, tools: Opening): Promise<RemoteSteps> {
    try {
      return new RemoteSteps(await tools.connect(target), target, tools);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      throw new InstallError({ step: 'connect', text: printable(error.message), advice: error.advice });
    }
  }

  /** Finds out how commands are run as root; asks for a password where one is needed. @throws InstallError */
  async becomeRoot({ root, user }: PiFacts): Promise<void> {
    if (root === 'is') return;
    if (root !== 'password') {
      this.#root = { prefix: 'sudo -n -- ' };
      return;
    }
    const password = await this.#tools.sudoPassword(this.#target.address);
    // Without -k a password that is remembered would leave ours to the program's input.
    this.#root = { prefix: "sudo -k -S -p '' -- ", password };
    const { code } = await this.run('look', { script: 'true', isRoot: true, limitMs: shortMs });
    if (code === 0) return;
    throw new InstallError({
      ...{ step: 'look', text: `sudo does not take the password of ${user}` },
      advice: `do it again with the right one; ${user} must be one of those who may use sudo`,
    });
  }

  /** However the program ends. @throws InstallError when the connection is lost. */
  async run(step: InstallStep, { isRoot = false, ...command }: StepCommand): Promise<RemoteOutcome> {
    const { prefix, password } = this.#root;
    const script = `${isRoot ? prefix : ''}sh -c ${quoted(command.script)}`;
    const first = isRoot && password !== undefined ? `${password}\n` : undefined;
    try {
      return await this.#remote.run({ ...command, script, ...(first !== undefined && { first }) });
    } catch (error) {
      if (!(error instanceof LostRemoteError)) throw error;
      throw new InstallError({
        ...{ step, text: printable(error.message) },
        advice: 'see that it is on and near enough, then do this again: it goes on where it was',
      });
    }
  }

  /** @throws InstallError when the program fails; `meanings` are of codes that it ends with on purpose. */
  async expect(
    step: InstallStep,
    command: StepCommand,
    advice: string,
    meanings: Meanings = {},
  ): Promise<RemoteOutcome> {
    const outcome = await this.run(step, command);
    const { code, stdout, stderr } = outcome;
    if (code === 0) return outcome;
    const meaning = meanings[code];
    if (meaning) throw new InstallError({ step, ...meaning });
    const said = lastWords(`${stdout}\n${stderr}`).map(printable);
    throw new InstallError({ step, text: `it ended with ${code}`, advice, said });
  }

  close(): Promise<void> {
    return this.#remote.close();
  }
}
