/** What is known of the computer that this runs on, and how its readings are understood. Pure: reads no file. */

/** A reading that this computer does not give is absent; `ageMs`: since the last reading that succeeded. */
export type HostHealth = {
  readonly ageMs: number;
  readonly diskFreeBytes?: number;
  readonly cpuTemperatureC?: number;
  /** Power of a Raspberry Pi; absent on computers that do not tell. */
  readonly underVoltage?: UnderVoltage;
};

export type UnderVoltage = {
  readonly isNow: boolean;
  /** At some moment since the computer was started, as far as it tells, or since this program was. */
  readonly hasBeen: boolean;
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
