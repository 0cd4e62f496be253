/** Options that are one of a few words. Knows no keys. */
import type { Path } from '../../../lib/config/index.js';
import { setValue } from './edits.js';
import { optionFacts } from './facts.js';
import type { ConfigModel, Edit } from './model.js';

/** The option at its next word; undefined when it is not one of a few words. */
export function nextWord(model: ConfigModel, path: Path): Edit | undefined {
  const facts = optionFacts(model, path);
  if (!facts || facts.choices.length === 0) return undefined;
  const { choices, text } = facts;
  const present = choices.length === 2 ? booleanWord(text, choices) : choices.indexOf(text);
  return setValue(model, path, choices[(present + 1) % choices.length] ?? '');
}

/** A boolean may be written in several ways. */
function booleanWord(text: string, choices: readonly string[]): number {
  const word = text.toLowerCase();
  if (choices[0] !== 'true') return choices.indexOf(text);
  return ['true', 'yes', 'on', '1'].includes(word) ? 0 : ['false', 'no', 'off', '0'].includes(word) ? 1 : -1;
}
