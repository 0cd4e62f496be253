/** The least that a program beside an autopilot does, with node-mavlink alone: reads its stream, sends 20 setpoints a second. */
import { createSocket } from 'node:dgram';
import { PassThrough } from 'node:stream';
import { common, minimal } from 'mavlink-mappings';
import {
  type MavLinkPacket,
  MavLinkPacketParser,
  MavLinkPacketSplitter,
  MavLinkProtocolV2,
} from 'node-mavlink';
import { answerParent } from '../fleet/child.js';

export type BareOrders = typeof orders;

const setpointMs = 50;
const heartbeatMs = 1000;

const orders = {
  start(autopilotPort: number): number {
    const socket = createSocket('udp4');
    const protocol = new MavLinkProtocolV2(1, 191);
    let sequence = 0;
    const send = (message: minimal.Heartbeat | common.SetPositionTargetLocalNed) => {
      sequence = (sequence + 1) % 256;
      socket.send(protocol.serialize(message, sequence), autopilotPort, '127.0.0.1');
    };
    const source = new PassThrough();
    const packets = source.pipe(new MavLinkPacketSplitter()).pipe(new MavLinkPacketParser());
    packets.on('data', (packet: MavLinkPacket) => {
      const known = common.REGISTRY[packet.header.msgid] ?? minimal.REGISTRY[packet.header.msgid];
      if (known) packet.protocol.data(packet.payload, known);
    });
    socket.on('message', (bytes) => source.write(bytes));
    const setpoint = new common.SetPositionTargetLocalNed();
    setInterval(() => send(setpoint), setpointMs);
    setInterval(() => send(new minimal.Heartbeat()), heartbeatMs);
    return process.pid;
  },
};

answerParent(orders);
