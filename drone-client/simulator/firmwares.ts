/** The firmwares that there are. */
import { makeArdupilotFirmware } from './ardupilot/ardupilot-firmware.js';
import type { Firmware, FirmwareName, LedDialect } from './firmware.js';
import { px4Firmware } from './px4/px4-firmware.js';

/** `ledDialect` matters to ArduPilot alone. */
export function firmwareOf(name: FirmwareName, ledDialect: LedDialect): Firmware {
  return name === 'px4' ? px4Firmware : makeArdupilotFirmware(ledDialect);
}
