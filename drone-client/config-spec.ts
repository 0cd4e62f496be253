/** Which options a drone's configuration has, and what of them a show needs. Knows no file and no vehicle. */
import {
  boolean,
  type Config,
  defineSpec,
  float,
  integer,
  numbers,
  option,
  string,
  version,
  wordOrNumber,
} from '../lib/config/index.js';
import type { Vec3 } from '../lib/geo/frames.js';
import type { AnimationSettings, FlightSettings } from '../lib/show/index.js';

const port = { min: 1, max: 65535 };

/** `/hostname`, `/default` and `/ip` stand for a name found at start; a plain name is lower-cased by the reader. */
const idPattern = /^(\/(hostname|default|ip)|[a-z0-9][a-z0-9-]*)$/i;

/** Files that the drones of clever-show have are read by the same specification. */
export const droneConfigSpec = defineSpec({
  root: {
    config_name: string({ default: 'client', about: 'Name of this configuration, shown in the table' }),
    config_version: version({ default: '1.0', about: 'Version of this configuration, shown in the table' }),
    id: string({
      default: '/hostname',
      maxLength: 63,
      pattern: idPattern,
      expected: '/hostname, /default, /ip, or at most 63 letters, digits and dashes, not a dash first',
      about: 'Name of the drone; /hostname, /ip, or /default (a random copterNNNN, written back)',
    }),
    clover_dir: string({
      default: 'auto',
      about: 'Folder of the robot package; auto: looked up, written back',
    }),
  },
  SERVER: {
    port: integer({ default: 25000, ...port, about: "TCP port of the server's" }),
    host: string({
      default: '192.168.1.101',
      about: 'Address or name of the server, used when none is heard',
    }),
    buffer_size: integer({ default: 1024, min: 1, about: 'Bytes read from the connection at a time' }),
  },
  BROADCAST: {
    use: boolean({ default: true, about: 'Listen for servers that announce themselves' }),
    port: integer({ default: 8181, ...port, about: 'UDP port on which servers announce themselves' }),
  },
  TELEMETRY: {
    transmit: boolean({ default: true, about: 'Send telemetry to the server' }),
    frequency: float({ default: 1, min: 0, about: 'How often telemetry is sent, Hz' }),
    log_resources: boolean({ default: false, about: "Log the computer's load and temperature" }),
  },
  FLIGHT: {
    frame_id: string({ default: 'map', about: 'Frame in which shows are flown: map, floor, gps, aruco_map' }),
    arming_time: float({ default: 0.5, about: 'Time between arming and the first point of a show, s' }),
    takeoff_height: float({ default: 1, min: 0, about: 'Height of a take-off above the present place, m' }),
    takeoff_time: float({ default: 5, min: 0, about: 'Time given to a take-off, s' }),
    reach_first_point_time: float({
      default: 5,
      min: 0,
      about: 'Time to fly to the first point of a show, s',
    }),
    land_delay: float({ default: 1, min: 0, about: 'Wait at the last point before landing, s' }),
    land_timeout: float({ default: 10, min: 0, about: 'Time after which a landing drone is disarmed, s' }),
  },
  'FLOOR FRAME': {
    parent: string({ default: 'map', about: 'Frame that the floor frame is placed in' }),
    translation: numbers({
      default: [0, 0, 0],
      about: 'Origin of the floor frame in its parent: x, y, z, m',
    }),
    rotation: numbers({
      default: [0, 0, 0],
      about: "Roll, pitch, yaw of the floor frame, applied in this order about its parent's axes, deg",
    }),
  },
  'GPS FRAME': {
    lat: float({ default: 0, about: 'Latitude of the origin, deg' }),
    lon: float({ default: 0, about: 'Longitude of the origin, deg' }),
    yaw: float({ default: 0, about: 'Direction of the x axis, deg clockwise from north' }),
    amsl: wordOrNumber(['current'], {
      default: 'current',
      about: 'Height of the origin above sea level, m; current: that of the drone at start',
    }),
  },
  ANIMATION: {
    start_action: option(['auto', 'takeoff', 'fly'], {
      default: 'auto',
      about: 'How a show begins; auto: takeoff when it begins above takeoff_level, else fly',
    }),
    takeoff_level: float({ default: 0.5, about: 'A drone standing below this height is on the ground, m' }),
    ground_level: wordOrNumber(['current'], {
      default: 'current',
      about: 'Height of the ground in the frame of the show, m; current: where the drone stands',
    }),
    check_ground: boolean({ default: true, about: 'Refuse shows that lead below the ground' }),
    frame_delay: float({ default: 0.1, min: 0.01, about: 'Time between two frames of an animation, s' }),
    yaw: wordOrNumber(['animation', 'nan'], {
      default: 'nan',
      about: 'Heading in a show: animation (from its file), nan (kept as it is), or deg',
    }),
    ratio: numbers({ default: [1, 1, 1], about: 'Scale of the show: x, y, z' }),
    private_offset: numbers({ default: [0, 0, 0], about: 'Shift of this drone alone: x, y, z, m' }),
    common_offset: numbers({ default: [0, 0, 0], about: 'Shift of the whole show: x, y, z, m' }),
    OUTPUT: {
      static_begin: boolean({ default: true, about: 'Play the frames before the first movement' }),
      takeoff: boolean({ default: true, about: "Play the file's take-off" }),
      route: boolean({ default: true, about: 'Play the frames between take-off and landing' }),
      land: boolean({ default: true, about: "Play the file's descent" }),
      static_end: boolean({ default: true, about: 'Play the frames after the last movement' }),
    },
  },
  LED: {
    use: boolean({ default: true, about: 'There is a strip of lights' }),
    takeoff_indication: boolean({ default: true, about: 'Show a take-off: red wipe, then fast green blink' }),
    land_indication: boolean({ default: true, about: 'Show a landing: fast red blink until disarmed' }),
  },
  FAILSAFE: {
    enabled: boolean({ default: false, about: 'Act by itself when position is lost or the drone strays' }),
    log_state: boolean({ default: false, about: 'Log what the watchdog sees' }),
    action: option(['emergency_land', 'land', 'disarm'], {
      default: 'emergency_land',
      about: 'What is done',
    }),
    vision_pose_delay_after_arm: float({
      default: 3,
      min: 0,
      about: 'Watching begins so long after arming, s',
    }),
    vision_pose_timeout: float({
      default: 0,
      min: 0,
      about: 'Oldest visual position allowed, s; 0: not watched',
    }),
    position_delta_max: float({
      default: 3,
      min: 0,
      about: 'Largest distance between drone and setpoint, m; 0: not watched',
    }),
    disarm_timeout: float({
      default: 10,
      min: 0,
      about: 'The drone is disarmed so long after the action, s',
    }),
  },
  'EMERGENCY LAND': {
    thrust: float({
      default: 0.45,
      min: 0,
      max: 1,
      about: 'Thrust of an emergency landing, part of the full one',
    }),
    decrease_thrust_after: float({ default: 3, min: 0, about: 'The thrust is lowered after this time, s' }),
  },
  SYSTEM: {
    change_hostname: boolean({ default: false, about: "Change the computer's name with the drone's" }),
    restart_after_rename: boolean({
      default: false,
      about: 'Change the host name and reboot after a rename',
    }),
  },
  NTP: {
    use: boolean({ default: false, about: 'Ask a time server of its own' }),
    host: string({ default: 'ntp1.stratum2.ru', about: 'Address or name of the time server' }),
    port: integer({ default: 123, ...port, about: 'UDP port of the time server' }),
  },
});

