/** Which options the server's configuration has: names, defaults, bounds. Knows no values and no use of them. */
import {
  boolean,
  defineSpec,
  float,
  freeSection,
  integer,
  numbers,
  option,
  string,
  texts,
  tuple,
  version,
  wordOrNumber,
} from '../lib/config/index.js';
import { defaultFilePlaces } from './files/file-places.js';
import { oversightSections } from './oversight/settings.js';
import { recorderSection } from './recorder/recorder-section.js';
import { quorumExpected, quorumPattern } from './show-control/quorum.js';

const port = { min: 0, max: 65535 };

/** A preset's line: the name is a telemetry key, the value whether its column is shown and how wide it is. */
const column = tuple(
  [
    boolean({ default: true, about: 'Whether the column is shown' }),
    integer({ default: 100, min: 0, about: 'Width of the column, 8 for each letter; 0: as needed' }),
  ],
  { default: [true, 100], about: 'A column: shown, width' },
);

/** Files of clever-show servers are read by the same specification. */
export const serverConfigSpec = defineSpec({
  root: {
    config_name: string({ default: 'server', about: 'Name of this configuration' }),
    config_version: version({ default: '1.0', about: 'Version of this configuration' }),
  },
  SERVER: {
    port: integer({ default: 25000, ...port, about: 'TCP port for drones' }),
    buffer_size: integer({ default: 1024, min: 1, about: 'Bytes read from a connection at a time' }),
  },
  SECURITY: {
    open: boolean({ default: false, about: 'Let in drones without a key (old fleets), as with --open' }),
  },
  CONTROL: {
    bind: string({
      default: '127.0.0.1',
      about: 'Address of the control port; anything but loopback takes TLS with a token only',
    }),
    tls_certificate: string({
      default: '',
      about:
        'File of a certificate (PEM), read at the start: TLS with it too, for callers without the key of a token',
    }),
    tls_key: string({ default: '', about: "File of the certificate's private key (PEM)" }),
  },
  GATEWAYS: {
    listen: texts({
      default: '',
      about: 'Gateways to open: all, or names with ports such as cloudlink:3000, wevis:12121; empty: none',
    }),
    bind: string({ default: '127.0.0.1', about: 'Address of the gateways; 0.0.0.0: every network' }),
    certificate: string({ default: '', about: 'File of a certificate (PEM): the gateways take TLS only' }),
    key: string({ default: '', about: "File of the certificate's private key (PEM)" }),
    motd: string({ default: '', maxLength: 1000, about: 'Message of the day; empty: none' }),
    max_members: integer({ default: 1000, min: 1, about: 'Most visitors at a time' }),
    max_per_address: integer({ default: 64, min: 1, about: 'Most visitors of one address' }),
    max_per_name: integer({
      default: 0,
      min: 0,
      about: 'Most visitors of one name at a gateway; 0: no limit',
    }),
    max_rooms: integer({ default: 1024, min: 1, about: 'Most rooms of visitors' }),
    max_message: integer({ default: 1024, min: 1, max: 1024, about: 'Longest message of a visitor, KiB' }),
    messages: integer({ default: 300, min: 1, about: 'Most messages of a visitor, 1/s' }),
    bytes: integer({ default: 1024, min: 1, about: 'Most of a visitor, kB/s' }),
    guests_stop: boolean({ default: false, about: 'Guests may stop and land the fleet' }),
    bridges: texts({
      default: '',
      about: 'Rooms that gateways share: lobby, or lobby:cloudlink+wevis; the fleet is in all',
    }),
    disabled: texts({ default: '', about: 'Commands that are off: gmsg, or cloudlink:gmsg' }),
    real_ip_header: string({
      default: '',
      about: 'Header in which a proxy before cloudlink says who asks; empty: there is no proxy',
    }),
    scratch: option(['strict', 'cloudlink'], {
      default: 'strict',
      about: 'Rules of Scratch cloud variables: as TurboWarp has them, or as CloudLink',
    }),
    warn_same_names: boolean({
      default: true,
      about: 'A private message of CloudLink to a username that several have reaches none; false: all',
    }),
    needs_user_agent: boolean({
      default: false,
      about: 'Scratch clients must say what they are: User-Agent',
    }),
    channel_list: boolean({ default: true, about: 'Lacewing clients may ask which channels there are' }),
    masters_kick: boolean({ default: true, about: 'Lacewing masters may put others out of their channel' }),
    wevis_users: string({ default: '', about: 'File of wevis users: name, role, password on a line' }),
    wevis_per_user: integer({ default: 1, min: 1, about: 'Connections of one wevis user at a time' }),
    wevis_definitions: string({ default: '', about: 'File of wevis messages; empty: fleet.wevis' }),
    plugins: string({ default: '', about: 'Folder of plugins (ES modules); empty: none' }),
  },
  // Name = operation, name=value ..., on DRONES.
  CUES: freeSection({
    anyOption: texts({
      default: '',
      about: 'What guests may fire: led_fill red=255 on @left; stop; music_play at=10',
    }),
  }),
  CHECKS: {
    check_git_version: boolean({ default: true, about: "A drone's version must be the server's" }),
    check_current_position: boolean({ default: true, about: 'A drone must know its position' }),
    battery_min: float({ default: 50, min: 0, max: 100, about: 'Lowest charge of a ready drone, %' }),
    start_pos_delta_max: float({
      default: 1,
      min: 0,
      about: "Largest distance between a drone and its show's start, m; 0: not checked",
    }),
    time_delta_max: float({ default: 1, min: 0, about: "Largest difference of a drone's clock, s" }),
  },
  SHOW: {
    ratio: numbers({ default: [1, 1, 1], about: 'Scale of the show: x, y, z' }),
    mirror: option(['none', 'x', 'y'], { default: 'none', about: 'Axis whose sign is turned round' }),
    rotation: float({ default: 0, about: 'Turns the show about its origin, deg counter-clockwise' }),
    common_offset: numbers({ default: [0, 0, 0], about: 'Shift of the whole show: x, y, z, m' }),
    private_offsets: string({
      default: '',
      about: 'Shifts of single slots: SLOT x y z; SLOT x y z, m; empty: none',
    }),
    time_scale: float({
      default: 1,
      min: 0.1,
      max: 10,
      about: 'How much longer the show lasts: 2 = half as fast',
    }),
    frame_rate: float({
      default: 0,
      min: 0,
      max: 100,
      about: 'Samples the show anew, Hz; 0: as it is in the file',
    }),
    yaw: wordOrNumber(['auto', 'show', 'keep'], {
      default: 'auto',
      about:
        'Heading: show (as in the file), keep (each its own), deg; auto: keep for clever-show files, else show',
    }),
    origin: string({
      default: '',
      about: 'Where the show lies: latitude longitude [height], deg, m; empty: as in the file',
    }),
    heading: wordOrNumber(['show'], {
      default: 'show',
      about: "Direction of the show's x axis, deg clockwise from north; show: as in the file",
    }),
    pause_ramp: float({
      default: 1.5,
      min: 0,
      max: 10,
      about: 'How long a show takes to slow down to a pause, s',
    }),
    quorum: string({
      default: 'all',
      pattern: quorumPattern,
      expected: quorumExpected,
      about: 'How many of the chosen drones have to hold a start: all, a number, or a share such as 90%',
    }),
    point_of_no_return: float({
      default: 3,
      min: 0.5,
      max: 60,
      about: 'So long before its start a show is called off if a drone does not hold the start, s',
    }),
    limits: string({
      default: '',
      about: 'File of limits (JSON) that the show must keep; empty: the defaults',
    }),
  },
  ...oversightSections,
  CHECKLIST: {
    file: string({
      default: '',
      about: 'File of what people check before a show, an item a line; empty: nothing is asked for',
    }),
  },
  RECORDER: recorderSection,
  MUSIC: {
    use: boolean({
      default: true,
      about: 'Play the music of the show, where a program is installed that can',
    }),
    file: string({ default: '', about: "File to play instead of the show's own; empty: that" }),
    offset: float({ default: 0, about: 'Begins so much later, s (earlier: negative)' }),
    latency: float({
      default: 0,
      min: 0,
      max: 5,
      about: 'From the command until it sounds, s: it is begun so much earlier',
    }),
  },
  BROADCAST: {
    send: boolean({ default: true, about: 'Announce this server to the drones' }),
    listen: boolean({ default: false, about: 'Listen for other servers' }),
    port: integer({ default: 8181, ...port, about: 'UDP port of announcements' }),
    send_ip: string({ default: '255.255.255.255', about: 'Address that announcements are sent to' }),
    delay: float({ default: 3, min: 0, about: 'Time between announcements, s' }),
  },
  FILES: {
    concurrent: integer({
      default: 16,
      min: 1,
      max: 256,
      about: 'Drones that are sent files at once; the others wait',
    }),
    bandwidth: float({
      default: 0,
      min: 0,
      about: 'Most that files take of the network, Mbit/s; 0: what it carries',
    }),
    animation: string({
      default: defaultFilePlaces.animation,
      about: 'Where an animation goes on a drone; {clover_dir} is the folder of its robot package',
    }),
    calibration: string({
      default: defaultFilePlaces.calibration,
      about: "Where a camera's calibration goes on a drone",
    }),
    map: string({ default: defaultFilePlaces.map, about: 'Where a map of markers goes on a drone' }),
    launch: string({ default: defaultFilePlaces.launch, about: 'Folder of launch files on a drone' }),
    client_service: string({
      default: 'clever-show',
      about:
        'Service of the client, which a drone restarts after its configuration where that is asked for; empty: none',
    }),
    map_service: string({
      default: defaultFilePlaces.mapService,
      about: 'Service that a drone restarts for a new map of markers; empty: none',
    }),
    received: string({
      default: '',
      about: "Folder for files of drones; empty: received, in the server's folder",
    }),
  },
  'FLIGHT LOGS': {
    fetch: boolean({ default: true, about: "Fetch the drones' flight logs after each flight" }),
    settle: float({ default: 10, min: 1, about: 'Fetching begins so long after a drone was disarmed, s' }),
    max_file: integer({ default: 100, min: 1, about: 'Larger flight logs are left on the drone, MB' }),
    max_drone: integer({ default: 2000, min: 1, about: 'Room for the flight logs of one drone, MB' }),
    max_total: integer({ default: 20000, min: 1, about: 'Room for all flight logs, MB' }),
  },
  NTP: {
    use: boolean({ default: false, about: 'Ask a time server' }),
    host: string({ default: 'ntp1.stratum2.ru', about: 'Address or name of the time server' }),
    port: integer({ default: 123, ...port, about: 'UDP port of the time server' }),
  },
  TABLE: {
    remove_disconnected: boolean({ default: false, about: 'Take lost drones out of the table' }),
    PRESETS: freeSection({
      fixed: { current: string({ default: 'DEFAULT', about: 'Preset in use; each has a section here' }) },
      anySection: freeSection({ anyOption: column }),
    }),
  },
});
