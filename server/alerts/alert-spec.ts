/** Which options alerts have, with their defaults: a section of the server's configuration, or a file beside a show. */
import {
  type Config,
  defineSpec,
  findOption,
  float,
  freeSection,
  loadConfig,
  option,
  type SectionShape,
  string,
} from '../../lib/config/index.js';
import { ConfigError } from '../../lib/errors.js';
import { quorumExpected, quorumPattern } from '../show-control/quorum.js';
import { type AlertDefaults, alertDefaults, ownAlert } from './alert-defaults.js';
import { type AlertRule, alertActions, alertLevels, contradiction } from './alert-rule.js';
import { type MeasureName, measureNames, measures } from './measures.js';

/** `[ALERTS]`: a section for each rule. */
export const alertSection = freeSection({
  fixed: Object.fromEntries(Object.entries(alertDefaults).map(([name, given]) => [name, shapeOf(given)])),
  anySection: freeSection({ fixed: shapeOf(ownAlert) }),
});

const alertSpec = defineSpec({ ALERTS: alertSection });

/** Thresholds of one show, from a text of their own. @throws ConfigError with everything that is wrong. */
export function parseAlertRules(text: string, fileName: string): readonly AlertRule[] {
  return readAlertRules(loadConfig(text, fileName, alertSpec));
}

/** Those of `[ALERTS]`, the specification's first. @throws ConfigError with every rule that contradicts itself. */
export function readAlertRules(config: Config): readonly AlertRule[] {
  const rules = config.sectionNames('ALERTS').map((name) => readRule(config, name));
  const errors = rules.map(contradiction).filter((text) => text !== undefined);
  if (errors.length > 0)
    throw new ConfigError(errors.map((text) => `${config.fileName}: ${text}`).join('\n'));
  return rules;
}

function readRule(config: Config, name: string): AlertRule {
  const get = (key: string) => {
    const path = ['ALERTS', name, key];
    const isThere = config.optionNames(['ALERTS', name]).includes(key);
    return (isThere ? config.get(path) : findOption(config.spec, path)?.default) ?? '';
  };
  const measure = measureNames.find((word) => word === get('measure')) ?? 'wind';
  const limit = Number(get('limit'));
  const clear = Number(get('clear'));
  return {
    name,
    measure,
    limit: limit > 0 ? limit : undefined,
    clear: clear > 0 ? clear : clearOf(measure, limit),
    afterS: Number(get('after')),
    clearAfterS: Number(get('clear_after')),
    drones: String(get('drones')),
    level: alertLevels.find((word) => word === get('level')) ?? 'warning',
    action: alertActions.find((word) => word === get('action')) ?? 'alert',
  };
}

/** Where nobody says when it is over: 15 % better than the limit, and not better than anything can be. */
function clearOf(measure: MeasureName, limit: number): number {
  const { isLowBad, most = Number.POSITIVE_INFINITY } = measures[measure];
  return isLowBad ? Math.min(limit * 1.15, (limit + most) / 2) : limit * 0.85;
}

function shapeOf({
  measure,
  limit,
  clear = 0,
  after,
  clearAfter,
  drones,
  level,
  action,
}: AlertDefaults): SectionShape {
  const { unit, isLowBad } = measures[measure];
  return {
    measure: option(measureNames, { default: measure, about: 'What is watched' }),
    limit: float({
      default: limit,
      min: 0,
      about: `A drone with so much, or ${isLowBad ? 'less' : 'more'}, counts, ${unit}; 0: not watched`,
    }),
    clear: float({
      default: clear,
      min: 0,
      about: `Until it is better than so much, ${unit}; 0: by 15 % than the limit`,
    }),
    after: float({ default: after, min: 0, about: 'It has to be so bad for so long, s' }),
    clear_after: float({ default: clearAfter, min: 0, about: 'The alert is over after so long, s' }),
    drones: string({
      default: drones,
      pattern: quorumPattern,
      expected: quorumExpected,
      about: 'How many drones it takes: a number, a share such as 20%, or all',
    }),
    level: option(alertLevels, { default: level, about: 'How loud it is' }),
    action: option(alertActions, {
      default: action,
      about: 'What is done: alert, hold the start or the fleet',
    }),
  };
}
