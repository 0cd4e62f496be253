/** The options of either side: every default and bound that files of the field rely on. */
import { describe, expect, it } from 'vitest';
import { animationSettings, droneConfigSpec, flightSettings } from '../../../drone-client/config-spec.js';
import { type ConfigValue, defaultIni, loadConfig, type SectionSpec } from '../../../lib/config/index.js';
import { defaultAnimationSettings, defaultFlightSettings } from '../../../lib/show/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';

type Tree = { [name: string]: ConfigValue | Tree };
function defaults(spec: SectionSpec): Tree {
  const options = [...spec.options].map(([name, option]) => [name, option.default]);
  return Object.fromEntries([
    ...options,
    ...[...spec.sections].map(([name, inner]) => [name, defaults(inner)]),
  ]);
}
const drone = (text: string) => loadConfig(text, 'client.ini', droneConfigSpec);
const server = (text: string) => loadConfig(text, 'server.ini', serverConfigSpec);

describe('the specification of a drone', () => {
  it('has all options with their defaults', () => {
    expect(defaults(droneConfigSpec)).toEqual({
      config_name: 'client',
      config_version: '1.0',
      id: '/hostname',
      clover_dir: 'auto',
      SERVER: {
        port: 25000,
        host: '192.168.1.101',
        buffer_size: 1024,
      },
      SECURITY: { key: '', open: false },
      BROADCAST: {
        use: true,
        port: 8181,
      },
      WIND: { momentum_drag: 0.15, ballistic_coefficient: 100, mass_ratio: 1, mean: 15, gust_window: 60 },
      TELEMETRY: {
        transmit: true,
        frequency: 1,
        log_resources: false,
      },
      FLIGHT: {
        frame_id: 'map',
        arming_time: 0.5,
        takeoff_height: 1,
        takeoff_time: 5,
        reach_first_point_time: 5,
        land_delay: 1,
        land_timeout: 10,
      },
      'FLOOR FRAME': {
        parent: 'map',
        translation: [0, 0, 0],
        rotation: [0, 0, 0],
      },
      'GPS FRAME': {
        lat: 0,
        lon: 0,
        yaw: 0,
        amsl: 'current',
      },
      ANIMATION: {
        start_action: 'auto',
        takeoff_level: 0.5,
        ground_level: 'current',
        check_ground: true,
        frame_delay: 0.1,
        yaw: 'nan',
        ratio: [1, 1, 1],
        private_offset: [0, 0, 0],
        common_offset: [0, 0, 0],
        OUTPUT: {
          static_begin: true,
          takeoff: true,
          route: true,
          land: true,
          static_end: true,
        },
      },
      LED: {
        use: true,
        type: 'auto',
        count: 58,
        brightness: 1,
        gamma: 2.2,
        spi_device: '/dev/spidev0.0',
        order: 'grb',
        takeoff_indication: true,
        land_indication: true,
      },
      FAILSAFE: {
        enabled: true,
        log_state: false,
        action: 'land',
        vision_pose_delay_after_arm: 3,
        vision_pose_timeout: 0,
        position_timeout: 1.5,
        position_delay: 0.5,
        position_delta_max: 3,
        position_delta_delay: 1,
        setpoint_timeout: 0.5,
        setpoint_delay: 0.3,
        setpoint_action: 'land',
        battery_low: 0.2,
        battery_low_action: 'report',
        battery_critical: 0.1,
        battery_critical_action: 'land',
        cell_low: 3.4,
        cell_critical: 3.2,
        battery_delay: 5,
        battery_reserve: 0.15,
        battery_reserve_delay: 10,
        battery_reserve_action: 'report',
        link_lost_action: 'continue',
        link_lost_delay: 5,
        takeover_delay: 1.5,
        offboard_delay: 3,
        offboard_action: 'report',
        autopilot_lost_action: 'report',
        autopilot_lost_delay: 0,
        disarm_timeout: 10,
        found_armed: 'land',
        found_armed_delay: 5,
        battery_start_min: 0.3,
        cell_start_min: 3.6,
        start_distance_max: 3,
        clock_gate_ms: 20,
        satellites_min: 8,
      },
      GEOFENCE: {
        polygon: '',
        ceiling: 0,
        delay: 0.5,
        action: 'land',
        margin: 2,
        bubble: 10,
        bubble_delay: 5,
        bubble_action: 'report',
      },
      'EMERGENCY LAND': {
        thrust: 0.45,
        decrease_thrust_after: 3,
      },
      EXECUTE: { time_limit: 10 },
      'FLIGHT LOG': {
        use: true,
        frequency: 20,
        after_disarm: 5,
        max_file: 50,
        max_total: 500,
        min_free: 200,
      },
      SYSTEM: {
        change_hostname: false,
        restart_after_rename: false,
      },
      NTP: {
        use: false,
        host: 'ntp1.stratum2.ru',
        port: 123,
      },
    });
  });

  it.each([
    ['SERVER', 'port', '0'],
    ['BROADCAST', 'port', '0'],
    ['NTP', 'port', '0'],
    ['TELEMETRY', 'frequency', '-0.1'],
    ['FLIGHT', 'takeoff_height', '-1'],
    ['FLIGHT', 'takeoff_time', '-1'],
    ['FLIGHT', 'reach_first_point_time', '-1'],
    ['FLIGHT', 'land_delay', '-1'],
    ['FLIGHT', 'land_timeout', '-1'],
    ['ANIMATION', 'frame_delay', '0.009'],
    ['ANIMATION', 'start_action', 'now'],
    ['FAILSAFE', 'action', 'hover'],
    ['FAILSAFE', 'position_delta_max', '-1'],
    ['FAILSAFE', 'vision_pose_timeout', '-1'],
    ['FAILSAFE', 'disarm_timeout', '-1'],
    ['EMERGENCY LAND', 'thrust', '1.1'],
    ['EMERGENCY LAND', 'thrust', '-0.1'],
    ['EMERGENCY LAND', 'decrease_thrust_after', '-1'],
  ])('refuses [%s] %s = %s', (section, name, value) => {
    expect(() => drone(`[${section}]\n${name} = ${value}`)).toThrow(`[${section}] ${name} = "${value}"`);
  });

  it('allows an arming time below 0, no telemetry, and frames of 0.01 s', () => {
    const config = drone(
      '[FLIGHT]\narming_time = -1\n[TELEMETRY]\nfrequency = 0\n[ANIMATION]\nframe_delay = 0.01',
    );
    expect(config.getNumber('FLIGHT/arming_time')).toBe(-1);
  });

  it('gives the show library its settings, by default those that it has itself', () => {
    expect(animationSettings(drone(''))).toEqual(defaultAnimationSettings);
    expect(flightSettings(drone(''))).toEqual(defaultFlightSettings);
    const changed = drone(`[ANIMATION]
start_action = fly
ground_level = -1
yaw = 45
private_offset = 1, 2, 3
[[OUTPUT]]
route = false
`);
    expect(animationSettings(changed)).toEqual({
      ...defaultAnimationSettings,
      startAction: 'fly',
      groundLevelM: -1,
      yaw: 45,
      privateOffsetM: { x: 1, y: 2, z: 3 },
      output: { ...defaultAnimationSettings.output, route: false },
    });
  });

  it.each(['drone-1', '/ip', '/default', 'X'.repeat(63)])('takes the id %s', (id) => {
    expect(drone(`id = ${id}`).getString('id')).toBe(id);
  });

  it.each(['-drone', 'drone 1', 'x'.repeat(64), '/other', '""'])('refuses the id %s', (id) => {
    expect(() => drone(`id = ${id}`)).toThrow(/id = .*63 letters, digits and dashes/);
  });

  it('keeps a version that a peer sends as a number', () => {
    const config = drone('');
    config.applyWire({ config_version: 2 }, 'modify');
    expect(config.getString('config_version')).toBe('2.0');
  });
});

