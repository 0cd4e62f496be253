/** This machine's own address, for people and for discovery. Knows interfaces; no connections. */
import { networkInterfaces } from 'node:os';

/** The first IPv4 address of a real interface that is up, or `localhost` without a network. */
export function getIpAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family, internal } of addresses ?? []) {
      if (family === 'IPv4' && !internal && !address.startsWith('169.254.')) return address;
    }
  }
  return 'localhost';
}
