/** What keys do in the form of an operation's arguments. Knows the catalogue; no drawing. */
import { errorText } from '../../lib/errors.js';
import type { ArgumentSpec, Arguments } from '../../lib/operations/operation.js';
import { checkArguments, readArgument } from '../../lib/operations/read-arguments.js';
import { askConfig, proceed } from './ask.js';
import type { Key } from './key-parser.js';
import { argumentsOf } from './panel-entries.js';
import { browse } from './reduce-browse.js';
import { type Context, type Dialog, only, type PanelState, type Step, say } from './state.js';
import { edited } from './typed.js';

export type FormDialog = Extract<Dialog, { kind: 'form' }>;

/** Longest text of a field: a path. */
const maxLength = 4096;

/**
 * Up, Down and Tab move; in a choice Left, Right and space go through it; Enter goes on to what must be given and is not yet,
 * and proceeds when there is nothing.
 */
export function reduceForm(
  state: PanelState,
  form: FormDialog,
  { key, context }: { readonly key: Key; readonly context: Context },
): Step {
  const specs = argumentsOf(form.name);
  const spec = specs[form.at];
  const last = specs.length - 1;
  const to = (at: number) => only(shown(state, { ...form, at: Math.max(0, Math.min(at, last)) }));
  if (key === 'up' || key === 'shift-tab') return to(form.at - 1);
  if (key === 'tab' && spec?.kind === 'path') return browse(state, form, folderOf(form.texts[form.at] ?? ''));
  if (key === 'down' || key === 'tab') return to(form.at + 1);
  if (key === 'enter') return enter(state, form, context);
  if (!spec) return only(state);
  return only(
    shown(state, { ...form, texts: replaced(form, textAfter(spec, form.texts[form.at] ?? '', key)) }),
  );
}

function shown(state: PanelState, { error: _, ...form }: FormDialog): PanelState {
  return { ...state, dialog: form };
}

function replaced({ texts, at }: FormDialog, text: string): string[] {
  return texts.map((each, index) => (index === at ? text : each));
}

function textAfter(spec: ArgumentSpec, text: string, key: Key): string {
  const choices = choicesOf(spec);
  if (!choices) return edited(text, key, spec.kind === 'number' ? /^[\d.,+-]$/ : undefined, maxLength);
  const by = key === 'left' ? -1 : key === 'right' || key === ' ' ? 1 : 0;
  if (by === 0) return choices.find((choice) => choice.startsWith(key)) ?? text;
  const present = choices.indexOf(text === '' ? String(spec.default ?? '') : text);
  return choices[(present + by + choices.length) % choices.length] ?? text;
}

/** What can be gone through; undefined for what is typed. */
export function choicesOf(spec: ArgumentSpec): readonly string[] | undefined {
  if (spec.kind === 'choice') return spec.choices;
  return spec.kind === 'flag' ? ['no', 'yes'] : undefined;
}

/** Where to look first: what was typed, or where the server was started. */
function folderOf(text: string): string {
  const slash = text.lastIndexOf('/');
  return slash < 0 ? '.' : text.slice(0, slash + 1);
}

function enter(state: PanelState, form: FormDialog, context: Context): Step {
  const { name, ids } = form;
  const read = readFields(form);
  if (!read.ok) {
    // What is still to be typed is no mistake yet.
    if (read.at > form.at && (form.texts[read.at] ?? '').trim() === '')
      return only(shown(state, { ...form, at: read.at }));
    return only({ ...state, dialog: { ...form, at: read.at, error: read.error } });
  }
  const { given } = read;
  const path = String(given.path);
  if (name === 'config_file') return askConfig(state, { what: 'file', path });
  if (name !== 'load') return proceed(state, { name, ids, given }, context);
  const told = say({ ...state, dialog: undefined }, `load ${path}: begun`, {
    role: 'accent',
    atMs: context.snapshot.monotonicMs,
  });
  return { state: told, effects: [{ type: 'load', path }] };
}

type Fields =
  | { readonly ok: true; readonly given: Arguments }
  | { readonly ok: false; readonly at: number; readonly error: string };

/** All of them, or the first that is wrong or missing. */
function readFields({ name, texts }: FormDialog): Fields {
  const specs = argumentsOf(name);
  const read: { [name: string]: unknown } = {};
  for (const [at, spec] of specs.entries()) {
    try {
      read[spec.name] = readArgument(spec, texts[at] ?? '');
      checkArguments([spec], read);
    } catch (error) {
      return { ok: false, at, error: errorText(error) };
    }
  }
  return { ok: true, given: checkArguments(specs, read) };
}
