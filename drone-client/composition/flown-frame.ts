/** The frame that one run flies in, and what is wrong with it or with the lights. Reads the configuration; changes nothing. */
import type { Config } from '../../lib/config/index.js';
import { errorText } from '../../lib/errors.js';
import { readFrameSettings } from '../client/frame-settings.js';
import type { Problem } from '../failsafe/problem.js';
import type { Led } from '../led/led.js';
import { isMavlinkLed, readLedSettings } from '../led/settings.js';
import type { FrameSettings } from '../vehicle/framed-vehicle.js';
import type { LastResortContext } from '../vehicle/last-resort-item.js';
import type { Vehicle } from '../vehicle/vehicle.js';

/** A change of the configuration takes effect at the next start of the client. */
export type FlownFrame = {
  readonly settings: FrameSettings;
  /** Why nothing can be flown in the frame that is configured now. */
  error(config: Config): string | undefined;
};

/** A frame that can not be used does not end the client: the drone can still be landed. */
export function chooseFrame(config: Config): FlownFrame {
  const atStart = readFrame(config);
  return {
    settings: atStart.settings ?? { kind: 'map' },
    error(now) {
      const present = readFrame(now);
      if (present.error !== undefined) return present.error;
      const isSame = JSON.stringify(present.settings) === JSON.stringify(atStart.settings);
      return isSame ? undefined : 'the frame was changed: restart the client to fly in it';
    },
  };
}

function readFrame(config: Config): { readonly settings?: FrameSettings; readonly error?: string } {
  try {
    return { settings: readFrameSettings(config) };
  } catch (error) {
    return { error: errorText(error) };
  }
}

export function frameProblems(frame: FlownFrame, config: Config): readonly Problem[] {
  const text = frame.error(config);
  return text === undefined ? [] : [{ id: 'frame', severity: 'blocking', text }];
}

/** A drone that stays dark in its show for a word in its configuration. */
export function lightProblems({ state }: Vehicle, config: Config, { trouble }: Led): readonly Problem[] {
  if (trouble !== undefined) return [{ id: 'lights', severity: 'warning', text: trouble }];
  if (state.autopilot !== 'PX4' || !isMavlinkLed(readLedSettings(config))) return [];
  const text =
    '[LED] type is mavlink, but PX4 has no light that MAVLink could set: wire a strip to the Pi (ws281x)';
  return [{ id: 'lights', severity: 'warning', text }];
}

export function lastResortContext({ settings }: FlownFrame, config: Config): LastResortContext {
  return { frame: settings.kind, usesMavlinkLed: isMavlinkLed(readLedSettings(config)) };
}
