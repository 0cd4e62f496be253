/** How hard moving air pushes a multicopter, and how fast air must move to push that hard. Knows no flight and no time. */

/** At sea level and 15 °C, kg/m³. Source: ICAO standard atmosphere. */
const airDensityKgPerM3 = 1.225;

/**
 * What air does to an airframe, for each kilogram of it. Both are measured by flying to and fro in calm air; PX4 and
 * ArduPilot keep them as EKF2_MCOEF, EKF2_BCOEF_X and EK3_DRAG_MCOEF, EK3_DRAG_BCOEF_X.
 */
export type Airframe = {
  /** Rotors bring air that they swallow up to their own speed: a force that grows with the airspeed, 1/s. */
  readonly momentumDragPerS: number;
  /** Mass over drag coefficient and area of body and arms, kg/m²: a force that grows with its square. Infinite: none. */
  readonly ballisticCoefficientKgPerM2: number;
};

/** An airframe that nobody has measured. Source: PX4 parameter reference, defaults of EKF2_MCOEF and EKF2_BCOEF_X. */
export const unmeasuredAirframe: Airframe = { momentumDragPerS: 0.15, ballisticCoefficientKgPerM2: 100 };

/**
 * The same airframe when it weighs `massRatio` times what it did: with another battery, with pyrotechnics. The drag of
 * the body stays, so that its share for each kilogram falls with the mass; that of the rotors goes with the air through
 * them, which rises with the root of the thrust. Source: momentum theory of the hovering rotor.
 */
export function loaded(airframe: Airframe, massRatio: number): Airframe {
  return {
    momentumDragPerS: airframe.momentumDragPerS / Math.sqrt(massRatio),
    ballisticCoefficientKgPerM2: airframe.ballisticCoefficientKgPerM2 * massRatio,
  };
}

/**
 * The airspeed, m/s, that drags each kilogram with `dragMPerS2`: the positive root of a = μ·s + ρ/(2·BC)·s².
 * Source: PX4 documentation, "Multicopter wind estimation using drag specific forces", whose model this is.
 */
export function airspeedOf(dragMPerS2: number, airframe: Airframe): number {
  const linear = airframe.momentumDragPerS;
  const square = airDensityKgPerM3 / (2 * airframe.ballisticCoefficientKgPerM2);
  if (dragMPerS2 <= 0) return 0;
  // This form of the root holds without a square part, and without a linear one.
  return (2 * dragMPerS2) / (linear + Math.sqrt(linear * linear + 4 * square * dragMPerS2));
}
