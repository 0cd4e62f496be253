/** `[WIND]` of a drone's configuration: its airframe, and how long the wind is averaged. Knows options, no flight. */
import { type Config, float, type SectionShape } from '../../lib/config/index.js';
import { ConfigError } from '../../lib/errors.js';
import { loaded, unmeasuredAirframe } from './drag.js';
import { defaultWindSettings, type WindSettings } from './wind-estimator.js';

export const windSection: SectionShape = {
  momentum_drag: float({
    default: unmeasuredAirframe.momentumDragPerS,
    min: 0,
    max: 5,
    about: 'Drag of the rotors, as EKF2_MCOEF or EK3_DRAG_MCOEF has it, 1/s; not measured: leave it',
  }),
  ballistic_coefficient: float({
    default: unmeasuredAirframe.ballisticCoefficientKgPerM2,
    min: 0,
    about: 'Mass over drag area, as EKF2_BCOEF_X or EK3_DRAG_BCOEF_X has it, kg/m2; 0: the body has no drag',
  }),
  mass_ratio: float({
    default: 1,
    min: 0.1,
    max: 10,
    about: 'Mass at take-off over the mass that these were measured with',
  }),
  mean: float({
    default: defaultWindSettings.meanS,
    min: 1,
    max: 600,
    about: 'The mean wind is taken over so long, s',
  }),
  gust_window: float({
    default: defaultWindSettings.gustWindowS,
    min: 1,
    max: 600,
    about: 'A gust is told for so long, s',
  }),
};

/** @throws ConfigError for an airframe without any drag: it feels no wind. */
export function readWindSettings(config: Config): WindSettings {
  const coefficient = config.getNumber('WIND/ballistic_coefficient');
  const momentumDragPerS = config.getNumber('WIND/momentum_drag');
  if (momentumDragPerS === 0 && coefficient === 0)
    throw new ConfigError(
      `${config.fileName}: [WIND] momentum_drag and ballistic_coefficient are both 0: give one of them`,
    );
  const airframe = {
    momentumDragPerS,
    ballisticCoefficientKgPerM2: coefficient > 0 ? coefficient : Number.POSITIVE_INFINITY,
  };
  return {
    ...defaultWindSettings,
    airframe: loaded(airframe, config.getNumber('WIND/mass_ratio')),
    meanS: config.getNumber('WIND/mean'),
    gustWindowS: config.getNumber('WIND/gust_window'),
  };
}
