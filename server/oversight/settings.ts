/** What the oversight goes by: the server's configuration, and what a show brings of its own. Knows options, no fleet. */
import {
  type Config,
  defineSpec,
  float,
  loadConfig,
  parseIni,
  type SectionShape,
} from '../../lib/config/index.js';
import { ConfigError } from '../../lib/errors.js';
import type { AlertRule } from '../alerts/alert-rule.js';
import { alertSection, readAlertRules } from '../alerts/alert-spec.js';
import { type GateSettings, gateSection, readGates } from '../gates/gate.js';
import { type LossPolicy, lossSection, readLossPolicy } from '../loss-policy/loss-policy.js';

export type OversightSettings = {
  readonly alerts: readonly AlertRule[];
  readonly gates: GateSettings;
  readonly losses: LossPolicy;
  /** Charge that is to be left at touch-down, 0…1. */
  readonly batteryReserve: number;
};

/** Text of the rules that lie beside a show, and the file's name for errors. */
export type ShowRules = { readonly text: string; readonly fileName: string };

/** `[BATTERY PLAN]`. */
const batterySection: SectionShape = {
  reserve: float({ default: 20, min: 0, max: 100, about: 'Charge that is to be left at touch-down, %' }),
};

/** Sections of the server's configuration; a show's own rules have the same. */
export const oversightSections = {
  ALERTS: alertSection,
  GATES: gateSection,
  LOSSES: lossSection,
  'BATTERY PLAN': batterySection,
};

const showRulesSpec = defineSpec(oversightSections);

/**
 * The server's rules; those of the show take the place of the same ones, option by option.
 * @throws ConfigError with what is wrong, or unknown: a rule that nobody reads would protect nobody.
 */
export function readOversight(config: Config, own?: ShowRules): OversightSettings {
  const merged = own ? withRules(config, own) : config;
  return {
    alerts: readAlertRules(merged),
    gates: readGates(merged),
    losses: readLossPolicy(merged),
    batteryReserve: merged.getNumber('BATTERY PLAN/reserve') / 100,
  };
}

function withRules(config: Config, { text, fileName }: ShowRules): Config {
  const rules = loadConfig(text, fileName, showRulesSpec);
  if (rules.warnings.length > 0) throw new ConfigError(rules.warnings.join('\n'));
  const merged = loadConfig(config.toIni(), fileName, config.spec);
  for (const { path } of parseIni(text, fileName).entries()) merged.set(path, rules.get(path));
  return merged;
}
