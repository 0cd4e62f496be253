/** `starling show info`: what a show is, drone by drone. Prints, judges nothing. */
import { openShow } from '../../lib/show/adapters/open-show.js';
import { infoText } from '../../lib/show/report/info-text.js';
import { surveyShow } from '../../lib/show/report/survey.js';
import { checkShow } from '../../lib/show/validate/check-show.js';
import { limitsFor } from './show-limits.js';

export async function runShowInfo(path: string): Promise<number> {
  const { show, format, notes } = await openShow(path);
  const limits = await limitsFor(show, undefined);
  const survey = surveyShow(show, limits.groundClearanceM);
  const { stats } = checkShow(show, { limits });
  process.stdout.write(`${infoText({ show, format, notes, survey, stats }).join('\n')}\n`);
  return 0;
}
