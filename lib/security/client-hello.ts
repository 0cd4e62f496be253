/** Which keys the first message of a TLS connection offers to be proven by, before anything is answered. Pure. */

/** ECDHE-PSK-CHACHA20-POLY1305, the one suite with pre-shared keys that is spoken here. Source: RFC 7905, 3. */
const pskSuite = 0xccac;

/** Record header, then message header, version and random of the ClientHello, bytes. Source: RFC 8446, 4.1.2 and 5.1. */
const recordHeaderBytes = 5;
const sessionIdAt = recordHeaderBytes + 4 + 2 + 32;

/**
 * Whether a ClientHello offers the suite of callers with a pre-shared key; undefined while there are not enough bytes.
 * What is no ClientHello, or is cut into records before its suites end, offers none: the handshake will judge it.
 */
export function offersPsk(first: Uint8Array): boolean | undefined {
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
  if (view.byteLength < recordHeaderBytes) return undefined;
  const end = recordHeaderBytes + view.getUint16(3);
  const isThere = (bytes: number): boolean | undefined =>
    bytes > end ? false : bytes > view.byteLength ? undefined : true;
  const hasSession = isThere(sessionIdAt + 1);
  if (!hasSession) return hasSession;
  const suitesAt = sessionIdAt + 1 + view.getUint8(sessionIdAt) + 2;
  const hasLength = isThere(suitesAt);
  if (!hasLength) return hasLength;
  const suitesEnd = suitesAt + view.getUint16(suitesAt - 2);
  const hasSuites = isThere(suitesEnd);
  if (!hasSuites) return hasSuites;
  for (let at = suitesAt; at + 1 < suitesEnd; at += 2) if (view.getUint16(at) === pskSuite) return true;
  return false;
}
