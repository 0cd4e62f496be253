/** The helper's own files of an update, in a folder of root's. Knows the disk; decides nothing. */
import { createHash, type KeyObject } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, RefusedError } from '../../../lib/errors.js';
import { isHex } from '../../../lib/security/hex.js';
import { readPublicKey } from '../../../lib/security/keys.js';
import { maxUpdateBytes, type UpdateReport } from '../../../lib/update/drone-software.js';
import { maxSignedStatementBytes } from '../../../lib/update/update-statement.js';
import { type HelperPaths, ownPackage } from '../helper-paths.js';
import { judgeRoom } from '../judge-update.js';
import type { HelperPrograms, Room, TakenPackage, UpdateStore } from '../ports.js';
import { journalText, parseJournal, type UpdateJournal } from '../update-journal.js';
import { KeptConfig } from './keep-config.js';
import { keepPackage } from './keep-package.js';
import { keepProgram } from './keep-program.js';
import { sweepPackage } from './sweep-package.js';
import { copyOpenFile, makeFolder, readWary, syncPath, withWaryFile, writeDurably } from './wary-files.js';

const open = 0o755;
const secret = 0o700;

/** Room that is left alone, bytes. */
const marginBytes = 32 * 1024 * 1024;

export type UpdateFilesOptions = {
  readonly paths: HelperPaths;
  readonly programs: HelperPrograms;
  /** Path of the helper's first module. */
  readonly entry: string;
  readonly log: (text: string) => void;
};

export class UpdateFiles implements UpdateStore {
  readonly #paths: HelperPaths;
  readonly #programs: HelperPrograms;
  readonly #entry: string;
  readonly #log: (text: string) => void;
  readonly #config: KeptConfig;

  constructor({ paths, programs, entry, log }: UpdateFilesOptions) {
    this.#paths = paths;
    this.#programs = programs;
    this.#entry = entry;
    this.#log = log;
    this.#config = new KeptConfig(paths, programs);
    makeFolder(paths.state, open);
    makeFolder(dirname(paths.report), open);
    makeFolder(paths.work, secret);
  }

  journal(): UpdateJournal | undefined {
    if (!existsSync(this.#paths.journal)) return undefined;
    return parseJournal(readFileSync(this.#paths.journal, 'utf8'));
  }

  setJournal(journal: UpdateJournal): void {
    writeDurably(this.#paths.journal, journalText(journal), 0o600);
  }

  clear(): void {
    const { journal, work, state } = this.#paths;
    rmSync(journal, { force: true });
    syncPath(state);
    for (const name of readdirSync(work)) rmSync(join(work, name), { recursive: true, force: true });
  }

  setReport(report: UpdateReport): void {
    writeDurably(this.#paths.report, `${JSON.stringify(report)}\n`, 0o644);
  }

  takePackage(): TakenPackage {
    const { clientData, update, newPackage: path } = this.#paths;
    rmSync(path, { force: true });
    return withWaryFile({ folder: clientData, path: update.package }, (file, { size: bytes }) => {
      if (bytes > maxUpdateBytes)
        throw new RefusedError(
          'too_large',
          `the package has ${bytes} bytes, at most ${maxUpdateBytes} are taken`,
        );
      judgeRoom(this.#short(this.#paths.work, bytes));
      const hash = createHash('sha256');
      copyOpenFile(file, { target: path, bytes, onChunk: (chunk) => hash.update(chunk) });
      return { path, bytes, sha256: hash.digest('hex') };
    });
  }

  takeStatement(): string {
    const { clientData, update } = this.#paths;
    return readWary({ folder: clientData, path: update.signature }, maxSignedStatementBytes).toString('utf8');
  }

  trustedKeys(): { name: string; key: KeyObject }[] {
    const folder = this.#paths.trustedKeys;
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.pub'));
    return names.flatMap((name) => this.#key(join(folder, name)));
  }

  shortOfRoom({ stateBytes, programBytes }: { stateBytes: number; programBytes: number }): Room[] {
    const { work, program } = this.#paths;
    if (!existsSync(program) || statSync(work).dev === statSync(program).dev)
      return this.#short(work, stateBytes + programBytes);
    return [...this.#short(work, stateBytes), ...this.#short(program, programBytes)];
  }

  installedFact(name: string): string | undefined {
    try {
      return readFileSync(join(this.#paths.dpkg, 'info', `${ownPackage}.${name}`), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  keepPackage(): Promise<void> {
    return keepPackage(this.#paths, this.#programs);
  }

  keepConfig(): Promise<void> {
    return this.#config.keep();
  }

  restoreConfig(): Promise<void> {
    return this.#config.restore();
  }

  sweep(): void {
    const count = sweepPackage(this.#paths);
    if (count > 0) this.#log(`${count} files of an update that was cut short were taken away`);
  }

  keepProgram(): void {
    keepProgram(this.#entry, this.#paths.rescue);
  }

  #short(folder: string, bytes: number): Room[] {
    const { bavail, bsize } = statfsSync(folder);
    const [freeBytes, neededBytes] = [bavail * bsize, bytes + marginBytes];
    return freeBytes < neededBytes ? [{ folder, freeBytes, neededBytes }] : [];
  }

  /** None of a file that others than root could have written, or that holds no key. */
  #key(path: string): { name: string; key: KeyObject }[] {
    const { uid, mode } = lstatSync(path);
    const digits = readFileSync(path, 'utf8').trim();
    const isRoots = uid === 0 && (mode & 0o022) === 0;
    if (isRoots && isHex(digits, 64)) return [{ name: path, key: readPublicKey(digits) }];
    this.#log(`${path}: not trusted: ${isRoots ? 'give 64 hexadecimal digits' : "it must be root's alone"}`);
    return [];
  }
}
