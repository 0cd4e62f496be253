/** Looks at the way to the autopilot, from outside: a link that is in use is left alone. Speaks no MAVLink. */
import { hasConnectionTo } from '../../../lib/doctor/adapters/holders.js';
import { readPortState } from '../../../lib/doctor/adapters/port-state.js';
import { type Finding, ok } from '../../../lib/doctor/finding.js';
import { errorText } from '../../../lib/errors.js';
import { formatHostPort } from '../../../lib/host-port.js';
import { connectTcp } from '../../../lib/messaging/index.js';
import type { ServerAddress } from '../../client/server-session.js';
import type { VehicleUrl } from '../../vehicle/vehicle-url.js';
import { judgeSerial, judgeVehiclePort, judgeVehicleTcp } from '../judge-vehicle.js';
import { readSerial } from './devices.js';

const answerMs = 2000;

export async function checkVehicle(url: VehicleUrl, signal: AbortSignal): Promise<Finding[]> {
  switch (url.kind) {
    case 'serial':
      return judgeSerial(await readSerial(url.path));
    case 'udpin': {
      const { host, port } = url;
      return [judgeVehiclePort(await readPortState({ protocol: 'UDP', host, port }))];
    }
    case 'tcp':
      return [await checkTcp(formatHostPort(url.host, url.port), url, signal)];
    case 'udp':
      return [
        ok(
          'autopilot',
          `spoken to at ${formatHostPort(url.host, url.port)} (whether it answers is not tried)`,
        ),
      ];
    case 'sim':
      return [ok('autopilot', 'simulated')];
  }
}

async function checkTcp(name: string, { host, port }: ServerAddress, signal: AbortSignal): Promise<Finding> {
  // Some autopilots take one caller alone, and drop another for the next.
  if (await hasConnectionTo(port))
    return ok('autopilot', `this computer is connected to ${name} already: left alone`);
  try {
    const socket = await connectTcp({ host, port, signal, timeoutMs: answerMs });
    socket.destroy();
    return judgeVehicleTcp(name, undefined);
  } catch (error) {
    return judgeVehicleTcp(name, errorText(error));
  }
}
