/** What differs between autopilots that speak MAVLink: modes and how parameters carry integers. Knows no link. */
import { minimal } from 'mavlink-mappings';
import { px4Mode, px4ModeName } from './px4-mode.js';

/** The first three parameters of DO_SET_MODE. */
type SetModeParams = readonly [baseMode: number, main: number, sub: number];

/** One autopilot's way of speaking; a new autopilot is one more of these and a line in `flavourOf`. */
export interface Flavour {
  readonly name: string;
  /** The autopilot's own names of the modes behind the port's three verbs. */
  readonly modes: { readonly offboard: string; readonly land: string; readonly hold: string };
  modeName(customMode: number): string;
  /** DO_SET_MODE's parameters for a mode's name; undefined when the autopilot has no such mode. */
  setModeParams(mode: string): SetModeParams | undefined;
  /** An integer parameter from the four bytes of PARAM_VALUE. */
  integerParam(bits: number): number;
}

/** MAV_MODE_FLAG_CUSTOM_MODE_ENABLED as DO_SET_MODE's first parameter. */
const customModeEnabled = 1;

/** PX4: hierarchical modes; integers travel as the float's bytes. */
export const px4Flavour: Flavour = {
  name: 'PX4',
  modes: { offboard: 'OFFBOARD', land: 'AUTO.LAND', hold: 'AUTO.LOITER' },
  modeName: px4ModeName,
  setModeParams(mode) {
    const found = px4Mode(mode);
    return found && [customModeEnabled, found.main, found.sub];
  },
  integerParam: (bits) => bits | 0,
};

/** The flavour of a HEARTBEAT's `autopilot`; undefined for one that Starling does not speak yet. */
export function flavourOf(autopilot: number): Flavour | undefined {
  return autopilot === minimal.MavAutopilot.PX4 ? px4Flavour : undefined;
}
