/** Looks at the ports that a server wants, and where it announces itself. Holds none of them for longer than a moment. */
import { ipv4Interfaces } from '../../../lib/discovery/adapters/interfaces.js';
import { broadcastTargets } from '../../../lib/discovery/index.js';
import { readPortState } from '../../../lib/doctor/adapters/port-state.js';
import { type Finding, ok, problem } from '../../../lib/doctor/finding.js';
import { judgePort } from '../../../lib/doctor/port.js';
import { ConfigError, errorText } from '../../../lib/errors.js';
import { defaultControlPort } from '../../../lib/protocols/tpp/control-protocol.js';
import { ntpPorts } from '../../../lib/time/ntp/adapters/ntp-server.js';
import { parseGateways } from '../../gateways/settings.js';
import { judgeNtpPort, ownHolder } from '../judge-server.js';
import type { Known } from './server-knowledge.js';

const anyAddress = '0.0.0.0';

export async function checkDronePort({ config, own }: Known): Promise<Finding[]> {
  const port = config.getNumber('SERVER/port');
  const state = await readPortState({ protocol: 'TCP', host: anyAddress, port });
  const check = { check: 'drone port', option: '[SERVER] port, or --port' };
  return [judgePort(state, { ...check, own: ownHolder(await own, state) })];
}

export async function checkControlPort({ config, controlPort, own }: Known): Promise<Finding[]> {
  const host = config.getString('CONTROL/bind');
  const state = await readPortState({ protocol: 'TCP', host, port: controlPort ?? defaultControlPort });
  const answer = await own;
  const named = answer.kind === 'runs' ? 'our own server, which runs now' : undefined;
  return [judgePort(state, { check: 'control port', option: '--control-port', own: named })];
}

export async function checkGateways({ config, own }: Known): Promise<Finding[]> {
  const host = config.getString('GATEWAYS/bind');
  const answer = await own;
  try {
    const wanted = parseGateways(config.getString('GATEWAYS/listen'));
    return await Promise.all(
      wanted.map(async ({ name, port }) => {
        const state = await readPortState({ protocol: 'TCP', host, port });
        return judgePort(state, {
          ...{ check: `gateway ${name}`, option: '[GATEWAYS] listen' },
          own: ownHolder(answer, state),
        });
      }),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [problem('gateways', error.message, 'correct [GATEWAYS] listen')];
  }
}

export async function checkNtp({ own }: Known): Promise<Finding[]> {
  const [usual, other] = await Promise.all(
    [ntpPorts[0] ?? 0, ntpPorts[1] ?? 0].map((port) =>
      readPortState({ protocol: 'UDP', host: anyAddress, port }),
    ),
  );
  if (!usual || !other) return [];
  return [judgeNtpPort({ usual, other }, (await own).kind === 'runs')];
}

export async function checkBroadcast({ config }: Known): Promise<Finding[]> {
  const check = 'broadcast';
  const port = config.getNumber('BROADCAST/port');
  const ear = config.getBoolean('BROADCAST/listen')
    ? [
        judgePort(await readPortState({ protocol: 'UDP', host: anyAddress, port, isShared: true }), {
          ...{ check, option: '[BROADCAST] port', own: undefined },
        }),
      ]
    : [];
  if (!config.getBoolean('BROADCAST/send'))
    return [...ear, ok(check, 'not wanted ([BROADCAST] send): drones need [SERVER] host')];
  try {
    const sendIp = config.getString('BROADCAST/send_ip');
    const targets = broadcastTargets({ bind: anyAddress, sendIp, interfaces: ipv4Interfaces() });
    const places = [...new Set(targets.map(({ address }) => address))].join(', ');
    return [...ear, ok(check, `announced on UDP ${port} to ${places}`)];
  } catch (error) {
    return [...ear, problem(check, errorText(error), 'correct [BROADCAST] send_ip')];
  }
}
