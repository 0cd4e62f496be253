/** Tells TLS from plain frames by the first bytes of a connection. Pure. */

/**
 * TLS begins with a handshake record, 16 03 and a minor version up to 4; a frame with the length of its header, whose
 * first byte of JSON comes third. Undefined while there are not enough bytes. Source: RFC 8446, 5.1.
 */
export function kindOfConnection(first: Uint8Array): 'tls' | 'plain' | undefined {
  const [type, major, minor] = first;
  if (type === undefined) return undefined;
  if (type !== 0x16) return 'plain';
  if (major === undefined) return undefined;
  if (major !== 0x03) return 'plain';
  if (minor === undefined) return undefined;
  return minor <= 0x04 ? 'tls' : 'plain';
}
