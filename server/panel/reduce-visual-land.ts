/** What keys do while a misbehaving drone is looked for by its lights. Knows how far the search is; no drone and no drawing. */
import { proceed } from './ask.js';
import type { Key } from './key-parser.js';
import { type Asked, type Context, type Dialog, only, type PanelState, type Step } from './state.js';

type VisualLandDialog = Extract<Dialog, { kind: 'visualLand' }>;

type Pressed = { readonly key: Key; readonly context: Context };

/**
 * Who names a colour has looked at the drones since the one before, ms: a key that is held and comes again, first after half
 * a second, is no answer.
 */
const leastLookMs = 700;

/** The lights are others now, whoever has answered: they have to be looked at before the next answer. */
export function followSearch(state: PanelState, { snapshot }: Context): PanelState {
  const { dialog } = state;
  const step = snapshot.visualLand?.step;
  if (dialog?.kind !== 'visualLand' || step === undefined || dialog.step === step) return state;
  const namedAtMs = dialog.step === undefined ? dialog.namedAtMs : snapshot.monotonicMs;
  return { ...state, dialog: { ...dialog, step, namedAtMs } };
}

/**
 * Naming a colour, taking it back, ending the search; Esc leaves it as it is. Once it is over Esc and Enter close it: a key
 * that is still held must not go on to the table.
 */
export function reduceVisualLand(
  state: PanelState,
  dialog: VisualLandDialog,
  { key, context }: Pressed,
): Step {
  const search = context.snapshot.visualLand;
  if (!search) return only(key === 'enter' ? { ...state, dialog: undefined } : state);
  const stay = (asked: Asked): Step => ({ state, effects: [{ type: 'operate', ...asked }] });
  const lit = [...search.lit.green, ...search.lit.red];
  const name = (color: 'green' | 'red'): Step => {
    const namedAtMs = context.snapshot.monotonicMs;
    const named: PanelState = { ...state, dialog: { ...dialog, namedAtMs } };
    if (namedAtMs - (dialog.namedAtMs ?? Number.NEGATIVE_INFINITY) < leastLookMs) return only(named);
    return {
      state: named,
      effects: [{ type: 'operate', name: 'visual_land_answer', ids: [], given: { color } }],
    };
  };
  switch (key) {
    case 'g':
      return name('green');
    case 'r':
      return name('red');
    case 'u':
      return stay({ name: 'visual_land_undo', ids: [], given: {} });
    case 'l':
      return stay({ name: 'visual_land_end', ids: [], given: { how: 'land' } });
    case 'c':
      return stay({ name: 'visual_land_end', ids: [], given: { how: 'close' } });
    case 'd':
      return proceed(state, { name: 'visual_land_disarm', ids: lit, given: {} }, context);
    default:
      return only(state);
  }
}
