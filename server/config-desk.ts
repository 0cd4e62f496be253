/** The port to configurations that may be looked at and changed: the server's own, a drone's, a file. Data and a port; no disk. */
import type { SectionSpec, WireObject } from '../lib/config/index.js';

export type ConfigOf =
  | { readonly what: 'server' }
  | { readonly what: 'drone'; readonly id: string }
  | { readonly what: 'file'; readonly path: string };

/** A configuration as it was found. */
export type FoundConfig =
  /** The text of a file, which need not be there yet, and what is known of its options. */
  | {
      readonly origin: 'file';
      readonly text: string;
      readonly path: string;
      readonly spec: SectionSpec | undefined;
    }
  /** A drone's answer to `config`, with its specification where it sends one. */
  | { readonly origin: 'peer'; readonly answer: WireObject; readonly name: string };

export type ConfigToSave =
  /** To a path, or back to where it was read from. */
  | { readonly how: 'file'; readonly text: string; readonly path: string }
  /** `opened`: what it was then; whatever somebody else has written to it since is not overwritten. */
  | {
      readonly how: 'file';
      readonly text: string;
      readonly of: ConfigOf;
      readonly opened?: string | undefined;
    }
  | {
      readonly how: 'send';
      readonly id: string;
      readonly config: WireObject;
      readonly mode: 'modify' | 'rewrite';
      /** The drone's client is restarted when it has taken it over. */
      readonly restart?: boolean;
    };

export interface ConfigDesk {
  /** @throws ConfigError, RefusedError with what is wrong and what to do. */
  read(of: ConfigOf): Promise<FoundConfig>;
  /** Sets one option of the server's own, given as it would stand in a file, and saves it. @throws ConfigError */
  setOwn(option: string, value: string): Promise<string>;
  /** Gives a sentence on what became of it. @throws ConfigError, RefusedError; then nothing is changed. */
  save(what: ConfigToSave): Promise<string>;
}
