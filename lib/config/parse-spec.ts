/**
 * Reads the specification that a peer sends with its configuration. A peer checks again what it is sent: what is not
 * understood here is let through. Knows no values and no connection.
 */
import { address, anything, listOf } from './list-option.js';
import { boolean, float, integer, type OptionSpec, option, string, tuple } from './option-types.js';
import type { SectionSpec } from './spec.js';
import { type FormArgument, readForm, type SpecForm } from './spec-form.js';
import { isWireObject, type WireObject, type WireValue } from './wire-value.js';

const anyNames: readonly string[] = ['__many__', '___many___'];
const commentNames: readonly string[] = ['initial_comment', 'final_comment'];
/** Deeper sections nobody has written: they are read as free of any specification. */
const maxDepth = 8;

/** Nor more of them: what a peer sends is read while others fly. What goes beyond is free of any specification too. */
const maxParts = 4000;
const maxLetters = 128 * 1024;

type Room = { parts: number; letters: number };

/**
 * The specification from its text forms (`specToWire` of this library, `configspec` of clever-show). A form that is not
 * known becomes an option that takes any text, and its `about` says so.
 */
export function parseWireSpec(wire: WireValue): SectionSpec {
  return sectionOf(isWireObject(wire) ? wire : {}, 0, { parts: maxParts, letters: maxLetters });
}

/** One option from its text form. */
export function parseOptionSpec(text: string): OptionSpec {
  const form = readForm(text);
  const made = form && makers.get(form.kind)?.(form);
  if (!made) return anything({ default: '', about: `any text: its kind "${text}" is not known here`, text });
  return { ...made, text, about: made.about };
}

function sectionOf(wire: WireObject, depth: number, room: Room): SectionSpec {
  const options = new Map<string, OptionSpec>();
  const sections = new Map<string, SectionSpec>();
  for (const [name, part] of Object.entries(wire)) {
    const isComment = depth === 0 && commentNames.includes(name) && typeof part !== 'string';
    if (isComment) continue;
    const text = textOf(part);
    room.parts -= 1;
    room.letters -= text?.length ?? 0;
    if (room.parts < 0 || room.letters < 0) break;
    if (text !== undefined) options.set(name, aboutOf(parseOptionSpec(text), part));
    else if (isWireObject(part) && depth < maxDepth) sections.set(name, sectionOf(part, depth + 1, room));
  }
  const anyOption = anyNames.map((name) => options.get(name)).find((found) => found);
  const anySection = anyNames.map((name) => sections.get(name)).find((found) => found);
  for (const name of anyNames) {
    options.delete(name);
    sections.delete(name);
  }
  return { kind: 'section', options, sections, anyOption, anySection };
}

/** A text, bare or wrapped; some peers take it for a list and split it at its commas. */
function textOf(part: WireValue): string | undefined {
  const value = isWireObject(part) ? part.__value__ : part;
  if (Array.isArray(value)) return value.map(String).join(', ');
  return value === undefined || value === null || isWireObject(value) ? undefined : String(value);
}

/** Comments that came with a specification say what the option is. */
function aboutOf(made: OptionSpec, part: WireValue): OptionSpec {
  const comments = isWireObject(part) && Array.isArray(part.comments) ? part.comments : [];
  const lines = comments.filter((line) => typeof line === 'string');
  const about = [made.about, ...lines.map((line) => line.replace(/^\s*#\s*/, '').trim())];
  return { ...made, about: about.filter((line) => line !== '').join(' ') };
}

type Maker = (form: SpecForm) => OptionSpec | undefined;

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['integer', (form) => numberFrom(form, integer)],
  ['float', (form) => numberFrom(form, float)],
  ['boolean', (form) => withDefault(boolean({ default: false, about: '' }), form)],
  ['string', textFrom],
  ['ip_addr', (form) => withDefault(address({ default: '' }), form)],
  ['option', choiceFrom],
  ['list', (form) => listFrom(form, 'string')],
  ['tuple', (form) => listFrom(form, 'string')],
  ['force_list', (form) => listFrom(form, 'string')],
  ['string_list', (form) => listFrom(form, 'string')],
  ['int_list', (form) => listFrom(form, 'integer')],
  ['float_list', (form) => listFrom(form, 'float')],
  ['bool_list', (form) => listFrom(form, 'boolean')],
  ['ip_addr_list', (form) => listFrom(form, 'ip_addr')],
  ['mixed_list', (form) => mixedFrom(form, form.positional)],
  ['preset_param', (form) => mixedFrom(form, ['boolean', 'integer'])],
]);

function numberFrom(form: SpecForm, make: typeof integer): OptionSpec | undefined {
  const bounds = boundsOf(form);
  if (!bounds) return undefined;
  const { min = 0, max = min } = bounds;
  const zero = Math.max(min, Math.min(0, max));
  return withDefault(make({ default: zero, about: '', ...bounds }), form);
}

/** The bounds of a text are those of its length. */
function textFrom(form: SpecForm): OptionSpec | undefined {
  const bounds = boundsOf(form);
  if (!bounds) return undefined;
  const { min = 0, max } = bounds;
  const made = string({ default: '', about: '', ...(max === undefined ? {} : { maxLength: max }) });
  if (min === 0) return withDefault(made, form);
  const read = (value: WireValue) => {
    const text = made.read(value);
    return typeof text === 'string' && text.length >= min ? text : undefined;
  };
  return withDefault({ ...made, read, expected: `${made.expected}, at least ${min}` }, form);
}

function choiceFrom(form: SpecForm): OptionSpec | undefined {
  const words = form.positional.filter((word) => typeof word === 'string');
  const [first] = words;
  return first === undefined ? undefined : withDefault(option(words, { default: first, about: '' }), form);
}

function listFrom(form: SpecForm, kind: string): OptionSpec | undefined {
  const bounds = boundsOf(form);
  if (!bounds) return undefined;
  return withDefault(listOf(parseOptionSpec(kind), { ...bounds, default: [], text: '' }), form);
}

function mixedFrom(form: SpecForm, kinds: readonly FormArgument[]): OptionSpec | undefined {
  const isKnown = kinds.every((kind) => typeof kind === 'string' && makers.has(kind));
  if (!isKnown || kinds.length === 0) return undefined;
  const parts = kinds.map((kind) => parseOptionSpec(String(kind)));
  return withDefault(tuple(parts, { default: parts.map((part) => part.default), about: '' }), form);
}

/** Undefined when the default is one that the kind does not allow: then the kind is not what is thought. */
function withDefault(made: OptionSpec, { named }: SpecForm): OptionSpec | undefined {
  const given = named.get('default');
  if (given === undefined || given === 'None') return { ...made, about: 'no default' };
  const read = made.read(typeof given === 'string' ? given : [...given]);
  return read === undefined ? undefined : { ...made, default: read };
}

/** `min=` and `max=`, or the first and second of those without a name. */
function boundsOf({ named, positional }: SpecForm): { min?: number; max?: number } | undefined {
  const min = boundOf(named.get('min') ?? positional[0]);
  const max = boundOf(named.get('max') ?? positional[1]);
  if (Number.isNaN(min) || Number.isNaN(max)) return undefined;
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** NaN when it is no number. */
function boundOf(argument: FormArgument | undefined): number | undefined {
  if (argument === undefined || argument === 'None') return undefined;
  return typeof argument === 'string' && argument !== '' ? Number(argument) : Number.NaN;
}
