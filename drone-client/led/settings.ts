/** `[LED]` as the lights take it. Knows the options' names; no device. */
import type { Config } from '../../lib/config/index.js';
import type { LedCorrection } from './correction.js';
import { type ColorOrder, colorOrders } from './ws281x-encoding.js';

export const ledTypes = ['auto', 'none', 'ws281x', 'mavlink', 'mavlink_skybrush', 'preview'] as const;

type LedType = (typeof ledTypes)[number];

export type LedSettings = {
  /** `auto`: a preview in the simulator, none on a drone. */
  readonly type: LedType;
  readonly count: number;
  readonly spiDevice: string;
  readonly order: ColorOrder;
  readonly correction: LedCorrection;
};

export function readLedSettings(config: Config): LedSettings {
  const type = config.getString('LED/type');
  const order = config.getString('LED/order');
  return {
    type: config.getBoolean('LED/use') ? (ledTypes.find((known) => known === type) ?? 'auto') : 'none',
    count: config.getNumber('LED/count'),
    spiDevice: config.getString('LED/spi_device'),
    order: colorOrders.find((known) => known === order) ?? 'grb',
    correction: { brightness: config.getNumber('LED/brightness'), gamma: config.getNumber('LED/gamma') },
  };
}

/** The lights hang on the autopilot. */
export function isMavlinkLed({ type }: LedSettings): boolean {
  return type === 'mavlink' || type === 'mavlink_skybrush';
}
