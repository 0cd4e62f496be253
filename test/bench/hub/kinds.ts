/** What the hub bench measures: servers by kind, and how their members come in. Data only. */

/** `ws`: a bare broadcast of the `ws` library; `tcp`: bare sockets, for memory alone. */
export type Kind = 'ws' | 'tcp' | 'cloudlink' | 'scratch' | 'wevis' | 'lacewing' | 'native';

export const gateways: readonly Kind[] = ['cloudlink', 'scratch', 'wevis', 'lacewing', 'native'];

/** The bare thing that a gateway stands on. */
export const bareOf = (kind: Kind): Kind =>
  kind === 'cloudlink' || kind === 'scratch' || kind === 'ws' ? 'ws' : 'tcp';

/** Bytes of text in one message. */
export const textBytes = 200;

export const room = 'bench';

/** Of every member of `native`. */
export const benchToken = 'the-token-of-everybody-in-this-bench';

export type ServeOptions = { readonly kind: Kind };

export type MembersOptions = {
  readonly kind: Kind;
  readonly port: number;
  readonly members: number;
  /** Messages to send; 0: the members are only there. */
  readonly messages: number;
  /** How many are under way at a time. */
  readonly window: number;
};

/** What the members saw: of each message the time until the last of them had it, ms. */
export type Fanout = {
  readonly receivers: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
};
