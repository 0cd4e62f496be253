/** `starling show info`: what a show is, drone by drone. Prints, judges nothing. */
import { lineWriter } from '../../lib/output/adapters/line-output.js';
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
  lineWriter(1)(`${infoText({ show, format, notes, survey, stats }).join('\n')}`);
  return 0;
}
