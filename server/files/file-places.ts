/** Where files go on a drone, and where those of drones go here: `[FILES]`. Knows the options' names; no drone and no disk. */
import type { Config } from '../../lib/config/index.js';
import { RefusedError } from '../../lib/errors.js';

/** Paths on a drone; `{clover_dir}` stands for the folder of its robot package. */
export type FilePlaces = {
  readonly animation: string;
  readonly calibration: string;
  readonly map: string;
  /** A folder. */
  readonly launch: string;
  /** Restarted when a drone has got another map; empty: none is. */
  readonly mapService: string;
};

/** Source: clever-show. */
export const defaultFilePlaces: FilePlaces = {
  animation: 'animation.csv',
  calibration: '{clover_dir}/camera_info/calibration.yaml',
  map: '{clover_dir}/../aruco_pose/map/animation_map.txt',
  launch: '{clover_dir}/launch',
  mapService: 'clover',
};

export function filePlaces(config: Config): FilePlaces {
  return {
    animation: config.getString('FILES/animation'),
    calibration: config.getString('FILES/calibration'),
    map: config.getString('FILES/map'),
    launch: config.getString('FILES/launch'),
    mapService: config.getString('FILES/map_service'),
  };
}

const robotFolder = '{clover_dir}';

export function needsRobotFolder(place: string): boolean {
  return place.includes(robotFolder);
}

/**
 * The path for one drone; `answer` is what it says its robot package's folder is.
 * @throws RefusedError `refused` for a drone that says none.
 */
export function placeOn(place: string, answer: unknown): string {
  if (!needsRobotFolder(place)) return place;
  if (typeof answer !== 'string' || !answer.startsWith('/'))
    throw new RefusedError('refused', 'it does not know where its robot package lies (clover_dir)');
  return place.replaceAll(robotFolder, answer.replace(/\/+$/, ''));
}
