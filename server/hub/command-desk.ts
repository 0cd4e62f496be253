/** Runs commands for members: whether they may, with what, and how it ended. Knows no command. */

import { errorText, RefusedError } from '../../lib/errors.js';
import { admittedAsker, type HubParts } from './asking.js';
import {
  type CommandArguments,
  type CommandTable,
  type RegisteredCommand,
  wrongArguments,
} from './commands.js';
import { type Ask, type Denied, deny, type HubValue, type Member, type Outcome } from './hub-types.js';

export class CommandDesk {
  readonly #parts: HubParts;
  readonly #table: CommandTable;

  constructor(parts: HubParts, table: CommandTable) {
    this.#parts = parts;
    this.#table = table;
  }

  /** Never rejects. When it settles is the command's affair; the member may be gone by then. */
  async run(
    ask: Ask,
    name: string,
    args: CommandArguments,
  ): Promise<Outcome<{ answer: HubValue | undefined }>> {
    const admitted = admittedAsker(this.#parts, ask);
    if (admitted.denied) return admitted;
    const { info: member } = admitted.asker;
    const command = this.#table.find(name);
    if (command === undefined) return deny('command_unknown', `there is no command "${name}"`);
    const denied = this.switchedOff(member, name) ?? callDenial(command, member, args);
    if (denied !== undefined) return denied;
    try {
      return { answer: await command.run({ member, args }) };
    } catch (error) {
      return this.#failed(command, member, error);
    }
  }

  /** Why `name` can not be used now, if it can not: also for the own words of the member's gateway. */
  switchedOff({ gateway }: Member, name: string): Denied | undefined {
    if (this.#table.isOn(name, gateway)) return undefined;
    return deny('command_disabled', `the command "${name}" is switched off`);
  }

  #failed({ plugin, definition: { name } }: RegisteredCommand, member: Member, error: unknown): Denied {
    if (error instanceof RefusedError) return deny('refused', error.message);
    const { outbox } = this.#parts;
    const source = `command ${name} of ${plugin}`;
    outbox.together(() =>
      outbox.tell({ type: 'error', source, text: errorText(error), memberId: member.id }),
    );
    return deny('command_failed', `the ${source} failed`);
  }
}

function callDenial(
  { definition }: RegisteredCommand,
  member: Member,
  args: CommandArguments,
): Denied | undefined {
  if (definition.role === 'operator' && member.role !== 'operator')
    return deny('not_allowed', `the command "${definition.name}" is for operators`);
  const wrong = wrongArguments(definition, args);
  return wrong === undefined ? undefined : deny('bad_arguments', `"${definition.name}": ${wrong}`);
}
