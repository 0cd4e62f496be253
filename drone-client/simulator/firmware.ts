/** The port of what differs between the autopilots that the simulator plays. Knows no link and no flight. */
import type { Commander } from './commander.js';
import type { FlightMode } from './flight-mode.js';
import type { Notice } from './notice.js';
import type { IntegerEncoding } from './parameter-server.js';
import type { Parameters, ParameterTable } from './parameters.js';
import type { Random } from './random.js';

export type CommanderOptions = {
  readonly parameters: Parameters;
  readonly random: Random;
  readonly flightMode: FlightMode;
  /** How long the estimator takes to settle. */
  readonly settleMs: number;
  readonly tell: (notice: Notice) => void;
};

/** The MAV_RESULTs by which the firmwares answer differently. */
type FirmwareResults = {
  /** To a calibration or reboot while the motors run. */
  readonly whileArmed: number;
  /** To a request for a message that there is not. */
  readonly noSuchMessage: number;
};

/** A light's colour, 0…255 each; `forMs` without end when undefined. */
export type LedColour = {
  readonly rgb: readonly [red: number, green: number, blue: number];
  readonly forMs: number | undefined;
};

/** One firmware: PX4 or ArduPilot Copter. */
export interface Firmware {
  /** MAV_AUTOPILOT. */
  readonly autopilot: number;
  /** MAV_PROTOCOL_CAPABILITY. */
  readonly capabilities: bigint;
  /** As AUTOPILOT_VERSION has it. */
  readonly softwareVersion: number;
  readonly parameterTable: ParameterTable;
  readonly encoding: IntegerEncoding;
  /** Message id → Hz. 0 = only when it is asked for. */
  readonly defaultRatesHz: ReadonlyMap<number, number>;
  /** Its reasons go out as EVENT; as STATUSTEXT otherwise. */
  readonly sendsEvents: boolean;
  readonly results: FirmwareResults;
  readonly landMode: string;
  readonly returnMode: string;
  /** The heights of NAV_TAKEOFF count from the sea, or from home. */
  readonly takeoffDatum: 'sea' | 'home';
  /** Parameters that name the calibrated gyro. */
  readonly gyroIdParameter: string;
  readonly systemIdParameter: string;
  /** PREFLIGHT_CALIBRATION is answered when it begins, or when it is done. */
  readonly answersCalibration: 'beginning' | 'end';
  /** Who is the ground station: a system id, or undefined for everybody who says to be one. */
  groundStationId(parameters: Parameters): number | undefined;
  customModeOf(mode: string): number;
  /** DO_SET_MODE's second and third parameter, to a name. */
  modeNameOf(main: number, sub: number): string;
  /** SET_MODE's `custom_mode` as the second and third parameter of DO_SET_MODE. */
  modeParamsOf(customMode: number): readonly [main: number, sub: number];
  isLanding(mode: string): boolean;
  /** In that mode setpoints are heard; on PX4 in every one, as a stream is to flow before OFFBOARD. */
  takesSetpoints(mode: string): boolean;
  /** In that mode setpoints are flown. */
  isSteered(mode: string): boolean;
  /** The colour that an LED_CONTROL sets; undefined when it does nothing. */
  ledColour(message: LedControlFields, parameters: Parameters): LedColour | undefined;
  makeFlightMode(parameters: Parameters): FlightMode;
  makeCommander(options: CommanderOptions): Commander;
}

export type LedControlFields = {
  readonly instance: number;
  readonly pattern: number;
  readonly customLen: number;
  readonly customBytes: readonly number[];
};

/** Which firmware, and whose lights it has: LED_CONTROL differs in the show firmware of Skybrush. */
export type FirmwareName = 'px4' | 'ardupilot';
export type LedDialect = 'plain' | 'skybrush';
