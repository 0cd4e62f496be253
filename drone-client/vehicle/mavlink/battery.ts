/** The battery as SYS_STATUS and BATTERY_STATUS tell of it. Knows no state and no link. */
import type { common } from 'mavlink-mappings';
import type { VehicleBattery } from '../vehicle.js';

/** "Unknown" in both messages. */
const unknownMilliVolt = 0xffff;
/** "Unknown" in BATTERY_STATUS, as a temperature in hundredths of °C. */
const unknownCentiC = 0x7fff;

/** What SYS_STATUS adds to what is known. */
export function batteryOfSysStatus(
  message: common.SysStatus,
  before: VehicleBattery | undefined,
): VehicleBattery {
  const isVoltageKnown = message.voltageBattery !== unknownMilliVolt;
  return {
    ...before,
    ...(isVoltageKnown && { voltageV: message.voltageBattery / 1000 }),
    ...(message.batteryRemaining >= 0 && { fraction: message.batteryRemaining / 100 }),
  };
}

/** The first battery alone; `cellVoltageV` is its lowest cell. */
export function batteryOfBatteryStatus(
  message: common.BatteryStatus,
  before: VehicleBattery | undefined,
): VehicleBattery | undefined {
  if (message.id !== 0) return before;
  const cellsMv = [...message.voltages, ...message.voltagesExt.filter((cellMv) => cellMv > 0)].filter(
    (cellMv) => cellMv !== unknownMilliVolt,
  );
  return {
    ...(cellsMv.length > 0 && {
      voltageV: cellsMv.reduce((sumMv, cellMv) => sumMv + cellMv, 0) / 1000,
      cellVoltageV: Math.min(...cellsMv) / 1000,
    }),
    ...(message.batteryRemaining >= 0 && { fraction: message.batteryRemaining / 100 }),
    ...(message.temperature !== unknownCentiC && { temperatureC: message.temperature / 100 }),
  };
}

/** The same numbers. */
export function isSameBattery(a: VehicleBattery | undefined, b: VehicleBattery | undefined): boolean {
  return (
    a?.voltageV === b?.voltageV &&
    a?.cellVoltageV === b?.cellVoltageV &&
    a?.fraction === b?.fraction &&
    a?.temperatureC === b?.temperatureC
  );
}
