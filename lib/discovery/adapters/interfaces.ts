/** The IPv4 addresses that this machine has now. */
import { networkInterfaces } from 'node:os';
import type { Ipv4Interface } from '../targets.js';

export function ipv4Interfaces(): Ipv4Interface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family }) => family === 'IPv4')
      .map(({ address, netmask, internal }) => ({ name, address, netmask, isInternal: internal })),
  );
}
