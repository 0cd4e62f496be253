/** What of a flight needs to be looked at, the worst first. Pure: knows no page. */
import { type DroneOutcome, isOverPlan } from '../drone-outcome.js';
import type { FlightPageData } from '../flight-page-data.js';
import { idsOf, maxNamed } from './verdict.js';
import { dayTime, durationText, percent, sentence, sinceText, someOf } from './words.js';

/** One thing to look at. */
export type Finding = { readonly what: string; readonly text: string; readonly isBad: boolean };

/** Longest text of an alert here, characters. */
const maxAlertText = 260;

/** The worst first. */
export function findingsOf(data: FlightPageData): Finding[] {
  const found = [
    ...ends(data),
    ...lost(data),
    ...alerts(data),
    ...batteries(data),
    ...record(data),
    ...logs(data),
    ...unproven(data),
  ];
  return [...found.filter(({ isBad }) => isBad), ...found.filter(({ isBad }) => !isBad)];
}

/** Drones that ended alike are one line. */
function ends({ drones }: FlightPageData): Finding[] {
  const byEnd = new Map<string, DroneOutcome[]>();
  for (const drone of drones) {
    if (drone.part === 'aside' || drone.end.kind === 'planned') continue;
    byEnd.set(drone.end.text, [...(byEnd.get(drone.end.text) ?? []), drone]);
  }
  return [...byEnd].map(([text, ones]) => ({
    what:
      ones[0]?.part === 'stayed'
        ? 'Not flown'
        : ones[0]?.end.kind === 'unknown'
          ? 'Landing unknown'
          : 'Landing',
    text: `${someOf(idsOf(ones), maxNamed)}: ${text}.${ones[0]?.part === 'stayed' ? whyNot(ones) : ''}`,
    isBad: ones[0]?.part === 'flew' && ones[0].end.kind !== 'commanded',
  }));
}

/** What they refused last. */
function whyNot(drones: readonly DroneOutcome[]): string {
  const told = drones.flatMap(({ id, report }) => {
    const last = report.failures.at(-1);
    return last ? [`${id} answered ${last.action} with: ${last.why}`] : [];
  });
  return told.length === 0 ? '' : ` ${told.slice(0, maxNamed).join('; ')}.`;
}

function lost({ drones, report }: FlightPageData): Finding[] {
  const zeroUtcMs = report.flight.startUtcMs ?? report.flight.fromUtcMs;
  const gone = drones.filter(({ report: own }) =>
    own.losses.some(({ untilUtcMs }) => untilUtcMs === undefined),
  );
  const back = drones.filter(
    ({ report: own }) =>
      own.losses.length > 0 && own.losses.every(({ untilUtcMs }) => untilUtcMs !== undefined),
  );
  const when = ({ id, report: own }: DroneOutcome) => {
    const last = own.losses.at(-1);
    return last ? `${id} at ${sinceText(last.fromUtcMs, zeroUtcMs)}` : id;
  };
  const found: Finding[] = [];
  if (gone.length > 0)
    found.push({
      what: 'Connection lost',
      text: `${someOf(gone.map(when), maxNamed)}: not back before the record of the flight ends.`,
      isBad: true,
    });
  if (back.length > 0)
    found.push({
      what: 'Connection lost',
      text: `${someOf(back.map(when), maxNamed)}: came back.`,
      isBad: false,
    });
  return found;
}

/** Each alert once, as it was said first. */
function alerts({ report }: FlightPageData): Finding[] {
  const zeroUtcMs = report.flight.startUtcMs ?? report.flight.fromUtcMs;
  const told = report.timeline.filter(({ kind, level }) => kind === 'alert' && level !== 'info');
  const shown = told.slice(0, maxNamed).map(({ utcMs, text, level }) => ({
    what: 'Alert',
    text: `At ${sinceText(utcMs, zeroUtcMs)}: ${sentence(clipped(text))}`,
    isBad: level === 'error',
  }));
  const rest = told.length - shown.length;
  if (rest > 0) shown.push({ what: 'Alert', text: `${rest} more: see the time line.`, isBad: false });
  return shown;
}

/** The time line has all of it. */
function clipped(text: string): string {
  return text.length > maxAlertText ? `${text.slice(0, maxAlertText)} …` : text;
}

function batteries({ drones }: FlightPageData): Finding[] {
  const over = drones.filter((drone) => isOverPlan(drone) === true);
  if (over.length === 0) return [];
  const words = over.map(
    ({ id, battery }) => `${id} ${percent(battery?.usedShare)} (plan ${percent(battery?.plannedShare)})`,
  );
  return [{ what: 'Battery', text: `Used more than planned: ${someOf(words, maxNamed)}.`, isBad: false }];
}

function record({ health }: FlightPageData): Finding[] {
  const found: Finding[] = [];
  if (health.state === 'open')
    found.push({
      what: 'Record',
      text: 'It has no end: the server still writes it, was cut off, or somebody took the end away.',
      isBad: false,
    });
  for (const { stream, fromUtcMs, untilUtcMs, why } of health.gaps)
    found.push({
      what: 'Gap',
      text: `${dayTime(fromUtcMs)} to ${dayTime(untilUtcMs)} UTC: nothing of the ${stream} was recorded (${why}).`,
      isBad: true,
    });
  for (const { utcMs, byMs } of health.clockSteps)
    found.push({
      what: 'Clock',
      text: `The server's clock was set ${byMs < 0 ? 'back' : 'forward'} by ${durationText(Math.abs(byMs))} at ${dayTime(utcMs)} UTC: moments before and after do not count from the same zero.`,
      isBad: false,
    });
  return found;
}

/** Drones with the same trouble are one line. */
function logs({ drones, logs: read }: FlightPageData): Finding[] {
  const byTrouble = new Map<string, string[]>();
  for (const { id, part, report } of drones) {
    if (part !== 'flew' || report.logTrouble === undefined) continue;
    byTrouble.set(report.logTrouble, [...(byTrouble.get(report.logTrouble) ?? []), id]);
  }
  const where = read.folder === undefined ? ' (--logs DIR names a folder with them)' : '';
  const told = [...byTrouble].map(([text, ids]) => ({
    what: 'Flight log',
    text:
      text === missingLog
        ? `No flight log of ${someOf(ids, maxNamed)}${where}.`
        : `${someOf(ids, maxNamed)}: ${text}.`,
    isBad: false,
  }));
  const refused = read.troubles.map((text) => ({
    what: 'Flight log',
    text: sentence(`left out: ${text}`),
    isBad: false,
  }));
  return [...told, ...refused.slice(0, maxNamed)];
}

/** As the report of a drone says it. */
const missingLog = 'its flight log is not here';

/** Numbers that nobody can tell, by drone. */
function unproven({ drones }: FlightPageData): Finding[] {
  const flew = drones.filter(({ part }) => part === 'flew');
  const lines: readonly (readonly [string, (drone: DroneOutcome) => boolean])[] = [
    ['The start error', ({ report }) => report.startErrorMs === null],
    ['How far they were off their path', ({ tracking }) => tracking === undefined],
    ['What was used of the battery', ({ battery }) => battery === undefined],
    ['The battery plan', ({ battery }) => battery !== undefined && battery.plannedShare === undefined],
  ];
  return lines.flatMap(([what, isUnknown]) => {
    const ids = idsOf(flew.filter(isUnknown));
    if (ids.length === 0) return [];
    const whose = ids.length === flew.length ? 'any drone' : someOf(ids, maxNamed);
    return [{ what: 'Unknown', text: `${what} of ${whose} is not known.`, isBad: false }];
  });
}