/** `[ANIMATION]` as the show library takes it. */
export function animationSettings(config: Config): AnimationSettings {
  const flag = (name: string) => config.getBoolean(`ANIMATION/OUTPUT/${name}`);
  const start = config.getString('ANIMATION/start_action');
  const ground = config.get('ANIMATION/ground_level');
  const yaw = config.get('ANIMATION/yaw');
  return {
    startAction: start === 'takeoff' || start === 'fly' ? start : 'auto',
    takeoffLevelM: config.getNumber('ANIMATION/takeoff_level'),
    groundLevelM: typeof ground === 'number' ? ground : 'current',
    checkGround: config.getBoolean('ANIMATION/check_ground'),
    yaw: typeof yaw === 'number' || yaw === 'animation' ? yaw : 'nan',
    ratio: vectorOf(config, 'ANIMATION/ratio'),
    privateOffsetM: vectorOf(config, 'ANIMATION/private_offset'),
    commonOffsetM: vectorOf(config, 'ANIMATION/common_offset'),
    output: {
      staticBegin: flag('static_begin'),
      takeoff: flag('takeoff'),
      route: flag('route'),
      land: flag('land'),
      staticEnd: flag('static_end'),
    },
  };
}

/** The times and heights of `[FLIGHT]` as the show library takes them. */
export function flightSettings(config: Config): FlightSettings {
  return {
    armingTimeS: config.getNumber('FLIGHT/arming_time'),
    takeoffHeightM: config.getNumber('FLIGHT/takeoff_height'),
    takeoffTimeS: config.getNumber('FLIGHT/takeoff_time'),
    reachFirstPointTimeS: config.getNumber('FLIGHT/reach_first_point_time'),
    landDelayS: config.getNumber('FLIGHT/land_delay'),
  };
}

function vectorOf(config: Config, path: string): Vec3 {
  const [x = 0, y = 0, z = 0] = config.getNumbers(path);
  return { x, y, z };
}
