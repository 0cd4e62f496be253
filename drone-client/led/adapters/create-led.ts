/** Makes the lights that a configuration names. The one place that picks a device; knows no show. */
import { errorText, NotSupportedError } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { Led, LedDevice } from '../led.js';
import { LedController } from '../led-controller.js';
import { type LedControl, MavlinkLed } from '../mavlink-led.js';
import { NoLed } from '../no-led.js';
import { PreviewLed } from '../preview-led.js';
import type { LedSettings } from '../settings.js';
import { openWs281x } from './ws281x-spi.js';

export type CreateLedOptions = {
  readonly clock: Clock;
  readonly isSimulated: boolean;
  /** Hands a message to the autopilot; undefined where there is no way to it. */
  readonly sendLedControl?: ((control: LedControl) => void) | undefined;
  readonly onWarning: (text: string) => void;
};

/** Lights that can not be opened are told of, and the drone flies without. */
export async function createLed(settings: LedSettings, options: CreateLedOptions): Promise<Led> {
  const { clock, isSimulated, onWarning } = options;
  const type = settings.type === 'auto' ? (isSimulated ? 'preview' : 'none') : settings.type;
  if (type === 'preview') return new PreviewLed(clock);
  if (settings.type === 'auto' && !isSimulated)
    onWarning('no lights are configured: set [LED] type to ws281x, mavlink or mavlink_skybrush, or to none');
  if (type === 'none') return new NoLed();
  try {
    const device = await openDevice(type, settings, options);
    return new LedController({ clock, device, correction: settings.correction, onError: onWarning });
  } catch (error) {
    const trouble = `${errorText(error)}; the drone is dark`;
    onWarning(trouble);
    return new NoLed(trouble);
  }
}

async function openDevice(
  type: 'ws281x' | 'mavlink' | 'mavlink_skybrush',
  { spiDevice, count, order }: LedSettings,
  { sendLedControl }: CreateLedOptions,
): Promise<LedDevice> {
  if (type === 'ws281x') return openWs281x({ device: spiDevice, count, order });
  if (!sendLedControl)
    throw new NotSupportedError('LED_CONTROL', 'no way leads to lights on the autopilot: set [LED] type');
  return new MavlinkLed(type === 'mavlink' ? 'ardupilot' : 'skybrush', sendLedControl);
}
