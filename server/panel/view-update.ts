/** How the update of drones' software looks: one line while it is on, and a sheet drone by drone. Knows no keys. */
import type { ServerSnapshot } from '../snapshot.js';
import { type DronePhase, type DroneProgress, isFailure, type RollOutView } from '../updates/roll-out.js';
import { countOf } from './format.js';
import type { Sheet } from './sheet.js';
import { bold, type Role, type Span, type StyledLine, span } from './styled.js';
import { cleanText } from './text.js';
import type { Wrap } from './view-forms.js';

/** What is said of a drone that ended so. */
const endWords: { readonly [Phase in DronePhase]?: string } = {
  refused: 'REFUSED it',
  rolled_back: 'is BACK at its old version',
  failed: 'FAILED',
  lost: 'is LOST',
  skipped: 'skipped',
};

/** One that goes on; undefined without one. */
export function runningUpdate({ update }: Pick<ServerSnapshot, 'update'>): RollOutView | undefined {
  return update?.isOver === false ? update : undefined;
}

/** One that was stopped, and of which nothing goes on any more: part of the fleet may have another version; undefined without one. */
export function stoppedUpdate({ update }: Pick<ServerSnapshot, 'update'>): RollOutView | undefined {
  return update?.isOver === true && update.stopped !== undefined ? update : undefined;
}

/** How far it is, for the line that says what is next. */
export function updateLine({ version, stage, stages, drones, stopped, isOver }: RollOutView): Span[] {
  const count = (...phases: DronePhase[]) => drones.filter(({ phase }) => phases.includes(phase)).length;
  const [asked, sent, installing] = [count('asking'), count('sending'), count('installing')];
  const failed = drones.find(({ phase }) => isFailure(phase));
  const parts = [
    `${count('done', 'has_it')}/${drones.length} done`,
    ...(asked > 0 ? [`${asked} asked`] : []),
    ...(sent > 0 ? [`${sent} sent${shareOf(drones)}`] : []),
    ...(installing > 0 ? [`${installing} installing`] : []),
  ];
  const each = isOver
    ? [bold('m', 'accent'), span(', progress of the update: why')]
    : [bold('e', 'accent'), span(' each')];
  const how = [span(`: ${parts.join(', ')}; `), ...each];
  if (stopped === undefined) return [span(cleanText(`update ${version}, stage ${stage}/${stages}`)), ...how];
  const who = failed ? ` by ${failed.id}` : '';
  return [span(cleanText(`update ${version} `)), bold(cleanText(`STOPPED${who}`), 'bad'), ...how];
}

/** Of the packages that are on their way, together. */
function shareOf(drones: readonly DroneProgress[]): string {
  const shares = drones.flatMap(({ phase, share = 0 }) => (phase === 'sending' ? [share] : []));
  return ` ${Math.floor((100 * shares.reduce((a, b) => a + b, 0)) / shares.length)} %`;
}

/** Who did not come through comes first. */
export function updateSheet(update: RollOutView | undefined, scroll: number, wrap: Wrap): Sheet {
  const keys = 'Esc back  Up/Down scroll';
  if (!update) return { title: 'Update', lines: wrap('No update was begun yet.'), scroll: 0, keys };
  const { version, stage, stages, drones, stopped, isOver } = update;
  const lines = [
    ...(stopped === undefined ? [] : colored(wrap(`No other drone begins: ${stopped}.`), 'bad')),
    ...drones.filter(({ phase }) => isFailure(phase)).flatMap((drone) => ended(drone, wrap, 'bad')),
    ...groups.flatMap(([phase, title, role]) => group(drones, { phase, title, role, wrap })),
    ...drones.filter(({ phase }) => phase === 'skipped').flatMap((drone) => ended(drone, wrap, 'missing')),
  ];
  const where = isOver ? 'over' : `stage ${stage} of ${stages}`;
  return { title: cleanText(`Update to ${version}: ${where}`), lines, scroll, keys };
}

const groups: readonly (readonly [DronePhase, string, Role])[] = [
  ['installing', 'installing', 'accent'],
  ['sending', 'being sent the package', 'accent'],
  ['asking', 'asked for their software', 'text'],
  ['waiting', 'waiting for their stage', 'text'],
  ['done', 'done', 'good'],
  ['has_it', 'had it already', 'good'],
  ['not_begun', 'not begun', 'missing'],
];

type Group = {
  readonly phase: DronePhase;
  readonly title: string;
  readonly role: Role;
  readonly wrap: Wrap;
};

function group(drones: readonly DroneProgress[], { phase, title, role, wrap }: Group): StyledLine[] {
  const these = drones.filter((drone) => drone.phase === phase);
  if (these.length === 0) return [];
  const names = these.map(({ id, share }) =>
    share === undefined ? id : `${id} ${Math.floor(100 * share)} %`,
  );
  return colored(wrap(`${countOf(these.length)} ${title}: ${names.join(', ')}`), role);
}

function ended({ id, phase, text = '' }: DroneProgress, wrap: Wrap, role: Role): StyledLine[] {
  return colored(wrap(`${id} ${endWords[phase] ?? phase}: ${text}`), role);
}

function colored(lines: readonly StyledLine[], role: Role): StyledLine[] {
  return lines.map((line) => line.map((part): Span => ({ ...part, role })));
}
