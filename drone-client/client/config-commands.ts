/** The commands that change what the drone is set to: name, configuration, place in the show. Knows no connection. */
import {
  type Config,
  type ConfigValue,
  findFixedOption,
  loadConfig,
  type WireValue,
} from '../../lib/config/index.js';
import { RefusedError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Json, Kwargs } from '../../lib/messaging/index.js';
import { readFailsafeSettings } from '../failsafe/settings.js';
import { readWindSettings } from '../wind/settings.js';
import { readText } from './arguments.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';
import { executeSection } from './execute-settings.js';
import { resolveEnrolledId } from './identity.js';
import { readVec3 } from './settings.js';

const offsetPath = 'ANIMATION/private_offset';

export function offsetCommands(drone: Drone): { [name: string]: Command } {
  return {
    move_start: () => moveOffset(drone, (offset) => add(offset, awayFromStart(drone))),
    reset_start: () => moveOffset(drone, (offset) => ({ ...offset, x: 0, y: 0 })),
    set_z_to_ground: () => moveOffset(drone, (offset) => ({ ...offset, z: present(drone).z })),
    reset_z_offset: () => moveOffset(drone, (offset) => ({ ...offset, z: 0 })),
  };
}

/**
 * Takes another name and keeps it. Gives the new id.
 * @throws RefusedError while armed or for what is no id, ConfigError for a name that its key is not of.
 */
export async function rename(drone: Drone, kwargs: Kwargs): Promise<string> {
  expectObeyed(drone);
  expectOnGround(drone);
  const wanted = readText(kwargs, 'new_id').trim();
  const { id, setting } = resolveEnrolledId(wanted, drone.names, drone.enrolledId);
  await change(drone, { id: setting });
  drone.log('info', `renamed to ${id}`);
  drone.rename(id);
  return id;
}

/** Takes over a configuration, or a part of one, and keeps it. @throws ConfigError; then nothing is changed. */
export async function applyConfig(drone: Drone, kwargs: Kwargs): Promise<void> {
  expectObeyed(drone);
  expectOnGround(drone);
  const mode = kwargs.mode ?? 'modify';
  if (mode !== 'modify' && mode !== 'rewrite') {
    throw new RefusedError('bad_argument', 'argument "mode" must be modify or rewrite');
  }
  const before = drone.config.getString('id');
  expectSameFolder(drone, kwargs.config);
  const wire = (kwargs.config ?? null) as WireValue;
  expectUsable(drone, wire, mode);
  const own = ownOf(drone.config);
  const programs = programsOf(drone.config);
  drone.config.applyWire(wire, mode);
  // What takes a whole configuration's place may be from before there were keys.
  for (const [path, value] of own) if (!isSet(drone.config, path, value)) drone.config.set(path, value);
  const kept = programsOf(drone.config);
  for (const [key, { path, value }] of programs)
    if (!isSameValue(kept.get(key)?.value, value)) drone.config.set(path, value);
  const after = drone.config.getString('id');
  if (after !== before) {
    const { id, setting } = resolveEnrolledId(after, drone.names, drone.enrolledId);
    drone.config.set('id', setting);
    drone.rename(id);
  }
  await keep(drone);
}

/** Its key, whether it obeys open servers, and where files may be written: only its own file says so. */
function ownOf(config: Config): (readonly [path: string, value: string | boolean])[] {
  return [...securityOf(config), ['clover_dir', config.getString('clover_dir')]];
}

function securityOf(config: Config): (readonly [path: string, value: string | boolean])[] {
  return [
    ['SECURITY/key', config.getString('SECURITY/key')],
    ['SECURITY/open', config.getBoolean('SECURITY/open')],
  ];
}

type Setting = { readonly path: readonly string[]; readonly value: ConfigValue };

/** What a server may run here, and how long: only the drone's own file says so. */
function programsOf(config: Config): ReadonlyMap<string, Setting> {
  const settings = config.optionNames(executeSection).map((name) => {
    const path = [executeSection, name];
    return [name, { path, value: config.get(path) }] as const;
  });
  return new Map(settings);
}

