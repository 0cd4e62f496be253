/** How an operation of the server is described: the panel's menu and forms, `starling ctl` and the control port read it. Data only. */
import type { Role } from '../security/access/role.js';

/** What an argument is; `number` in the unit that `about` names. */
export type ArgumentSpec = {
  /** On the wire, and as an option of `starling ctl`. */
  readonly name: string;
  /** A clause for people, with the unit. */
  readonly about: string;
  /** Counts when nothing is given; an argument without one must be given unless it `mayBeMissing`. */
  readonly default?: string | number | boolean;
  readonly mayBeMissing?: true;
  /** `starling ctl ACTION VALUE ...`: stands before the drones. */
  readonly isPositional?: true;
} & (
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly minExcluded?: true }
  | { readonly kind: 'text'; readonly maxLength: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'flag' }
  /** Absolute, on the server's machine; `starling ctl` completes a relative one. */
  | { readonly kind: 'path'; readonly of: 'file' | 'folder' | 'any' }
);

/** `menu`: under which heading of the panel's menu. */
export type OperationGroup = 'show' | 'stop' | 'preflight' | 'place' | 'files' | 'drones' | 'server';

export type OperationSpec = {
  /** A few words, as in a menu. */
  readonly title: string;
  /** One sentence. */
  readonly help: string;
  readonly group: OperationGroup;
  /** `command`: one result a drone; `query`: answers with a value; `stream`: acknowledges, then pushes. */
  readonly kind: 'command' | 'query' | 'stream';
  /** `named`: drones must be named, or all asked for; `everyone`: nobody named means all; `none`: it concerns no drone. */
  readonly target: 'named' | 'everyone' | 'none';
  /** The least that may ask for it. */
  readonly role: Role;
  readonly arguments: readonly ArgumentSpec[];
  /** What the panel asks before it sends: nothing, a y, or a word that is typed. */
  readonly confirm?: 'y' | { readonly word: string };
  /** What every drone of it has to be; whoever is not is named. */
  readonly gate?: 'ready to take off' | 'ready to flip' | 'standing by';
  /** How long an answer may take, ms: every drone has its own time limits, an upload waits for the files. */
  readonly answerTimeoutMs: number;
};

/** Values that were checked against the specification, defaults included. */
export type Arguments = { readonly [name: string]: string | number | boolean };
