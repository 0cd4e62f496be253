/** A fleet in the air as an oversight sees it: records made by hand, a show of level lines, a clock that tests move. */
import { defineSpec, loadConfig } from '../../../../lib/config/index.js';
import type { Vec3 } from '../../../../lib/geo/frames.js';
import type { FlightPlan } from '../../../../lib/show/model.js';
import { decodePart } from '../../../../lib/show/part/part-codec.js';
import { planOfPart } from '../../../../lib/show/part/part-plan.js';
import { prepareShow } from '../../../../lib/show/prepare-show.js';
import type { Segment } from '../../../../lib/show/show.js';
import { trajectoryAt } from '../../../../lib/show/trajectory.js';
import { parseChecklist } from '../../../../server/checklist/checklist-file.js';
import type { DroneRecord } from '../../../../server/fleet/drone-record.js';
import { Oversight } from '../../../../server/oversight/oversight.js';
import { oversightSections, readOversight } from '../../../../server/oversight/settings.js';
import type { AlertBody } from '../../../../server/recorder/record.js';
import {
  pauseRun,
  resumeRun,
  type ShowRun,
  withdrawFromRun,
} from '../../../../server/show-control/show-run.js';
import { FakeClock } from '../../../support/fake-clock.js';

const pauseRampS = 1.5;

/** Climbs for 5 s to 5 m above its pad, moves east for 60 s at 1 m/s, and comes down in 5 s. */
function slotAt(pad: Vec3) {
  const line = (endS: number, toM: Vec3): Segment => ({ kind: 'linear', endS, toM });
  return {
    trajectory: {
      startS: 0,
      startM: pad,
      segments: [
        line(5, { ...pad, z: 5 }),
        line(65, { x: pad.x + 60, y: pad.y, z: 5 }),
        line(70, { x: pad.x + 60, y: pad.y, z: 0 }),
      ],
    },
    lights: { kind: 'step' as const, timesS: Float64Array.of(0), colors: Uint8Array.of(9, 8, 7) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: pad,
  };
}

export class WatchedFleet {
  readonly clock = new FakeClock();
  readonly acts: string[] = [];
  readonly alerts: AlertBody[] = [];
  readonly calledOff: string[] = [];
  readonly oversight: Oversight;
  readonly ids: readonly string[];
  readonly records = new Map<string, DroneRecord>();
  run: ShowRun | undefined;

  constructor({ ini = '', checklist, leadS = 0 }: { ini?: string; checklist?: string; leadS?: number } = {}) {
    const names = Array.from({ length: 10 }, (_, index) => `drone-${index + 1}`);
    this.ids = names;
    const config = loadConfig(ini, 'server.ini', defineSpec(oversightSections));
    this.oversight = new Oversight({
      clock: this.clock,
      settings: readOversight(config),
      checklist: checklist === undefined ? undefined : parseChecklist(checklist, 'checklist.txt'),
      pauseRampS,
      records: () => [...this.records.values()],
      slotOf: (id) => id,
      run: () => this.run,
      act: (what, ids) => this.#act(what, ids),
      callOff: (why) => {
        this.calledOff.push(why);
        this.run = undefined;
      },
      log: () => undefined,
      alert: (body) => this.alerts.push(body),
      state: () => undefined,
    });
    this.oversight.load({ parts, slots: names, durationS: 72, leadS });
    for (const id of names) this.say(id, {});
  }

  /** A start in `inS`. */
  start(inS: number): void {
    const startUtcMs = this.clock.utcMs() + inS * 1000;
    this.run = {
      ...{ ids: this.ids, startUtcMs, toldUtcMs: startUtcMs, noReturnUtcMs: startUtcMs - 3000 },
      ...{ pausedUtcMs: undefined, resumedUtcMs: undefined, restoredUtcMs: undefined },
      ...{ scope: 'live', holding: new Set(this.ids), least: this.ids.length },
    };
  }

  resume(by = 'panel'): void {
    this.run = this.run && resumeRun(this.run, this.clock.utcMs());
    this.oversight.answered('resume', by);
  }

  /** Telemetry of a drone, on top of what it said before. */
  say(id: string, telemetry: DroneRecord['telemetry']): void {
    const before = this.records.get(id);
    this.records.set(id, {
      ...{ id, joinOrder: 0, address: '', isConnected: true, lostReason: undefined, isAnswering: true },
      ...{ software: 'starling', isSilent: false, timeDeltaS: 0, latencyMs: 0, offsetMs: 0 },
      ...{ busyWith: undefined, lastOutcome: undefined, telemetryAtMs: this.clock.monotonicMs() },
      telemetry: { battery: [16, 0.9], show_clock: [1, 'server', 0], ...before?.telemetry, ...telemetry },
    });
  }

  /** Second by second: who is in the air says so, from where `placeOf` has it, and the oversight looks. */
  async fly(
    seconds: number,
    sayOf: (id: string, showS: number) => DroneRecord['telemetry'] | undefined,
  ): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await this.clock.advance(1000);
      const startMs = this.run?.startUtcMs ?? this.clock.utcMs();
      const showS = (this.clock.utcMs() - startMs) / 1000;
      for (const id of this.ids) {
        const said = sayOf(id, showS);
        if (said) this.say(id, said);
      }
      this.oversight.look();
    }
  }

  #act(what: 'pause' | 'land', ids: readonly string[]): Promise<void> {
    this.acts.push(`${what} ${ids.length}`);
    if (what === 'pause') this.run = this.run && pauseRun(this.run, this.clock.utcMs());
    else this.run = this.run && withdrawFromRun(this.run, new Set(ids));
    return Promise.resolve();
  }
}

/** What a drone says that flies where its show has it, `offM` too far east; before and after, that it stands there. */
export function flying(id: string, showS: number, offM = 0): DroneRecord['telemetry'] {
  const place = planOf(id) && trajectoryAt(planOf(id), showS)?.positionM;
  if (!place || showS < 1) return { armed: false, landed: 'on_ground', last_task: 'No task' };
  const current_position = [place.x + offM, place.y, place.z, 0, 'map'];
  return { armed: true, landed: 'in_air', last_task: 'fly', current_position };
}

const plans = new Map<string, FlightPlan>();

/** As a drone of that name plans its part. */
function planOf(id: string): FlightPlan {
  const known = plans.get(id);
  if (known) return known;
  const part = parts.get(id);
  if (!part) throw new Error(`no part for ${id}`);
  const plan = planOfPart(decodePart(part, id));
  plans.set(id, plan);
  return plan;
}

/** Of as many drones as any test has. */
const parts = partsFor(10);

function partsFor(drones: number): ReadonlyMap<string, Uint8Array> {
  const slots = new Map(
    Array.from({ length: drones }, (_, index) => [
      `drone-${index + 1}`,
      slotAt({ x: 0, y: index * 3, z: 0 }),
    ]),
  );
  const show = { title: 'lines', slots, cues: [], segments: {}, limits: {} };
  return prepareShow({ show, notes: [], format: 'skyc' }).parts;
}
