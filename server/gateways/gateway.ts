/** What every gateway is to the server, and what it is given. Types alone. */
import type { Clock } from '../../lib/time/clock.js';
import type { LogLine } from '../snapshot.js';
import type { Switchboard } from './switchboard.js';

/** A certificate and its key, PEM: with them a gateway takes TLS only. */
export type Certificate = { readonly cert: string; readonly key: string };

/** What every gateway is started with. */
export type GatewayOptions = {
  readonly board: Switchboard;
  readonly clock: Clock;
  /** The server's event log. */
  readonly log: (level: LogLine['level'], text: string) => void;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls?: Certificate;
};

/** A gateway that is open. */
export interface Gateway {
  readonly name: string;
  /** The port that it has got. */
  readonly port: number;
  /** Listens no more and cuts its connections; resolves when that is done. */
  close(): Promise<void>;
}
