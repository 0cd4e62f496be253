/** Points of a show that it passes only with enough drones in their places. Data, options and words; judges nothing. */
import {
  type Config,
  defineSpec,
  float,
  freeSection,
  loadConfig,
  option,
  tuple,
} from '../../lib/config/index.js';

export type Gate = {
  readonly name: string;
  /** Show time, s. */
  readonly tS: number;
  /** This share of the drones that count, 0…1, has to be … */
  readonly minShare: number;
  /** … so near to where it should be. */
  readonly withinM: number;
};

/** What a drone counts for whose position is not known: as one that is away, or as one that is not there to count. */
const silentWords = ['away', 'left_out'] as const;

export type GateSettings = {
  /** In the order of their times. */
  readonly gates: readonly Gate[];
  readonly silent: (typeof silentWords)[number];
  /** An older position is not known any more. */
  readonly maxAgeS: number;
};

/** `[GATES]`: a line for each gate, its name being the operator's. */
export const gateSection = freeSection({
  fixed: {
    silent: option(silentWords, {
      default: 'away',
      about: 'What a drone counts for that is not heard: away, or left_out as long as half of them are heard',
    }),
    max_age: float({ default: 3, min: 0.5, max: 60, about: 'Older positions are not believed, s' }),
  },
  anyOption: tuple(
    [
      float({ default: 0, about: 'Show time, s' }),
      float({ default: 90, min: 1, max: 100, about: 'Share of the drones, %' }),
      float({ default: 2, min: 0.1, about: 'Distance, m' }),
    ],
    { default: [0, 90, 2], about: 'A gate: show time s, share of the drones %, within m of their places' },
  ),
});

const gateSpec = defineSpec({ GATES: gateSection });
const fixedOptions = ['silent', 'max_age'];

/** Gates of one show, from a text of their own. @throws ConfigError with everything that is wrong. */
export function parseGates(text: string, fileName: string): GateSettings {
  return readGates(loadConfig(text, fileName, gateSpec));
}

/** Those of `[GATES]`. */
export function readGates(config: Config): GateSettings {
  const names = config.optionNames('GATES').filter((name) => !fixedOptions.includes(name));
  const gates = names.map((name) => {
    const [tS = 0, percent = 100, withinM = 0] = config.getNumbers(['GATES', name]);
    return { name, tS, minShare: percent / 100, withinM };
  });
  const silent = config.getString('GATES/silent');
  return {
    gates: gates.sort((a, b) => a.tS - b.tS),
    silent: silentWords.find((word) => word === silent) ?? 'away',
    maxAgeS: config.getNumber('GATES/max_age'),
  };
}

/** What people are told of the gates before the start, a line each. */
export function explainGates({ gates, silent, maxAgeS }: GateSettings): string[] {
  if (gates.length === 0) return ['no gates: the show goes on wherever the drones are'];
  const lines = gates.map(
    ({ name, tS, minShare, withinM }) =>
      `${name}, at ${tS.toFixed(1)} s: goes on if ${percentText(minShare)} of the drones are within ${withinM} m of their places, else holds and asks`,
  );
  const counts = silent === 'away' ? 'counts as away' : 'is left out, as long as half of them are heard';
  return [...lines, `a drone whose position is older than ${maxAgeS} s ${counts}`];
}

/** Gates that this show never comes to, a sentence each. `startS`, `endS`: show times. */
export function gateProblems(
  { gates }: GateSettings,
  { startS, endS }: { readonly startS: number; readonly endS: number },
): string[] {
  return gates
    .filter(({ tS }) => tS <= startS || tS >= endS)
    .map(
      ({ name, tS }) =>
        `gate ${name} at ${tS.toFixed(1)} s is not within the show (${startS.toFixed(1)} to ${endS.toFixed(1)} s): move it`,
    );
}

export function percentText(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
