/** What is to be done when drones are lost in mid-show: options, what contradicts the show, and words. Judges no flight. */
import {
  type Config,
  defineSpec,
  float,
  loadConfig,
  option,
  type SectionShape,
  string,
  texts,
} from '../../lib/config/index.js';
import { ConfigError } from '../../lib/errors.js';
import { droneList } from '../alerts/drone-list.js';
import { leastHolding, quorumExpected, quorumPattern } from '../show-control/quorum.js';

/** Weakest first: the others fly on; they hold, and the operator is asked; they land. */
export const lossActions = ['continue', 'hold', 'land'] as const;
export type LossAction = (typeof lossActions)[number];

/** From `lost` drones on: `all`, a number or a share of those that started, see `quorum.ts`. */
type LossStep = { readonly lost: string; readonly action: LossAction };

export type LossPolicy = {
  /** How many of those that started have to be left: `all`, a number or a share. */
  readonly minimum: string;
  readonly belowMinimum: LossAction;
  /** Slots of the show without which it is none. */
  readonly criticalSlots: readonly string[];
  readonly criticalLost: LossAction;
  readonly steps: readonly LossStep[];
  /** A drone that was not heard for so long counts as lost, s; undefined: silence alone is no loss. */
  readonly silentAfterS: number | undefined;
};

/** `[LOSSES]`. */
export const lossSection: SectionShape = {
  minimum: string({
    default: '80%',
    pattern: quorumPattern,
    expected: quorumExpected,
    about: 'How many of the drones that started have to be left',
  }),
  below_minimum: option(lossActions, {
    default: 'hold',
    about: 'With fewer: continue, hold and ask, or land',
  }),
  critical: texts({ default: '', about: 'Slots without which it is no show' }),
  critical_lost: option(lossActions, { default: 'hold', about: 'When one of them is lost' }),
  steps: texts({ default: '', about: 'More of it: 3:hold, 10%:land means from so many lost drones on' }),
  silent_after: float({
    default: 15,
    min: 0,
    about: 'A drone that was not heard for so long counts as lost, s; 0: never',
  }),
};

const lossSpec = defineSpec({ LOSSES: lossSection });

/** The policy of one show, from a text of its own. @throws ConfigError with everything that is wrong. */
export function parseLossPolicy(text: string, fileName: string): LossPolicy {
  return readLossPolicy(loadConfig(text, fileName, lossSpec));
}

/** That of `[LOSSES]`. @throws ConfigError for a step that is none. */
export function readLossPolicy(config: Config): LossPolicy {
  const silentAfterS = config.getNumber('LOSSES/silent_after');
  return {
    minimum: config.getString('LOSSES/minimum'),
    belowMinimum: actionOf(config.getString('LOSSES/below_minimum')),
    criticalSlots: listed(config.getString('LOSSES/critical')),
    criticalLost: actionOf(config.getString('LOSSES/critical_lost')),
    steps: listed(config.getString('LOSSES/steps')).map((step) => readStep(step, config.fileName)),
    silentAfterS: silentAfterS > 0 ? silentAfterS : undefined,
  };
}

/** What to do when `lost` of `of` drones are lost, whichever they are. Never weaker for more. */
export function actionForCount(policy: LossPolicy, lost: number, of: number): LossAction {
  if (lost <= 0) return 'continue';
  const reached = policy.steps.filter((step) => lost >= leastHolding(step.lost, of));
  const isTooFew = of - lost < leastHolding(policy.minimum, of);
  return strongestLoss([...reached.map(({ action }) => action), ...(isTooFew ? [policy.belowMinimum] : [])]);
}

/** The strongest of them; `continue` for none. */
export function strongestLoss(actions: readonly LossAction[]): LossAction {
  return lossActions.findLast((action) => actions.includes(action)) ?? 'continue';
}

/** What an operator is told of the policy before the start, a line each; `slots`: those that will fly. */
export function explainLossPolicy(policy: LossPolicy, slots: readonly string[]): string[] {
  const of = slots.length;
  const least = leastHolding(policy.minimum, Math.max(1, of));
  const lines = [`${least} of ${of} drones have to be left in the show (${policy.minimum})`];
  let before: LossAction = 'continue';
  for (let lost = 1; lost <= of; lost += 1) {
    const action = actionForCount(policy, lost, of);
    if (action !== before || lost === 1)
      lines.push(`${lost === 1 && of > 1 ? 'one drone' : `${lost} drones`} lost: ${lossWords[action]}`);
    before = action;
  }
  if (policy.criticalSlots.length > 0)
    lines.push(`one of ${droneList(policy.criticalSlots)} lost: ${lossWords[policy.criticalLost]}`);
  const { silentAfterS } = policy;
  const silence =
    silentAfterS === undefined
      ? 'a drone that is not heard is not taken for lost'
      : `a drone that was not heard for ${silentAfterS} s counts as lost`;
  return [...lines, silence];
}

/** What does not fit the show, or could never happen, a sentence each. */
export function lossPolicyProblems(policy: LossPolicy, slots: readonly string[]): string[] {
  const of = slots.length;
  const strangers = policy.criticalSlots.filter((slot) => !slots.includes(slot));
  const beyond = policy.steps.filter(({ lost }) => Number(lost) > of);
  return [
    ...strangers.map((slot) => `[LOSSES] critical: ${slot} does not fly in this show: name a slot that does`),
    ...(Number(policy.minimum) > of
      ? [
          `[LOSSES] minimum is ${policy.minimum}, and ${of} drones fly: every loss is one too many, or lower it`,
        ]
      : []),
    ...beyond.map(
      ({ lost, action }) => `[LOSSES] steps: ${lost}:${action} is never reached by ${of} drones: lower it`,
    ),
  ];
}

/** What an action means to people. */
export const lossWords: Readonly<Record<LossAction, string>> = {
  continue: 'the others fly on',
  hold: 'the fleet is held, and the operator is asked',
  land: 'the fleet is landed',
};

function readStep(text: string, fileName: string): LossStep {
  const [lost = '', word = '', ...more] = text.split(':').map((part) => part.trim());
  const action = lossActions.find((known) => known === word);
  if (action && quorumPattern.test(lost) && more.length === 0) return { lost, action };
  throw new ConfigError(
    `${fileName}: [LOSSES] steps: "${text}" is no step, expected: lost drones, a colon, and ${lossActions.join(', ')}: 3:hold, 10%:land`,
  );
}

function actionOf(text: string): LossAction {
  return lossActions.find((word) => word === text) ?? 'hold';
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
