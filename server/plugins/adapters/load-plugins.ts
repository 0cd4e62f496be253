/** Loads the plugins of a folder: each .js and .mjs in it, by name. Knows modules; not what they bring. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorText, UsageError } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import { inTime } from '../in-time.js';
import type { StarlingPlugin } from '../starling-plugin.js';

/** How long a plugin may take to load, ms: the server waits for it. */
const loadMs = 5000;

export type LoadedPlugin = { readonly path: string; readonly plugin: StarlingPlugin };

/**
 * A module that can not be loaded is told to `onProblem` by its path and left out; the others are loaded.
 * @throws UsageError when the folder can not be read.
 */
export async function loadPlugins(
  folder: string,
  clock: Clock,
  onProblem: (text: string) => void,
): Promise<readonly LoadedPlugin[]> {
  const loaded: LoadedPlugin[] = [];
  for (const name of (await namesIn(folder)).sort()) {
    const path = resolve(join(folder, name));
    try {
      loaded.push({ path, plugin: await inTime({ clock, timeMs: loadMs }, () => load(path)) });
    } catch (error) {
      onProblem(`plugin ${path} is left out: ${errorText(error)}`);
    }
  }
  return loaded;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.m?js$/.test(name));
  } catch (error) {
    throw new UsageError(
      `the folder of plugins ${folder} can not be read (${errorText(error)}): make it, or take GATEWAYS/plugins out of the configuration`,
    );
  }
}

async function load(path: string): Promise<StarlingPlugin> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
  const made: unknown = typeof module.default === 'function' ? await module.default() : module.default;
  if (!isPlugin(made))
    throw new UsageError('its default export is neither a plugin { name, … } nor a function that gives one');
  return made;
}

/** The hub judges the rest, and says what is wrong with it. */
function isPlugin(value: unknown): value is StarlingPlugin {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}
