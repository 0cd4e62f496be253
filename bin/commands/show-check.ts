/** `starling show check`: whether a show keeps its limits. Prints, and gives the exit code. */
import { openShow } from '../../lib/show/adapters/open-show.js';
import { checkJson, checkText } from '../../lib/show/report/check-text.js';
import { checkShow } from '../../lib/show/validate/check-show.js';
import { limitsFor } from './show-limits.js';

export type ShowCheckOptions = { readonly limits?: string; readonly json?: boolean };

/** 0 without violations, else 1. */
export async function runShowCheck(path: string, options: ShowCheckOptions): Promise<number> {
  const { show, format, notes } = await openShow(path);
  const result = checkShow(show, { limits: await limitsFor(show, options.limits) });
  const checked = { title: show.title, format, notes, result };
  process.stdout.write(`${options.json ? checkJson(checked) : checkText(checked).join('\n')}\n`);
  return result.violations.length === 0 ? 0 : 1;
}
