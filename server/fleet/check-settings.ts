/** `[CHECKS]` of the server's configuration. Knows options; no drone. */
import type { Config } from '../../lib/config/index.js';
import type { CheckSettings } from './checks.js';

export function readCheckSettings(config: Config): CheckSettings {
  return {
    isVersionChecked: config.getBoolean('CHECKS/check_git_version'),
    isPositionChecked: config.getBoolean('CHECKS/check_current_position'),
    batteryMinPercent: config.getNumber('CHECKS/battery_min'),
    startDistanceMaxM: config.getNumber('CHECKS/start_pos_delta_max'),
    timeDeltaMaxS: config.getNumber('CHECKS/time_delta_max'),
  };
}
