/** What a plugin is, and which there are. Knows no file: who loads one hands it over. */

import { ConfigError, errorText } from '../../lib/errors.js';
import type { CommandTable, HubCommand } from './commands.js';
import { type HookChain, type Hooks, hookPoints } from './hooks.js';
import type { HubListener } from './hub-events.js';
import type { Outbox } from './outbox.js';

export type Plugin = {
  readonly name: string;
  readonly commands?: readonly HubCommand[];
  readonly hooks?: Hooks;
  readonly onEvent?: HubListener;
};

export type PluginPlaces = {
  readonly hooks: HookChain;
  readonly commands: CommandTable;
  readonly outbox: Outbox;
};

export class PluginRegistry {
  readonly #places: PluginPlaces;
  readonly #names = new Set<string>();

  constructor(places: PluginPlaces) {
    this.#places = places;
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  /**
   * Its hooks are asked after those of the plugins before it.
   * @throws ConfigError that names the plugin and what is wrong with it; nothing of it is added then.
   */
  add(plugin: Plugin): void {
    const { name, commands = [], hooks = {}, onEvent } = plugin;
    if (typeof name !== 'string' || name === '') throw new ConfigError('a plugin without a name');
    const wrong = (what: string) => new ConfigError(`plugin "${name}": ${what}`);
    if (this.#names.has(name)) throw wrong('there is one of this name');
    // A veto that is misspelt would never be asked.
    for (const [point, hook] of Object.entries(hooks)) {
      if (!hookPoints.some((known) => known === point))
        throw wrong(`no hook "${point}"; there are ${hookPoints.join(' ')}`);
      if (hook !== undefined && typeof hook !== 'function') throw wrong(`its hook "${point}" is no function`);
    }
    const seen = new Set<string>();
    for (const command of commands) {
      if (seen.has(command.definition.name)) throw wrong(`command "${command.definition.name}" twice`);
      seen.add(command.definition.name);
      try {
        this.#places.commands.check(command);
      } catch (error) {
        throw wrong(errorText(error));
      }
    }
    this.#names.add(name);
    for (const command of commands) this.#places.commands.add(name, command);
    this.#places.hooks.add(name, hooks);
    if (onEvent !== undefined) this.#places.outbox.listen(name, onEvent);
  }
}
