/** What the panel remembers between two keys, what comes in and what goes out. Data only; knows no terminal. */
import type { CommandName } from '../../lib/operations/catalogue.js';
import type { Arguments } from '../../lib/operations/operation.js';
import type { ConfigOf, ConfigToSave, FoundConfig } from '../config-desk.js';
import type { FolderEntry } from '../files/folders.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { TransportStep } from '../recorder/replay/transport.js';
import type { AuthorizationView } from '../show-control/authorizer.js';
import type { CommandEnd, ServerSnapshot, ShowPhase } from '../snapshot.js';
import type { Preset, TablePresets } from '../table-presets.js';
import type { EditorState } from './config-editor/state.js';
import type { Key } from './key-parser.js';
import type { Role } from './styled.js';
import { initialTable, type TableView } from './table-view.js';

/** A command of the catalogue that is being put together: for whom, and its arguments once they are known. */
export type Asked = {
  readonly name: CommandName;
  readonly ids: readonly string[];
  readonly given: Arguments;
};

/** What a y would do; `allowed`: the authorization that a start was asked for with. */
export type Confirmation =
  | ({ readonly what: 'operate'; readonly allowed?: Allowed } & Asked)
  | { readonly what: 'quit' };

export type Allowed = Pick<AuthorizationView, 'digest' | 'scope'>;

/** The arguments of an operation, a text each; `at`: the one that is being typed. */
type FormDialogOf = {
  readonly kind: 'form';
  readonly name: CommandName | 'load' | 'config_file';
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  readonly at: number;
  readonly error?: string;
};

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
  /** All operations; `text` narrows them down. */
  | { readonly kind: 'menu'; readonly text: string; readonly at: number }
  /** The arguments of an operation, a text each; `at`: the one that is being typed. */
  | FormDialogOf
  | { readonly kind: 'confirm'; readonly confirmation: Confirmation; readonly after?: Dialog | undefined }
  /** What lets drones fall is sent when its word has been typed. */
  | ({ readonly kind: 'word'; readonly text: string } & Asked)
  /** `opened`: the file's text as it was found or saved last; `sent`: as it is being saved. */
  | {
      readonly kind: 'config';
      readonly of: ConfigOf;
      readonly editor: EditorState;
      readonly opened?: string | undefined;
      readonly sent?: string | undefined;
    }
  /** A configuration is waited for: what is typed meanwhile is meant for nothing that it would cover. */
  | { readonly kind: 'asking'; readonly of: ConfigOf }
  /** Of the search that is on: its state is the server's. `namedAtMs`: when a colour was named last, or the search was begun. */
  | {
      readonly kind: 'visualLand';
      readonly namedAtMs?: number | undefined;
      /** How far the search was when it was shown last. */
      readonly step?: number;
    }
  /** Files and folders of the server's machine; `entries` undefined while they are read. */
  | {
      readonly kind: 'browse';
      readonly form: FormDialogOf;
      readonly folder: string;
      readonly entries: readonly FolderEntry[] | undefined;
      readonly text: string;
      readonly at: number;
      readonly error?: string;
    }
  | {
      readonly kind: 'authorize';
      readonly ids: readonly string[];
      readonly text: string;
      /** Of the show that it was asked for. */
      readonly digest?: string | undefined;
      readonly error?: string;
    }
  /** Alerts and what is done when, or the checklist; `at`: the entry under the cursor. `after`: what it goes back to. */
  | {
      readonly kind: 'alerts' | 'checklist';
      readonly at: number;
      readonly after?: Dialog | undefined;
    }
  /** Which drones to select, as an expression. */
  | { readonly kind: 'choose'; readonly text: string; readonly error?: string }
  /** How far the update of the drones' software is. */
  | { readonly kind: 'update'; readonly scroll: number }
  /** What became of the last command, a line a drone. */
  | { readonly kind: 'results'; readonly scroll: number }
  /** The table's filter is being typed: it is in `table` and counts at once. `homeId`: where the cursor belongs. */
  | { readonly kind: 'filter'; readonly homeId?: string | undefined }
  /** The columns as they would be; `at`: the one under the cursor. `naming`: the name that is being typed. */
  | {
      readonly kind: 'columns';
      readonly draft: Preset;
      readonly at: number;
      readonly naming?: string;
    }
  /** The event log over the whole screen; `back`: lines from the newest. */
  | {
      readonly kind: 'log';
      readonly search: string;
      readonly isTyping: boolean;
      readonly isWarningsOnly: boolean;
      readonly back: number;
    };

/** How long an answer stays, ms. */
export const messageMs = 60_000;

/** The line that says what became of the last key; `isUrgent`: a landing that failed. */
type Message = {
  readonly text: string;
  readonly role: Role;
  readonly atMs: number;
  readonly isUrgent?: boolean;
};

export type PanelState = {
  readonly cursorId: string | undefined;
  /** Where the cursor was: it stays there when its drone leaves the table. */
  readonly cursorIndex: number;
  /** First row of the table that is shown. */
  readonly scrollTop: number;
  readonly selected: ReadonlySet<string>;
  readonly table: TableView;
  readonly dialog: Dialog | undefined;
  readonly message: Message | undefined;
  /** The command that ended last, and what became of it on each drone. */
  readonly lastResults: { readonly command: string; readonly results: readonly CommandResult[] } | undefined;
  readonly lastPhase: ShowPhase['phase'];
  /** A show ended since the last command that could begin another one. */
  readonly hasShowEnded: boolean;
};

export const initialState: PanelState = {
  cursorId: undefined,
  cursorIndex: 0,
  scrollTop: 0,
  selected: new Set(),
  table: initialTable,
  dialog: undefined,
  message: undefined,
  lastResults: undefined,
  lastPhase: 'idle',
  hasShowEnded: false,
};

export type PanelInput =
  | { readonly type: 'key'; readonly key: Key }
  /** Time went on, or something changed in the fleet. */
  | { readonly type: 'tick' }
  /** `text`: what was done, where no drone is concerned. */
  | ({ readonly type: 'outcome'; readonly command: string } & CommandEnd)
  /** The table's columns were saved, or only kept. */
  | { readonly type: 'presetsSaved'; readonly text: string }
  | { readonly type: 'configFound'; readonly of: ConfigOf; readonly found: FoundConfig }
  | { readonly type: 'configSaved' | 'configFailed'; readonly text: string }
  | {
      readonly type: 'listed';
      readonly folder: string;
      /** The same, absolute. */
      readonly path?: string;
      readonly entries?: readonly FolderEntry[];
      readonly error?: string;
    }
  /** A show was loaded. */
  | { readonly type: 'loaded'; readonly name: string }
  | { readonly type: 'failed'; readonly command: string; readonly text: string };

/** What somebody else has to do; the panel's core does nothing itself. */
export type Effect =
  /** Every drone that the server knows at that moment. */
  | { readonly type: 'landAll' }
  /** A command of the catalogue, with arguments that were checked. */
  | ({ readonly type: 'operate' } & Asked)
  | { readonly type: 'load'; readonly path: string }
  | { readonly type: 'openConfig'; readonly of: ConfigOf }
  | { readonly type: 'saveConfig'; readonly what: ConfigToSave }
  /** What is in a folder of this machine; an empty one is where the server was started. */
  | { readonly type: 'list'; readonly folder: string }
  /** The table's columns are to be there in the next run of the server too. */
  | { readonly type: 'savePresets'; readonly presets: TablePresets }
  | { readonly type: 'redraw' }
  /** Of a recording: to another place, or another pace. */
  | { readonly type: 'replay'; readonly step: TransportStep }
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
