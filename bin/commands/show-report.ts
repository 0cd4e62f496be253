/** `starling show report`: a show on one page, for whoever has to judge it. Writes the page. */

import { resolve } from 'node:path';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { openShow } from '../../lib/show/adapters/open-show.js';
import { reportHtml } from '../../lib/show/report/report-html.js';
import { surveyShow } from '../../lib/show/report/survey.js';
import { checkShow } from '../../lib/show/validate/check-show.js';
import { version } from '../version.js';
import { limitsFor } from './show-limits.js';
import { writeFileWhole } from './write-whole.js';

export type ShowReportOptions = { readonly output: string; readonly limits?: string };

/** 0 whatever was found: the page says it. An older page of that name is replaced. */
export async function runShowReport(path: string, options: ShowReportOptions): Promise<number> {
  const { show, format, notes, digest } = await openShow(path);
  const limits = await limitsFor(show, options.limits);
  const result = checkShow(show, { limits });
  const survey = surveyShow(show, limits.groundClearanceM);
  const made = `Made by Starling ${version} on ${new Date().toISOString().slice(0, 16).replace('T', ' at ')} UTC`;
  const page = reportHtml({ ...{ show, format, notes, digest, limits, result, survey, made } });
  await writeFileWhole(options.output, page, { isForced: true });
  const found = result.violations.length === 0 ? 'no violations' : `violations: ${result.violations.length}`;
  lineWriter(1)(`${resolve(options.output)}: ${found}, warnings: ${result.warnings.length}`);
  return 0;
}