/** What a server does not mention stays; it may not add or change a word. @throws RefusedError */
function expectSamePrograms(before: Config, after: Config): void {
  const known = programsOf(before);
  for (const [name, { path, value }] of programsOf(after)) {
    const isUnset = isSameValue(value, findFixedOption(after.spec, path)?.default);
    if (isUnset || isSameValue(value, known.get(name)?.value)) continue;
    throw new RefusedError(
      'refused',
      `[${executeSection}] says what a server may run: change it on the drone itself`,
    );
  }
}

function isSameValue(a: ConfigValue | undefined, b: ConfigValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isSet(config: Config, path: string, value: string | boolean): boolean {
  return ownOf(config).some(([name, present]) => name === path && present === value);
}

/**
 * A watchdog that could not read its settings would not start again, a wind could not be estimated, and a drone without
 * its name or its key would not come back.
 * @throws ConfigError, RefusedError
 */
function expectUsable(
  { config, names, enrolledId }: Drone,
  wire: WireValue,
  mode: 'modify' | 'rewrite',
): void {
  const tried = loadConfig(config.toIni(), config.fileName, config.spec);
  tried.applyWire(wire, mode);
  readFailsafeSettings(tried);
  readWindSettings(tried);
  expectSamePrograms(config, tried);
  resolveEnrolledId(tried.getString('id'), names, enrolledId);
  const isMentioned = memberOf(wire as Json, 'SECURITY') !== undefined;
  if (isMentioned && String(securityOf(tried)) !== String(securityOf(config))) {
    throw new RefusedError('refused', '[SECURITY] says whom the drone obeys: change it on the drone itself');
  }
}

/** Who could move the folder that received files go to could write anywhere: only the drone's own file says where. */
function expectSameFolder(drone: Drone, config: Json | undefined): void {
  const given = memberOf(config, 'clover_dir');
  const value = memberOf(given, '__value__') ?? given;
  if (value !== undefined && value !== drone.config.getString('clover_dir')) {
    throw new RefusedError(
      'refused',
      'clover_dir says where files may be written: change it on the drone itself',
    );
  }
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: Json })[key];
}

/** The answer to the request `config`. */
export function configAnswer({ config }: Drone, kwargs: Kwargs): Json {
  return config.toWire({ withSpec: kwargs.send_configspec === true }) as Json;
}

async function change(drone: Drone, values: { readonly [path: string]: ConfigValue }): Promise<void> {
  for (const [path, value] of Object.entries(values)) drone.config.set(path, value);
  await keep(drone);
}

async function keep(drone: Drone): Promise<void> {
  await drone.saveConfig();
  await drone.shows.refresh({ force: true });
}

async function moveOffset(drone: Drone, move: (offset: Vec3) => Vec3): Promise<void> {
  expectOnGround(drone);
  const { x, y, z } = move(readVec3(drone.config, offsetPath));
  await change(drone, { [offsetPath]: [x, y, z].map(toMillimetres) });
}

/** How far, horizontally, the drone stands from where its show begins, m. */
function awayFromStart(drone: Drone): Vec3 {
  const start = drone.shows.plan?.start?.positionM;
  if (!start) throw new RefusedError('refused', `there is no start position: ${drone.shows.state}`);
  const { x, y } = present(drone);
  return { x: x - start.x, y: y - start.y, z: 0 };
}

function present({ vehicle }: Drone): Vec3 {
  const { connected, position } = vehicle.state;
  if (connected && position) return position.positionM;
  throw new RefusedError('refused', 'the position is not known');
}

function expectOnGround({ vehicle, player }: Drone): void {
  if (vehicle.state.armed || player.isBusy)
    throw new RefusedError('armed', 'not while it flies or is about to: land first');
}

/** These come as requests too, which answer whoever asks. */
function expectObeyed({ isServerRefused }: Drone): void {
  if (isServerRefused?.())
    throw new RefusedError('superseded', 'not changed: this server is no longer in charge of the fleet');
}

function add(a: Vec3, b: Vec3): Vec3 {
  return { x: a.x + b.x, y: a.y + b.y, z: a.z + b.z };
}

function toMillimetres(valueM: number): number {
  return Math.round(valueM * 1000) / 1000;
}
