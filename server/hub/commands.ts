/** Commands: their definitions, whether they are switched on, and whether arguments fit. Knows nobody who asks. */

import { ConfigError } from '../../lib/errors.js';
import type { HubValue, Member, VisitorRole } from './hub-types.js';

const isNumbers = (value: HubValue) =>
  Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item));

/** Which values each type takes. `?f` and `?d` are lists of numbers, `json` is anything without bytes at its top. */
const takes = {
  int: (value: HubValue) => typeof value === 'number' && Number.isInteger(value) && value === (value | 0),
  float: (value: HubValue) => typeof value === 'number' && Number.isFinite(value),
  str: (value: HubValue) => typeof value === 'string',
  bytes: (value: HubValue) => value instanceof Uint8Array,
  '?f': isNumbers,
  '?d': isNumbers,
  bool: (value: HubValue) => typeof value === 'boolean',
  json: (value: HubValue) => !(value instanceof Uint8Array),
} as const;

export type ArgumentType = keyof typeof takes;

export type CommandArguments = Readonly<Record<string, HubValue>>;

export type CommandDefinition = {
  readonly name: string;
  /** For people, one sentence. */
  readonly about: string;
  /** The least role that may. */
  readonly role: VisitorRole;
  /** All of them are needed, and no others taken. */
  readonly args: Readonly<Record<string, ArgumentType>>;
};

type CommandCall = { readonly member: Member; readonly args: CommandArguments };

export type HubCommand = {
  readonly definition: CommandDefinition;
  /** Refuses by throwing a RefusedError: its text reaches who asked. Any other error is a failure of the plugin. */
  readonly run: (call: CommandCall) => HubValue | undefined | Promise<HubValue | undefined>;
};

export type RegisteredCommand = HubCommand & { readonly plugin: string };

/** What is wrong with the arguments, if anything. */
export function wrongArguments({ args }: CommandDefinition, given: CommandArguments): string | undefined {
  for (const [name, type] of Object.entries(args)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return `"${name}" (${type}) is missing`;
    if (!takes[type](value)) return `"${name}" must be ${type}`;
  }
  const extra = Object.keys(given).find((name) => !Object.hasOwn(args, name));
  return extra === undefined ? undefined : `there is no argument "${extra}"`;
}

/** One name may be switched off everywhere, and apart from that at single gateways. */
const everywhere = '';

export class CommandTable {
  readonly #commands = new Map<string, RegisteredCommand>();
  readonly #off = new Map<string, Set<string>>();

  /** @throws ConfigError about a name or a type that can not be; nothing is added then. */
  check(command: HubCommand): void {
    const { definition, run } = command ?? {};
    if (typeof definition !== 'object' || definition === null)
      throw new ConfigError('a command without a definition');
    const { name, role, args } = definition;
    if (!/^\p{L}[\p{L}\p{N}_-]*$/u.test(name))
      throw new ConfigError(`command "${name}": a name is letters, digits, _ and -, a letter first`);
    if (this.#commands.has(name)) throw new ConfigError(`command "${name}": there is one of this name`);
    if (role !== 'guest' && role !== 'operator')
      throw new ConfigError(`command "${name}": its role must be guest or operator, not ${String(role)}`);
    if (typeof run !== 'function') throw new ConfigError(`command "${name}": its run is no function`);
    if (typeof args !== 'object' || args === null)
      throw new ConfigError(`command "${name}": its args must be an object, {} for none`);
    for (const [argument, type] of Object.entries(args))
      if (!Object.hasOwn(takes, type))
        throw new ConfigError(
          `command "${name}", argument "${argument}": no type "${type}"; there are ${Object.keys(takes).join(' ')}`,
        );
  }

  /** `command` was checked. */
  add(plugin: string, command: HubCommand): void {
    this.#commands.set(command.definition.name, { ...command, plugin });
  }

  find(name: string): RegisteredCommand | undefined {
    return this.#commands.get(name);
  }

  definitions(): readonly CommandDefinition[] {
    return [...this.#commands.values()].map(({ definition }) => definition);
  }

  /** Any name: also a gateway's own words. Whether it was another way before. */
  switch(name: string, isOn: boolean, gateway: string = everywhere): boolean {
    const off = this.#off.get(name) ?? new Set();
    const wasOn = !off.has(gateway);
    if (isOn) off.delete(gateway);
    else off.add(gateway);
    if (off.size === 0) this.#off.delete(name);
    else this.#off.set(name, off);
    return wasOn !== isOn;
  }

  isOn(name: string, gateway: string): boolean {
    const off = this.#off.get(name);
    return off === undefined || !(off.has(everywhere) || off.has(gateway));
  }
}
