/** Makes the vehicle that a URL names. The one place that picks a link; knows no show and no server. */
import { DisconnectedError, errorText } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import { startMemorySimulator } from '../../simulator/adapters/memory-simulator.js';
import type { FaultSource } from '../../simulator/fault-schedule.js';
import type { MavlinkLink } from '../mavlink/link.js';
import { MavlinkVehicle } from '../mavlink/mavlink-vehicle.js';
import { MavlinkSigner } from '../mavlink/signing.js';
import type { VehicleUrl } from '../vehicle-url.js';
import type { LinkReport } from './link-reports.js';
import { openTcpLink } from './tcp-link.js';
import { openListeningUdpLink, openUdpLink } from './udp-link.js';

/** The part of a pino logger that a vehicle uses. */
type VehicleLogger = Record<'info' | 'warn' | 'error', (fields: object, text: string) => void>;

export type CreateVehicleOptions = {
  readonly clock: Clock;
  readonly logger?: VehicleLogger;
  /** 32 bytes: signs what we send, and drops what is not signed with it. */
  readonly signingKey?: Uint8Array;
  /** Which of the links that share the key this is, 0…255; default 0. */
  readonly signingLinkId?: number;
  /** What befalls a simulated autopilot. */
  readonly faults?: FaultSource;
};

/**
 * Opens the link and returns at once: the autopilot is there when `state.connected` says so. A serial device or TCP
 * peer that is missing is tried each second, and the logger told once.
 * A `sim:` URL starts a simulated autopilot in this process, which ends with the vehicle.
 * @throws DisconnectedError when the link can not be opened at all: a UDP port that is taken, a host without address,
 * a computer for which there is no serial driver. RangeError for a key that has not 32 bytes.
 */
export async function createVehicle(url: VehicleUrl, options: CreateVehicleOptions): Promise<MavlinkVehicle> {
  const { clock, logger, signingKey, signingLinkId = 0 } = options;
  const { systemId, ownSystemId, ownComponentId } = url;
  const signer =
    signingKey && new MavlinkSigner({ key: signingKey, linkId: signingLinkId, utcMs: () => clock.utcMs() });
  return new MavlinkVehicle({
    link: await openLink(url, options),
    clock,
    ...(systemId !== undefined && { systemId }),
    ...(ownSystemId !== undefined && { ownSystemId }),
    ...(ownComponentId !== undefined && { ownComponentId }),
    ...(signer && { signer }),
    reportError: (error) => logger?.error({ err: error }, 'a listener of the vehicle failed'),
  });
}

async function openLink(
  url: VehicleUrl,
  { clock, logger, faults }: CreateVehicleOptions,
): Promise<MavlinkLink> {
  const onReport = ({ kind, text }: LinkReport): void =>
    logger?.[kind === 'open' ? 'info' : 'warn']({ link: kind }, text);
  switch (url.kind) {
    case 'serial':
      return openSerial({ ...url, clock, onReport });
    case 'tcp':
      return openTcpLink({ ...url, clock, onReport });
    case 'udp':
      return openUdpLink(url);
    case 'udpin':
      return openListeningUdpLink(url, clock);
    case 'sim':
      return openSimulatorLink(url, clock, faults);
  }
}

type SerialOptions = Parameters<typeof import('./serial-link.js').openSerialLink>[0];

/** Loaded only here: a fleet in simulation never loads the native addon. */
async function openSerial(options: SerialOptions): Promise<MavlinkLink> {
  try {
    const { openSerialLink } = await import('./serial-link.js');
    return openSerialLink(options);
  } catch (error) {
    throw new DisconnectedError(
      `serial ${options.path}: the driver "serialport" does not load on this computer: ${errorText(error)}`,
      { cause: error },
    );
  }
}

function openSimulatorLink(
  url: VehicleUrl & { kind: 'sim' },
  clock: Clock,
  faults: FaultSource | undefined,
): MavlinkLink {
  const { seed, startPositionM, autopilot, systemId = 1 } = url;
  const { link, close } = startMemorySimulator({
    ...{ clock, systemId, seed, startPositionM, autopilot },
    ...(faults && { faults }),
  });
  return {
    framing: link.framing,
    send: (bytes) => link.send(bytes),
    onData: (listener) => link.onData(listener),
    onClose: (listener) => link.onClose(listener),
    async close() {
      await link.close();
      await close();
    },
  };
}
