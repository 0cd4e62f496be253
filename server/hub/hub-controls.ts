/** What the server's front ends see of the hub and do to it. Knows no gateway. */
import { RefusedError } from '../../lib/errors.js';
import type { HubEvent } from './hub-events.js';
import type { Member } from './hub-types.js';

/** A visitor, as the operator sees it. */
export type VisitorView = {
  readonly id: string;
  readonly name: string | null;
  readonly role: Member['role'];
  readonly gateway: string;
  readonly address: string;
  readonly rooms: readonly string[];
  readonly latencyMs: number | null;
};

export type HubView = {
  readonly gateways: readonly { readonly name: string; readonly port: number }[];
  readonly visitors: readonly VisitorView[];
  readonly commands: readonly string[];
  readonly plugins: readonly string[];
};

/** What the server's operations need of the hub. */
export interface HubControls {
  /** How many there are. */
  readonly visitors: number;
  view(): HubView;
  /** Ends a visitor's connection. @throws RefusedError when there is none of that id or name. */
  expel(who: string, by: string): string;
  /** Told of all that happens, until the answer is called. */
  listen(hear: (event: HubEvent) => void): () => void;
  /** @throws RefusedError when it was so already. */
  switchCommand(command: string, isOn: boolean, gateway: string | undefined): string;
}

const noHub = () =>
  new RefusedError(
    'no_gateways',
    'no gateway is open: start the server with --gateways, or set GATEWAYS/listen',
  );

/** Where no gateway is open. */
export const closedHub: HubControls = {
  visitors: 0,
  view: () => ({ gateways: [], visitors: [], commands: [], plugins: [] }),
  expel: () => {
    throw noHub();
  },
  listen: () => () => undefined,
  switchCommand: () => {
    throw noHub();
  },
};
