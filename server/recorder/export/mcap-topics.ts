/** The topics of a recording as an MCAP file, and their JSON schemas, as Foxglove and PlotJuggler read them. Data only. */

const number = { type: 'number' } as const;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

function object(properties: { readonly [name: string]: object }): object {
  return { type: 'object', properties };
}

function described(schema: object, description: string): object {
  return { ...schema, description };
}

const windAbout = "as the drone estimates it; from: clockwise from the y axis of the show's frame";

/** Of each drone; what is not known is absent. Positions as the drone tells them: m, in the frame that it names. */
export const droneSchema = object({
  connected: flag,
  armed: flag,
  mode: text,
  task: text,
  frame: text,
  position: object({ x: number, y: number, z: number, yawDeg: number }),
  battery: object({ voltageV: number, share: number }),
  latencyMs: number,
  wind: described(object({ meanMPerS: number, gustMPerS: number, fromDeg: number }), windAbout),
  temperatureC: object({ computer: number, battery: number }),
  linkQuality: described(number, '0…1'),
});

/** A record of the journal as it is in the file; its body is of its kind. */
export const journalSchema = object({
  seq: { type: 'integer' },
  utcMs: number,
  monotonicMs: number,
  kind: text,
  body: { type: 'object' },
});

/** Source: https://docs.foxglove.dev/docs/sdk/schemas (Log). */
export const logSchema = object({
  timestamp: object({ sec: { type: 'integer' }, nsec: { type: 'integer' } }),
  level: { type: 'integer', description: '2 info, 3 warning, 4 error' },
  message: text,
  name: text,
  file: text,
  line: { type: 'integer' },
});
