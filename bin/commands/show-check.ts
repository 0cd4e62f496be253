/** `starling show check`: whether a show keeps its limits. Prints, and gives the exit code. */
import { lineWriter } from '../../lib/output/adapters/line-output.js';
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
  lineWriter(1)(`${options.json ? checkJson(checked) : checkText(checked).join('\n')}`);
  return result.violations.length === 0 ? 0 : 1;
}
