/** What the panel says when something that was begun has come to its end. Knows no keys and no drawing. */
import { commandTitle, summarize } from './outcome.js';
import { type Context, messageMs, type PanelInput, type PanelState } from './state.js';
import type { Role } from './styled.js';
import { cleanText } from './text.js';

export type Answer = PanelInput & { type: 'outcome' | 'presetsSaved' | 'loaded' | 'failed' };

/** One of these that failed is not covered by what else comes to its end: until a key, the next of them, or some time. */
const landings: ReadonlySet<string> = new Set([
  ...['landAll', 'land', 'stop', 'emergency_land', 'return_home', 'disarm', 'kill'],
  ...['visual_land_answer', 'visual_land_end', 'visual_land_disarm'],
]);

export function answered(state: PanelState, input: Answer, context: Context): PanelState {
  const ready = input.type === 'failed' ? waitingNoMore(state, input.command, context) : state;
  const atMs = context.snapshot.monotonicMs;
  const isLanding = 'command' in input && landings.has(input.command);
  if (!isLanding && hasUrgent(state, atMs)) return ready;
  const { text, role } = wordsOf(input);
  const isUrgent = isLanding && role === 'bad';
  const told = { ...ready, message: { text, role, atMs, isUrgent } };
  if (input.type !== 'outcome') return told;
  return { ...told, lastResults: { command: input.command, results: input.results } };
}

function hasUrgent({ message }: PanelState, atMs: number): boolean {
  return message?.isUrgent === true && atMs - message.atMs <= messageMs;
}

function wordsOf(input: Answer): { readonly text: string; readonly role: Role } {
  switch (input.type) {
    case 'outcome':
      return summarize(input.command, input.results, input.text);
    case 'presetsSaved':
      return { text: cleanText(`columns: ${input.text}`), role: 'good' };
    case 'loaded':
      return { text: cleanText(`load: ${input.name} is loaded`), role: 'good' };
    case 'failed':
      return { text: cleanText(`${commandTitle(input.command)} FAILED: ${input.text}`), role: 'bad' };
  }
}

/** What was waited for does not come. */
function waitingNoMore(state: PanelState, command: string, { snapshot }: Context): PanelState {
  const kind = state.dialog?.kind;
  const isOver =
    (command === 'openConfig' && kind === 'asking') ||
    (command === 'visual_land' && kind === 'visualLand' && !snapshot.visualLand);
  return isOver ? { ...state, dialog: undefined } : state;
}
