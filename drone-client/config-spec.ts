/** Which options a drone's configuration has, and what of them a show needs. Knows no file and no vehicle. */
import {
  boolean,
  type Config,
  defineSpec,
  float,
  integer,
  numbers,
  type OptionSpec,
  option,
  string,
  texts,
  version,
  wordOrNumber,
} from '../lib/config/index.js';
import type { Vec3 } from '../lib/geo/frames.js';
import type { AnimationSettings, FlightSettings } from '../lib/show/index.js';
import { executeSpec } from './client/execute-settings.js';
import type { ForeignTimeSettings } from './client/foreign-time.js';
import { readPolygon } from './failsafe/polygon.js';
import { ledTypes } from './led/settings.js';
import { colorOrders } from './led/ws281x-encoding.js';
import { windSection } from './wind/settings.js';

const port = { min: 1, max: 65535 };

/** `/hostname`, `/default` and `/ip` stand for a name found at start; a plain name is lower-cased by the reader. */
const idPattern = /^(\/(hostname|default|ip)|[a-z0-9][a-z0-9-]*)$/i;

const part = { min: 0, max: 1 };

/** What the watchdog may do about most conditions. */
const flightActions = ['report', 'hold', 'land', 'return', 'emergency_land'];

const polygonText = string({
  default: '',
  expected: 'x y; x y; … of 3 corners or more (m), no edge crossing another, or nothing',
  about: 'Corners of the fence around the show, x y; x y; x y, m in the frame of the show; empty: none',
});

