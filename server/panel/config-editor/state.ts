/** What the editor remembers between two keys, what comes in and what goes out. Data only; knows no screen and no disk. */
import type { Path, WireObject } from '../../../lib/config/index.js';
import type { Key } from '../key-parser.js';
import type { Role } from '../styled.js';
import type { ConfigModel } from './model.js';
import type { SendMode } from './save-forms.js';
import type { Place, SectionNode } from './tree.js';

/** Where `s` saves to: a peer that is sent it, or a file. */
export type EditorTarget = {
  readonly how: 'send' | 'file';
  /** Of the file; what "save as" proposes. */
  readonly path?: string;
  /** Whoever has the configuration can be restarted after saving. */
  readonly canRestart: boolean;
};

/** A line that is typed, with the cursor between the two parts. */
export type Field = { readonly before: string; readonly after: string };

/** What a typed line is for. */
export type FieldPurpose =
  | { readonly what: 'value' | 'comment'; readonly path: Path }
  | { readonly what: 'add'; readonly add: AddChoice }
  | { readonly what: 'duplicate'; readonly path: Path }
  /** `from`: where the cursor goes back to. */
  | { readonly what: 'search'; readonly from: Place | undefined }
  | { readonly what: 'saveAs' };

/** Something that may be added, and where. */
export type AddChoice = { readonly what: Place['kind']; readonly parent: Path };

export type Mode =
  | { readonly kind: 'tree' }
  | {
      readonly kind: 'field';
      readonly purpose: FieldPurpose;
      readonly field: Field;
      readonly error?: string;
    }
  | {
      readonly kind: 'choices';
      readonly path: Path;
      readonly words: readonly string[];
      readonly index: number;
    }
  | { readonly kind: 'additions'; readonly items: readonly AddChoice[]; readonly index: number }
  | { readonly kind: 'leave' }
  | {
      readonly kind: 'save';
      readonly mode: SendMode;
      readonly restart: boolean;
      readonly closes: boolean;
    }
  | { readonly kind: 'help'; readonly scroll: number };

export type EditorState = {
  readonly model: ConfigModel;
  readonly target: EditorTarget;
  readonly cursor: Place | undefined;
  /** Where the cursor was: it stays there when its line goes. */
  readonly cursorIndex: number;
  /** First line of the tree that is shown. */
  readonly top: number;
  /** Keys of the sections whose content is shown. */
  readonly unfolded: ReadonlySet<string>;
  readonly mode: Mode;
  readonly search: string;
  readonly message: { readonly text: string; readonly role: Role } | undefined;
  readonly saving: Saving | undefined;
};

/** What is being saved; `isCopy`: to another file than the one that is edited. */
type Saving = {
  readonly root: SectionNode;
  readonly text: string | undefined;
  readonly isCopy: boolean;
  readonly closes: boolean;
};

export type EditorInput =
  | { readonly type: 'key'; readonly key: Key }
  /** The last `save` was done; `text` says more, for the operator. */
  | { readonly type: 'saved'; readonly text?: string }
  | { readonly type: 'failed'; readonly text: string };

/** What somebody else has to do. A `save` is answered by `saved` or `failed`. */
export type EditorEffect =
  | {
      readonly type: 'save';
      readonly how: 'send';
      readonly mode: SendMode;
      readonly restart: boolean;
      /** The argument `config` of the action `config`. */
      readonly config: WireObject;
    }
  | {
      readonly type: 'save';
      readonly how: 'file';
      readonly restart: boolean;
      /** As typed for "save as"; undefined: the file that is edited. */
      readonly path: string | undefined;
      readonly text: string;
    }
  | { readonly type: 'close' };

export type EditorStep = { readonly state: EditorState; readonly effects: readonly EditorEffect[] };

/** A step without effects. */
export function only(state: EditorState): EditorStep {
  return { state, effects: [] };
}

/** The state with a line of answer to the operator. */
export function say(state: EditorState, text: string, role: Role = 'text'): EditorState {
  return { ...state, message: { text, role } };
}
