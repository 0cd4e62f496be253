/** Which role each action of the control port needs. Data, and the refusal of those who have not got it. */
import { RefusedError } from '../../../lib/errors.js';
import type { ControlAction } from '../../../lib/protocols/tpp/control-protocol.js';
import type { Caller } from '../../../lib/security/access/gatekeeper.js';
import { type Role, reaches } from '../../../lib/security/access/role.js';
import type { ControlTarget } from './control-body.js';

/**
 * A viewer sees; an operator runs a show that was found good, and ends any flight in a way that drones survive; an admin
 * also changes what is flown, overrules a check, lets drones fall, and works on their computers.
 */
const leastRoles: { readonly [action in ControlAction]?: Role } = {
  list: 'viewer',
  status: 'viewer',
  telemetry: 'viewer',
  upload: 'operator',
  authorize: 'operator',
  unauthorize: 'operator',
  assign: 'operator',
  replace: 'operator',
  start: 'operator',
  pause: 'operator',
  resume: 'operator',
  stop: 'operator',
  land: 'operator',
  emergency_land: 'operator',
  return_home: 'operator',
  disarm: 'operator',
  takeoff: 'operator',
  flip: 'operator',
  led_test: 'operator',
  load: 'admin',
  kill: 'admin',
  calibrate_gyro: 'admin',
  calibrate_level: 'admin',
  reboot_fcu: 'admin',
  execute: 'admin',
};

/** The code of a refusal for want of a role. */
export const notAllowedCode = 'not_allowed';

/** What nobody has thought of needs the most. An authorization in spite of violations is an admin's. */
export function leastRole(action: ControlAction, { authorize }: Pick<ControlTarget, 'authorize'>): Role {
  if (action === 'authorize' && authorize.override !== undefined) return 'admin';
  return leastRoles[action] ?? 'admin';
}

/** @throws RefusedError `not_allowed` that names the role. */
export function expectRole(
  { name, role }: Caller,
  action: ControlAction,
  target: Pick<ControlTarget, 'authorize'>,
): void {
  const least = leastRole(action, target);
  if (reaches(role, least)) return;
  const what = action === 'authorize' && least === 'admin' ? '"authorize" with override' : `"${action}"`;
  throw new RefusedError(notAllowedCode, `${what} needs the role ${least}; ${name} is ${role}`);
}
