/** The real panel on this terminal over a fleet that does not exist: `node preview.js COUNT|mixed [PHASE] [watched|held]`. For eyes. */
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { startPanel } from '../../../../server/panel/adapters/blessed-panel.js';
import type { ServerSnapshot, ShowPhase } from '../../../../server/snapshot.js';
import { FakeFacade, mixedDrones, readyDrones, snapshotOf } from './fake-fleet.js';
import { checklist, gusty, held, oversight, storm } from './oversight.js';

const [fleet = 'mixed', phaseName = 'idle', watch = ''] = process.argv.slice(2);
const clock = new SystemClock();
const drones = fleet === 'mixed' ? mixedDrones() : readyDrones(Number(fleet));
const startUtcMs = clock.utcMs() + 10_000;
const phases: Readonly<Record<string, ShowPhase>> = {
  countdown: { phase: 'countdown', scope: 'live', startUtcMs, holding: 4, of: 5 },
  running: { phase: 'running', scope: 'live', startUtcMs: startUtcMs - 30_000 },
  paused: { phase: 'paused', startUtcMs: startUtcMs - 30_000, pausedUtcMs: startUtcMs },
};

class LiveFacade extends FakeFacade {
  override snapshot(): ServerSnapshot {
    const log = [...super.snapshot().log, ...this.logged];
    return { ...super.snapshot(), log, utcMs: clock.utcMs() };
  }
}

const phase = phases[phaseName] ?? { phase: 'idle' };
const isHeld = watch === 'held';
const watched = oversight({
  alerts: isHeld ? [storm, gusty] : [gusty],
  held: isHeld ? { ...held('alert', storm.text), sinceUtcMs: clock.utcMs() } : undefined,
  unwatched: ['link: link quality is not watched, since none of 5 drones tells it: check their software'],
  checklist: checklist([1], [2]),
  isRecording: !isHeld,
});
const facade = new LiveFacade(
  snapshotOf(drones, {
    ...{ phase, ...(watch !== '' && { oversight: watched }) },
    ...(fleet === '0' ? { show: undefined } : {}),
  }),
);
const panel = startPanel({
  facade,
  clock,
  onQuit: () => {
    panel.close();
    process.stdout.write(`commands given: ${JSON.stringify(facade.commands)}\n`);
  },
});
