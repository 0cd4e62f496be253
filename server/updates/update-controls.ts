/** How an update of drones is commanded and asked about. Types, and a server that has none. */
import { RefusedError } from '../../lib/errors.js';
import type { DroneSoftware } from '../../lib/update/drone-software.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { RollOutView } from './roll-out.js';

/** What a drone says of its software, or why it says nothing. Texts are the drone's. */
export type ToldSoftware = { readonly id: string } & (
  | { readonly software: DroneSoftware }
  | { readonly problem: string }
);

export type UpdateOptions = {
  /** A package, or a folder of them, on this machine. */
  readonly path: string;
  /** As `1,10,all`. */
  readonly stages: string;
};

export interface UpdateControls {
  /** The roll-out that is on, or the last one of this run of the server. */
  readonly view: RollOutView | undefined;
  /**
   * Installs the packages on drones, stage by stage; ends when all is over. One result per id, in the given order; never
   * rejects. Codes beside the usual: `unchanged` (ok, it has it), `rolled_back`, `failed`, `lost`, `called_off` (not begun).
   */
  update(ids: readonly string[], options: UpdateOptions): Promise<CommandResult[]>;
  /** Nobody else begins; says what goes on still. @throws RefusedError when none is on. */
  stop(): string;
  /** One answer per id, in the given order; never rejects. */
  software(ids: readonly string[]): Promise<readonly ToldSoftware[]>;
}

/** Of a server that has no files of its own to send. */
export const noUpdates: UpdateControls = {
  view: undefined,
  update: (ids) => Promise.resolve(ids.map((id) => ({ id, ok: false, ...noneHere }))),
  stop: () => {
    throw new RefusedError('refused', noRollOut);
  },
  software: (ids) => Promise.resolve(ids.map((id) => ({ id, problem: noneHere.message }))),
};

const noneHere = { code: 'not_supported', message: 'this server has no packages of its own' };

export const noRollOut = 'no update is on';
