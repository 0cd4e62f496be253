/** What can be made to go wrong with a simulated drone. Knows neither when nor how: data alone. */

/** A fault. Physical ones (motor, GPS, battery-sag, battery-heat, gust, wind) go to `Flight.applyFault`, the rest to the autopilot's own logic. */
export type Fault =
  /** A motor stops: it tumbles, falls, and stays where it lands. */
  | { readonly kind: 'motor-loss' }
  /** No satellites for `durationS`; for good without it. */
  | { readonly kind: 'gps-loss'; readonly durationS?: number }
  /** Nothing is sent or heard for `durationS`; for good without it. */
  | { readonly kind: 'link-cut'; readonly durationS?: number }
  /** The battery truly holds this fraction (0…1) from now on. */
  | { readonly kind: 'battery-sag'; readonly fraction: number }
  /** The battery is reported at this fraction (0…1) whatever it truly holds. */
  | { readonly kind: 'lying-battery'; readonly fraction: number }
  /** The battery has this temperature now, °C, and cools down or warms up from there as it would. */
  | { readonly kind: 'battery-heat'; readonly temperatureC: number }
  /** Mode changes are accepted and do not happen. */
  | { readonly kind: 'stuck-mode' }
  /** The autopilot restarts: motors off, everything but parameters forgotten. */
  | { readonly kind: 'reboot' }
  /** The pilot's switch goes to this mode, in the flavour's own spelling, e.g. POSCTL. */
  | { readonly kind: 'pilot'; readonly mode: string }
  /** Wind of this speed, on top of what blows, from the wind's direction, for `durationS`. */
  | { readonly kind: 'gust'; readonly mPerS: number; readonly durationS: number }
  | WindFault;

/** Another wind blows from now on, which comes about evenly within `overS`. What is not given stays as it was. */
export type WindFault = {
  readonly kind: 'wind';
  readonly mPerS: number;
  /** Where it comes from as weather reports say it: degrees, 0 = from the north, 90 = from the east. */
  readonly fromDeg?: number;
  /** Standard deviation along each horizontal axis. */
  readonly gustMPerS?: number;
  readonly overS?: number;
};
