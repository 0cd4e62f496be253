/** The messages that ask an autopilot for its parameters and change them. Knows no link and no answers. */
import { common } from 'mavlink-mappings';
import { ParamSetBits } from './messages.js';

/** Source: MAV_COMP_ID_AUTOPILOT1. */
const autopilotComponentId = 1;

/** By name. */
export function readById(systemId: number, paramId: string): common.ParamRequestRead {
  return Object.assign(new common.ParamRequestRead(), target(systemId), { paramIndex: -1, paramId });
}

/** By its place in the autopilot's list. */
export function readByIndex(systemId: number, paramIndex: number): common.ParamRequestRead {
  return Object.assign(new common.ParamRequestRead(), target(systemId), { paramIndex, paramId: '' });
}

/** All of them. */
export function readAll(systemId: number): common.ParamRequestList {
  return Object.assign(new common.ParamRequestList(), target(systemId));
}

/** `paramBits` as `encodeParameter` makes them. */
export function writeParameter(
  systemId: number,
  { paramId, paramType, paramBits }: Pick<ParamSetBits, 'paramId' | 'paramType' | 'paramBits'>,
): ParamSetBits {
  return Object.assign(new ParamSetBits(), target(systemId), { paramId, paramType, paramBits });
}

/** An id as it is meant: up to the first NUL. */
export function trimParameterId(paramId: string): string {
  const end = paramId.indexOf('\0');
  return end < 0 ? paramId : paramId.slice(0, end);
}

function target(systemId: number) {
  return { targetSystem: systemId, targetComponent: autopilotComponentId };
}
