/**
 * Parameter files as text: QGroundControl's `.params` and ArduPilot's `.param`. Knows no disk and no autopilot.
 * Source: QGroundControl developer guide, parameter file format; ArduPilot, Mission Planner and MAVProxy `.param` files.
 */
import type { ParameterEntry } from './parameter-line.js';
import { type Parameter, parameterKind, parameterText } from './parameter-value.js';
import type { ParameterSnapshot } from './snapshot.js';

/** `line` counts from 1. */
export type ParameterLine = ParameterEntry & { readonly line: number };

export type ParameterFile = {
  readonly format: 'qgroundcontrol' | 'ardupilot';
  /** In the order of the file. */
  readonly lines: readonly ParameterLine[];
  /** What is wrong, each with file and line; a file with any must not be loaded. */
  readonly problems: readonly string[];
};

// Source: MAV_COMP_ID_AUTOPILOT1; MAV_PARAM_TYPE as QGroundControl writes it.
const autopilotComponent = '1';
const fileTypes = { integer: 6, real: 9 } as const;

const idForm = /^[A-Z0-9_]{1,16}$/;
const numberForm = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

type Fields = { readonly id: string; readonly value: string; readonly type?: Parameter['type'] };
type Format = ParameterFile['format'];

/** Reads a file of either format: whichever its first line of content has. Throws nothing: see `problems`. */
export function parseParameterFile(text: string, fileName: string): ParameterFile {
  const contents = contentsOf(text);
  const format: Format = /^\d+\s+\d+\s+\S/.test(contents[0]?.content ?? '') ? 'qgroundcontrol' : 'ardupilot';
  const lines = new Map<string, ParameterLine>();
  const problems: string[] = [];
  for (const { content, line } of contents) {
    const read = readLine(content, format);
    const earlier = typeof read === 'string' ? undefined : lines.get(read.id);
    if (typeof read === 'string') problems.push(`${fileName}:${line}: ${read}`);
    else if (earlier) problems.push(`${fileName}:${line}: ${read.id} stands in line ${earlier.line} already`);
    else lines.set(read.id, { ...read, line });
  }
  if (contents.length === 0) problems.push(`${fileName}: there is no parameter in it`);
  return { format, lines: [...lines.values()], problems };
}

/** Writes QGroundControl's format, which reads it back (comments say where it comes from). */
export function formatParameterFile(snapshot: ParameterSnapshot, { systemId = 1 } = {}): string {
  const rows = snapshot.parameters.map(({ id, value, type }) =>
    [systemId, autopilotComponent, id, parameterText({ value, type }), fileTypes[type]].join('\t'),
  );
  const header = [
    `# Onboard parameters for Vehicle ${systemId}`,
    '#',
    `# Stack: ${snapshot.autopilot}`,
    `# Saved by Starling: ${new Date(snapshot.atUtcMs).toISOString()}`,
    '#',
    '# Vehicle-Id Component-Id Name Value Type',
  ];
  return `${[...header, ...rows].join('\n')}\n`;
}

/** The lines that are neither empty nor a comment. */
function contentsOf(text: string): readonly { content: string; line: number }[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
}

/** The parameter of one line, or what is wrong with it. */
function readLine(content: string, format: Format): ParameterEntry | string {
  const fields = format === 'qgroundcontrol' ? qgroundcontrolFields(content) : ardupilotFields(content);
  if (typeof fields === 'string') return fields;
  const { id, value: text, type } = fields;
  if (!idForm.test(id))
    return `"${shown(id)}" can not be a parameter: 1 to 16 of A-Z, 0-9 and _ are expected`;
  if (!numberForm.test(text)) return `${id}: "${shown(text)}" is not a number`;
  const value = Number(text);
  if (!Number.isFinite(Math.fround(value))) return `${id}: ${text} is beyond a 32-bit float`;
  if (type === 'integer' && !Number.isInteger(value)) return `${id}: ${text} is not a whole number`;
  return { id, value, ...(type && { type }) };
}

function qgroundcontrolFields(content: string): Fields | string {
  const [system = '', component = '', id = '', value = '', typeText = '', ...more] = content.split(/\s+/);
  if (typeText === '' || more.length > 0 || !/^\d+$/.test(system))
    return 'five fields are expected: vehicle id, component id, name, value, type';
  if (component !== autopilotComponent)
    return `${shown(id)} is for component ${component}, not for the autopilot (${autopilotComponent}): take the line out`;
  const type = /^\d+$/.test(typeText) ? parameterKind(Number(typeText)) : undefined;
  if (!type)
    return `${shown(id)}: type "${shown(typeText)}" is not a MAV_PARAM_TYPE that an autopilot has (6 integer, 9 real)`;
  return { id, value, type };
}

function ardupilotFields(content: string): Fields | string {
  const [, id, value] = /^([^\s,#]+)(?:\s*,\s*|\s+)([^\s,#]+)\s*(?:#.*)?$/.exec(content) ?? [];
  if (id === undefined || value === undefined) return 'NAME,VALUE (or NAME VALUE) is expected';
  return { id, value };
}

/** Text of a file, short enough for a message. */
function shown(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
