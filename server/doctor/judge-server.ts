/** Is what a server needs there: its fleet, its ports, music? Pure: what was found is an argument. */
import { type Finding, ok, problem, warning } from '../../lib/doctor/finding.js';
import { type Holder, holderText, isStarling, type PortState } from '../../lib/doctor/port.js';
import { type Fleet, holds, supersededBy } from '../../lib/security/fleet-secret.js';
import { deriveSigningKey, fleetFingerprint, publicKeyHex } from '../../lib/security/keys.js';

/** The server of this state folder, when it runs now, by what it answers. */
type OwnServer = { readonly version: string; readonly address: string; readonly phase: string };

/** What became of asking it: its answer, nobody there, or somebody who does not take this folder's token. */
export type OwnServerAnswer =
  | { readonly kind: 'runs'; readonly server: OwnServer }
  | { readonly kind: 'none' }
  | { readonly kind: 'other'; readonly why: string };

export function judgeOwnServer(answer: OwnServerAnswer, version: string): Finding {
  const check = 'version';
  if (answer.kind === 'other')
    return warning(
      check,
      `${version}; what has the control port does not answer to this folder: ${answer.why}`,
      'look at the folder of that server: --state DIR',
    );
  if (answer.kind === 'none') return ok(check, `${version}; no server of this folder runs now`);
  const { server } = answer;
  if (server.version === version)
    return ok(check, `${version}, as the server that runs now (phase ${server.phase})`);
  return warning(
    check,
    `this is ${version}, the server that runs now is ${server.version}`,
    'it was updated while it ran: start it again when no show is on',
  );
}

/** What a port's holder is called when it is a server of ours; undefined: it is somebody else. */
export function ownHolder(answer: OwnServerAnswer, { port, holder }: PortState): string | undefined {
  if (answer.kind === 'runs' && (answer.server.address.endsWith(`:${port}`) || isStarling(holder, 'server')))
    return `our own server, which runs now (version ${answer.server.version})`;
  return undefined;
}

export function judgeNtpPort(
  { usual, other }: { readonly usual: PortState; readonly other: PortState },
  isRunning: boolean,
): Finding {
  const check = 'NTP port';
  if (usual.refusal === undefined) return ok(check, `UDP ${usual.port} is free`);
  if (isRunning && [usual, other].some(mayBeOurs))
    return ok(check, 'our own server, which runs now, tells the time');
  const why = usual.refusal === 'EACCES' ? 'needs privileges' : `is taken by ${holderText(usual.holder)}`;
  if (other.refusal === undefined)
    return ok(check, `UDP ${other.port} is free (${usual.port} ${why}): drones are told of it`);
  return warning(
    check,
    `neither UDP ${usual.port} (${why}) nor ${other.port} can be had${heldBy(other.holder)}`,
    'end what holds them; without, drones go by the heartbeat, which is less exact',
  );
}

/** A server that another user runs does not show what it holds. */
function mayBeOurs({ refusal, holder }: PortState): boolean {
  return refusal === 'EADDRINUSE' && (holder === undefined || isStarling(holder, 'server'));
}

function heldBy(holder: Holder | undefined): string {
  return holder ? `, taken by ${holderText(holder)}` : '';
}

/** `fleet` undefined: there is none yet. */
export function judgeFleet(fleet: Fleet | undefined, isOpen: boolean): Finding[] {
  const check = 'fleet';
  if (isOpen)
    return [
      warning(
        check,
        'open: drones without a key are let in, and so is anybody on this network',
        'enroll the drones ("starling fleet enroll DRONE_ID -o FILE") and start without --open and [SECURITY] open',
      ),
    ];
  const enroll = 'enroll each: starling fleet enroll DRONE_ID -o FILE, and put that file on the drone';
  if (!fleet)
    return [warning(check, 'it has no secret yet (the first start makes it) and no drones', enroll)];
  const fingerprint = fleetFingerprint(publicKeyHex(deriveSigningKey(fleet.secret)));
  const enrolled = [...fleet.enrolments.values()].filter(holds).length;
  const other = supersededBy(fleet);
  const findings = [
    enrolled === 0
      ? warning(check, `${fingerprint}: no drone is enrolled, so none is let in`, enroll)
      : ok(check, `${fingerprint}, ${enrolled} drone${enrolled === 1 ? '' : 's'} enrolled`),
  ];
  if (!other) return findings;
  const text = `another server, ${other.id}, has taken this fleet over: drones obey that one`;
  return [...findings, warning(check, text, 'to command from here: starling takeover')];
}

/** What a loader said of a private file, with what to do about it. */
export function judgeSecretError(text: string): Finding {
  const todo = /EACCES/.test(text)
    ? 'run this as the user that the server runs as'
    : /others/.test(text)
      ? 'chmod 600 the file, chmod 700 its folder; if others may have read it, enroll all drones anew'
      : 'put a copy of it back: without it every drone has to be enrolled anew';
  return problem('fleet', text, todo);
}

/** `program`: what plays music here; undefined: nothing does. */
export function judgeMusic(isWanted: boolean, program: string | undefined): Finding {
  if (program !== undefined) return ok('music', `${program} is installed`);
  if (!isWanted) return ok('music', 'not wanted ([MUSIC] use)');
  return warning(
    'music',
    'no program is installed that plays it',
    'sudo apt install mpv; or [MUSIC] use = False',
  );
}
