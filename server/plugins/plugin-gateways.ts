/** Whether the gateways that a plugin brings are any. Pure: opens none. */
import { ConfigError, UsageError } from '../../lib/errors.js';
import type { Gateway } from '../gateways/gateway.js';
import type { PluginGateway, StarlingPlugin } from './starling-plugin.js';

const maxPort = 65_535;

/** @throws ConfigError that says what is wrong with them. */
export function gatewaysOf({ gateways = [] }: StarlingPlugin): readonly PluginGateway[] {
  if (!Array.isArray(gateways)) throw new ConfigError('its gateways are no list');
  for (const gateway of gateways) if (!isOne(gateway)) throw wrong();
  return gateways;
}

function isOne(value: unknown): value is PluginGateway {
  if (typeof value !== 'object' || value === null) return false;
  const { name, port, start } = value as { readonly [key: string]: unknown };
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= maxPort;
  return typeof name === 'string' && name !== '' && isPort && typeof start === 'function';
}

function wrong(): ConfigError {
  return new ConfigError(`a gateway is { name, port, start }, its port from 0 to ${maxPort} (0: any)`);
}

/** What a plugin's gateway has opened. @throws UsageError when it is nothing that could be closed again. */
export function openedGateway(value: unknown): Gateway {
  const opened = (value ?? {}) as { readonly [key: string]: unknown };
  if (
    typeof opened.name === 'string' &&
    typeof opened.port === 'number' &&
    typeof opened.close === 'function'
  )
    return value as Gateway;
  throw new UsageError('its start gave no { name, port, close }');
}
