/**
 * Drives a virtual clock: timer after timer, and all that each of them set off done before the next. Knows Node's event
 * loop; nothing of what is rehearsed.
 *
 * What it goes by: `setImmediate` calls come one after the other, and after each of them Node runs every `nextTick` and
 * every promise's reaction, and those that these add, until none is left. Streams in memory, promises and microtasks use
 * nothing else. So nothing is pending between two calls, unless somebody has asked the world outside for something: a
 * real timer, a file, a socket, a thread, a digest in the pool. Such an answer comes in at a moment that no seed
 * repeats; while it is awaited Node counts it as an active resource, and it can not be answered before the loop turns.
 * So looking at these once a turn finds every one of them, but for timers and handles that were `unref`ed.
 */
import { StarlingError } from '../../errors.js';
import type { VirtualClock } from '../virtual-clock.js';

export type RunOptions = {
  readonly clock: VirtualClock;
  /** Looked at between any two timers. */
  readonly isDone: () => boolean;
  /** By the virtual clock: a rehearsal that lasts longer has failed. */
  readonly untilMs: number;
  /** Times real time at most; default: as fast as this machine can. What happens is the same at any pace. */
  readonly pace?: number;
};

export type RunEnd = {
  /** `silent`: nobody waits for anything any more. */
  readonly why: 'done' | 'late' | 'silent';
  /** Kinds of answers from the world outside that were awaited meanwhile: with any, the run may not repeat. */
  readonly outside: readonly string[];
};

/** So many timers between two looks at the world outside. */
const timersATurn = 64;

/** Resolves when it is done, late, or at its end. @throws whatever a timer throws. */
export function runVirtual(options: RunOptions): Promise<RunEnd> {
  return new Promise((resolve, reject) => {
    const outside = new OutsideWatch();
    const aheadMs = paceOf(options);
    let isOver = false;
    const end = (why: RunEnd['why']) => {
      isOver = true;
      resolve({ why, outside: outside.seen });
    };
    const stepOnce = () => {
      if (isOver) return;
      try {
        const why = stateOf(options);
        if (why) end(why);
        else if (aheadMs() <= 0) options.clock.step();
      } catch (error) {
        isOver = true;
        reject(error instanceof Error ? error : new StarlingError('rehearsal', String(error)));
      }
    };
    const turn = () => {
      if (isOver) return;
      for (let count = 0; count < timersATurn; count += 1) setImmediate(stepOnce);
      setImmediate(() => {
        outside.look();
        // It is this loop that waits then: nobody looks meanwhile.
        const waitMs = aheadMs();
        if (waitMs > 0 && !isOver) setTimeout(turn, waitMs);
        else turn();
      });
    };
    turn();
  });
}

/** How long until the next timer may run, ms of this machine. */
function paceOf({ clock, pace }: RunOptions): () => number {
  if (pace === undefined) return () => 0;
  const [fromMs, realFromMs] = [clock.monotonicMs(), performance.now()];
  return () => ((clock.nextMs ?? fromMs) - fromMs) / pace - (performance.now() - realFromMs);
}

function stateOf({ clock, isDone, untilMs }: RunOptions): RunEnd['why'] | undefined {
  if (isDone()) return 'done';
  const { nextMs } = clock;
  if (nextMs === undefined) return 'silent';
  return nextMs > untilMs ? 'late' : undefined;
}

/** Sees what is awaited from outside beyond what was when it was made. */
class OutsideWatch {
  readonly #before = countedResources();
  readonly #seen = new Set<string>();

  get seen(): readonly string[] {
    return [...this.#seen].sort();
  }

  look(): void {
    for (const [kind, count] of countedResources())
      if (count > (this.#before.get(kind) ?? 0)) this.#seen.add(kind);
  }
}

/** But for immediates, which are this loop's own. */
function countedResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    if (kind !== 'Immediate') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
