/** Reads a `.skyc` show of the Skybrush suite: files of an archive in, a show out. Knows no disk and no zip. */
import { ShowError } from '../../../errors.js';
import type { Vec3 } from '../../../geo/frames.js';
import { naturalOrder } from '../../natural-order.js';
import type { SlotShow, Trajectory } from '../../show.js';
import type { ImportedShow, ShowFormat, ShowSource } from '../format.js';
import { Archive } from './archive.js';
import { isObject, type SkycNode } from './node.js';
import { SlotNotes } from './notes.js';
import { readLights, readPyro, readYaw } from './programs.js';
import { readCues, readLimits, readMusic, readPlace, readSegments } from './settings.js';
import { parseSkycJson } from './skyc-json.js';
import { readTrajectory } from './trajectory.js';

const rootEntry = 'show.json';

/** Most drones of a show. Source: the cap of the suite's own reader. */
const maxDrones = 5000;

const maxNameLength = 63;

/** Axes are taken over as they are; trajectories may begin and end in the air. */
export const skyc: ShowFormat = { id: 'skyc', matches: isSkyc, read: readSkyc };

function isSkyc({ kind, name, files }: ShowSource): boolean {
  const bytes = files.get(rootEntry);
  if (kind === 'file' || !bytes) return false;
  try {
    const root = parseSkycJson(bytes, name);
    return isObject(root) && ('version' in root || (isObject(root.swarm) && 'drones' in root.swarm));
  } catch (error) {
    // What is too much to be looked at: reading it says so.
    if (error instanceof ShowError) return true;
    // What is no JSON is no show of this format; nothing else can go wrong here.
    if (error instanceof Error) return false;
    throw error;
  }
}

function readSkyc(source: ShowSource): ImportedShow {
  const fileName = source.kind === 'zip' ? `${source.name}.skyc` : source.name;
  if (!source.files.has(rootEntry))
    throw new ShowError(`${fileName}: there is no ${rootEntry} in the archive`);
  const root = new Archive(fileName, source.files).open(rootEntry);
  root.expectVersion(1);
  const notes = new SlotNotes();
  const note = (text: string) => notes.add(text);
  const meta = root.optional('meta');
  const settings = root.optional('settings');
  const music = readMusic(root.optional('media'));
  const rest = {
    title: meta?.optional('title')?.text() ?? source.name,
    ...readPlace(root.optional('environment'), note),
    cues: readCues(settings?.optional('cues')),
    ...(music && { music }),
    segments: readSegments(meta),
    limits: readLimits(settings, note),
  };
  const slots = readSlots(root.required('swarm').required('drones'), notes);
  return { show: { ...rest, slots }, notes: notes.sentences() };
}

function readSlots(list: SkycNode, notes: SlotNotes): Map<string, SlotShow> {
  const drones = list.items();
  if (drones.length === 0) throw list.error('the show has no drones');
  if (drones.length > maxDrones) throw list.error(`${drones.length} drones, at most ${maxDrones} are read`);
  const slots = new Map<string, SlotShow>();
  for (const [index, drone] of drones.entries()) {
    const settings = drone.required('settings');
    const slot = readName(settings, index);
    if (slots.has(slot)) throw settings.error(`there is another drone of the name ${JSON.stringify(slot)}`);
    slots.set(
      slot,
      readSlot(settings, (text) => notes.addFor(text, slot)),
    );
  }
  return new Map([...slots].sort(([a], [b]) => naturalOrder(a, b)));
}

/** The drone's name, else one from its place in the list. */
function readName(settings: SkycNode, index: number): string {
  const node = settings.optional('name');
  const name = node?.text() ?? `drone-${index + 1}`;
  if (node && (name.trim() !== name || name === '' || name.length > maxNameLength || /[/\p{C}]/u.test(name)))
    throw node.error(
      `a name has 1 to ${maxNameLength} characters that can be seen, no /, and no space around it`,
    );
  return name;
}

function readSlot(settings: SkycNode, note: (text: string) => void): SlotShow {
  const node = settings.required('trajectory');
  const trajectory = readTrajectory(node);
  if (node.optional('landingTime')) note('a time of landing (landingTime) is not taken over');
  noteSettings(settings, note);
  const endS = trajectory.segments.at(-1)?.endS ?? trajectory.startS;
  const home = settings.optional('home') ?? node.optional('home');
  const landAtM = settings.optional('landAt')?.vector();
  return {
    trajectory,
    lights: readLights(settings.optional('lights'), endS, note),
    yaw: readYaw(settings.optional('yawControl'), note),
    pyro: readPyro(settings.optional('pyro'), note),
    homeM: home?.vector() ?? below(trajectory),
    ...(landAtM && { landAtM }),
  };
}

function noteSettings(settings: SkycNode, note: (text: string) => void): void {
  if (settings.optional('rthPlan')) note('a plan for the way home (rthPlan) is not taken over');
  if (settings.optional('group')) note('groups of drones are not taken over');
  const mode = settings.optional('mode');
  if (mode && mode.value !== 'show') note('the mode of a drone is not taken over');
}

function below({ startM }: Trajectory): Vec3 {
  return { x: startM.x, y: startM.y, z: 0 };
}
