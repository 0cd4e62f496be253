/** The port to a UDP socket for short datagrams. Knows no datagram's meaning. */

/** `address` is an address, no name. */
type UdpPeer = { readonly address: string; readonly port: number };

/** An open socket. */
export interface DatagramPort {
  readonly port: number;
  /** Never throws: what can not be sent is lost. The bytes are borrowed for the call. */
  send(datagram: Uint8Array, to: UdpPeer): void;
  close(): void;
}

export type DatagramEars = {
  readonly onDatagram: (datagram: Uint8Array, from: UdpPeer) => void;
  /** The socket itself fails; a datagram that can not be sent is lost, as others are, and not told of. */
  readonly onError: (text: string) => void;
};
