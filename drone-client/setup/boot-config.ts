/** What `config.txt` of a Raspberry Pi has to say for the autopilot's serial line and the lights. Knows no disk. */

/** A text, and what was changed in it, for people; nothing was changed where `what` is empty. */
export type TextEdit = { readonly text: string; readonly what: readonly string[] };

export type BootWishes = { readonly uart: boolean; readonly spi: boolean };

const beginMark = '# starling-drone-setup begins (starling-drone-setup --undo takes it away)';
const endMark = '# starling-drone-setup ends';
const marks = /^# starling-drone-setup (?:begins|ends)/;

/** A setting that has to hold: `isFor` says of which wish it is, `isOf5` that only a Pi 5 needs it. */
type Setting = {
  readonly line: string;
  readonly isFor: keyof BootWishes;
  readonly isOf5?: true;
  /** What a line says of it: true, false, or undefined for nothing. */
  readonly read: (name: string, value: string) => boolean | undefined;
  /** Nothing further down can take it back. */
  readonly isLasting?: true;
};

const isOn = (value: string) => ['on', 'true', 'yes', 'y', '1', ''].includes(value.toLowerCase());

const parameter =
  (wanted: string) =>
  (name: string, value: string): boolean | undefined => {
    if (name !== 'dtparam') return undefined;
    const said = value
      .split(',')
      .map((item) => item.trim().split('='))
      .filter(([key]) => key === wanted);
    const last = said.at(-1);
    return last && isOn(last[1] ?? '');
  };

const overlay =
  (...names: string[]) =>
  (name: string, value: string): boolean | undefined =>
    name === 'dtoverlay' && names.includes(value.split(',')[0]?.trim() ?? '') ? true : undefined;

/**
 * Source: Raspberry Pi documentation, "Configuring UARTs" and "config.txt": without Bluetooth the full UART is on GPIO 14
 * and 15 (before the Pi 5), where `enable_uart` switches it on; a Pi 5 has its own there, `uart0`, off by default.
 */
const settings: readonly Setting[] = [
  {
    line: 'enable_uart=1',
    isFor: 'uart',
    read: (name, value) => (name === 'enable_uart' ? value === '1' : undefined),
  },
  { line: 'dtparam=spi=on', isFor: 'spi', read: parameter('spi') },
  {
    line: 'dtoverlay=disable-bt',
    isFor: 'uart',
    read: overlay('disable-bt', 'pi3-disable-bt'),
    isLasting: true,
  },
  { line: 'dtparam=uart0=on', isFor: 'uart', isOf5: true, read: parameter('uart0') },
];

/** A line that says something, where it counts. */
type Said = {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly where: 'always' | 'on a Pi 5' | 'sometimes';
};

/** Puts what does not hold yet into a block of its own at the end. What is not wished stays as an earlier block has it. */
export function planBootConfig(text: string, wishes: BootWishes): TextEdit {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const { base, block } = takeBlockOut(text);
  const said = read(base);
  const needed = settings.filter((setting) =>
    wishes[setting.isFor] ? !holds(setting, said) : block.includes(setting.line),
  );
  if (needed.length === 0)
    return { text: base, what: block.length > 0 ? ['what stood there twice is gone'] : [] };
  const lead = base === '' || base.endsWith('\n') ? base : base + eol;
  const edited = lead + blockLines(needed).join(eol) + eol;
  if (edited === text) return { text, what: [] };
  const fresh = needed.filter(({ line }) => !block.includes(line));
  const what = fresh.map((setting) => setting.line + overruled(setting, said));
  return { text: edited, what: what.length > 0 ? what : ['its lines are the last again'] };
}

/** What is in the way of the serial line and can not be overruled by a line, for people. */
export function bootConfigNotes(text: string): string[] {
  const said = read(takeBlockOut(text).base);
  const has = (name: string, pattern: RegExp) =>
    said.find((one) => one.name === name && pattern.test(one.value));
  const mini = has('dtoverlay', /^(?:pi3-)?miniuart-bt\b/);
  const prefix = has('os_prefix', /./) ?? has('cmdline', /./);
  return [
    ...(mini ? [`line ${mini.line}, dtoverlay=${mini.value}: Bluetooth is switched off all the same`] : []),
    ...(prefix
      ? [
          `line ${prefix.line}, ${prefix.name}=${prefix.value}: the kernel's command line is in another file, which is left alone: take the serial console out of it by hand`,
        ]
      : []),
  ];
}

function blockLines(needed: readonly Setting[]): string[] {
  const always = needed.filter(({ isOf5 }) => !isOf5).map(({ line }) => line);
  const of5 = needed.filter(({ isOf5 }) => isOf5).map(({ line }) => line);
  return [beginMark, '[all]', ...always, ...(of5.length > 0 ? ['[pi5]', ...of5, '[all]'] : []), endMark];
}

function takeBlockOut(text: string): { base: string; block: string[] } {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const from = lines.findIndex((line) => line.startsWith(beginMark));
  const to = lines.findIndex((line, index) => index > from && line.startsWith(endMark));
  const inside = from >= 0 && to >= 0 ? lines.slice(from, to + 1) : [];
  const rest = lines.filter((_, index) => !(inside.length > 0 && index >= from && index <= to));
  return {
    base: rest.filter((line) => !marks.test(line)).join(''),
    block: inside.map((line) => line.trim()),
  };
}

/** Filters of the board; of these the last counts, all others narrow further. Source: "Conditional filters". */
const boardFilter = /^(?:pi\d+\w*\+?|cm\d+\w*|none|board-type=.*)$/i;

function read(text: string): Said[] {
  let board: string | undefined;
  let isNarrow = false;
  return text.split('\n').flatMap((raw, index): Said[] => {
    const line = raw.trim();
    const filter = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase();
    if (filter === 'all') {
      board = undefined;
      isNarrow = false;
    } else if (filter !== undefined && boardFilter.test(filter)) board = filter;
    else if (filter !== undefined) isNarrow = true;
    const [, name, value] = /^([A-Za-z0-9_]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const where = isNarrow ? 'sometimes' : board === undefined ? 'always' : boardOf(board);
    return [{ name, value: value.trim(), line: index + 1, where }];
  });
}

function boardOf(filter: string): Said['where'] {
  return filter === 'pi5' ? 'on a Pi 5' : 'sometimes';
}

/** The last word counts; what a line says for some boards only takes away from what holds for all. */
function holds(setting: Setting, said: readonly Said[]): boolean {
  let is = false;
  for (const { name, value, where } of said) {
    const says = setting.read(name, value);
    const isFull = where === 'always' || (setting.isOf5 && where === 'on a Pi 5');
    if (says !== undefined && (isFull || !says) && !(setting.isLasting && is)) is = says;
  }
  if (setting.isOf5 && !is) return said.some(({ name, value, where }) => isUart0Overlay(name, value, where));
  return is;
}

function isUart0Overlay(name: string, value: string, where: Said['where']): boolean {
  return where !== 'sometimes' && overlay('uart0-pi5')(name, value) === true;
}

function overruled(setting: Setting, said: readonly Said[]): string {
  const against = said.findLast(({ name, value }) => setting.read(name, value) === false);
  return against ? ` (overrules ${against.name}=${against.value} in line ${against.line})` : '';
}
