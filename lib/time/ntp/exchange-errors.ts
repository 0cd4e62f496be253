/** What people are told of an exchange that gave no time. Knows no socket. */
import { formatHostPort } from '../../host-port.js';
import type { RefusedAnswer } from './client-exchange.js';
import { NtpError } from './ntp-error.js';

/** What every text of an exchange begins with. */
export function exchangeTitle(host: string, port: number): string {
  return `time from ${formatHostPort(host, port)}`;
}

/** What helps, where that is not another server. Source: RFC 5905, figure 13. */
const kissRemedies = new Map([
  ['RATE', 'ask it less often'],
  ['INIT', 'wait until its clock is set'],
  ['STEP', 'wait until its clock is set again'],
]);

/** The server did answer, and not with a time. `title` from `exchangeTitle`, here and below. */
export function refusedError(title: string, answer: RefusedAnswer): NtpError {
  if (answer.type === 'kiss') {
    const remedy = kissRemedies.get(answer.code) ?? 'ask another server';
    const text = `${title}: the server sends us away (${answer.code}): ${remedy}`;
    return new NtpError('ntp_kiss', text, { kissCode: answer.code });
  }
  if (answer.type === 'unsynchronized') {
    const text = `${title}: the server's own clock is not set: wait until it is, or ask another server`;
    return new NtpError('ntp_unsynchronized', text);
  }
  return new NtpError('ntp_bad_answer', `${title}: the answer is of no use, ${answer.why}: ask again`);
}

/** Nothing came in time. */
export function timeoutError(title: string, timeoutMs: number): NtpError {
  const remedy = 'check the address, that the server runs, and that UDP passes the network';
  const text = `${title}: no answer within ${Math.round(timeoutMs)} ms: ${remedy}`;
  return new NtpError('ntp_timeout', text);
}

/** The network, or this machine, refused. */
export function unreachableError(title: string, why: string, options: ErrorOptions = {}): NtpError {
  const remedy = 'check the address and the port, and that the server runs';
  return new NtpError('ntp_unreachable', `${title}: ${why}: ${remedy}`, options);
}
