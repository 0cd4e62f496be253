/** The ways into a server: the port of the drones, the control port, and what tells the network where they are. */
import { errorCode, errorText, UsageError } from '../../lib/errors.js';
import { formatHostPort } from '../../lib/host-port.js';
import { getIpAddress, listenTcp, type TcpListener } from '../../lib/messaging/index.js';
import { loadOrCreateToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { defaultControlPort } from '../../lib/protocols/tpp/control-protocol.js';
import type { Gatekeeper } from '../../lib/security/access/gatekeeper.js';
import { openGatekeeper } from '../../lib/security/adapters/access-file.js';
import { readCertificate } from '../gateways/adapters/certificate-files.js';
import { type OpenGateways, openGateways } from '../gateways/adapters/open-gateways.js';
import { startControlPort } from '../gateways/control/adapters/control-port.js';
import { allEventTypes } from '../gateways/control/event-types.js';
import { parseGateways } from '../gateways/settings.js';
import { WarningLimit } from '../links/warning-limit.js';
import type { StarlingServer } from '../starling-server.js';
import type { Closers } from './closers.js';
import { startDiscovery } from './discovery.js';
import type { Core } from './make-server.js';
import type { Ground } from './open-ground.js';

const anyAddress = '0.0.0.0';
const anyAddresses: readonly string[] = [anyAddress, '::'];

/** Where drones connect. @throws UsageError when the port or the address can not be had. */
export async function openDronePort(
  { options, config, keys }: Ground,
  server: StarlingServer,
): Promise<TcpListener> {
  const port = options.port ?? config.getNumber('SERVER/port');
  const host = options.bind ?? anyAddress;
  const turnedAway = new WarningLimit();
  const guard = keys.openDoor((connection) => void server.accept(connection));
  try {
    const door = await listenTcp({
      host,
      port,
      onConnection: (connection) => guard.admit(connection),
      onWarning: (text) => {
        const line = turnedAway.pass(text, options.clock.monotonicMs());
        if (line !== undefined) server.log('warning', line);
      },
    });
    server.address = formatHostPort(anyAddresses.includes(host) ? getIpAddress() : door.address, door.port);
    return {
      ...door,
      close: () => {
        guard.close();
        return door.close();
      },
    };
  } catch (error) {
    guard.close();
    throw portError(error, host, port);
  }
}

function portError(error: unknown, host: string, port: number): UsageError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: another server runs there; end it, or choose another with --port`,
    EADDRNOTAVAIL: `${host} is no address of this machine: choose another with --bind`,
    EACCES: `port ${port} needs privileges: choose one above 1023 with --port`,
  };
  return new UsageError(
    reasons[errorCode(error)] ?? `${host}:${port} can not be opened: ${errorText(error)}`,
  );
}

export type ControlDoor = {
  readonly host: string;
  readonly port: number;
  readonly tokenPath: string;
  readonly gatekeeper: Gatekeeper;
};

/** The port of `starling ctl`. @throws UsageError */
export async function openControlDoor(
  { options, config, clock, early }: Ground,
  facade: StarlingServer,
  closers: Closers,
): Promise<ControlDoor> {
  const { stateFolder, version } = options;
  const token = await loadOrCreateToken(stateFolder);
  const gatekeeper = openGatekeeper({
    ...{ stateFolder, localToken: token.token, clock },
    onProblem: (text) => early.log('warning', text),
  });
  const host = options.controlBind ?? config.getString('CONTROL/bind');
  const [certificate, key] = ['CONTROL/tls_certificate', 'CONTROL/tls_key'] as const;
  const tls = await readCertificate(
    { option: certificate, path: config.getString(certificate) },
    { option: key, path: config.getString(key) },
  );
  const control = await startControlPort({
    ...{ facade, clock, version, gatekeeper, host, tls },
    eventTypes: allEventTypes(() => facade.hub),
    port: options.controlPort ?? defaultControlPort,
  });
  closers.add(control.close);
  return { host, port: control.port, tokenPath: token.path, gatekeeper };
}

/** The gateways that are wanted; undefined where none is. @throws ConfigError, UsageError about what is wanted. */
export async function openHub(
  { options, config, clock }: Ground,
  server: StarlingServer,
  gatekeeper: Gatekeeper,
): Promise<OpenGateways | undefined> {
  const wanted = parseGateways(options.gateways ?? config.getString('GATEWAYS/listen'));
  const hasPlugins = config.getString('GATEWAYS/plugins') !== '';
  if (wanted.length === 0 && !hasPlugins) return undefined;
  const { version } = options;
  const opened = await openGateways({ wanted, facade: server, clock, config, gatekeeper, version });
  server.hub = opened.desk;
  return opened;
}

/** Tells the network where the drones' door is, and hears of other servers. `onOlder`: one was here before this one. */
export async function announce(
  ground: Ground,
  { server, charge, ntpPort, news }: Core,
  {
    port,
    closers,
    onOlder,
  }: { readonly port: number; readonly closers: Closers; readonly onOlder: (reason: string) => void },
): Promise<void> {
  const { options, config, clock, keys, id, startTimeS } = ground;
  const discoverable = {
    ...{ clock, config, id, startTimeS, epoch: () => keys.epoch },
    ...{ bind: options.bind ?? anyAddress, port, version: options.version, ntpPort },
    ...{ isOpen: keys.isOpen, sign: keys.sign, accept: keys.accept },
  };
  const discovery = await startDiscovery(discoverable, {
    onEvent: ({ text }) => server.log('warning', text),
    onOlderServer: onOlder,
    onFleetServer: (other) => charge.heard(other),
  });
  news.announce = () => discovery.announce();
  closers.add(discovery.close);
}
