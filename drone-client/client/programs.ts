/** The port to other programs of the drone's computer. Knows none of them, and not who asks. */

export type ProgramCall = {
  /** An absolute path. */
  readonly program: string;
  /** Handed over as they are: no shell reads them. */
  readonly args: readonly string[];
  readonly timeLimitMs: number;
};

export type ProgramEnd = {
  /** Undefined when it was ended by a signal, or by its time limit. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly isOverTime: boolean;
  /** What it wrote to stdout and stderr, in the order in which it came, up to a limit. */
  readonly output: string;
  readonly isOutputCut: boolean;
};

/**
 * Runs a program without a shell, in the data folder, with an environment that holds no secrets. When its time is over,
 * or it has ended, nothing of its process group is left running. Rejects with `no_program` when it can not be begun.
 */
export interface Programs {
  run(call: ProgramCall): Promise<ProgramEnd>;
}
