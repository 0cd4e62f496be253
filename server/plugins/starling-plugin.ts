/** What a plugin of the server may bring: hub commands, vetoes, an ear for what happens, and gateways. Types alone. */
import type { Gateway, GatewayOptions } from '../gateways/gateway.js';
import type { Plugin } from '../hub/plugins.js';

/** A gateway of a plugin: opened on the address of all gateways, its port as it says. */
export type PluginGateway = {
  readonly name: string;
  readonly port: number;
  /** Opens it; a rejection is named in the event log and takes nothing else down. */
  readonly start: (options: GatewayOptions) => Promise<Gateway>;
};

/** The default export of a plugin's module, or what the function that it exports gives. */
export type StarlingPlugin = Plugin & { readonly gateways?: readonly PluginGateway[] };
