/** Configurations as they cross the wire: which parts are a drone's own, and how parts are taken and put together. Pure. */
import {
  findOption,
  type IniDocument,
  isWireObject,
  loadConfig,
  parseWireSpec,
  type SectionSpec,
  type WireObject,
  type WireValue,
} from '../../lib/config/index.js';
import { RefusedError } from '../../lib/errors.js';

export type OptionPath = readonly string[];
type Keep = (path: OptionPath) => boolean;

/** More has no drone, and it would hold up what flies. */
const maxOptions = 2000;
const maxDepth = 8;

const comments: readonly string[] = ['initial_comment', 'final_comment'];

/** What tells one drone from another. Source: clever-show, where newer versions have no section for it. */
export function isPrivate(path: OptionPath): boolean {
  const [first = ''] = path;
  return first === 'PRIVATE' || (path.length === 1 && first === 'id') || path.join('/') === privateOffset;
}

const privateOffset = 'ANIMATION/private_offset';

/** What a drone takes from its own file alone: its robot's folder, whom it obeys, what may be run on it. */
export function isOfItsFile([first = '', ...rest]: OptionPath): boolean {
  return first === 'SECURITY' || first === 'EXECUTE' || (rest.length === 0 && first === 'clover_dir');
}

/** What a file says, as old servers send it: texts with their comments. */
export function documentToWire(document: IniDocument): WireObject {
  const wire: WireObject = {};
  for (const { path, value } of document.entries()) {
    const lines = document.comments(path);
    const list: WireValue = typeof value === 'string' ? value : [...value];
    const option: WireObject = lines.length > 0 ? { __value__: list, comments: lines } : { __value__: list };
    put(wire, path, option);
  }
  return wire;
}

/** The options of a configuration that are to be kept; comments of the whole are left out. */
export function pick(wire: WireValue, keep: Keep): WireObject {
  const picked: WireObject = {};
  for (const { path, option } of optionsOf(wire)) if (keep(path)) put(picked, path, option);
  return picked;
}

/** Both together; `over` counts where both have an option. */
export function merge(base: WireObject, over: WireObject): WireObject {
  const merged: WireObject = {};
  for (const { path, option } of [...optionsOf(base), ...optionsOf(over)]) put(merged, path, option);
  return merged;
}

export function pathsOf(wire: WireValue): OptionPath[] {
  return optionsOf(wire).map(({ path }) => path);
}

/** Options for people: `LED/use, id`. */
export function namesOf(paths: readonly OptionPath[]): string {
  const names = paths.map((path) => path.join('/'));
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}

export function isKnownTo(spec: SectionSpec): Keep {
  return (path) => findOption(spec, path) !== undefined;
}

/** @throws ConfigError with every value that the specification does not allow. */
export function expectAllowed(wire: WireObject, name: string, spec: SectionSpec): void {
  loadConfig('', name, spec).applyWire(wire, 'modify');
}

/** The text of a file that says all of it. @throws ConfigError for what no file can say. */
export function wireToIni(wire: WireValue, name: string): string {
  const config = loadConfig('', name, parseWireSpec({}));
  config.applyWire(wire, 'modify');
  return config.toIni();
}

/** What a drone answers to `config`. @throws RefusedError `bad_answer` */
export function readConfigAnswer(answer: unknown): {
  readonly config: WireObject;
  /** Undefined when it sends none. */
  readonly spec: SectionSpec | undefined;
} {
  const { config, configspec } = Object(answer) as { config?: WireValue; configspec?: WireValue };
  if (!isWireObject(config)) throw new RefusedError('bad_answer', 'its answer is no configuration');
  if (countOf(config) > maxOptions)
    throw new RefusedError(
      'bad_answer',
      `its configuration has more than ${maxOptions} options and sections`,
    );
  return { config, spec: isWireObject(configspec) ? parseWireSpec(configspec) : undefined };
}

/** Options and sections, empty ones too. */
function countOf(wire: WireValue, depth = 0): number {
  if (!isWireObject(wire) || Object.hasOwn(wire, '__value__')) return 1;
  const parts = Object.values(wire);
  if (depth >= maxDepth) return 1 + parts.length;
  return parts.reduce((count: number, part) => count + countOf(part, depth + 1), 1);
}

type Option = { readonly path: OptionPath; readonly option: WireValue };

function optionsOf(wire: WireValue, above: OptionPath = []): Option[] {
  if (!isWireObject(wire)) return [];
  return Object.entries(wire).flatMap(([name, part]): Option[] => {
    if (above.length === 0 && comments.includes(name)) return [];
    // Of an old peer it is the whole section's.
    if (name === 'inline_comment' && isWireObject(part)) return [];
    const path = [...above, name];
    const isOption = !isWireObject(part) || Object.hasOwn(part, '__value__');
    if (isOption) return [{ path, option: part }];
    return path.length < maxDepth ? optionsOf(part, path) : [];
  });
}

function put(wire: WireObject, path: OptionPath, option: WireValue): void {
  let section = wire;
  for (const name of path.slice(0, -1)) {
    const inner = Object.hasOwn(section, name) ? section[name] : undefined;
    const next: WireObject = isWireObject(inner) ? inner : {};
    define(section, name, next);
    section = next;
  }
  define(section, path.at(-1) ?? '', option);
}

/** A name from a peer may be `__proto__`. */
function define(section: WireObject, name: string, value: WireValue): void {
  Object.defineProperty(section, name, { value, enumerable: true, configurable: true, writable: true });
}
