/** What is known of the computer that this runs on, and how its readings are understood. Pure: reads no file. */

/** A reading that this computer does not give is absent; `ageMs`: since the last reading that succeeded. */
export type HostHealth = {
  readonly ageMs: number;
  readonly diskFreeBytes?: number;
  readonly cpuTemperatureC?: number;
  /** Power of a Raspberry Pi; absent on computers that do not tell. */
  readonly underVoltage?: UnderVoltage;
  /** Of its Wi-Fi, 0…1; NaN where it had some and has none; absent on computers that never had. */
  readonly linkQuality?: number;
};

export type UnderVoltage = {
  readonly isNow: boolean;
  /** At some moment since the computer was started, as far as it tells, or since this program was. */
  readonly hasBeen: boolean;
};

/** Looks after the computer from `start` to `close`. */
export interface HostWatch {
  start(): void;
  /** The last readings; undefined before the first. */
  readonly health: HostHealth | undefined;
  close(): void;
}

/** The computer of a simulated drone: nothing of it could be short or hot. */
export const noHost: HostWatch = {
  start: () => undefined,
  health: { ageMs: 0, diskFreeBytes: Number.POSITIVE_INFINITY },
  close: () => undefined,
};

/** Source: Raspberry Pi documentation, `vcgencmd get_throttled`: bit 0 under-voltage now, bit 16 has occurred. */
const underVoltageNowBit = 0x1;
const underVoltageHasBeenBit = 0x10000;

/** Decodes `get_throttled`, a hexadecimal number with or without `0x`; undefined when it is none. */
export function readThrottled(text: string): UnderVoltage | undefined {
  const [, digits] = /^\s*(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const bits = Number.parseInt(digits, 16);
  const isNow = (bits & underVoltageNowBit) !== 0;
  return { isNow, hasBeen: isNow || (bits & underVoltageHasBeenBit) !== 0 };
}

/**
 * Decodes `in0_lcrit_alarm` of the kernel's `rpi_volt`: 1 = there was under-voltage since the kernel's last look, some
 * seconds ago at most. Source: Linux, Documentation/hwmon/raspberrypi-hwmon.rst.
 */
export function readVoltageAlarm(text: string): UnderVoltage | undefined {
  const value = text.trim();
  if (value !== '0' && value !== '1') return undefined;
  return { isNow: value === '1', hasBeen: value === '1' };
}

/** Decodes a thermal zone's `temp`, thousandths of °C; undefined when it is no temperature. */
export function readTemperatureC(text: string): number | undefined {
  const value = text.trim();
  return /^-?\d+$/.test(value) ? Number(value) / 1000 : undefined;
}

/** The best that a driver can say. Source: Linux, net/wireless/wext-compat.c, `max_qual.qual` of a signal in dBm. */
const bestLinkQuality = 70;

/**
 * Decodes `/proc/net/wireless`, two lines of heading and one an interface, whose third column is the quality of its
 * link; 0…1, of the best interface. Undefined when there is none. Source: proc_pid_net(5).
 */
export function readLinkQuality(text: string): number | undefined {
  const qualities = text.split('\n').flatMap((line) => {
    const [, digits] = /^\s*\S+:\s+[0-9a-f]+\s+(\d+)\.?\s/i.exec(line) ?? [];
    return digits === undefined ? [] : [Math.min(1, Number(digits) / bestLinkQuality)];
  });
  return qualities.length === 0 ? undefined : Math.max(...qualities);
}
