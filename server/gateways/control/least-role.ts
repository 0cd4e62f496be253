/** Who may ask the control port for what, and the refusal of those who may not. */
import { RefusedError } from '../../../lib/errors.js';
import { type OperationName, operations } from '../../../lib/operations/catalogue.js';
import type { Caller } from '../../../lib/security/access/gatekeeper.js';
import { type Role, reaches } from '../../../lib/security/access/role.js';
import type { ControlTarget } from './control-body.js';

/** The code of a refusal for want of a role. */
export const notAllowedCode = 'not_allowed';

type Asked = Pick<ControlTarget, 'given'>;

/**
 * A viewer sees; an operator runs a show that was found good, and ends any flight in a way that drones survive; an admin
 * also changes what is flown, overrules a check, lets drones fall, and works on their computers.
 */
export function leastRole(action: OperationName, { given }: Asked): Role {
  if (action === 'authorize' && given.override !== undefined) return 'admin';
  return operations[action].role;
}

/** @throws RefusedError `not_allowed` that names the role. */
export function expectRole({ name, role }: Caller, action: OperationName, target: Asked): void {
  const least = leastRole(action, target);
  if (reaches(role, least)) return;
  const what = action === 'authorize' && least === 'admin' ? '"authorize" with override' : `"${action}"`;
  throw new RefusedError(notAllowedCode, `${what} needs the role ${least}; ${name} is ${role}`);
}
