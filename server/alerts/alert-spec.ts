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
import {
  type AlertAction,
  type AlertLevel,
  type AlertRule,
  alertActions,
  alertLevels,
  contradiction,
} from './alert-rule.js';
import { type MeasureName, measureNames, measures } from './measures.js';

type Defaults = {
  readonly measure: MeasureName;
  readonly limit: number;
  readonly clear?: number;
  readonly after: number;
  readonly clearAfter: number;
  readonly drones: string;
  readonly level: AlertLevel;
  readonly action: AlertAction;
};

const warning = { drones: '1', level: 'warning', action: 'alert' } as const;
const ofMany = { drones: '20%', level: 'alarm', action: 'hold_fleet' } as const;

/**
 * Winds: show drones are sold for 8 to 10 m/s, and a gust of 12 m/s uses up what lean they have left. Errors: drones of
 * a show keep 1.5 m apart, so that one that is off by 1.5 m may be where another is. Temperature: a Raspberry Pi slows
 * down from 80 °C. Too many that are silent hold no fleet: a hold reaches only the others, and parts them.
 */
const defaults: Readonly<Record<string, Defaults>> = {
  wind: {
    ...warning,
    measure: 'wind',
    limit: 8,
    after: 5,
    clearAfter: 20,
    drones: '20%',
    action: 'hold_start',
  },
  wind_high: { ...ofMany, measure: 'wind', limit: 10, after: 5, clearAfter: 30 },
  gust: {
    ...warning,
    measure: 'gust',
    limit: 10,
    after: 1,
    clearAfter: 30,
    drones: '20%',
    action: 'hold_start',
  },
  gust_high: { ...ofMany, measure: 'gust', limit: 12, after: 1, clearAfter: 30 },
  position: { ...warning, measure: 'position_error', limit: 1, after: 2, clearAfter: 5 },
  position_many: {
    ...ofMany,
    measure: 'position_error',
    limit: 1.5,
    after: 2,
    clearAfter: 10,
    drones: '10%',
  },
  battery: { ...warning, measure: 'battery_short', limit: 10, after: 10, clearAfter: 30 },
  battery_many: {
    ...ofMany,
    measure: 'battery_short',
    limit: 10,
    after: 10,
    clearAfter: 30,
    action: 'alert',
  },
  temperature: { ...warning, measure: 'temperature', limit: 75, clear: 70, after: 10, clearAfter: 30 },
  link: { ...warning, measure: 'link_quality', limit: 70, after: 10, clearAfter: 20 },
  latency: { ...warning, measure: 'latency', limit: 500, after: 5, clearAfter: 20, drones: '10%' },
  silence: { ...warning, measure: 'silence', limit: 3, after: 0, clearAfter: 5, action: 'hold_start' },
  silence_many: { ...ofMany, measure: 'silence', limit: 3, after: 2, clearAfter: 10, action: 'hold_start' },
  clock: { ...warning, measure: 'clock', limit: 30, after: 10, clearAfter: 20, action: 'hold_start' },
};

/** A rule with a name of the operator's own watches nothing until it is given a limit. */
const own: Defaults = { ...warning, measure: 'wind', limit: 0, after: 5, clearAfter: 20 };

/** `[ALERTS]`: a section for each rule. */
export const alertSection = freeSection({
  fixed: Object.fromEntries(Object.entries(defaults).map(([name, given]) => [name, shapeOf(given)])),
  anySection: freeSection({ fixed: shapeOf(own) }),
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

/** Where nobody says when it is over: 15 % better than the limit. */
function clearOf(measure: MeasureName, limit: number): number {
  return limit * (measures[measure].isLowBad ? 1.15 : 0.85);
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
}: Defaults): SectionShape {
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
