/** An address with its port, as people and programs write it, and whether it is this machine's own. Pure. */
import { isLoopback } from './discovery/targets.js';

/** `host:port`; an IPv6 address in brackets. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What is said to this host never leaves the machine: `localhost`, 127.0.0.0/8, ::1, and IPv4 in IPv6 of those. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || isLoopback(host.replace(/^::ffff:/i, ''));
}