describe('the specification of the server', () => {
  it('has all options with their defaults', () => {
    expect(defaults(serverConfigSpec)).toEqual({
      config_name: 'server',
      config_version: '1.0',
      SERVER: { port: 25000, buffer_size: 1024 },
      SECURITY: { open: false },
      CONTROL: { bind: '127.0.0.1', tls_certificate: '', tls_key: '' },
      GATEWAYS: {
        listen: '',
        bind: '127.0.0.1',
        certificate: '',
        key: '',
        motd: '',
        max_members: 1000,
        max_per_address: 64,
        max_per_name: 0,
        max_rooms: 1024,
        max_message: 1024,
        messages: 300,
        bytes: 1024,
        guests_stop: false,
        bridges: '',
        disabled: '',
        real_ip_header: '',
        scratch: 'strict',
        warn_same_names: true,
        needs_user_agent: false,
        channel_list: true,
        masters_kick: true,
        wevis_users: '',
        wevis_per_user: 1,
        wevis_definitions: '',
        plugins: '',
      },
      CUES: {},
      CHECKS: {
        check_git_version: true,
        check_current_position: true,
        battery_min: 50,
        start_pos_delta_max: 1,
        time_delta_max: 1,
      },
      SHOW: {
        ratio: [1, 1, 1],
        mirror: 'none',
        rotation: 0,
        common_offset: [0, 0, 0],
        private_offsets: '',
        time_scale: 1,
        frame_rate: 0,
        yaw: 'auto',
        origin: '',
        heading: 'show',
        pause_ramp: 1.5,
        quorum: 'all',
        point_of_no_return: 3,
        limits: '',
      },
      // A rule in full; the others are of the same form.
      ALERTS: expect.objectContaining({
        wind_high: {
          ...{ measure: 'wind', limit: 10, clear: 0, after: 5, clear_after: 30 },
          ...{ drones: '20%', level: 'alarm', action: 'hold_fleet' },
        },
      }),
      GATES: { silent: 'away', max_age: 3 },
      LOSSES: {
        ...{ minimum: '80%', below_minimum: 'hold', critical: '', critical_lost: 'hold' },
        ...{ steps: '', silent_after: 15 },
      },
      'BATTERY PLAN': { reserve: 20 },
      CHECKLIST: { file: '' },
      RECORDER: { use: true, folder: '', max_age: 90, max_total: 5000, min_free: 100 },
      MUSIC: { use: true, file: '', offset: 0, latency: 0 },
      FILES: {
        ...{ concurrent: 16, bandwidth: 0, received: '' },
        animation: 'animation.csv',
        calibration: '{clover_dir}/camera_info/calibration.yaml',
        map: '{clover_dir}/../aruco_pose/map/animation_map.txt',
        launch: '{clover_dir}/launch',
        map_service: 'clover',
        client_service: 'clever-show',
      },
      BROADCAST: { send: true, listen: false, port: 8181, send_ip: '255.255.255.255', delay: 3 },
      'FLIGHT LOGS': { fetch: true, settle: 10, max_file: 100, max_drone: 2000, max_total: 20000 },
      NTP: { use: false, host: 'ntp1.stratum2.ru', port: 123 },
      TABLE: { remove_disconnected: false, PRESETS: { current: 'DEFAULT' } },
    });
  });

  it.each([
    ['CHECKS', 'battery_min', '101'],
    ['CHECKS', 'start_pos_delta_max', '-1'],
    ['CHECKS', 'time_delta_max', '-1'],
    ['BROADCAST', 'delay', '-1'],
  ])('refuses [%s] %s = %s', (section, name, value) => {
    expect(() => server(`[${section}]\n${name} = ${value}`)).toThrow(`[${section}] ${name} = "${value}"`);
  });

  it('takes any port that the system chooses, and presets of columns', () => {
    const config = server('[SERVER]\nport = 0\n[TABLE]\n[[PRESETS]]\n[[[night]]]\nbattery = True, 120\n');
    expect(config.get('TABLE/PRESETS/night/battery')).toEqual([true, 120]);
  });
});

it.each([droneConfigSpec, serverConfigSpec])(
  'a file of defaults is right and describes each option',
  (spec) => {
    const text = defaultIni(spec);
    expect(loadConfig(text, 'x.ini', spec).warnings).toEqual([]);
    expect(text.match(/^# .+$/gm)?.length).toBe(text.match(/^\w+ = /gm)?.length);
  },
);
