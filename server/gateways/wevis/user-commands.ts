/** Cue, Command, and messages of a user's own definitions: commands of the hub. Knows what is asked, not how it is done. */
import { errorText } from '../../../lib/errors.js';
import type { WevisMessage } from '../../../lib/protocols/wevis/index.js';
import type { Hub } from '../../hub/hub.js';
import type { Ask } from '../../hub/hub-types.js';
import type { Answers, Refusal } from './answers.js';
import { fleetSchema } from './fleet-schema.js';
import { type Command, commandOf, textIn } from './said.js';
import { textOf } from './values.js';

const fromUsers: readonly string[] = ['Cue', 'Command'];

export type UserCommandsPort = {
  readonly hub: Pick<Hub, 'charge' | 'run'>;
  readonly ask: (sizeBytes: number, correlation?: string) => Ask;
  readonly answers: Answers;
};

export class UserCommands {
  readonly #port: UserCommandsPort;

  constructor(port: UserCommandsPort) {
    this.#port = port;
  }

  /**
   * A command runs as long as it takes, and what comes behind it does not wait for that.
   * @returns 0, or in how many ms to come again with the same message: then nothing was done.
   */
  take(message: WevisMessage, sizeBytes: number): number {
    const { hub, ask, answers } = this.#port;
    const command = read(message);
    if ('reason' in command) return answers.refuse(message, sizeBytes, command);
    const correlation = textIn(message, 'correlation');
    const denied = hub.charge(ask(sizeBytes));
    if (denied !== undefined) return answers.settle(correlation, denied);
    void this.#run(command, { ...ask(sizeBytes, correlation), isCounted: true }, correlation);
    return 0;
  }

  /** Never rejects, as the hub's commands do not. */
  async #run({ name, args }: Command, asked: Ask, correlation: string): Promise<void> {
    const { hub, answers } = this.#port;
    const outcome = await hub.run(asked, name, args);
    if (outcome.denied) answers.denied(correlation, outcome.denied);
    else answers.done(correlation, textOf(outcome.answer));
  }
}

function read(message: WevisMessage): Command | Refusal {
  const { name } = message;
  if (name.startsWith('_')) return { code: 'unexpected', reason: `${name} is not expected after the login` };
  if (Object.hasOwn(fleetSchema, name) && !fromUsers.includes(name))
    return { code: 'unexpected', reason: `${name} comes from the server alone` };
  try {
    return commandOf(message);
  } catch (error) {
    return { code: 'bad_arguments', reason: errorText(error) };
  }
}
