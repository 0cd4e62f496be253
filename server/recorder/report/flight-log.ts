/**
 * What a drone's flight log tells a report: its notes and, for each second, how far it was off its path and what was left
 * of its battery, on the server's clock. Pure: knows MCAP and the topics of our logs; no file and no journal.
 */
import { McapStreamReader, type McapTypes } from '@mcap/core';
import { errorText } from '../../../lib/errors.js';
import type { LogLine } from '../../snapshot.js';

/** One second of a flight. What was not heard in it is undefined. */
export type FlightSecond = {
  /** Of the server's clock. */
  readonly utcMs: number;
  readonly isArmed: boolean;
  /** Of it armed, s. */
  readonly armedS: number;
  /** From its setpoint while armed, m: the farthest, and the root mean square. */
  readonly distanceM: number | undefined;
  readonly rmsDistanceM: number | undefined;
  /** So many were measured. */
  readonly distances: number;
  /** 0 … 1 */
  readonly batteryShare: number | undefined;
  readonly batteryV: number | undefined;
};

type FlightNote = { readonly utcMs: number; readonly level: LogLine['level']; readonly text: string };

export type FlightLog = {
  readonly droneId: string;
  readonly seconds: readonly FlightSecond[];
  readonly notes: readonly FlightNote[];
  /** How well its clock was known at worst, ± ms; undefined: not at all, its times are its own. */
  readonly uncertaintyMs: number | undefined;
  /** Why the rest of it can not be read; undefined when all of it was, or its end was never written. */
  readonly damage: string | undefined;
};

/** A moment by the drone's system clock, which may step, and by the log's own, which does not. */
type Moment = { readonly ownUtcMs: number; readonly logMs: number };
type Fields = { readonly [name: string]: unknown };
type Second = Moment & {
  isArmed: boolean;
  armedMs: number;
  distanceM: number | undefined;
  sumOfSquaresM2: number;
  samples: number;
  batteryShare: number | undefined;
  batteryV: number | undefined;
};
type Clock = { readonly logMs: number; readonly offsetMs: number; readonly uncertaintyMs: number };

/** Source: foxglove.Log, `level`: 2 info, 3 warning, 4 error. */
const warningLevel = 3;

/** After a longer silence in the log nobody knows whether the motors ran, ms. */
const longestGapMs = 2000;

/** Reads as far as it can; undefined for bytes that name no drone. */
export function readFlightLog(bytes: Uint8Array): FlightLog | undefined {
  const reader = new LogReader();
  let damage: string | undefined;
  try {
    reader.read(bytes);
  } catch (error) {
    damage = errorText(error);
  }
  return reader.result(damage);
}

/** The others are half of a log, and tell nothing that is asked for. */
const usedTopics: ReadonlySet<string> = new Set(['/drone/state', '/drone/setpoint', '/drone/clock', '/log']);

class LogReader {
  readonly #decoder = new TextDecoder();
  readonly #topics = new Map<number, string>();
  readonly #seconds = new Map<number, Second>();
  readonly #notes: (Moment & { readonly level: LogLine['level']; readonly text: string })[] = [];
  readonly #clocks: Clock[] = [];
  #droneId: string | undefined;
  #isArmed = false;
  #stateMs = Number.NEGATIVE_INFINITY;

