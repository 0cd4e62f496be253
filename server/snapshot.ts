/** What the server looks like at one moment, for whoever shows it: the panel and the control port. Data only. */

import type { CommandName } from '../lib/operations/catalogue.js';
import type { Arguments } from '../lib/operations/operation.js';
import type { ShowWarning, Violation } from '../lib/show/validate/result.js';
import type { ConfigDesk } from './config-desk.js';
import type { Folders } from './files/folders.js';
import type { Blocker, CommandResult, DroneRecord } from './fleet/drone-record.js';
import type { Groups, NamedGroups } from './fleet/groups.js';
import type { Proof } from './fleet/proof.js';
import type { CheckedKey, CheckResult } from './fleet/telemetry.js';
import type { HubControls } from './hub/hub-controls.js';
import type { OtherServer } from './links/charge.js';
import type { MusicControls } from './music/music-controls.js';
import type { OversightControls, OversightView } from './oversight/oversight-view.js';
import type { ReplayView } from './recorder/replay/replay-view.js';
import type { AuthorizationScope, AuthorizationView } from './show-control/authorizer.js';
import type { Operations } from './show-control/operations.js';
import type { TransferView } from './show-control/uploads.js';
import type { VisualLandView } from './show-control/visual-land-search.js';
import type { RollOutView } from './updates/roll-out.js';

/** A drone with everything derived from its record. */
export type DroneView = {
  readonly record: DroneRecord;
  readonly checks: Readonly<Record<CheckedKey, CheckResult>>;
  /** Connected, and all ten checks green. */
  readonly isReady: boolean;
  /** Connected, and battery, system, mode, checks and position green. */
  readonly isReadyToTakeOff: boolean;
  /** It hovers: connected, and battery, mode and position green. */
  readonly isReadyToFlip: boolean;
  /** It holds what it is to show and knows the time: enough for its lights alone. */
  readonly isReadyForLights: boolean;
  /** Why it is not ready, the most important first; empty when ready. */
  readonly blockers: readonly Blocker[];
  /** Armed, by its last telemetry. */
  readonly isArmed: boolean;
  /** The slot of the loaded show that it flies; undefined for a spare, or without a show. */
  readonly slot: string | undefined;
  /** Whether it holds what it is to fly. */
  readonly proof: Proof;
};

/** The show that is loaded, and what its check found. */
export type LoadedShow = {
  readonly name: string;
  /** In natural order. */
  readonly slots: readonly string[];
  /** From its start to its end, what was added included, s. */
  readonly durationS: number;
  /** SHA-256 over the digests of all parts. */
  readonly digest: string;
  readonly format: string;
  /** What its file says and could not be held, and what was added. */
  readonly notes: readonly string[];
  /** The first of each kind; empty for a clean show. */
  readonly violations: readonly Violation[];
  readonly warnings: readonly ShowWarning[];
};

/** With the start: when the music is to sound, UTC ms; it moves with the show. Undefined: as the show's file says. */
type WithMusic = { readonly musicUtcMs?: number };

/** Where the show is: derived from commands given and from what drones say. Times are UTC ms of the server's clock. */
export type ShowPhase =
  | { readonly phase: 'idle' }
  /** `holding` of `of` drones have answered that they hold the start, or, old ones, were told; and could fly now. */
  | ({
      readonly phase: 'countdown';
      readonly scope: AuthorizationScope;
      readonly startUtcMs: number;
      readonly holding: number;
      readonly of: number;
      /** How many of `holding` are old clients, which were told and can not answer; undefined for none. */
      readonly toldOnly?: number;
    } & WithMusic)
  | ({
      readonly phase: 'running';
      readonly scope: AuthorizationScope;
      readonly startUtcMs: number;
    } & WithMusic)
  | ({ readonly phase: 'paused'; readonly startUtcMs: number; readonly pausedUtcMs: number } & WithMusic);

/** What is to be done, with arguments that were checked against the catalogue. */
export type Call = {
  readonly name: CommandName;
  readonly ids: readonly string[];
  readonly given: Arguments;
  /** Who wants it, for the record: `panel`, the name of a token, a visitor. */
  readonly by: string;
};

/** How a command ended: one result for each drone that it was sent to, and what else there is to say. */
export type CommandEnd = { readonly results: readonly CommandResult[]; readonly text?: string };

/** A line of the event log, newest last. */
export type LogLine = {
  readonly atUtcMs: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
};

export type ServerSnapshot = {
  readonly utcMs: number;
  readonly monotonicMs: number;
  /** Natural order of ids (drone-2 before drone-10). */
  readonly drones: readonly DroneView[];
  /** Groups of drones that were named; their members need not be in the table. */
  readonly groups: NamedGroups;
  /** Paths of shows that were loaded, the newest first. */
  readonly recentShows?: readonly string[];
  readonly show: LoadedShow | undefined;
  /** What may be started now; undefined when nothing. */
  readonly authorization: AuthorizationView | undefined;
  readonly phase: ShowPhase;
  /** `host:port` where drones connect. */
  readonly address: string;
  /** True: drones are not authenticated (to be shown loudly). */
  readonly isOpen: boolean;
  /** The server that has taken over, so that this one is no longer in charge (to be shown loudly). */
  readonly supersededBy?: OtherServer | undefined;
  /** The search for a misbehaving drone by its light; undefined while there is none. */
  readonly visualLand?: VisualLandView | undefined;
  /** The files that are on their way to drones; undefined while none is. */
  readonly transfers?: TransferView | undefined;
  /** The update that is on, or the last one; undefined before the first. */
  readonly update?: RollOutView | undefined;
  /** How many have come by gateways. */
  readonly visitors?: number;
  /** Alerts, checklist, and what the fleet is held for; undefined where nobody looks (a recording). */
  readonly oversight?: OversightView;
  /** Of a recording: where its replay stands. Undefined: this is live. */
  readonly replay?: ReplayView;
  readonly log: readonly LogLine[];
};

/** The running server, as its front ends see it. */
export interface ServerFacade {
  snapshot(): ServerSnapshot;
  /** Every drone of the table; nothing else of them is looked at, so that all can be landed whatever one of them sends. */
  ids(): readonly string[];
  /** Called after every change (many a second: redraw at your own pace). */
  onChange(listener: () => void): () => void;
  readonly operations: Operations;
  readonly groups: Groups;
  readonly configs: ConfigDesk;
  readonly folders: Folders;
  readonly music: MusicControls;
  /** Checklist and alerts. */
  readonly oversight: OversightControls;
  /** Visitors of the gateways; where none is open there is nobody. */
  readonly hub: HubControls;
  /** Runs a command of the catalogue. Rejects as the command itself does. */
  operate(call: Call): Promise<CommandEnd>;
  /**
   * The drones that an expression means, in the table's order, and behind them the names in it that nobody has: these
   * end as `unknown_drone`. @throws UsageError for an expression that can not be read.
   */
  select(expression: string): readonly string[];
  /** Writes a line to the event log. */
  log(level: LogLine['level'], text: string): void;
  /**
   * Loads the show at a path of this machine in place of the one before; whatever goes on is not held up.
   * @throws RefusedError while one is on or another is loaded; ShowError, ConfigError for one that is wrong.
   */
  loadShow(path: string): Promise<LoadedShow>;
  /** Forgets drones that are not connected. */
  removeFromTable(ids: readonly string[]): CommandResult[];
}
