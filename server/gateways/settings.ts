/** Which gateways are to be open and how, from the server's configuration. Pure: reads no file that an option names. */
import type { Config } from '../../lib/config/index.js';
import { ConfigError, UsageError } from '../../lib/errors.js';
import { showRoom } from '../hub/fleet-side.js';
import type { Bridge, HubConfig } from '../hub/policies.js';
import { looseScratchLimits, scratchLimits } from './cloudlink/scratch-limits.js';
import { type Cue, parseCue } from './fleet/cues.js';

/** Names and usual ports. Source of the ports: the protocols' own; `native` has none. */
const usualPorts = { cloudlink: 3000, wevis: 12121, lacewing: 6121, native: 25100 } as const;

export type GatewayName = keyof typeof usualPorts;

export type WantedGateway = { readonly name: GatewayName; readonly port: number };

function isGatewayName(text: string): text is GatewayName {
  return Object.hasOwn(usualPorts, text);
}

/**
 * `all`, or names with ports and commas between: `cloudlink:3000,wevis`; empty: none.
 * @throws UsageError that says what is wrong and what is expected.
 */
export function parseGateways(text: string): readonly WantedGateway[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const wanted = words.flatMap((word) =>
    word === 'all' ? Object.keys(usualPorts).filter(isGatewayName).map(usualOf) : [parseGateway(word)],
  );
  for (const { name } of wanted)
    if (wanted.filter((other) => other.name === name).length > 1)
      throw new UsageError(`gateway ${name} is named twice: once is enough`);
  return wanted;
}

function usualOf(name: GatewayName): WantedGateway {
  return { name, port: usualPorts[name] };
}

function parseGateway(word: string): WantedGateway {
  const [name = '', port, ...more] = word.split(':');
  if (!isGatewayName(name) || more.length > 0)
    throw new UsageError(
      `"${word.slice(0, 60)}" is no gateway: write all, or ${Object.entries(usualPorts)
        .map(([each, usual]) => `${each}:${usual}`)
        .join(',')}`,
    );
  if (port === undefined) return usualOf(name);
  const number = Number(port);
  if (/^\d{1,5}$/.test(port) && number <= 65_535) return { name, port: number };
  throw new UsageError(
    `gateway ${name}: "${port.slice(0, 20)}" is no port: a number from 0 to 65535 (0: any)`,
  );
}

/** @throws ConfigError about a cue that can not be. */
export function readCues(config: Config): readonly Cue[] {
  return config.optionNames('CUES').map((name) => parseCue(name, config.getString(['CUES', name])));
}

/** Rooms with the gateways that share them: `lobby, stage:cloudlink+wevis`. @throws ConfigError */
export function parseBridges(text: string): readonly Bridge[] {
  return listed(text).map((word) => {
    const [room = '', gateways, ...more] = word.split(':');
    if (room === '' || more.length > 0)
      throw new ConfigError(`GATEWAYS/bridges: "${word}" is none: write lobby, or lobby:cloudlink+wevis`);
    if (room === showRoom)
      throw new ConfigError(
        `GATEWAYS/bridges: "${room}" is the fleet's, and in every gateway anyway: leave it out`,
      );
    return {
      room,
      gateways:
        gateways === undefined ? 'all' : gateways.split('+').map((name) => protocolOf('bridges', name)),
    };
  });
}

/** Scratch clients come by cloudlink's port and are a gateway of their own in the hub. */
function protocolOf(option: 'bridges' | 'disabled', name: string): string {
  if (name === 'scratch' || isGatewayName(name)) return name;
  const known = [...Object.keys(usualPorts), 'scratch'].join(', ');
  throw new ConfigError(`GATEWAYS/${option}: there is no gateway "${name.slice(0, 60)}"; there are ${known}`);
}

/** A command that is off, everywhere or at one gateway. */
export type Disabled = { readonly command: string; readonly gateway: string | undefined };

/** `gmsg, wevis:operate`. @throws ConfigError: what is misspelt would switch nothing off. */
export function parseDisabled(text: string): readonly Disabled[] {
  return listed(text).map((word) => {
    const at = word.indexOf(':');
    const command = word.slice(at + 1);
    if (!/^[\p{L}\p{N}_-]+$/u.test(command))
      throw new ConfigError(
        `GATEWAYS/disabled: "${word.slice(0, 60)}" is no command: write gmsg, or cloudlink:gmsg, commas between`,
      );
    return { command, gateway: at < 0 ? undefined : protocolOf('disabled', word.slice(0, at)) };
  });
}

/** What the hub allows: only wevis and native carry a secret, so that nobody else can act. @throws ConfigError */
export function readHubConfig(config: Config): HubConfig {
  const motd = config.getString('GATEWAYS/motd');
  const messages = config.getNumber('GATEWAYS/messages');
  const bytesPerS = config.getNumber('GATEWAYS/bytes') * 1000;
  return {
    ...(motd !== '' && { motd }),
    bridges: parseBridges(config.getString('GATEWAYS/bridges')),
    limits: {
      maxMembers: config.getNumber('GATEWAYS/max_members'),
      maxPerAddress: config.getNumber('GATEWAYS/max_per_address'),
      maxPerName: config.getNumber('GATEWAYS/max_per_name') || Number.POSITIVE_INFINITY,
      maxRooms: config.getNumber('GATEWAYS/max_rooms'),
      maxMessageBytes: config.getNumber('GATEWAYS/max_message') * 1024,
      messages: { burst: 2 * messages, perS: messages },
      bytes: { burst: Math.max(4 * bytesPerS, 4 * 2 ** 20), perS: bytesPerS },
    },
    gateways: {
      cloudlink: { ownRooms: ['default'] },
      wevis: { needsLogin: true, highestRole: 'operator' },
      native: { needsLogin: true, highestRole: 'operator', nameClash: 'allowed' },
      lacewing: { nameClash: 'folded' },
      scratch: {
        limits: config.getString('GATEWAYS/scratch') === 'cloudlink' ? looseScratchLimits : scratchLimits,
      },
    },
  };
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
