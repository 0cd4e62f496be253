/** The MAVLink messages that Starling reads, and those that the library lacks or mangles. Knows no frames and no link. */
import {
  ardupilotmega,
  common,
  MavLinkPacketField as Field,
  MavLinkData,
  type MavLinkDataConstructor,
  minimal,
  standard,
} from 'mavlink-mappings';

/**
 * PARAM_VALUE with the value as its four bytes: PX4 sends integers that way, and some of them (−1) are NaNs as
 * floats, which a trip through a JavaScript number does not survive.
 * Source: MAVLink common.xml, PARAM_VALUE.
 */
export class ParamValueBits extends MavLinkData {
  static override MSG_ID = 22;
  static override MSG_NAME = 'PARAM_VALUE';
  static override PAYLOAD_LENGTH = 25;
  static override MAGIC_NUMBER = 220;
  static override FIELDS = [
    new Field('param_value', 'paramBits', 0, false, 4, 'uint32_t', ''),
    new Field('param_count', 'paramCount', 4, false, 2, 'uint16_t', ''),
    new Field('param_index', 'paramIndex', 6, false, 2, 'uint16_t', ''),
    new Field('param_id', 'paramId', 8, false, 1, 'char[]', '', 16),
    new Field('param_type', 'paramType', 24, false, 1, 'uint8_t', ''),
  ];
  /** The float's or the integer's bytes, read as a little-endian u32. */
  paramBits = 0;
  paramCount = 0;
  paramIndex = 0;
  paramId = '';
  paramType = 0;
}

/** PARAM_SET with the value as its four bytes. Source: MAVLink common.xml, PARAM_SET. */
export class ParamSetBits extends MavLinkData {
  static override MSG_ID = 23;
  static override MSG_NAME = 'PARAM_SET';
  static override PAYLOAD_LENGTH = 23;
  static override MAGIC_NUMBER = 168;
  static override FIELDS = [
    new Field('param_value', 'paramBits', 0, false, 4, 'uint32_t', ''),
    new Field('target_system', 'targetSystem', 4, false, 1, 'uint8_t', ''),
    new Field('target_component', 'targetComponent', 5, false, 1, 'uint8_t', ''),
    new Field('param_id', 'paramId', 6, false, 1, 'char[]', '', 16),
    new Field('param_type', 'paramType', 22, false, 1, 'uint8_t', ''),
  ];
  paramBits = 0;
  targetSystem = 0;
  targetComponent = 0;
  paramId = '';
  paramType = 0;
}

/** EVENT: PX4's reasons, by number. The library does not have it. Source: MAVLink common.xml, EVENT. */
export class AutopilotEvent extends MavLinkData {
  static override MSG_ID = 410;
  static override MSG_NAME = 'EVENT';
  static override PAYLOAD_LENGTH = 53;
  static override MAGIC_NUMBER = 160;
  static override FIELDS = [
    new Field('id', 'id', 0, false, 4, 'uint32_t', ''),
    new Field('event_time_boot_ms', 'eventTimeBootMs', 4, false, 4, 'uint32_t', 'ms'),
    new Field('sequence', 'sequence', 8, false, 2, 'uint16_t', ''),
    new Field('destination_component', 'destinationComponent', 10, false, 1, 'uint8_t', ''),
    new Field('destination_system', 'destinationSystem', 11, false, 1, 'uint8_t', ''),
    new Field('log_levels', 'logLevels', 12, false, 1, 'uint8_t', ''),
    new Field('arguments', 'arguments', 13, false, 1, 'uint8_t[]', '', 40),
  ];
  id = 0;
  eventTimeBootMs = 0;
  sequence = 0;
  destinationComponent = 0;
  destinationSystem = 0;
  logLevels = 0;
  arguments: number[] = [];
}

/** Every message that a decoder hands out; others are checked and passed over. */
export const knownMessages: readonly MavLinkDataConstructor<MavLinkData>[] = [
  minimal.Heartbeat,
  standard.AutopilotVersion,
  common.SysStatus,
  common.SetMode,
  common.ParamRequestRead,
  common.ParamRequestList,
  ParamValueBits,
  ParamSetBits,
  common.Attitude,
  common.LocalPositionNed,
  common.CommandInt,
  common.CommandLong,
  common.CommandAck,
  common.SetPositionTargetLocalNed,
  common.SetPositionTargetGlobalInt,
  common.SetAttitudeTarget,
  common.GlobalPositionInt,
  common.GpsRawInt,
  common.EstimatorStatus,
  ardupilotmega.EkfStatusReport,
  ardupilotmega.LedControl,
  common.HomePosition,
  common.SystemTime,
  common.TimeSync,
  common.BatteryStatus,
  common.ExtendedSysState,
  common.StatusText,
  AutopilotEvent,
];
