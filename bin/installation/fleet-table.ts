/** The file of `starling provision`: a row a card, checked as a whole before anything is written. Pure. */
import { type DroneSettings, fieldFaults, hasControls } from './drone-settings.js';
import { type Place, parseTable, rowFault, type TableRow } from './table.js';

const systems = ['bookworm', 'trixie'] as const;

/** Raspberry Pi OS by the Debian that it is made of. */
type CardSystem = (typeof systems)[number];

const cardArchitectures = ['arm64', 'armhf', 'amd64'] as const;

/** Raspberry Pi OS's first user: who may log in. */
type FirstUser = {
  readonly name: string;
  /** As in /etc/shadow. */
  readonly passwordHash?: string;
  readonly sshKey?: string;
};

/** What becomes of one row. */
export type CardPlan = DroneSettings & {
  readonly hostname: string;
  readonly system: CardSystem;
  /** Debian's name of it. */
  readonly architecture: string;
  readonly user?: FirstUser;
};

const faults: { readonly [column: string]: (text: string) => string | undefined } = {
  ...fieldFaults,
  user: (text) =>
    /^[a-z][a-z0-9-]{0,31}$/.test(text) && text !== 'root'
      ? undefined
      : `"${text}" is no user: 1 to 32 small letters, digits, dashes, a letter first, not root`,
  // Source: crypt(5).
  password_hash: (text) =>
    /^\$(?:5|6|y|gy|7|2[aby])\$[./A-Za-z0-9$=,]{20,200}$/.test(text)
      ? undefined
      : 'is no hash of a password: make one with "openssl passwd -6"',
  ssh_key: (text) =>
    /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]{40,}={0,2}(?: .*)?$/.test(text) && !hasControls(text)
      ? undefined
      : 'is no public key: one line as in ~/.ssh/id_ed25519.pub',
  os: (text) => oneOf(systems, text),
  arch: (text) => oneOf(cardArchitectures, text),
};

const columns = Object.keys(faults);

/** @throws UsageError naming line and column; a secret is never repeated. */
export function parseFleetTable(text: string, fileName: string): CardPlan[] {
  const rows = parseTable(text, { fileName, columns, required: ['id'] });
  const plans = rows.map((row) => planOf(row, fileName));
  for (const column of ['id', 'hostname'] as const) expectDifferent(plans, rows, { fileName, column });
  return plans;
}

function planOf({ line, cells }: TableRow, fileName: string): CardPlan {
  const fault = (column: string, what: string) => rowFault({ fileName, line, column }, what);
  for (const [column, text] of Object.entries(cells)) {
    const what = faults[column]?.(text);
    if (what !== undefined) throw fault(column, what);
  }
  const { id = '', hostname = id, server, vehicle, os, arch = 'arm64' } = cells;
  const what = fieldFaults.hostname(hostname);
  if (what !== undefined) throw fault('hostname', `${what}; it is the id where it is empty`);
  const wifi = wifiOf(cells, fault);
  const user = userOf(cells, fault);
  return {
    ...{ id, hostname, architecture: arch },
    system: systems.find((system) => system === os) ?? 'bookworm',
    ...(server !== undefined && { server }),
    ...(vehicle !== undefined && { vehicle }),
    ...(wifi && { wifi }),
    ...(cells.country !== undefined && { country: cells.country }),
    ...(user && { user }),
  };
}

type Cells = TableRow['cells'];
type Fault = (column: string, what: string) => Error;

function wifiOf(
  { ssid, wifi_password: password, wifi_open: open, country }: Cells,
  fault: Fault,
): DroneSettings['wifi'] {
  const isOpen = open === 'yes';
  if (isOpen && password !== undefined)
    throw fault('wifi_open', 'is yes, but there is a wifi_password: leave out one of the two');
  if (ssid === undefined) {
    if (password !== undefined) throw fault('ssid', 'is empty, but there is a wifi_password');
    if (isOpen) throw fault('ssid', 'is empty, but wifi_open is yes');
    return undefined;
  }
  if (country === undefined)
    throw fault(
      'country',
      'is empty: a new Raspberry Pi keeps its Wi-Fi off until it knows its country, e.g. DE',
    );
  if (password === undefined && !isOpen)
    throw fault(
      'wifi_password',
      'is empty: give it, or "yes" in a column wifi_open for a network without one, which anybody nearby can pass for',
    );
  return { ssid, ...(password === undefined ? { isOpen } : { password }) };
}

function userOf(
  { user, password_hash: passwordHash, ssh_key: sshKey }: Cells,
  fault: Fault,
): FirstUser | undefined {
  if (passwordHash === undefined && sshKey === undefined) {
    if (user !== undefined)
      throw fault('user', `${user} could not log in: give a password_hash or an ssh_key`);
    return undefined;
  }
  return {
    name: user ?? 'pi',
    ...(passwordHash !== undefined && { passwordHash }),
    ...(sshKey !== undefined && { sshKey }),
  };
}

function expectDifferent(
  plans: readonly CardPlan[],
  rows: readonly TableRow[],
  { fileName, column }: Omit<Place, 'line' | 'column'> & { readonly column: 'id' | 'hostname' },
): void {
  const seen = new Map<string, number>();
  for (const [index, plan] of plans.entries()) {
    const line = rows[index]?.line ?? 0;
    const before = seen.get(plan[column]);
    if (before !== undefined)
      throw rowFault({ fileName, line, column }, `${plan[column]} is in line ${before} already`);
    seen.set(plan[column], line);
  }
}

function oneOf(names: readonly string[], text: string): string | undefined {
  return names.includes(text) ? undefined : `"${text}" is not known: ${names.join(', ')}`;
}
