/** A UDP relay between a client and an autopilot that notes when setpoints passed. Knows no vehicle. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { common } from 'mavlink-mappings';
import { MavlinkDecoder } from '../../drone-client/vehicle/mavlink/codec.js';

export type MavlinkRelay = {
  /** Where a client finds the autopilot. */
  readonly port: number;
  /** `performance.now()` of each setpoint, position or attitude. */
  readonly setpointsMs: number[];
  close(): void;
};

/** Joins whoever speaks to `port` with the autopilot at `autopilotPort`, both on 127.0.0.1. */
export async function openRelay(autopilotPort: number): Promise<MavlinkRelay> {
  const front = createSocket('udp4');
  const back = createSocket('udp4');
  const decoder = new MavlinkDecoder();
  const setpointsMs: number[] = [];
  let client: number | undefined;
  front.on('message', (bytes, from) => {
    client = from.port;
    decoder.reset();
    for (const { message } of decoder.push(bytes))
      if (message instanceof common.SetPositionTargetLocalNed || message instanceof common.SetAttitudeTarget)
        setpointsMs.push(performance.now());
    back.send(bytes, autopilotPort, '127.0.0.1');
  });
  back.on('message', (bytes) => client !== undefined && front.send(bytes, client, '127.0.0.1'));
  // A client that was killed answers with ICMP "port unreachable".
  for (const socket of [front, back]) socket.on('error', () => undefined);
  const ready = [once(front, 'listening'), once(back, 'listening')];
  front.bind(0, '127.0.0.1');
  back.bind(0, '127.0.0.1');
  await Promise.all(ready);
  return {
    port: front.address().port,
    setpointsMs,
    close() {
      front.close();
      back.close();
    },
  };
}
