/** A configuration: a file's text, completed and judged by a specification. Knows no disk and no connection. */
import { ConfigError } from '../errors.js';
import { describePath, wrongValue } from './describe.js';
import { type IniDocument, type Path, parseIni } from './ini-document.js';
import { isUnder } from './ini-lines.js';
import { findFixedOption, findOption, findSection, type SectionSpec, specToWire } from './spec.js';
import { applyChanges, readChanges } from './wire-changes.js';
import type { ConfigValue, WireObject, WireValue } from './wire-value.js';

/** `FLIGHT/arming_time`, or the names one by one (needed when one contains a slash). */
export type ConfigPath = string | Path;

/**
 * Values come from the file, else from the specification's defaults. Every change is checked as a whole before any of
 * it counts. @throws ConfigError from every method that is given a wrong value or a path to no option.
 */
export class Config {
  readonly fileName: string;
  readonly spec: SectionSpec;
  #document: IniDocument;
  #judged: Judged;
  /** By path as it was asked for: some are asked for at every beat of a flight. */
  #known = new Map<string, ConfigValue>();

  /** Use `loadConfig`. @throws ConfigError with every wrong value. */
  constructor(document: IniDocument, fileName: string, spec: SectionSpec) {
    this.fileName = fileName;
    this.spec = spec;
    this.#document = document;
    this.#judged = judge(document, fileName, spec);
  }

  /** One line for each option or section of the file that the specification does not have; they are kept. */
  get warnings(): readonly string[] {
    return this.#judged.warnings;
  }

  get(path: ConfigPath): ConfigValue {
    if (typeof path !== 'string') return this.#look(path);
    const known = this.#known.get(path) ?? this.#look(toPath(path));
    this.#known.set(path, known);
    return known;
  }

  #look(names: Path): ConfigValue {
    const value = this.#judged.values.get(keyOf(names)) ?? findFixedOption(this.spec, names)?.default;
    if (value === undefined)
      throw new ConfigError(`${this.fileName}: there is no option ${describePath(names)}`);
    return value;
  }

  getString(path: ConfigPath): string {
    const value = this.get(path);
    return typeof value === 'string' ? value : this.#notA('text', path);
  }

  getNumber(path: ConfigPath): number {
    const value = this.get(path);
    return typeof value === 'number' ? value : this.#notA('number', path);
  }

  getBoolean(path: ConfigPath): boolean {
    const value = this.get(path);
    return typeof value === 'boolean' ? value : this.#notA('boolean', path);
  }

  getNumbers(path: ConfigPath): readonly number[] {
    const value = this.get(path);
    return isNumbers(value) ? value : this.#notA('list of numbers', path);
  }

  /** Names of the options in a section: those of the specification, then others of the file. */
  optionNames(section: ConfigPath): string[] {
    const path = toPath(section);
    const fixed = [...(findSection(this.spec, path)?.options.keys() ?? [])];
    return [...new Set([...fixed, ...namesUnder(this.#document.entries(), path)])];
  }

  /** Names of the sections in a section (`''` or `[]` is the root), fixed ones first. */
  sectionNames(section: ConfigPath): string[] {
    const path = toPath(section);
    const fixed = [...(findSection(this.spec, path)?.sections.keys() ?? [])];
    const own = this.#document.sections().map((inner) => ({ path: inner }));
    return [...new Set([...fixed, ...namesUnder(own, path)])];
  }

  /** Changes one option; its comment stays. The value may be typed or text. */
  set(path: ConfigPath, value: ConfigValue): void {
    const names = toPath(path);
    const option = findOption(this.spec, names);
    if (!option) throw new ConfigError(`${this.fileName}: there is no option ${describePath(names)}`);
    const read = option.read(toWireValue(value));
    if (read === undefined)
      throw new ConfigError(wrongValue(this.fileName, names, { value, expected: option.expected }));
    const document = this.#document.clone();
    document.set(names, option.write(read));
    this.#replace(document);
  }

  /** Another text takes the place of the file's. @throws ConfigError with every wrong value; then nothing is changed. */
  replaceText(text: string): void {
    this.#replace(parseIni(text, this.fileName));
  }

  /** The file's text: as it was read but for what was changed. */
  toIni(): string {
    return this.#document.toString();
  }

  /** The whole configuration with its defaults filled in, and when asked for the specification, as peers send them. */
  toWire(options: { readonly withSpec?: boolean } = {}): { config: WireObject; configspec?: WireObject } {
    const { initialComment, finalComment } = this.#document;
    const config = {
      initial_comment: initialComment,
      ...this.#sectionToWire([]),
      final_comment: finalComment,
    };
    return options.withSpec ? { config, configspec: specToWire(this.spec) } : { config };
  }

  /**
   * Takes over what a peer sent, bare or wrapped, typed or as texts. `modify` changes what is given, `rewrite` sets
   * everything else back to its default. Comments that are not given stay.
   * @throws ConfigError with every wrong value; then nothing is changed.
   */
  applyWire(wire: WireValue, mode: 'modify' | 'rewrite'): void {
    const changes = readChanges(wire, this.spec, this.fileName);
    const document = this.#document.clone();
    applyChanges(document, changes, { spec: this.spec, mode });
    this.#replace(document);
  }

  /** What is to be written must be what will be read: a name that stands for two things would end the next start. */
  #replace(document: IniDocument): void {
    const written = parseIni(document.toString(), this.fileName);
    this.#judged = judge(written, this.fileName, this.spec);
    this.#document = written;
    this.#known.clear();
  }

  #sectionToWire(path: Path): WireObject {
    const options = this.optionNames(path).map((name): [string, WireValue] => {
      const comments = this.#document.comments([...path, name]);
      const value = { __value__: this.#optionToWire([...path, name]) };
      return [name, comments.length > 0 ? { ...value, comments } : value];
    });
    const sections = this.sectionNames(path).map((name): [string, WireValue] => [
      name,
      this.#sectionToWire([...path, name]),
    ]);
    return Object.fromEntries([...options, ...sections]);
  }

  #optionToWire(path: Path): WireValue {
    const value = this.get(path);
    // Where the specification's text form says "string", an old peer's check wants one.
    const isText = findOption(this.spec, path)?.text.startsWith('string') === true;
    return isText ? String(value) : toWireValue(value);
  }

  #notA(what: string, path: ConfigPath): never {
    throw new ConfigError(`${this.fileName}: ${describePath(toPath(path))} is not a ${what}`);
  }
}

