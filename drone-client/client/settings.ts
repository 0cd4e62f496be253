/** Turns a drone's configuration into the settings that its parts take. Knows the options' names, no file. */
import type { Config } from '../../lib/config/index.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import type { AnimationSettings, FlightSettings } from '../../lib/show/index.js';
import type { PlayerSettings } from '../player/show-player.js';

export function readAnimationSettings(config: Config): AnimationSettings {
  const groundLevel = config.get('ANIMATION/ground_level');
  return {
    startAction: readStartAction(config.getString('ANIMATION/start_action')),
    takeoffLevelM: config.getNumber('ANIMATION/takeoff_level'),
    groundLevelM: typeof groundLevel === 'number' ? groundLevel : 'current',
    checkGround: config.getBoolean('ANIMATION/check_ground'),
    yaw: readYaw(config),
    ratio: readVec3(config, 'ANIMATION/ratio'),
    privateOffsetM: readVec3(config, 'ANIMATION/private_offset'),
    commonOffsetM: readVec3(config, 'ANIMATION/common_offset'),
    output: {
      staticBegin: config.getBoolean('ANIMATION/OUTPUT/static_begin'),
      takeoff: config.getBoolean('ANIMATION/OUTPUT/takeoff'),
      route: config.getBoolean('ANIMATION/OUTPUT/route'),
      land: config.getBoolean('ANIMATION/OUTPUT/land'),
      staticEnd: config.getBoolean('ANIMATION/OUTPUT/static_end'),
    },
  };
}

export function readFlightSettings(config: Config): FlightSettings {
  return {
    armingTimeS: config.getNumber('FLIGHT/arming_time'),
    takeoffHeightM: config.getNumber('FLIGHT/takeoff_height'),
    takeoffTimeS: config.getNumber('FLIGHT/takeoff_time'),
    reachFirstPointTimeS: config.getNumber('FLIGHT/reach_first_point_time'),
    landDelayS: config.getNumber('FLIGHT/land_delay'),
  };
}

export function readPlayerSettings(config: Config): PlayerSettings {
  return {
    landTimeoutS: config.getNumber('FLIGHT/land_timeout'),
    emergency: {
      thrust: config.getNumber('EMERGENCY LAND/thrust'),
      decreaseAfterS: config.getNumber('EMERGENCY LAND/decrease_thrust_after'),
      disarmTimeoutS: config.getNumber('FAILSAFE/disarm_timeout'),
    },
    hasTakeoffIndication: config.getBoolean('LED/takeoff_indication'),
    hasLandIndication: config.getBoolean('LED/land_indication'),
  };
}

/** A list of three numbers as a vector; m where the option is a place. */
export function readVec3(config: Config, path: string): Vec3 {
  const [x = 0, y = 0, z = 0] = config.getNumbers(path);
  return { x, y, z };
}

function readStartAction(text: string): AnimationSettings['startAction'] {
  return text === 'takeoff' || text === 'fly' ? text : 'auto';
}

function readYaw(config: Config): AnimationSettings['yaw'] {
  const yaw = config.get('ANIMATION/yaw');
  if (typeof yaw === 'number') return yaw;
  return yaw === 'animation' ? 'animation' : 'nan';
}
