/** What alerts can be about: how it is read from a drone's reading, and how people speak of it. Knows no thresholds. */

/**
 * What is known of one drone at a moment; what is unknown is absent. Whoever fills it in leaves out what is too old to
 * be believed, and says by `silentS` how old that is.
 */
export type DroneReading = {
  readonly id: string;
  /** In the air, as far as it tells. */
  readonly isFlying: boolean;
  /** It plays no part in a show, or not now: no place is the wrong one for it. */
  readonly isApart?: boolean;
  /** Mean wind and peak, as the drone estimates them. */
  readonly windMPerS?: number;
  readonly gustMPerS?: number;
  /** From where it is to where its show wants it. */
  readonly positionErrorM?: number;
  /** How much less its battery holds than its plan has, 0…1 of a full one; see `battery-plan.ts`. */
  readonly batteryShort?: number;
  /** Of its computer or its battery, whichever is hotter. */
  readonly temperatureC?: number;
  /** Share of what was sent that arrives, 0…1. */
  readonly linkQuality?: number;
  readonly latencyMs?: number;
  /** Since it was heard last. */
  readonly silentS?: number;
  /** How wrong its show clock may be. */
  readonly clockErrorMs?: number;
};

export type MeasureName =
  | 'wind'
  | 'gust'
  | 'position_error'
  | 'battery_short'
  | 'temperature'
  | 'link_quality'
  | 'latency'
  | 'silence'
  | 'clock';

export type Measure = {
  /** In `unit`, as limits are written and shown. */
  readonly read: (reading: DroneReading) => number | undefined;
  readonly unit: string;
  readonly digits: number;
  /** Little of it is bad. */
  readonly isLowBad: boolean;
  /** More there is not, in `unit`. */
  readonly most?: number;
  /** It says nothing of a drone that stands. */
  readonly isOfFlight: boolean;
  /** It says nothing of a drone that plays no part in a show. */
  readonly isOfShow?: boolean;
  /** Begins the sentence. */
  readonly what: string;
  /** Ends the sentence; `calm` is the value, with its unit, at which it is over. */
  readonly deed: (calm: string) => string;
};

const percent = (share: number | undefined) => (share === undefined ? undefined : share * 100);
const high = { digits: 1, isLowBad: false, isOfFlight: true };

export const measures: Readonly<Record<MeasureName, Measure>> = {
  wind: {
    ...high,
    read: (reading) => reading.windMPerS,
    unit: 'm/s',
    what: 'wind',
    deed: (calm) => `wait until it is below ${calm}, and land if it rises`,
  },
  gust: {
    ...high,
    read: (reading) => reading.gustMPerS,
    unit: 'm/s',
    what: 'gusts',
    deed: (calm) => `wait until they are below ${calm}, and land if they rise`,
  },
  position_error: {
    ...high,
    read: (reading) => reading.positionErrorM,
    isOfShow: true,
    unit: 'm',
    what: 'position error',
    deed: () => 'land those that do not come back to their places',
  },
  battery_short: {
    ...high,
    read: (reading) => percent(reading.batteryShort),
    unit: '%',
    digits: 0,
    what: 'battery below plan by',
    deed: () => 'land them before their reserve is used up, or end the show early',
  },
  temperature: {
    ...high,
    read: (reading) => reading.temperatureC,
    unit: '°C',
    digits: 0,
    isOfFlight: false,
    what: 'temperature',
    deed: (calm) => `give them shade and air until they are below ${calm}`,
  },
  link_quality: {
    ...high,
    read: (reading) => percent(reading.linkQuality),
    unit: '%',
    digits: 0,
    isLowBad: true,
    most: 100,
    isOfFlight: false,
    what: 'link quality',
    deed: () => 'check the antennas, and free the channel of others',
  },
  latency: {
    ...high,
    read: (reading) => reading.latencyMs,
    unit: 'ms',
    digits: 0,
    isOfFlight: false,
    what: 'latency',
    deed: (calm) => `free the channel of others, or wait until it is below ${calm}`,
  },
  silence: {
    ...high,
    read: (reading) => reading.silentS,
    unit: 's',
    isOfFlight: false,
    what: 'nothing heard for',
    deed: () => 'check the radio; one that hears nothing goes by its own policy for a lost link',
  },
  clock: {
    ...high,
    read: (reading) => reading.clockErrorMs,
    unit: 'ms',
    digits: 0,
    isOfFlight: false,
    what: 'clock error',
    deed: (calm) => `wait until their clocks are known to less than ${calm}, or check the time server`,
  },
};

export const measureNames = Object.keys(measures) as readonly MeasureName[];

/** A value with its unit, as people read it. */
export function valueText(name: MeasureName, value: number): string {
  const { digits, unit } = measures[name];
  return `${value.toFixed(digits)} ${unit}`;
}
