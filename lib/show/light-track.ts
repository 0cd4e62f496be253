/** The colours of a drone's lights over time, whatever program they came from. Data only. */

/**
 * Spans of colour: span i begins at `timesS[i]` with `colors[2 i]` and reaches `colors[2 i + 1]` (red, green, blue
 * each) when the next begins, linear in 8-bit RGB. Black before the first; the last keeps its first colour for ever.
 */
export type LightTrack = { readonly timesS: Float64Array; readonly colors: Uint8Array };
