/** What the panel remembers between two keys, what comes in and what goes out. Data only; knows no terminal. */
import type { CommandResult } from '../fleet/drone-record.js';
import type { AuthorizationScope } from '../show-control/authorizer.js';
import type { Operations } from '../show-control/operations.js';
import type { ServerSnapshot, ShowPhase } from '../snapshot.js';
import type { Key } from './key-parser.js';
import type { Role } from './styled.js';

/** Commands that need nothing but the drones' ids. */
export type PlainCommand = Exclude<
  keyof Operations,
  'start' | 'endFlight' | 'maintain' | 'authorize' | 'unauthorize' | 'assign' | 'replace' | 'execute'
>;

/** What a y would do. */
export type Confirmation =
  | { readonly what: 'start'; readonly ids: readonly string[]; readonly delayS: number }
  | { readonly what: 'takeoff' | 'remove'; readonly ids: readonly string[] }
  | { readonly what: 'quit' };

/** What lies over the table. `text` is what has been typed. */
export type Dialog =
  | { readonly kind: 'help'; readonly scroll: number }
  | { readonly kind: 'details'; readonly droneId: string; readonly scroll: number }
  | {
      readonly kind: 'notice';
      readonly title: string;
      readonly lines: readonly string[];
      readonly scroll: number;
    }
  | {
      readonly kind: 'delay';
      readonly ids: readonly string[];
      readonly text: string;
      readonly error?: string;
    }
  | { readonly kind: 'confirm'; readonly confirmation: Confirmation }
  | {
      readonly kind: 'authorize';
      readonly ids: readonly string[];
      readonly text: string;
      readonly error?: string;
    }
  | { readonly kind: 'disarm'; readonly ids: readonly string[]; readonly text: string };

/** The line that says what became of the last key. */
type Message = { readonly text: string; readonly role: Role; readonly atMs: number };

export type PanelState = {
  readonly cursorId: string | undefined;
  /** Where the cursor was: it stays there when its drone leaves the table. */
  readonly cursorIndex: number;
  /** First row of the table that is shown. */
  readonly scrollTop: number;
  readonly selected: ReadonlySet<string>;
  readonly dialog: Dialog | undefined;
  readonly message: Message | undefined;
  readonly lastPhase: ShowPhase['phase'];
  /** A show ended since the last command that could begin another one. */
  readonly hasShowEnded: boolean;
};

export const initialState: PanelState = {
  cursorId: undefined,
  cursorIndex: 0,
  scrollTop: 0,
  selected: new Set(),
  dialog: undefined,
  message: undefined,
  lastPhase: 'idle',
  hasShowEnded: false,
};

export type PanelInput =
  | { readonly type: 'key'; readonly key: Key }
  /** Time went on, or something changed in the fleet. */
  | { readonly type: 'tick' }
  | { readonly type: 'outcome'; readonly command: string; readonly results: readonly CommandResult[] }
  | { readonly type: 'failed'; readonly command: string; readonly text: string };

/** What somebody else has to do; the panel's core does nothing itself. */
export type Effect =
  /** Every drone that the server knows at that moment. */
  | { readonly type: 'landAll' }
  | { readonly type: 'command'; readonly command: PlainCommand; readonly ids: readonly string[] }
  | {
      readonly type: 'authorize';
      readonly ids: readonly string[];
      readonly scope: AuthorizationScope;
      readonly override?: string;
    }
  | { readonly type: 'start'; readonly ids: readonly string[]; readonly delayS: number }
  | { readonly type: 'remove'; readonly ids: readonly string[] }
  | { readonly type: 'redraw' }
  | { readonly type: 'quit' };

export type Size = { readonly columns: number; readonly rows: number };

/** What the server looks like now, and the screen. */
export type Context = { readonly snapshot: ServerSnapshot; readonly size: Size };

export type Step = { readonly state: PanelState; readonly effects: readonly Effect[] };

/** A step without effects. */
export function only(state: PanelState): Step {
  return { state, effects: [] };
}

/** The state with a line of answer to the operator. */
export function say(state: PanelState, text: string, how: { role: Role; atMs: number }): PanelState {
  return { ...state, message: { text, ...how } };
}
