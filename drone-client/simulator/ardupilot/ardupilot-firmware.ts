/** The simulated ArduPilot Copter, put together. Knows no link and no flight. */
import { ardupilotmega, common, minimal, standard } from 'mavlink-mappings';
import { ardupilotCustomMode, ardupilotModeName } from '../../vehicle/mavlink/ardupilot-mode.js';
import type { Firmware, LedColour, LedControlFields, LedDialect } from '../firmware.js';
import type { Parameters } from '../parameters.js';
import { ArdupilotCommander } from './ardupilot-commander.js';
import { ArdupilotFlightMode } from './ardupilot-flight-mode.js';
import { ardupilotParameters } from './ardupilot-parameters.js';

const { MISSION_FLOAT, PARAM_FLOAT, MISSION_INT, COMMAND_INT, FTP, MAVLINK2, FLIGHT_TERMINATION } =
  standard.MavProtocolCapability;
const { PARAM_ENCODE_C_CAST, SET_ATTITUDE_TARGET } = standard.MavProtocolCapability;
const { SET_POSITION_TARGET_LOCAL_NED, SET_POSITION_TARGET_GLOBAL_INT } = standard.MavProtocolCapability;

/** Frugal; 0 = there, but only when asked for. Source: observed on ArduCopter. */
const defaultRatesHz: ReadonlyMap<number, number> = new Map([
  [minimal.Heartbeat.MSG_ID, 1],
  [common.GlobalPositionInt.MSG_ID, 2],
  [common.SysStatus.MSG_ID, 1],
  [common.GpsRawInt.MSG_ID, 1],
  [common.Attitude.MSG_ID, 0],
  [common.AttitudeQuaternion.MSG_ID, 0],
  [common.LocalPositionNed.MSG_ID, 0],
  [common.PositionTargetLocalNed.MSG_ID, 0],
  [common.ExtendedSysState.MSG_ID, 0],
  [common.BatteryStatus.MSG_ID, 0],
  [ardupilotmega.EkfStatusReport.MSG_ID, 0],
  [common.SystemTime.MSG_ID, 0],
  [common.HomePosition.MSG_ID, 0],
]);

/** Source: ArduPilot NTF_LED_OVERRIDE 1, AP_Notify's LED_CONTROL. */
const customPattern = 255;
/** Source: observed on the show firmware of Skybrush: instance and pattern, and how long a colour lasts. */
const showNumber = 42;
const showColourMs = 5000;

export function makeArdupilotFirmware(dialect: LedDialect): Firmware {
  const ledColour = dialect === 'plain' ? plainColour : showColour;
  return {
    autopilot: minimal.MavAutopilot.ARDUPILOTMEGA,
    capabilities: BigInt(
      MISSION_FLOAT |
        PARAM_FLOAT |
        MISSION_INT |
        COMMAND_INT |
        FTP |
        MAVLINK2 |
        FLIGHT_TERMINATION |
        PARAM_ENCODE_C_CAST |
        SET_ATTITUDE_TARGET |
        SET_POSITION_TARGET_LOCAL_NED |
        SET_POSITION_TARGET_GLOBAL_INT,
    ),
    // 4.6.2, official.
    softwareVersion: 0x040602ff,
    parameterTable: ardupilotParameters,
    encoding: 'cast',
    defaultRatesHz,
    sendsEvents: false,
    results: { whileArmed: common.MavResult.FAILED, noSuchMessage: common.MavResult.FAILED },
    landMode: 'LAND',
    returnMode: 'RTL',
    takeoffDatum: 'home',
    gyroIdParameter: 'INS_GYR_ID',
    systemIdParameter: 'SYSID_THISMAV',
    answersCalibration: 'end',
    groundStationId: (parameters) => parameters.number('SYSID_MYGCS'),
    customModeOf: (mode) => ardupilotCustomMode(mode) ?? 0,
    modeNameOf: ardupilotModeName,
    modeParamsOf: (customMode) => [customMode, 0],
    isLanding: (mode) => mode === 'LAND',
    takesSetpoints: isGuided,
    isSteered: isGuided,
    ledColour,
    makeFlightMode: (parameters) => new ArdupilotFlightMode(parameters),
    makeCommander: (options) => new ArdupilotCommander(options),
  };
}

function isGuided(mode: string): boolean {
  return mode === 'GUIDED' || mode === 'GUIDED_NOGPS';
}

function plainColour(message: LedControlFields, parameters: Parameters): LedColour | undefined {
  const isOurs = parameters.number('NTF_LED_OVERRIDE') === 1 && message.pattern === customPattern;
  const isColour = message.customLen === 3 || message.customLen === 4;
  return isOurs && isColour ? { rgb: rgbOf(message), forMs: undefined } : undefined;
}

function showColour(message: LedControlFields): LedColour | undefined {
  const { instance, pattern, customLen, customBytes } = message;
  if (instance !== showNumber || pattern !== showNumber) return undefined;
  if (customLen === 3) return { rgb: rgbOf(message), forMs: showColourMs };
  const [, , , low = 0, high = 0] = customBytes;
  return customLen === 5 ? { rgb: rgbOf(message), forMs: low + high * 256 } : undefined;
}

function rgbOf({ customBytes }: LedControlFields): LedColour['rgb'] {
  const [red = 0, green = 0, blue = 0] = customBytes;
  return [red, green, blue];
}
