/** What a server is started with. Types alone. */
import type { SectionSpec } from '../lib/config/index.js';
import type { Clock } from '../lib/time/clock.js';

export type ServerOptions = {
  readonly clock: Clock;
  readonly version: string;
  /** Folder of the control token, the fleet's keys and the log; made when missing. */
  readonly stateFolder: string;
  readonly isHeadless: boolean;
  readonly configPath?: string;
  /** Specifications of configuration files that may be edited, by their `config_name`; default: the server's own. */
  readonly configSpecs?: ReadonlyMap<string, SectionSpec>;
  /** TCP port for drones; 0 = any free one. Default: the configuration's. */
  readonly port?: number;
  /** Address to listen on. Default: all. */
  readonly bind?: string;
  /** Port of the control port; 0 = any free one. */
  readonly controlPort?: number;
  /** Address of the control port; anything but loopback takes TLS only. Default: the configuration's, 127.0.0.1. */
  readonly controlBind?: string;
  /** Which gateways to open, as `GATEWAYS/listen` has it; default: that. */
  readonly gateways?: string;
  /** A file or folder of any format that `openShow` knows. */
  readonly showPath?: string;
  /** Lets in drones without a key. Default: the configuration's. */
  readonly isOpen?: boolean;
  /** False: nothing is announced to the network. */
  readonly isDiscoverable?: boolean;
  /** Receives the event log as lines, where there is no panel. */
  readonly say?: (line: string) => void;
};
