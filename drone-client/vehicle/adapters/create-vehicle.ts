/** Makes the vehicle that a URL names. The one place that picks a link; knows no show and no server. */
import type { Clock } from '../../../lib/time/clock.js';
import { startSimulator } from '../../simulator/adapters/udp-simulator.js';
import type { MavlinkLink } from '../mavlink/link.js';
import { MavlinkVehicle } from '../mavlink/mavlink-vehicle.js';
import type { Vehicle } from '../vehicle.js';
import type { VehicleUrl } from '../vehicle-url.js';
import { openListeningUdpLink, openUdpLink } from './udp-link.js';

/** The part of a pino logger that a vehicle uses. */
type VehicleLogger = { error(fields: object, text: string): void };

export type CreateVehicleOptions = { readonly clock: Clock; readonly logger?: VehicleLogger };

/**
 * Opens the link and returns at once: the autopilot is there when `state.connected` says so.
 * A `sim:` URL starts a simulated autopilot in this process, which ends with the vehicle.
 * @throws DisconnectedError when the link can not be opened at all.
 */
export async function createVehicle(url: VehicleUrl, options: CreateVehicleOptions): Promise<Vehicle> {
  const { clock, logger } = options;
  return new MavlinkVehicle({
    link: await openLink(url, clock),
    clock,
    ...(url.systemId !== undefined && { systemId: url.systemId }),
    reportError: (error) => logger?.error({ err: error }, 'a listener of the vehicle failed'),
  });
}

async function openLink(url: VehicleUrl, clock: Clock): Promise<MavlinkLink> {
  switch (url.kind) {
    case 'udp':
      return openUdpLink(url);
    case 'udpin':
      return openListeningUdpLink(url, clock);
    case 'sim':
      return openSimulatorLink(url, clock);
  }
}

async function openSimulatorLink(url: VehicleUrl & { kind: 'sim' }, clock: Clock): Promise<MavlinkLink> {
  const { seed, startPositionM, systemId = 1 } = url;
  const simulator = await startSimulator({ clock, systemId, seed, startPositionM });
  const link = await openUdpLink({ host: '127.0.0.1', port: simulator.port });
  return {
    framing: link.framing,
    send: (bytes) => link.send(bytes),
    onData: (listener) => link.onData(listener),
    onClose: (listener) => link.onClose(listener),
    async close() {
      await link.close();
      await simulator.close();
    },
  };
}