  read(bytes: Uint8Array): void {
    const reader = new McapStreamReader({ validateCrcs: true });
    reader.append(bytes);
    for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
      if (record.type === 'Metadata') this.#droneId ??= record.metadata.get('droneId');
      else if (record.type === 'Channel') this.#topics.set(record.id, record.topic);
      else if (record.type === 'Message') this.#message(record);
    }
  }

  result(damage: string | undefined): FlightLog | undefined {
    if (this.#droneId === undefined) return undefined;
    const uncertainties = this.#clocks.map(({ uncertaintyMs }) => uncertaintyMs);
    return {
      droneId: this.#droneId,
      seconds: [...this.#seconds.values()].map((second) => ({
        utcMs: this.#serverMs(second),
        isArmed: second.isArmed,
        armedS: second.armedMs / 1000,
        distanceM: second.distanceM,
        rmsDistanceM: second.samples === 0 ? undefined : Math.sqrt(second.sumOfSquaresM2 / second.samples),
        distances: second.samples,
        batteryShare: second.batteryShare,
        batteryV: second.batteryV,
      })),
      notes: this.#notes.map(({ ownUtcMs, logMs, ...note }) => ({
        utcMs: this.#serverMs({ ownUtcMs, logMs }),
        ...note,
      })),
      uncertaintyMs: uncertainties.length === 0 ? undefined : Math.max(...uncertainties),
      damage,
    };
  }

  #message({ channelId, logTime, publishTime, data }: McapTypes.Message): void {
    const topic = this.#topics.get(channelId) ?? '';
    if (!usedTopics.has(topic)) return;
    const value: unknown = JSON.parse(this.#decoder.decode(data));
    if (!isFields(value)) return;
    const moment = { ownUtcMs: Number(publishTime) / 1e6, logMs: Number(logTime) / 1e6 };
    switch (topic) {
      case '/drone/state':
        this.#state(value, moment);
        return;
      case '/drone/setpoint':
        this.#setpoint(value, moment);
        return;
      case '/drone/clock':
        this.#clock(value, moment);
        return;
      case '/log':
        this.#note(value, moment);
        return;
      default:
    }
  }

  #state({ armed, battery }: Fields, moment: Moment): void {
    const second = this.#secondOf(moment);
    const sinceMs = moment.logMs - this.#stateMs;
    if (this.#isArmed && sinceMs < longestGapMs) second.armedMs += sinceMs;
    this.#stateMs = moment.logMs;
    this.#isArmed = armed === true;
    second.isArmed ||= this.#isArmed;
    if (!isFields(battery)) return;
    second.batteryShare = finite(battery.fraction) ?? second.batteryShare;
    second.batteryV = finite(battery.voltageV) ?? second.batteryV;
  }

  #setpoint({ distanceM }: Fields, moment: Moment): void {
    const farM = finite(distanceM);
    if (farM === undefined || !this.#isArmed) return;
    const second = this.#secondOf(moment);
    second.distanceM = Math.max(second.distanceM ?? 0, farM);
    second.sumOfSquaresM2 += farM * farM;
    second.samples += 1;
  }

  #clock({ offsetMs, uncertaintyMs }: Fields, { logMs }: Moment): void {
    const [offset, uncertainty] = [finite(offsetMs), finite(uncertaintyMs)];
    if (offset !== undefined && uncertainty !== undefined)
      this.#clocks.push({ logMs, offsetMs: offset, uncertaintyMs: uncertainty });
  }

  #note({ level, message }: Fields, moment: Moment): void {
    if (typeof message !== 'string') return;
    const weight = finite(level) ?? 0;
    const said = weight > warningLevel ? 'error' : weight === warningLevel ? 'warning' : 'info';
    this.#notes.push({ ...moment, level: said, text: message });
  }

  #secondOf(moment: Moment): Second {
    const number = Math.floor(moment.logMs / 1000);
    const known = this.#seconds.get(number);
    if (known) return known;
    const unheard = { distanceM: undefined, batteryShare: undefined, batteryV: undefined };
    const fresh = { ...moment, ...unheard, isArmed: false, armedMs: 0, sumOfSquaresM2: 0, samples: 0 };
    this.#seconds.set(number, fresh);
    return fresh;
  }

  /** By what was known of the server's clock at that moment or, before anything was, by what was known first. */
  #serverMs({ ownUtcMs, logMs }: Moment): number {
    const clock = this.#clocks.findLast((known) => known.logMs <= logMs) ?? this.#clocks[0];
    return ownUtcMs + (clock?.offsetMs ?? 0);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