const geofencePolygon: OptionSpec = {
  ...polygonText,
  read: (value) => {
    const text = polygonText.read(value);
    return typeof text === 'string' && readPolygon(text).points ? text : undefined;
  },
};

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
  SECURITY: {
    key: string({
      default: '',
      about: 'File of the key of this drone; empty: drone.key.json in the data folder, if it is there',
    }),
    open: boolean({
      default: false,
      about: 'Obey servers that prove nothing (old fleets), as with --open; can not be changed by a server',
    }),
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
    use: boolean({ default: true, about: 'There are lights' }),
    type: option([...ledTypes], {
      default: 'auto',
      about: 'Which: ws281x (strip on the SPI bus), mavlink (ArduPilot), mavlink_skybrush, preview, none',
    }),
    count: integer({ default: 58, min: 1, max: 1000, about: 'Pixels of the strip' }),
    brightness: float({ default: 1, ...part, about: 'Part of the full brightness' }),
    gamma: float({
      default: 2.2,
      min: 0.1,
      max: 5,
      about: 'Light = colour ^ gamma; 1: as it is in the show',
    }),
    spi_device: string({ default: '/dev/spidev0.0', about: 'SPI bus of the strip, data on GPIO 10' }),
    order: option([...colorOrders], { default: 'grb', about: 'Order in which the strip takes its colours' }),
    takeoff_indication: boolean({ default: true, about: 'Show a take-off: red wipe, then fast green blink' }),
    land_indication: boolean({ default: true, about: 'Show a landing: fast red blink until disarmed' }),
  },
  FAILSAFE: {
    enabled: boolean({
      default: true,
      about: 'Act when position is lost or the drone strays; false: these two are reported only',
    }),
    log_state: boolean({ default: false, about: 'Log what the watchdog sees' }),
    action: option(['emergency_land', 'land', 'disarm'], {
      default: 'land',
      about: 'What is done when position is lost or the drone strays',
    }),
    vision_pose_delay_after_arm: float({
      default: 3,
      min: 0,
      about: 'Watching position and distance begins so long after arming, s',
    }),
    vision_pose_timeout: float({
      default: 0,
      min: 0,
      about: 'Oldest visual position allowed, s; 0: position_timeout holds',
    }),
    position_timeout: float({
      default: 1.5,
      min: 0,
      about: 'Oldest position estimate allowed, s; 0: not watched',
    }),
    position_delay: float({
      default: 0.5,
      min: 0,
      about: 'Position is lost when it was so for this long, s',
    }),
    position_delta_max: float({
      default: 3,
      min: 0,
      about: 'Largest distance between drone and setpoint, m; 0: not watched',
    }),
    position_delta_delay: float({
      default: 1,
      min: 0,
      about: 'The drone strays when it did so this long, s',
    }),
    setpoint_timeout: float({
      default: 0.5,
      min: 0,
      about: 'Oldest setpoint of ours that is flown, s; 0: not watched',
    }),
    setpoint_delay: float({
      default: 0.3,
      min: 0,
      about: 'Setpoints are missing when they were this long, s',
    }),
    setpoint_action: option(flightActions, { default: 'land', about: 'What is done without setpoints' }),
    battery_low: float({ default: 0.2, ...part, about: 'Battery that is low, part of a full one; 0: never' }),
    battery_low_action: option(flightActions, { default: 'report', about: 'What is done when it is low' }),
    battery_critical: float({
      default: 0.1,
      ...part,
      about: 'Battery that is critical, part of a full one; 0: never',
    }),
    battery_critical_action: option(flightActions, {
      default: 'land',
      about: 'What is done when it is critical',
    }),
    cell_low: float({ default: 3.4, min: 0, about: 'Cell voltage that is low, V; 0: never' }),
    cell_critical: float({ default: 3.2, min: 0, about: 'Cell voltage that is critical, V; 0: never' }),
    battery_delay: float({ default: 5, min: 0, about: 'Low or critical when it was so for this long, s' }),
    battery_reserve: float({
      default: 0.15,
      ...part,
      about: 'What must be left at the planned touch-down, part of a full battery; 0: not foretold',
    }),
    battery_reserve_delay: float({ default: 10, min: 0, about: 'Foretold to fall short for this long, s' }),
    battery_reserve_action: option(flightActions, {
      default: 'report',
      about: 'What is done when it will fall short',
    }),
    link_lost_action: option(['continue', 'hold', 'land', 'return'], {
      default: 'continue',
      about: 'What a flying drone does without its server',
    }),
    link_lost_delay: float({ default: 5, min: 0, about: 'The server is lost after this time, s' }),
    takeover_delay: float({
      default: 1.5,
      min: 0,
      about: 'Another mode than ours for this long: a pilot took over, s',
    }),
    offboard_delay: float({
      default: 3,
      min: 0,
      about: 'The autopilot does not follow us when it does not for this long, s',
    }),
    offboard_action: option(flightActions, {
      default: 'report',
      about: 'What is done when it does not follow us',
    }),
    autopilot_lost_action: option(flightActions, {
      default: 'report',
      about: 'What is tried when the autopilot is not heard',
    }),
    autopilot_lost_delay: float({ default: 0, min: 0, about: 'Lost for this long after 5 s of silence, s' }),
    disarm_timeout: float({
      default: 10,
      min: 0,
      about: 'The drone is disarmed so long after the action, s',
    }),
    found_armed: option(['land', 'wait'], {
      default: 'land',
      about:
        'A drone found flying when the client starts: landed, or waited for; one in manual mode is waited for',
    }),
    found_armed_delay: float({ default: 5, min: 0, about: 'Time for a pilot to take it before that, s' }),
    battery_start_min: float({
      default: 0.3,
      ...part,
      about: 'Least battery for a start, part of a full one; 0: not checked',
    }),
    cell_start_min: float({
      default: 3.6,
      min: 0,
      about: 'Least cell voltage for a start, V; 0: not checked',
    }),
    start_distance_max: float({
      default: 3,
      min: 0,
      about: 'Farthest from where its show begins that a drone may start, m; 0: not checked',
    }),
    clock_gate_ms: float({
      default: 20,
      min: 0,
      about: "Largest uncertainty of the server's clock for a start, ms; 0: not checked",
    }),
    satellites_min: integer({ default: 8, min: 0, about: 'Least satellites for a start in the gps frame' }),
  },
  GEOFENCE: {
    polygon: geofencePolygon,
    ceiling: float({ default: 0, min: 0, about: 'Highest z in the frame of the show, m; 0: none' }),
    delay: float({ default: 0.5, min: 0, about: 'Outside when it was so for this long, s' }),
    action: option(flightActions, { default: 'land', about: 'What is done outside the polygon or above' }),
    margin: float({ default: 2, min: 0, about: 'Nearer to the fence than this is reported, m; 0: not' }),
    bubble: float({
      default: 10,
      min: 0,
      about: 'Largest distance from where the show wants the drone, m; 0: not watched',
    }),
    bubble_delay: float({ default: 5, min: 0, about: 'Outside the bubble when it was so for this long, s' }),
    bubble_action: option(flightActions, { default: 'report', about: 'What is done outside the bubble' }),
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
  'FLIGHT LOG': {
    use: boolean({ default: true, about: 'Record each flight on the drone' }),
    frequency: float({ default: 20, min: 1, max: 50, about: 'Samples recorded a second, Hz' }),
    after_disarm: float({ default: 5, min: 0, about: 'A recording ends so long after the motors stood, s' }),
    max_file: integer({ default: 50, min: 1, about: 'A recording longer than this gets a new file, MB' }),
    max_total: integer({ default: 500, min: 1, about: 'Room for all recordings, MB; the oldest go first' }),
    min_free: integer({ default: 200, min: 0, about: 'Room on the disk that recordings leave free, MB' }),
  },
  WIND: windSection,
  EXECUTE: executeSpec,
  SYSTEM: {
    change_hostname: boolean({ default: false, about: "Change the computer's name with the drone's" }),
    restart_after_rename: boolean({
      default: false,
      about: 'Change the host name and reboot after a rename',
    }),
  },
  NTP: {
    use: boolean({
      default: false,
      about: "Under an old server, go by these time servers; false: by this machine's clock",
    }),
    host: texts({
      default: 'ntp1.stratum2.ru',
      about: 'Address or name of the time server, or several (a, b, c): three can outvote a wrong one',
    }),
    port: integer({ default: 123, ...port, about: 'UDP port of the time servers' }),
  },
});

/** `[NTP]`: whom to ask; undefined when nobody. */
export function foreignTimeSettings(config: Config): ForeignTimeSettings | undefined {
  if (!config.getBoolean('NTP/use')) return undefined;
  const hosts = config.getString('NTP/host').split(', ');
  return { hosts: hosts.filter((host) => host !== ''), port: config.getNumber('NTP/port') };
}

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
