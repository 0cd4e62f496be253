/** Datagrams of discovery: announcements, signed ones, and mDNS as the library hands it on. Knows records, no socket. */
import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import Bonjour from 'bonjour-service';
import { readMdnsService } from '../../lib/discovery/mdns-record.js';
import {
  decodeServerIp,
  encodeServerIp,
  maxDatagramBytes,
  type ServerIp,
} from '../../lib/discovery/server-ip.js';
import { reasonToYield } from '../../lib/discovery/younger-server.js';
import { CorruptFrameError } from '../../lib/errors.js';
import { DatagramGuard, DatagramSigner } from '../../lib/security/datagram-signature.js';
import { deriveSigningKey, publicKeyHex } from '../../lib/security/keys.js';
import { mendFrame } from './frames.js';
import { attempt, expectSame, expectThat, type FuzzTarget } from './target.js';

const servers: readonly ServerIp[] = [
  { host: '192.168.1.10', port: 25000, id: '4711', startTimeS: 1732160000.1 },
  { host: 'ground.local', port: 1, id: 'the blue one ü', startTimeS: 0 },
];
const words = [
  '"host":"',
  '"port":"65535"',
  '"port":"0"',
  '"port":"+1"',
  '"id":"',
  '"start_time":"',
  '%',
  '\u0085',
];

export const datagrams: FuzzTarget = {
  name: 'datagrams',
  share: 2500,
  corpus: servers.map((server) => encodeServerIp(server)),
  words: [...words, '"counter":"7","signature":"xx"', '"action":"server_ip"', '[::1]', '10.0.0.1\n[SERVER]'],
  mend: mendFrame,
  run: (bytes) => {
    const server = decodeServerIp(bytes);
    if (!server) return 'refused';
    checkServer(server, bytes);
    return 'accepted';
  },
};

function checkServer(server: ServerIp, bytes: Uint8Array): void {
  const { host, port, id, startTimeS } = server;
  expectThat(bytes.length <= maxDatagramBytes, 'a datagram over the limit is taken');
  expectThat(Number.isInteger(port) && port >= 1 && port <= 65_535, `port ${port}`);
  expectThat(/^[A-Za-z0-9._:-]{1,253}$/.test(host), `host ${host}`);
  expectThat(Number.isFinite(startTimeS) && startTimeS >= 0, `start time ${startTimeS}`);
  const reason = reasonToYield({ ...server, id: 'mine', startTimeS: 4e9 }, server) ?? '';
  expectThat(!/\p{C}/u.test(`${id}${reason}`), 'an id that no terminal should be shown');
  // Times that would need an exponent, or ids of long letters, are read and can not be announced.
  const again = attempt(() => encodeServerIp(server), CorruptFrameError);
  if (again.value) expectSame(decodeServerIp(again.value), server, 'another server when announced again');
}

const signingKey = deriveSigningKey(Buffer.alloc(32, 7));
const publicHex = publicKeyHex(signingKey);
const signed = makeSigned();

function makeSigned(): Uint8Array[] {
  const signer = new DatagramSigner(signingKey, () => 1_732_160_000_000);
  return [...servers, ...servers].map((server) =>
    encodeServerIp(server, (action, kwargs) => signer.sign(action, kwargs)),
  );
}

/** Nothing is believed but what was signed, word for word, and each only once. */
export const signedDatagrams: FuzzTarget = {
  name: 'signed',
  share: 100,
  corpus: signed,
  words: [...words, '"counter":"1732160000009"', '"signature":"', '=='],
  mend: mendFrame,
  run: (bytes) => {
    const guard = new DatagramGuard(publicHex);
    const accept = (action: string, kwargs: { readonly [key: string]: unknown }) =>
      guard.judge(action, kwargs) === 'accepted';
    const server = decodeServerIp(bytes, accept);
    if (!server) return 'refused';
    const isOurs = servers.some((own) => JSON.stringify(own) === JSON.stringify(server));
    expectThat(isOurs, `nobody has signed ${JSON.stringify(server)}`);
    expectThat(decodeServerIp(bytes, accept) === undefined, 'believed a second time');
    return 'accepted';
  },
};

/** What mDNS needs of a socket; bytes come in by `emit`, and nothing goes out. */
class DeafSocket extends EventEmitter {
  bind(_port: number, _address: string, done: () => void): void {
    done();
  }
  send(...message: unknown[]): void {
    expectThat(message[0] instanceof Uint8Array, 'no bytes to send');
  }
  close(): void {
    this.removeAllListeners();
  }
  addMembership(): void {
    this.emit('joined');
  }
}

const serviceType = '_starling._tcp.local';
const service = 'starling-4711._starling._tcp.local';

/** A name in labels. Source: RFC 1035, 3.1. */
function name(text: string): Buffer {
  const labels = text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** A record of class IN that lives two minutes. Source: RFC 1035, 3.2.1. */
function record(of: string, type: number, data: Buffer): Buffer {
  return Buffer.concat([name(of), Buffer.from([0, type, 0, 1, 0, 0, 0, 120, 0, data.length]), data]);
}

function announcementOf(...said: readonly string[]): Buffer {
  const txt = ['id=4711', 'v=0.1.0', 'sec=psk', ...said].map((text) => [text.length, ...Buffer.from(text)]);
  const place = [0, 0, 0, 0, 25000 >> 8, 25000 & 0xff];
  const records = [
    record(serviceType, 12, name(service)),
    record(service, 33, Buffer.from([...place, ...name('starling-4711.local')])),
    record(service, 16, Buffer.from(txt.flat())),
    record('starling-4711.local', 1, Buffer.from([10, 0, 0, 7])),
  ];
  return Buffer.concat([Buffer.from([0, 0, 0x84, 0, 0, 0, 0, records.length, 0, 0, 0, 0]), ...records]);
}

const announcement = announcementOf('ntp=123');
const question = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
  name(serviceType),
  Buffer.from([0, 12, 0, 1]),
]);

/** A server that answers and a drone that looks for one, in turn: what a stranger says moves neither but by a server. */
export const mdnsPackets: FuzzTarget = {
  name: 'mdns',
  share: 60,
  corpus: [announcement, announcementOf('ntp=65536'), announcementOf('id=\u001b[2J'), question],
  words: [
    '_starling',
    '_tcp',
    'local',
    '\u0009ntp=65536',
    '\u0003id=',
    '\u0008id=\u001b[2J',
    '_sub',
    '\u00c0\u000c',
  ],
  run: (bytes) => {
    const socket = new DeafSocket();
    const bonjour = new Bonjour({ socket, multicast: false, port: 5353 } as object, () => undefined);
    let found = 0;
    const tell = ({ referer, port, txt: said }: Bonjour.Service) => {
      const server = readMdnsService({ host: referer?.address, port, txt: said });
      if (!server) return;
      found++;
      for (const own of [server.port, server.ntpPort ?? 1])
        expectThat(Number.isInteger(own) && own >= 1 && own <= 65_535, `port ${own}`);
      expectThat(server.host === '10.0.0.7' && !/\p{C}/u.test(server.id), 'a wrong host or id');
    };
    const isQuestion = ((bytes[2] ?? 0) & 0x80) === 0;
    if (isQuestion) bonjour.publish({ name: 'starling-4711', type: 'starling', port: 25000, probe: false });
    else bonjour.find({ type: 'starling' }, tell);
    socket.emit('message', Buffer.from(bytes), { address: '10.0.0.7', port: 5353 });
    bonjour.destroy();
    return found > 0 ? 'accepted' : 'refused';
  },
};
