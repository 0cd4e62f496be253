/** Turns what a peer sent as a configuration into changes of a document. Knows the wire's shape, no connection. */
import { ConfigError } from '../errors.js';
import { wrongValue } from './describe.js';
import type { IniDocument, Path } from './ini-document.js';
import { samePath } from './ini-lines.js';
import type { IniValue } from './ini-value.js';
import { findFixedOption, findOption, findSection, type SectionSpec } from './spec.js';
import { isWireObject, sameValue, type WireObject, type WireValue } from './wire-value.js';

type OptionChange = {
  readonly path: Path;
  readonly raw: IniValue;
  readonly comments: readonly string[] | undefined;
};

export type Changes = {
  readonly options: readonly OptionChange[];
  readonly initialComment: readonly string[] | undefined;
  readonly finalComment: readonly string[] | undefined;
};

/** @throws ConfigError with every value that is wrong. */
export function readChanges(wire: WireValue, spec: SectionSpec, fileName: string): Changes {
  if (!isWireObject(wire)) throw new ConfigError(`${fileName}: expected an object of sections`);
  const { initial_comment, final_comment, ...rest } = wire;
  const reader = new WireReader(spec, fileName);
  reader.readSection(rest, []);
  if (reader.errors.length > 0) throw new ConfigError(reader.errors.join('\n'));
  return {
    options: reader.options,
    initialComment: readLines(initial_comment),
    finalComment: readLines(final_comment),
  };
}

/** Writes the changes into the document; lines whose value is the same already are not touched. */
export function applyChanges(
  document: IniDocument,
  changes: Changes,
  { spec, mode }: { spec: SectionSpec; mode: 'modify' | 'rewrite' },
): void {
  if (mode === 'rewrite') resetOthers(document, changes, spec);
  for (const { path, raw, comments } of changes.options) {
    if (!isSameAlready(document, path, { raw, spec })) document.set(path, raw);
    if (comments) document.setComments(path, comments);
  }
  if (changes.initialComment) document.initialComment = changes.initialComment;
  if (changes.finalComment) document.finalComment = changes.finalComment;
}

/** Collects the options of a wire object and all that is wrong with them. */
class WireReader {
  readonly options: OptionChange[] = [];
  readonly errors: string[] = [];
  readonly #spec: SectionSpec;
  readonly #fileName: string;

  constructor(spec: SectionSpec, fileName: string) {
    this.#spec = spec;
    this.#fileName = fileName;
  }

  readSection(section: WireObject, path: Path): void {
    for (const [name, value] of Object.entries(section)) {
      const inner = [...path, name];
      if (isWireObject(value) && !Object.hasOwn(value, '__value__')) this.#readInner(value, inner);
      else this.#readOption(value, inner);
    }
  }

  #readInner(section: WireObject, path: Path): void {
    if (findFixedOption(this.#spec, path)) this.#refuse(path, section, 'a value, not a section');
    else this.readSection(section, path);
  }

  #readOption(wire: WireValue, path: Path): void {
    const value = isWireObject(wire) ? (wire.__value__ ?? null) : wire;
    const comments = isWireObject(wire) ? readLines(wire.comments) : undefined;
    if (findSection(this.#spec, path.slice(0, -1))?.sections.has(path.at(-1) ?? '')) {
      this.#refuse(path, value, 'a section, not a value');
      return;
    }
    const option = findOption(this.#spec, path);
    const read = option ? option.read(value) : undefined;
    const raw = option && read !== undefined ? option.write(read) : option ? undefined : unknownToRaw(value);
    const expected = option?.expected ?? 'a text, a number or a list of them';
    if (raw === undefined || !isOneLine(raw)) this.#refuse(path, value, expected);
    else this.options.push({ path, raw, comments });
  }

  #refuse(path: Path, value: WireValue, expected: string): void {
    this.errors.push(wrongValue(this.#fileName, path, { value, expected }));
  }
}

/** Sets what was not given back: known options to their default in place, all else is removed. */
function resetOthers(document: IniDocument, { options }: Changes, spec: SectionSpec): void {
  const isGiven = (path: Path) => options.some((change) => samePath(change.path, path));
  for (const { path } of document.entries().filter((entry) => !isGiven(entry.path))) {
    const option = findFixedOption(spec, path);
    if (!option || hasFreeName(spec, path.slice(0, -1))) document.delete(path);
    else if (!isSameAlready(document, path, { raw: option.write(option.default), spec }))
      document.set(path, option.write(option.default));
  }
  const isUsed = (section: Path) => options.some(({ path }) => section.every((name, i) => path[i] === name));
  for (const section of document.sections())
    if ((hasFreeName(spec, section) || !findSection(spec, section)) && !isUsed(section))
      document.delete(section);
}

/** Whether a section on the way is one that a user named. */
function hasFreeName(spec: SectionSpec, section: Path): boolean {
  return section.some(
    (name, depth) => findSection(spec, section.slice(0, depth))?.sections.has(name) !== true,
  );
}

/** Whether the document, or its specification's default where it says nothing, has this value. */
function isSameAlready(
  document: IniDocument,
  path: Path,
  { raw, spec }: { raw: IniValue; spec: SectionSpec },
): boolean {
  const option = findOption(spec, path);
  const present = document.get(path);
  if (!option) return present !== undefined && sameValue(present, raw);
  if (present === undefined && !findFixedOption(spec, path)) return false;
  const before = present === undefined ? option.default : option.read(toList(present));
  const after = option.read(toList(raw));
  return before !== undefined && after !== undefined && sameValue(before, after);
}

function toList(raw: IniValue): WireValue {
  return typeof raw === 'string' ? raw : [...raw];
}

function unknownToRaw(value: WireValue): IniValue | undefined {
  if (!Array.isArray(value)) return value === null || isWireObject(value) ? undefined : String(value);
  const items = value.map(unknownToRaw);
  return items.every((item) => typeof item === 'string') ? items : undefined;
}

function isOneLine(raw: IniValue): boolean {
  const texts = typeof raw === 'string' ? [raw] : raw;
  return texts.every((text) => !/[\r\n]/.test(text) && !(text.includes('"') && text.includes("'")));
}

/** Lines of a comment; what is not a list of texts (an old peer's unusable kinds) counts as not given. */
function readLines(value: WireValue | undefined): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const lines = value.filter((line) => typeof line === 'string');
  return lines.length === value.length ? lines.flatMap((line) => line.split(/\r?\n/)) : undefined;
}
