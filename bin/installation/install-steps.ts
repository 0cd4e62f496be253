/** The steps in which a Pi becomes a drone, how one of them fails, and what came of all. Data only. */
import { StarlingError } from '../../lib/errors.js';

export const installSteps = {
  connect: 'connect',
  look: 'look at the Pi',
  copy: 'copy the package',
  install: 'install the package',
  enrol: 'make its key',
  setup: 'set it up',
  doctor: 'ask its doctor',
  service: 'wait for its client',
} as const;

export type InstallStep = keyof typeof installSteps;

type Failure = {
  readonly step: InstallStep;
  /** What happened. */
  readonly text: string;
  /** What to do. */
  readonly advice: string;
  /** Last words of the program on the Pi. */
  readonly said?: readonly string[];
};

export class InstallError extends StarlingError {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super('not_installed', `${installSteps[failure.step]}: ${failure.text}`);
    this.failure = failure;
  }
}

export type DoctorFinding = {
  readonly check: string;
  readonly verdict: string;
  readonly text: string;
  readonly do?: string;
};

export type Installed = {
  readonly version: string;
  /** Whether the package was installed now; false: it was there already. */
  readonly isNew: boolean;
  /** What setup changed, in its own words. */
  readonly changes: readonly string[];
  /** What remains for a person, in its own words. */
  readonly toDo: readonly string[];
  /** What its doctor found that is not as it should be. */
  readonly findings: readonly DoctorFinding[];
};

const shownLines = 8;

/** The last lines that say something, for people. */
export function lastWords(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-shownLines);
}
