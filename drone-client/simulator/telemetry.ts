/** The messages that the simulated autopilot sends about itself. Knows no link and no modes' meaning. */
import { ardupilotmega, common, type MavLinkData, minimal, standard } from 'mavlink-mappings';
import type { Firmware } from './firmware.js';
import type { Flight } from './flight.js';
import type { Home } from './home.js';
import type { OffboardStream } from './offboard-stream.js';
import type { Random } from './random.js';
import * as place from './telemetry-place.js';

/** What the messages are made of. */
export type Report = {
  readonly firmware: Firmware;
  readonly sinceBootMs: number;
  readonly flight: Flight;
  readonly home: Home;
  readonly stream: OffboardStream;
  readonly random: Random;
  readonly mode: string;
  readonly intendedMode: string;
  readonly armed: boolean;
  /** The setpoints are flown. */
  readonly isSteered: boolean;
  /** MAV_STATE. */
  readonly systemStatus: number;
  readonly isSettled: boolean;
  readonly canArm: boolean;
  readonly isGyroCalibrated: boolean;
};

// Source: MAV_MODE_FLAG, MAV_SYS_STATUS_SENSOR.
const customModeFlag = 0x01;
const armedFlag = 0x80;
const sensors = {
  gyro: 0x1,
  accelerometer: 0x2,
  compass: 0x4,
  barometer: 0x8,
  gps: 0x20,
  estimator: 0x20_0000,
  battery: 0x200_0000,
  prearm: 0x1000_0000,
} as const;
const presentSensors = Object.values(sensors).reduce((all, bit) => all | bit, 0);
const unknownCellMv = 0xffff;

/** The message of that id; undefined when there is none, or nothing to say yet. */
export function reportMessage(messageId: number, report: Report): MavLinkData | undefined {
  return makers.get(messageId)?.(report);
}

const makers: ReadonlyMap<number, (report: Report) => MavLinkData | undefined> = new Map([
  [minimal.Heartbeat.MSG_ID, heartbeat],
  [common.LocalPositionNed.MSG_ID, place.localPosition],
  [common.Attitude.MSG_ID, place.attitude],
  [common.AttitudeQuaternion.MSG_ID, place.attitudeQuaternion],
  [common.GlobalPositionInt.MSG_ID, place.globalPosition],
  [common.GpsRawInt.MSG_ID, place.gpsRaw],
  [common.EstimatorStatus.MSG_ID, place.estimatorStatus],
  [ardupilotmega.EkfStatusReport.MSG_ID, place.ekfStatusReport],
  [common.HomePosition.MSG_ID, place.homePosition],
  [common.PositionTargetLocalNed.MSG_ID, place.positionTarget],
  [common.CurrentMode.MSG_ID, currentMode],
  [common.SysStatus.MSG_ID, sysStatus],
  [common.ExtendedSysState.MSG_ID, extendedSysState],
  [common.BatteryStatus.MSG_ID, batteryStatus],
  [common.SystemTime.MSG_ID, systemTime],
  [standard.AutopilotVersion.MSG_ID, autopilotVersion],
]);

function heartbeat({ firmware, mode, armed, systemStatus }: Report): MavLinkData {
  return Object.assign(new minimal.Heartbeat(), {
    type: minimal.MavType.QUADROTOR,
    autopilot: firmware.autopilot,
    baseMode: customModeFlag | (armed ? armedFlag : 0),
    customMode: firmware.customModeOf(mode),
    systemStatus,
    mavlinkVersion: 3,
  });
}

function currentMode({ firmware, mode, intendedMode }: Report): MavLinkData {
  return Object.assign(new common.CurrentMode(), {
    customMode: firmware.customModeOf(mode),
    intendedCustomMode: firmware.customModeOf(intendedMode),
    standardMode: 0,
  });
}

/** A sensor that is there and enabled but not healthy is one that something is wrong with. */
function sysStatus(report: Report): MavLinkData {
  const { flight, canArm, isSettled, isGyroCalibrated } = report;
  const { battery, gps, estimator } = flight;
  const isEstimating = isSettled && estimator.isHorizontalValid;
  const unhealthy =
    (canArm ? 0 : sensors.prearm) |
    (isGyroCalibrated ? 0 : sensors.gyro) |
    (gps.hasFix ? 0 : sensors.gps) |
    (isEstimating ? 0 : sensors.estimator);
  return Object.assign(new common.SysStatus(), {
    onboardControlSensorsPresent: presentSensors,
    onboardControlSensorsEnabled: presentSensors,
    onboardControlSensorsHealth: presentSensors & ~unhealthy,
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
    temperature: Math.round(battery.temperatureC * 100),
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

function extendedSysState({ flight, firmware, mode, armed }: Report): MavLinkData {
  const { ON_GROUND, IN_AIR, LANDING, TAKEOFF } = common.MavLandedState;
  const inTheAir = (): number => {
    if (armed && firmware.isLanding(mode)) return LANDING;
    return armed && flight.mode.isTakingOff ? TAKEOFF : IN_AIR;
  };
  const landedState = flight.landDetector.isLanded ? ON_GROUND : inTheAir();
  return Object.assign(new common.ExtendedSysState(), { landedState });
}

/** The time of day is not known to it (0). */
function systemTime({ sinceBootMs }: Report): MavLinkData {
  return Object.assign(new common.SystemTime(), { timeUnixUsec: 0n, timeBootMs: Math.floor(sinceBootMs) });
}

function autopilotVersion({ firmware }: Report): MavLinkData {
  return Object.assign(new standard.AutopilotVersion(), {
    capabilities: firmware.capabilities,
    flightSwVersion: firmware.softwareVersion,
    uid: 0n,
    flightCustomVersion: [],
    middlewareCustomVersion: [],
    osCustomVersion: [],
    uid2: [],
  });
}
