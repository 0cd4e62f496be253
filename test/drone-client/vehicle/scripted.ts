/** A MAVLink vehicle on a link whose other side the test plays, message by message. */
import { common, type MavLinkData, minimal } from 'mavlink-mappings';
import { MavlinkDecoder, MavlinkEncoder } from '../../../drone-client/vehicle/mavlink/codec.js';
import type { MavlinkLink } from '../../../drone-client/vehicle/mavlink/link.js';
import {
  MavlinkVehicle,
  type MavlinkVehicleOptions,
} from '../../../drone-client/vehicle/mavlink/mavlink-vehicle.js';
import type { VehicleEvent } from '../../../drone-client/vehicle/vehicle.js';
import { FakeClock } from '../../support/fake-clock.js';

export const disarmed = {
  type: 2,
  autopilot: 12,
  baseMode: 1,
  customMode: 0x03040000,
  systemStatus: 3,
  mavlinkVersion: 3,
};
/** A vehicle on a link that the test plays the other side of. */
export function scripted(options: Partial<MavlinkVehicleOptions> = {}) {
  const clock = new FakeClock();
  const decoder = new MavlinkDecoder();
  const frames: Uint8Array[] = [];
  const sent: MavLinkData[] = [];
  let deliver: (bytes: Uint8Array) => void = () => undefined;
  let breakLink: (reason: string) => void = () => undefined;
  let isLinkClosed = false;
  const link: MavlinkLink = {
    framing: 'datagram',
    send: (bytes) => {
      frames.push(Uint8Array.from(bytes));
      sent.push(...decoder.push(bytes).map(({ message }) => message));
    },
    onData: (listener) => {
      deliver = listener;
    },
    onClose: (listener) => {
      breakLink = listener;
    },
    close: async () => {
      isLinkClosed = true;
    },
  };
  const errors: unknown[] = [];
  const vehicle = new MavlinkVehicle({
    link,
    clock,
    reportError: (error) => errors.push(error),
    ...options,
  });
  const events: VehicleEvent[] = [];
  vehicle.onEvent((event) => events.push(event));
  const say = (message: MavLinkData, from = { systemId: 7, componentId: 1 }): void =>
    deliver(new MavlinkEncoder(from).encode(message));
  const beat = (fields: Partial<typeof disarmed> = {}, systemIdFrom = 7): void =>
    say(Object.assign(new minimal.Heartbeat(), disarmed, fields), { systemId: systemIdFrom, componentId: 1 });
  const ack = (command: number, result = 0): void =>
    say(Object.assign(new common.CommandAck(), { command, result, targetSystem: 7, targetComponent: 191 }));
  const commands = (command: number): common.CommandLong[] =>
    sent
      .filter((message) => message instanceof common.CommandLong)
      .filter((message) => message.command === command);
  return {
    clock,
    vehicle,
    events,
    errors,
    frames,
    sent,
    say,
    beat,
    ack,
    commands,
    breakLink: () => breakLink('gone'),
    isLinkClosed: () => isLinkClosed,
  };
}
