/** The messages that the simulated autopilot sends about itself. ENU inside, NED on the wire. Knows no link. */
import { common, type MavLinkData, minimal, standard } from 'mavlink-mappings';
import { enuToNed, swapYawEnuNed } from '../../lib/geo/frames.js';
import { px4Mode, toCustomMode } from '../vehicle/mavlink/px4-mode.js';
import type { Flight } from './flight.js';
import type { Random } from './random.js';

/** What the messages are made of. */
export type Report = {
  readonly sinceBootMs: number;
  readonly flight: Flight;
  readonly random: Random;
  readonly mode: string;
  readonly armed: boolean;
  /** MAV_STATE. */
  readonly systemStatus: number;
  readonly isSettled: boolean;
  readonly canArm: boolean;
};

// Source: MAV_MODE_FLAG, MAV_SYS_STATUS_SENSOR, MAV_PROTOCOL_CAPABILITY.
const customModeFlag = 0x01;
const armedFlag = 0x80;
const prearmCheckBit = 0x10000000;
const healthySensors = 0x0020002f;
const capabilities = 0x1n | 0x8n | 0x20n | 0x40n | 0x80n | 0x2000n | 0x20000n;
const unknownCellMv = 0xffff;
/** PX4 1.16.0, release. */
const softwareVersion = 0x011000ff;
const rateNoiseRadPerS = 0.002;

/** The message of that id; undefined when there is none, or nothing to say yet. */
export function reportMessage(messageId: number, report: Report): MavLinkData | undefined {
  switch (messageId) {
    case minimal.Heartbeat.MSG_ID:
      return heartbeat(report);
    case common.LocalPositionNed.MSG_ID:
      return report.isSettled ? localPosition(report) : undefined;
    case common.Attitude.MSG_ID:
      return attitude(report);
    case common.SysStatus.MSG_ID:
      return sysStatus(report);
    case common.ExtendedSysState.MSG_ID:
      return Object.assign(new common.ExtendedSysState(), { landedState: landedState(report) });
    case common.BatteryStatus.MSG_ID:
      return batteryStatus(report);
    case standard.AutopilotVersion.MSG_ID:
      return autopilotVersion();
    default:
      return undefined;
  }
}

function heartbeat({ mode, armed, systemStatus }: Report): MavLinkData {
  return Object.assign(new minimal.Heartbeat(), {
    type: minimal.MavType.QUADROTOR,
    autopilot: minimal.MavAutopilot.PX4,
    baseMode: customModeFlag | (armed ? armedFlag : 0),
    customMode: toCustomMode(px4Mode(mode) ?? { main: 0, sub: 0 }),
    systemStatus,
    mavlinkVersion: 3,
  });
}

function localPosition({ flight, sinceBootMs }: Report): MavLinkData {
  const { x, y, z } = enuToNed(flight.estimator.positionM);
  const velocity = enuToNed(flight.estimator.velocityMPerS);
  return Object.assign(new common.LocalPositionNed(), {
    timeBootMs: Math.floor(sinceBootMs),
    x,
    y,
    z,
    vx: velocity.x,
    vy: velocity.y,
    vz: velocity.z,
  });
}

/** Roll right and pitch up are positive on the wire. */
function attitude({ flight, sinceBootMs, random }: Report): MavLinkData {
  const { body } = flight;
  const noise = (): number => random.bell() * rateNoiseRadPerS;
  return Object.assign(new common.Attitude(), {
    timeBootMs: Math.floor(sinceBootMs),
    roll: body.rollRad,
    pitch: body.pitchRad,
    yaw: swapYawEnuNed(body.yawRad),
    rollspeed: body.rollRateRadPerS + noise(),
    pitchspeed: body.pitchRateRadPerS + noise(),
    yawspeed: -body.yawRateRadPerS + noise(),
  });
}

function sysStatus({ flight, canArm }: Report): MavLinkData {
  const { battery } = flight;
  return Object.assign(new common.SysStatus(), {
    onboardControlSensorsPresent: healthySensors | prearmCheckBit,
    onboardControlSensorsEnabled: healthySensors | prearmCheckBit,
    onboardControlSensorsHealth: healthySensors | (canArm ? prearmCheckBit : 0),
    load: 300,
    voltageBattery: Math.round(battery.cellVoltageV * battery.cells * 1000),
    currentBattery: Math.round(battery.currentA * 100),
    batteryRemaining: Math.round(battery.reportedFraction * 100),
  });
}

function batteryStatus({ flight }: Report): MavLinkData {
  const { battery } = flight;
  const cellMv = Math.round(battery.cellVoltageV * 1000);
  return Object.assign(new common.BatteryStatus(), {
    id: 0,
    batteryFunction: 0,
    type: 1,
    temperature: 0x7fff,
    voltages: Array.from({ length: 10 }, (_, cell) => (cell < battery.cells ? cellMv : unknownCellMv)),
    currentBattery: Math.round(battery.currentA * 100),
    currentConsumed: Math.round(battery.consumedAh * 1000),
    energyConsumed: -1,
    batteryRemaining: Math.round(battery.reportedFraction * 100),
    chargeState: 1,
    voltagesExt: [0, 0, 0, 0],
    mode: 0,
  });
}

function landedState({ flight, mode, armed }: Report): number {
  const { ON_GROUND, IN_AIR, LANDING, TAKEOFF } = common.MavLandedState;
  if (flight.landDetector.isLanded) return ON_GROUND;
  if (armed && mode === 'AUTO.LAND') return LANDING;
  return armed && mode === 'AUTO.TAKEOFF' ? TAKEOFF : IN_AIR;
}

function autopilotVersion(): MavLinkData {
  return Object.assign(new standard.AutopilotVersion(), {
    capabilities,
    flightSwVersion: softwareVersion,
    uid: 0n,
    flightCustomVersion: [],
    middlewareCustomVersion: [],
    osCustomVersion: [],
    uid2: [],
  });
}
