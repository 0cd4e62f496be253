import { Buffer } from 'node:buffer';
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { openListeningUdpLink, openUdpLink } from '../../../drone-client/vehicle/adapters/udp-link.js';
import type { MavlinkLink } from '../../../drone-client/vehicle/mavlink/link.js';
import {
  describeLineContract,
  describeLinkContract,
  type LinkRig,
  type RigOptions,
} from './link-contract.js';
import { tcpRig } from './tcp-rig.js';

const host = '127.0.0.1';

async function bound(port: number): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(port, host);
  await listening;
  return socket;
}

/** `meet` makes both ends know each other. */
async function udpRig(
  open: (peerPort: number) => Promise<MavlinkLink>,
  meet: (link: MavlinkLink, peer: UdpSocket) => Promise<Pick<RemoteInfo, 'port'>>,
): Promise<LinkRig> {
  let peer = await bound(0);
  const { port } = peer.address();
  let chunks: Buffer[] = [];
  const listen = () => peer.on('message', (bytes) => chunks.push(bytes));
  const link = await open(port);
  const linkEnd = await meet(link, peer);
  listen();
  const vanish = async () => {
    const closed = once(peer, 'close');
    peer.close();
    await closed;
  };
  let isThere = true;
  return {
    link,
    say: (bytes) => peer.send(bytes, linkEnd.port, host),
    heard: () => Buffer.concat(chunks),
    vanish: () => {
      isThere = false;
      return vanish();
    },
    comeBack: async () => {
      peer = await bound(port);
      isThere = true;
      chunks = [];
      listen();
    },
    end: async () => {
      await link.close();
      if (isThere) await vanish();
    },
  };
}

describeLinkContract('UDP, speaking first', () =>
  udpRig(
    (port) => openUdpLink({ host, port }),
    async (link, peer) => {
      const arrived = once(peer, 'message');
      link.send(Buffer.from('hello'));
      const [, from] = await arrived;
      return from;
    },
  ),
);

describeLinkContract('UDP, listening', ({ clock }: RigOptions) => {
  let linkPort = 0;
  return udpRig(
    async () => {
      const link = await openListeningUdpLink({ host, port: 0 }, clock);
      linkPort = link.port;
      return link;
    },
    async (link, peer) => {
      const arrived = new Promise<void>((resolve) => link.onData(() => resolve()));
      peer.send('hello', linkPort, host);
      await arrived;
      return { port: linkPort };
    },
  );
});

describeLinkContract('TCP', tcpRig);
describeLineContract('TCP', tcpRig);
