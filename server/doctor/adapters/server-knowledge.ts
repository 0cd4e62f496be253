/** What the checks of a server start from. Types alone. */
import type { Config } from '../../../lib/config/index.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { OwnServerAnswer } from '../judge-server.js';

export type CheckServerOptions = {
  readonly clock: Clock;
  /** Of this software, and of Node. */
  readonly version: string;
  readonly nodeVersion: string;
  readonly stateFolder: string;
  readonly configPath?: string | undefined;
  readonly controlPort?: number | undefined;
  readonly isOpen?: boolean | undefined;
  /** Folders of programs, as the environment has them. */
  readonly searchPath: string;
};

export type Known = CheckServerOptions & {
  readonly config: Config;
  /** The server that runs now, if one does. Asked once. */
  readonly own: Promise<OwnServerAnswer>;
};
