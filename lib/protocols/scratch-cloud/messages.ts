/** What a server of Scratch's cloud variables sends and how it closes. Knows no rule of when. */
import { type JsonValue, writeJson } from '../cloudlink/json.js';

/** Why a connection is closed. 4001 is not used. */
export const scratchCloseCodes = {
  /** Whatever has no code of its own. */
  generic: 4000,
  username: 4002,
  overloaded: 4003,
  unavailable: 4004,
  security: 4005,
  /** It does not say what client it is. */
  unidentified: 4006,
} as const;

/** What befell one variable. */
export type ScratchUpdate =
  | { readonly method: 'set' | 'create'; readonly name: string; readonly value: JsonValue }
  | { readonly method: 'rename'; readonly name: string; readonly new_name: string }
  | { readonly method: 'delete'; readonly name: string };

/** One line, without its end, as Scratch's own server and TurboWarp's write it. */
export function writeScratchLine(update: ScratchUpdate): string {
  return JSON.stringify(update);
}

/** The same as CloudLink writes it: ASCII alone. */
export function writeScratchAscii(update: ScratchUpdate): string {
  return writeJson(update);
}

/** Said to a client that sends its Scratch login where nobody asked for it, before it is cut off. */
export const scratchSecurityWarning =
  'Your client has sent your Scratch login to this server, which neither needs nor keeps it. Whoever gets it can use your ' +
  'account: change your Scratch password now, and tell the makers of the client. For your safety this connection ends.';
