/** Which callers of the control port must prove a key before they say anything, by their addresses alone. Pure. */
import { isThisMachine } from '../../../lib/host-port.js';

/** A connection between two addresses of loopback never leaves the machine: every other one has to be TLS. */
export function needsTls(localAddress: string | undefined, remoteAddress: string | undefined): boolean {
  return !(isThisMachine(localAddress ?? '') && isThisMachine(remoteAddress ?? ''));
}

/** Where callers on this machine find the port when it is bound to `bind` alone; undefined: there already. */
export function alsoListenOn(bind: string): string | undefined {
  const takesAll = bind === '0.0.0.0' || bind === '::' || bind === '';
  return takesAll || isThisMachine(bind) ? undefined : '127.0.0.1';
}
