/**
 * A recording as one MCAP file, for the tools that read those: `/drones/ID`, `/journal`, `/log`. Knows recordings and
 * MCAP; no file. Source: https://mcap.dev/spec
 */
import { type McapTypes, McapWriter } from '@mcap/core';
import { isArmed, numberAt, type TelemetryValue, textAt } from '../../fleet/telemetry.js';
import type { LogLine } from '../../snapshot.js';
import { type RecordedState, recordOfState } from '../drone-state.js';
import type { JournalRecord } from '../record.js';
import type { Recording } from '../replay/recording.js';
import { fieldsOf, levelOf, textOf } from '../report/read-record.js';
import { stableJson } from '../stable-json.js';
import { droneSchema, journalSchema, logSchema } from './mcap-topics.js';

/** Where the bytes go. One call at a time. */
export interface ByteSink {
  append(bytes: Uint8Array): Promise<void>;
}

/** Source: foxglove.Log, `level`. */
const logLevels: Readonly<Record<LogLine['level'], number>> = { info: 2, warning: 3, error: 4 };

/**
 * Writes all of it. Times are the server's: of the log on a line that never steps, of publishing by its system clock.
 * Rejects as reading and the sink do.
 */
export async function exportMcap(recording: Recording, sink: ByteSink): Promise<void> {
  const file = new McapFile(recording, sink);
  await file.begin();
  let next = 0;
  const { records } = recording;
  for await (const { record, state } of recording.frames()) {
    for (let entry = records[next]; entry && entry.monotonicMs <= record.monotonicMs; entry = records[++next])
      await file.journal(entry);
    const { drones, whole } = record.body;
    for (const id of Object.keys({ ...fieldsOf(whole), ...fieldsOf(drones) }))
      await file.drone(id, state.drones.get(id) ?? {}, record);
  }
  for (const entry of records.slice(next)) await file.journal(entry);
  await file.end();
}

type Schema = { readonly name: string; readonly schema: object };

const schemas = {
  drone: { name: 'starling.Drone', schema: droneSchema },
  journal: { name: 'starling.Record', schema: journalSchema },
  log: { name: 'foxglove.Log', schema: logSchema },
} as const satisfies { readonly [name: string]: Schema };

class McapFile {
  readonly #writer: McapWriter;
  readonly #recording: Recording;
  readonly #channels = new Map<string, number>();
  readonly #schemas = new Map<Schema, number>();
  /** What was said of each drone last: a snapshot says nothing new. */
  readonly #said = new Map<string, string>();
  #sequence = 0;

  constructor(recording: Recording, sink: ByteSink) {
    this.#recording = recording;
    let position = 0n;
    const write = async (bytes: Uint8Array) => {
      await sink.append(bytes);
      position += BigInt(bytes.length);
    };
    this.#writer = new McapWriter({ writable: { write, position: () => position } });
  }

  async begin(): Promise<void> {
    await this.#writer.start({ profile: '', library: 'starling' });
    const { head } = this.#recording;
    const known = Object.entries(head.body).filter(
      ([, value]) => typeof value === 'string' || typeof value === 'number',
    );
    await this.#writer.addMetadata({
      name: 'session',
      metadata: new Map(known.map(([name, value]) => [name, String(value)])),
    });
  }

  end(): Promise<void> {
    return this.#writer.end();
  }

  async journal(record: JournalRecord): Promise<void> {
    await this.#message('/journal', schemas.journal, record, stableJson(record));
    const { kind, body } = record;
    if (kind !== 'note' && kind !== 'alert') return;
    const timestamp = timestampOf(this.#logNs(record));
    const level = logLevels[levelOf(body.level)];
    const said = { timestamp, level, message: textOf(body.text), name: kind, file: '', line: 0 };
    await this.#message('/log', schemas.log, record, stableJson(said));
  }

  async drone(id: string, state: RecordedState, record: JournalRecord): Promise<void> {
    const text = droneText(id, state);
    if (this.#said.get(id) === text) return;
    this.#said.set(id, text);
    await this.#message(`/drones/${id}`, schemas.drone, record, text);
  }

  async #message(topic: string, schema: Schema, record: JournalRecord, text: string): Promise<void> {
    const channelId = this.#channels.get(topic) ?? (await this.#newChannel(topic, schema));
    const message: McapTypes.Message = {
      channelId,
      sequence: this.#sequence++,
      logTime: this.#logNs(record),
      publishTime: nanosecondsOf(record.utcMs),
      data: new TextEncoder().encode(text),
    };
    await this.#writer.addMessage(message);
  }

  async #newChannel(topic: string, schema: Schema): Promise<number> {
    const schemaId = this.#schemas.get(schema) ?? (await this.#newSchema(schema));
    const channel = { topic, schemaId, messageEncoding: 'json', metadata: new Map<string, string>() };
    const channelId = await this.#writer.registerChannel(channel);
    this.#channels.set(topic, channelId);
    return channelId;
  }

  async #newSchema(schema: Schema): Promise<number> {
    const data = new TextEncoder().encode(JSON.stringify(schema.schema));
    const schemaId = await this.#writer.registerSchema({ name: schema.name, encoding: 'jsonschema', data });
    this.#schemas.set(schema, schemaId);
    return schemaId;
  }

  #logNs({ monotonicMs }: JournalRecord): bigint {
    const { head, startMs } = this.#recording;
    const startUtcMs = head.utcMs - (head.monotonicMs - startMs);
    return nanosecondsOf(startUtcMs + (monotonicMs - startMs));
  }
}

/** Plain JSON: a number that is not known is absent, not NaN. */
function droneText(id: string, state: RecordedState): string {
  const { telemetry, isConnected, latencyMs } = recordOfState(id, state);
  const { current_position: place, battery, mode, last_task: task, wind, temperature } = telemetry;
  return stableJson({
    connected: isConnected,
    armed: isArmed(telemetry),
    mode: typeof mode === 'string' ? mode : undefined,
    task: typeof task === 'string' ? task : undefined,
    frame: textAt(place, 4),
    position: { x: known(place, 0), y: known(place, 1), z: known(place, 2), yawDeg: known(place, 3) },
    battery: { voltageV: known(battery, 0), share: known(battery, 1) },
    latencyMs: Number.isFinite(latencyMs) ? latencyMs : undefined,
    wind: isTold(wind) && { meanMPerS: known(wind, 0), gustMPerS: known(wind, 1), fromDeg: known(wind, 2) },
    temperatureC: isTold(temperature) && { computer: known(temperature, 0), battery: known(temperature, 1) },
    linkQuality: typeof telemetry.link_quality === 'number' ? telemetry.link_quality : undefined,
  });
}

/** Undefined for what old drones do not tell, and for an empty list. */
function isTold(list: TelemetryValue | undefined): true | undefined {
  return Array.isArray(list) && list.length > 0 ? true : undefined;
}

function known(list: TelemetryValue | undefined, index: number): number | undefined {
  const value = numberAt(list, index);
  return Number.isFinite(value) ? value : undefined;
}

/** ns since 1970; what is no time is 0. */
function nanosecondsOf(utcMs: number): bigint {
  return Number.isFinite(utcMs) && utcMs > 0 ? BigInt(Math.round(utcMs * 1000)) * 1000n : 0n;
}

function timestampOf(timeNs: bigint): { readonly sec: number; readonly nsec: number } {
  return { sec: Number(timeNs / 1_000_000_000n), nsec: Number(timeNs % 1_000_000_000n) };
}
