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
    try {
      this.#check(plugin);
    } catch (error) {
      throw new ConfigError(`plugin "${name}": ${errorText(error)}`, { cause: error });
    }
    this.#names.add(name);
    for (const command of commands) this.#places.commands.add(name, command);
    this.#places.hooks.add(name, hooks);
    if (onEvent !== undefined) this.#places.outbox.listen(name, onEvent);
  }

  #check({ name, commands = [], hooks = {}, onEvent }: Plugin): void {
    if (this.#names.has(name)) throw new ConfigError('there is one of this name');
    if (onEvent !== undefined && typeof onEvent !== 'function')
      throw new ConfigError('its onEvent is no function');
    checkHooks(hooks);
    const seen = new Set<string>();
    for (const command of commands) {
      this.#places.commands.check(command);
      const own = command.definition.name;
      if (seen.has(own)) throw new ConfigError(`command "${own}" twice`);
      seen.add(own);
    }
  }
}

/** A veto that is misspelt would never be asked. */
function checkHooks(hooks: Hooks): void {
  for (const [point, hook] of Object.entries(hooks)) {
    if (!hookPoints.some((known) => known === point))
      throw new ConfigError(`no hook "${point}"; there are ${hookPoints.join(' ')}`);
    if (hook !== undefined && typeof hook !== 'function')
      throw new ConfigError(`its hook "${point}" is no function`);
  }
}
