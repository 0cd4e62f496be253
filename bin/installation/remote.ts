/** The port through which a Pi is reached: programs run there, one after the other. Knows no SSH. */

export type RemoteCommand = {
  /** A line for the shell there, without secrets: whoever is on that computer can see it. */
  readonly script: string;
  /** What it reads before its input, e.g. a password. */
  readonly first?: string;
  /** What it reads, then an end. */
  readonly input?: string | { readonly path: string };
  /** How many bytes of the input are on their way. */
  readonly onSent?: (bytes: number) => void;
  /** After that it is given up. */
  readonly limitMs: number;
};

export type RemoteOutcome = {
  /** What it ended with. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

export interface Remote {
  /** Resolves however the program ended. @throws LostRemoteError when the connection ended, or the time was over. */
  run(command: RemoteCommand): Promise<RemoteOutcome>;
  /** Ends the connection. Never rejects. */
  close(): Promise<void>;
}

/** Nobody knows how far the program came. */
export class LostRemoteError extends Error {}

/** A computer that can not be reached, or lets nobody in. */
export class UnreachableError extends Error {
  /** What to do, a sentence. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

/** Where it is, and as whom. */
export type Target = {
  /** USER@HOST, or HOST, as `ssh` takes it. */
  readonly address: string;
  readonly port?: number;
  /** File of a private key. */
  readonly identity?: string;
};