/** Reads a configuration; what the text leaves out has the specification's defaults. @throws ConfigError with every error. */
export function loadConfig(text: string, fileName: string, spec: SectionSpec): Config {
  return new Config(parseIni(text, fileName), fileName, spec);
}

type Judged = { readonly values: ReadonlyMap<string, ConfigValue>; readonly warnings: readonly string[] };

function judge(document: IniDocument, fileName: string, spec: SectionSpec): Judged {
  const values = new Map<string, ConfigValue>();
  const warnings: string[] = [];
  const errors: string[] = [];
  for (const { path, value, line } of document.entries()) {
    const option = findOption(spec, path);
    const place = `${fileName}, line ${line}`;
    const read = option ? option.read(toWireValue(value)) : value;
    if (!option) warnings.push(`${place}: ${describePath(path)} is unknown; it is kept and not used`);
    if (read !== undefined) values.set(keyOf(path), read);
    else if (option) errors.push(wrongValue(place, path, { value, expected: option.expected }));
  }
  if (errors.length > 0) throw new ConfigError(errors.join('\n'));
  return { values, warnings };
}

function toPath(path: ConfigPath): Path {
  if (typeof path !== 'string') return path;
  return path === '' ? [] : path.split('/');
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function toWireValue(value: ConfigValue): WireValue {
  return typeof value === 'object' ? value.map(toWireValue) : value;
}

function isNumbers(value: ConfigValue): value is readonly number[] {
  return typeof value === 'object' && value.every((item) => typeof item === 'number');
}

function namesUnder(entries: readonly { path: Path }[], section: Path): string[] {
  return entries
    .filter(({ path }) => path.length === section.length + 1 && isUnder(path, section))
    .map(({ path }) => path.at(-1) ?? '');
}
