/** All that brings files to drones and back: the parts of the show, and what the operator names. Knows no run's course. */
import { errorText } from '../../lib/errors.js';
import type { BulkBudget, ConnectionManager } from '../../lib/messaging/index.js';
import type { FileOperation } from '../../lib/operations/file-operations.js';
import type { Arguments } from '../../lib/operations/operation.js';
import type { Clock } from '../../lib/time/clock.js';
import { type FileCommandsContext, runFileOperation } from '../files/file-commands.js';
import { notConnected } from '../files/file-context.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { FleetEvent } from '../fleet/fleet.js';
import type { DroneView, LogLine } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import type { CurrentRun } from './current-run.js';
import { inShow, noShow } from './refusals.js';
import type { Outcome } from './send-command.js';
import type { Stage } from './stage.js';
import { pushFile } from './upload.js';
import { type Progress, type TransferView, Uploads } from './uploads.js';

/** What operations on files need of this machine. */
export type FileServices = Pick<FileCommandsContext, 'disk' | 'places' | 'fetchLogs'>;

export type FileTrafficOptions = {
  readonly clock: Clock;
  readonly commands: CommandRunner;
  readonly current: CurrentRun;
  readonly stage: Stage;
  readonly view: (id: string) => DroneView | undefined;
  readonly connection: (id: string) => ConnectionManager | undefined;
  /** How many drones are sent files at once. */
  readonly parallelUploads: number;
  /** What all files and logs share. */
  readonly budget: BulkBudget;
  /** The operator's files; undefined where there are none. */
  readonly fileServices?: FileServices | undefined;
  readonly onFleetEvent: (event: FleetEvent) => void;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export class FileTraffic {
  readonly #options: FileTrafficOptions;
  readonly #uploads: Uploads;

  constructor(options: FileTrafficOptions) {
    this.#options = options;
    const { clock, onFleetEvent } = options;
    this.#uploads = new Uploads(
      (id, share) => onFleetEvent({ type: 'uploadProgressed', id, share }),
      () => clock.monotonicMs(),
    );
  }

  /** The files that are on their way to drones; undefined while none is. */
  get transfers(): TransferView | undefined {
    return this.#uploads.view;
  }

  get uploads(): Uploads {
    return this.#uploads;
  }

  isReceiving(id: string): boolean {
    return this.#uploads.isReceiving(id);
  }

  /** Sends each drone its own file of the loaded show; one result per id. */
  upload(ids: readonly string[]): Promise<CommandResult[]> {
    const { commands, stage, parallelUploads } = this.#options;
    return this.#uploads.batch(ids, ({ during, skip }) => {
      const one = async (id: string): Promise<Outcome> => {
        const refusal = stage.loaded ? this.refusal(id) : noShow;
        if (!refusal) return during(id, (onProgress, signal) => this.#pushShow(id, onProgress, signal));
        skip(id);
        return refusal;
      };
      return commands.run('upload', ids, one, parallelUploads);
    });
  }

  /** One of the operations on files of the catalogue; one result per id. */
  run(what: FileOperation, ids: readonly string[], given: Arguments): Promise<CommandResult[]> {
    const { clock, commands, connection, log, budget, parallelUploads, fileServices, view, stage } =
      this.#options;
    if (!fileServices) return commands.run(what, ids, () => noFilesHere);
    const context: FileCommandsContext = {
      ...{ clock, commands, connection, log, budget, ...fileServices },
      uploads: this.#uploads,
      parallel: parallelUploads,
      refusal: (id) => this.refusal(id),
      upload: (missing) => this.upload(missing),
      holdsPart: (id) => view(id)?.proof === 'match',
      isSpare: (id) => stage.loaded !== undefined && view(id)?.slot === undefined && view(id) !== undefined,
    };
    return runFileOperation(context, what, { ids, given });
  }

  /** Why no file is sent to it now. */
  refusal(id: string): Outcome | undefined {
    const { view, connection, current } = this.#options;
    if (current.isOf([id])) return inShow(current.phase);
    if (view(id)?.isArmed)
      return { ok: false, code: 'armed', message: 'the drone is armed: land first, files wait' };
    return connection(id)?.isConnected ? undefined : notConnected;
  }

  /** A drone of ours is sent its part, an old one an animation: which it is, its first words tell. */
  async #pushShow(id: string, onProgress: Progress, signal: AbortSignal): Promise<Outcome> {
    const { stage, clock, connection } = this.#options;
    const link = connection(id);
    if (!link) return notConnected;
    await link.helloSettled().catch(() => undefined);
    try {
      const file = await stage.fileFor(id, link.hasFeature('authorization'));
      if (!file)
        return { ok: false, code: 'no_file', message: `the show has no part for ${id}: assign it a slot` };
      const { length } = file.content;
      onProgress(0, length);
      const outcome = await pushFile(link, file, { clock, onProgress, signal });
      if (outcome.ok) onProgress(length, length, outcome.code === 'unchanged' ? length : 0);
      return outcome;
    } catch (error) {
      return { ok: false, code: 'no_file', message: errorText(error) };
    }
  }
}

const noFilesHere: Outcome = {
  ok: false,
  code: 'not_supported',
  message: 'this server has no files of its own',
};
