/** The ports of root's helper: programs, the client that it looks after, and its own files. Types alone. */
import type { KeyObject } from 'node:crypto';
import type { UpdateReport } from '../../lib/update/drone-software.js';
import type { ClientHealth } from '../jobs/job.js';
import type { UpdateJournal } from './update-journal.js';

export type ProgramCall = {
  readonly program: string;
  readonly args: readonly string[];
  /** The program, and all that it began, is killed after that. */
  readonly limitMs: number;
};

export type ProgramEnd = {
  /** Undefined for one that was killed. */
  readonly exitCode: number | undefined;
  readonly isOverTime: boolean;
  readonly output: string;
  /** What it said on stderr. */
  readonly errors: string;
};

export interface HelperPrograms {
  /** @throws RefusedError `no_program` when it can not be run. */
  run(call: ProgramCall): Promise<ProgramEnd>;
}

/** What can be seen of the client without believing it more than that. */
export interface ClientMarks {
  isArmed(): boolean;
  /** Undefined without one, and for what no client writes. */
  health(): ClientHealth | undefined;
}

/** A copy of what lay in the client's folder, which the client can not reach any more. */
export type TakenPackage = { readonly path: string; readonly bytes: number; readonly sha256: string };

export type Room = { readonly neededBytes: number; readonly freeBytes: number; readonly folder: string };

/** The helper's files. Everything is on the disk, not only on its way there, when a method is done. */
export interface UpdateStore {
  journal(): UpdateJournal | undefined;
  setJournal(journal: UpdateJournal): void;
  /** Takes away journal, copies and everything else of an update but its report. */
  clear(): void;
  setReport(report: UpdateReport): void;
  /** @throws RefusedError for what is no file, too large, or finds no room. */
  takePackage(): TakenPackage;
  /** Text of the signed statement. @throws RefusedError. */
  takeStatement(): string;
  /** Keys of files that only root can write, with those files' names. */
  trustedKeys(): readonly { readonly name: string; readonly key: KeyObject }[];
  /** The places where room is short for so much; none when all is well. */
  shortOfRoom(needs: { readonly stateBytes: number; readonly programBytes: number }): readonly Room[];
  /** A file of dpkg about the installed package: `md5sums`, `postinst`, …; undefined without one. */
  installedFact(name: string): string | undefined;
  /** Makes `previous.deb` of what is installed. @throws StarlingError. */
  keepPackage(): Promise<void>;
  /** @throws StarlingError. */
  keepConfig(): Promise<void>;
  /** Puts the client's configuration back; nobody may run in it meanwhile. @throws StarlingError. */
  restoreConfig(): Promise<void>;
  /** Takes away what a dpkg that was cut short left among the program's files. */
  sweep(): void;
  /** Keeps this helper's own program, for a power cut amid its replacement. */
  keepProgram(): void;
}
