/** Flies a simulated autopilot by plain MAVLink over any transport, without the vehicle; for tests alone. */
import { common, type MavLinkData, minimal } from 'mavlink-mappings';
import {
  type DecoderLosses,
  MavlinkDecoder,
  MavlinkEncoder,
} from '../../../drone-client/vehicle/mavlink/codec.js';
import { companionHeartbeat } from '../../../drone-client/vehicle/mavlink/outgoing.js';

const armedFlag = 0x80;
export const px4Offboard = 6;
export const ardupilotGuided = 4;

export class RawPilot {
  readonly results = new Map<number, number>();
  readonly systems = new Set<number>();
  messages = 0;
  isArmed = false;
  /** MAV_AUTOPILOT, as its heartbeat says. */
  autopilot: number | undefined;
  landedState = 0;
  /** Up from the local origin. */
  heightM = Number.NaN;
  readonly #encoder = new MavlinkEncoder({ systemId: 7, componentId: 191 });
  readonly #decoder = new MavlinkDecoder();
  readonly #send: (bytes: Uint8Array) => void;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  get losses(): DecoderLosses {
    return this.#decoder.losses;
  }

  hear(bytes: Uint8Array): void {
    for (const { systemId, message } of this.#decoder.push(bytes)) {
      this.systems.add(systemId);
      this.messages += 1;
      if (message instanceof minimal.Heartbeat) {
        this.isArmed = (message.baseMode & armedFlag) !== 0;
        this.autopilot = message.autopilot;
      }
      if (message instanceof common.ExtendedSysState) this.landedState = message.landedState;
      else if (message instanceof common.LocalPositionNed) this.heightM = -message.z;
      else if (message instanceof common.CommandAck) this.results.set(message.command, message.result);
    }
  }

  say(message: MavLinkData): void {
    this.#send(this.#encoder.encode(message));
  }

  /** Says who it is, and asks for what it reads: ArduPilot sends little of itself. */
  hello(): void {
    this.say(companionHeartbeat());
    for (const { MSG_ID } of [common.LocalPositionNed, common.ExtendedSysState])
      this.command(common.MavCmd.SET_MESSAGE_INTERVAL, { _param1: MSG_ID, _param2: 100_000 });
  }

  command(command: number, params: Partial<common.CommandLong> = {}): void {
    this.say(
      Object.assign(new common.CommandLong(), { targetSystem: 7, targetComponent: 1, command, ...params }),
    );
  }

  /** One setpoint above the local origin, to be repeated at 20 Hz. */
  pointAt(heightM: number): void {
    this.say(
      Object.assign(new common.SetPositionTargetLocalNed(), {
        targetSystem: 7,
        targetComponent: 1,
        coordinateFrame: common.MavFrame.LOCAL_NED,
        typeMask: 0xdc0,
        z: -heightM,
      }),
    );
  }
}

/** Up to 2 m and down again. `run` lets that much time pass, however the transport wants it. */
export async function flyUpAndDown(
  pilot: RawPilot,
  run: (forMs: number) => Promise<void>,
  autopilot: 'px4' | 'ardupilot' = 'px4',
): Promise<{ readonly highestM: number; readonly isBackDown: boolean }> {
  const stream = async (forMs: number): Promise<void> => {
    for (let doneMs = 0; doneMs < forMs; doneMs += 50) {
      pilot.pointAt(2);
      await run(50);
    }
  };
  pilot.hello();
  await stream(4000);
  const mode = autopilot === 'px4' ? px4Offboard : ardupilotGuided;
  pilot.command(common.MavCmd.DO_SET_MODE, { _param1: 1, _param2: mode });
  pilot.command(common.MavCmd.COMPONENT_ARM_DISARM, { _param1: 1 });
  await stream(1500);
  // A setpoint that comes while it still stands would end ArduPilot's take-off.
  if (autopilot === 'ardupilot') pilot.command(common.MavCmd.NAV_TAKEOFF, { _param7: 2 });
  await (autopilot === 'ardupilot' ? run(4000) : stream(4000));
  await stream(2500);
  const highestM = pilot.heightM;
  pilot.command(common.MavCmd.NAV_LAND);
  for (let waitedMs = 0; pilot.isArmed && waitedMs < 20_000; waitedMs += 200) await run(200);
  return { highestM, isBackDown: !pilot.isArmed && pilot.landedState === common.MavLandedState.ON_GROUND };
}
