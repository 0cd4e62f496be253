/** A fault as people write it, `gps-loss 5`, and back to data. Knows no files and no times. */
import type { Fault, WindFault } from './faults.js';

type FaultKind = Fault['kind'];

/** What may stand after a fault's name, in order. */
type Word =
  | { readonly name: string; readonly isOptional?: boolean; readonly low: number; readonly high: number }
  | 'mode';

const day = 86_400;
const seconds = { name: 'SECONDS', low: 0, high: day };
const speed = { name: 'M_PER_S', low: 0, high: 60 };
const fraction = { name: 'FRACTION', low: 0, high: 1 };

const wordsByKind: Readonly<Record<FaultKind, readonly Word[]>> = {
  'motor-loss': [],
  'gps-loss': [{ ...seconds, isOptional: true }],
  'link-cut': [{ ...seconds, isOptional: true }],
  'battery-sag': [fraction],
  'lying-battery': [fraction],
  'battery-heat': [{ name: 'CELSIUS', low: -40, high: 150 }],
  'stuck-mode': [],
  reboot: [],
  pilot: ['mode'],
  gust: [speed, seconds],
  wind: [
    speed,
    { name: 'FROM_DEG', low: -360, high: 360, isOptional: true },
    { name: 'GUST_M_PER_S', low: 0, high: 30, isOptional: true },
    { ...seconds, isOptional: true },
  ],
};

/** How each fault is written, e.g. `gps-loss [SECONDS]`. */
export const faultUsages: readonly string[] = Object.keys(wordsByKind).filter(isFaultKind).map(usageOf);

/** The fault that these words say; a string says what was expected instead. */
export function faultOf(words: readonly string[]): Fault | string {
  const [kind = '', ...values] = words;
  if (!isFaultKind(kind))
    return `"${kind}" is no fault; expected one of ${Object.keys(wordsByKind).join(', ')}`;
  const wanted = wordsByKind[kind];
  const fewest = wanted.filter((word) => word === 'mode' || !word.isOptional).length;
  if (values.length < fewest || values.length > wanted.length)
    return `expected \`${usageOf(kind)}\`, got ${values.length === 0 ? 'no value' : `"${values.join(' ')}"`} after ${kind}`;
  const numbers: number[] = [];
  for (const [index, value] of values.entries()) {
    const word = wanted[index];
    if (word === undefined || word === 'mode') continue;
    const number = numberOf(value);
    if (number === undefined || number < word.low || number > word.high)
      return `"${value}" is no ${word.name} of ${kind}; expected a number ${word.low}…${word.high}`;
    numbers.push(number);
  }
  return build(kind, numbers, values[0] ?? '');
}

/** A plain decimal number; undefined for anything else (`1e3`, `0x10`, ``). */
export function numberOf(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined;
}

function build(kind: FaultKind, numbers: readonly number[], text: string): Fault {
  const [first, second] = numbers;
  switch (kind) {
    case 'motor-loss':
    case 'stuck-mode':
    case 'reboot':
      return { kind };
    case 'gps-loss':
    case 'link-cut':
      return first === undefined ? { kind } : { kind, durationS: first };
    case 'battery-sag':
    case 'lying-battery':
      return { kind, fraction: first ?? 0 };
    case 'battery-heat':
      return { kind, temperatureC: first ?? 0 };
    case 'pilot':
      return { kind, mode: text };
    case 'gust':
      return { kind, mPerS: first ?? 0, durationS: second ?? 0 };
    case 'wind':
      return windOf(numbers);
  }
}

function windOf([mPerS = 0, fromDeg, gustMPerS, overS]: readonly number[]): WindFault {
  return {
    ...{ kind: 'wind', mPerS },
    ...(fromDeg !== undefined && { fromDeg }),
    ...(gustMPerS !== undefined && { gustMPerS }),
    ...(overS !== undefined && { overS }),
  };
}

function usageOf(kind: FaultKind): string {
  const words = wordsByKind[kind].map((word) => {
    if (word === 'mode') return 'MODE';
    return word.isOptional ? `[${word.name}]` : word.name;
  });
  return [kind, ...words].join(' ');
}

function isFaultKind(word: string): word is FaultKind {
  return Object.hasOwn(wordsByKind, word);
}
