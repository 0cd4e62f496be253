/** The simulated PX4, put together. Knows no link and no flight. */
import { common, minimal, standard } from 'mavlink-mappings';
import { px4Mode, px4ModeName, toCustomMode } from '../../vehicle/mavlink/px4-mode.js';
import type { Firmware } from '../firmware.js';
import { Px4Commander } from './px4-commander.js';
import { Px4FlightMode } from './px4-flight-mode.js';
import { px4Parameters } from './px4-parameters.js';

const { MISSION_INT, COMMAND_INT, PARAM_FLOAT, PARAM_ENCODE_BYTEWISE, FTP, MAVLINK2, FLIGHT_TERMINATION } =
  standard.MavProtocolCapability;
const { SET_ATTITUDE_TARGET, SET_POSITION_TARGET_LOCAL_NED, SET_POSITION_TARGET_GLOBAL_INT } =
  standard.MavProtocolCapability;

/**
 * What PX4 sends on its onboard link, at those rates, without HIGHRES_IMU, ODOMETRY and ALTITUDE, which nobody here
 * reads, and without its own TIMESYNC requests. Source: observed on PX4.
 */
const defaultRatesHz: ReadonlyMap<number, number> = new Map([
  [minimal.Heartbeat.MSG_ID, 1],
  [common.Attitude.MSG_ID, 100],
  [common.GlobalPositionInt.MSG_ID, 50],
  [common.AttitudeQuaternion.MSG_ID, 50],
  [common.LocalPositionNed.MSG_ID, 30],
  [common.PositionTargetLocalNed.MSG_ID, 10],
  [common.GpsRawInt.MSG_ID, 8],
  [common.SysStatus.MSG_ID, 5],
  [common.ExtendedSysState.MSG_ID, 5],
  [common.EstimatorStatus.MSG_ID, 1],
  [common.SystemTime.MSG_ID, 1],
  [common.BatteryStatus.MSG_ID, 0.5],
  [common.HomePosition.MSG_ID, 0.5],
  [common.CurrentMode.MSG_ID, 0.5],
]);

export const px4Firmware: Firmware = {
  autopilot: minimal.MavAutopilot.PX4,
  capabilities: BigInt(
    MISSION_INT |
      COMMAND_INT |
      PARAM_FLOAT |
      PARAM_ENCODE_BYTEWISE |
      FTP |
      MAVLINK2 |
      FLIGHT_TERMINATION |
      SET_ATTITUDE_TARGET |
      SET_POSITION_TARGET_LOCAL_NED |
      SET_POSITION_TARGET_GLOBAL_INT,
  ),
  // 1.16.0, release.
  softwareVersion: 0x011000ff,
  parameterTable: px4Parameters,
  encoding: 'bytes',
  defaultRatesHz,
  sendsEvents: true,
  results: {
    whileArmed: common.MavResult.TEMPORARILY_REJECTED,
    noSuchMessage: common.MavResult.DENIED,
  },
  landMode: 'AUTO.LAND',
  returnMode: 'AUTO.RTL',
  takeoffDatum: 'sea',
  gyroIdParameter: 'CAL_GYRO0_ID',
  systemIdParameter: 'MAV_SYS_ID',
  answersCalibration: 'beginning',
  groundStationId: () => undefined,
  customModeOf: (mode) => toCustomMode(px4Mode(mode) ?? { main: 0, sub: 0 }),
  modeNameOf: (main, sub) => px4ModeName(toCustomMode({ main, sub })),
  modeParamsOf: (customMode) => [(customMode >>> 16) & 0xff, customMode >>> 24],
  isLanding: (mode) => mode === 'AUTO.LAND',
  takesSetpoints: () => true,
  isSteered: (mode) => mode === 'OFFBOARD',
  // No message drives its light.
  ledColour: () => undefined,
  makeFlightMode: (parameters) => new Px4FlightMode(parameters),
  makeCommander: (options) => new Px4Commander(options),
};
