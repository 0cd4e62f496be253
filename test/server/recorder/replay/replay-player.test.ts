import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../../lib/errors.js';
import { chainViewOf, healthOf } from '../../../../server/recorder/replay/chain-view.js';
import { Recording } from '../../../../server/recorder/replay/recording.js';
import { ReplayPlayer } from '../../../../server/recorder/replay/replay-player.js';
import { storyOf } from '../../../../server/recorder/replay/session-log.js';
import type { TransportState } from '../../../../server/recorder/replay/transport.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { eveningChecks, eveningDisk, eveningUtcMs } from './support.js';

async function play(begin: Partial<TransportState> = {}) {
  const clock = new FakeClock(0);
  const recording = await Recording.open((await eveningDisk()).sessionFiles());
  const player = await ReplayPlayer.open({
    ...{ clock, recording, session: 'an evening', newestOf: undefined, checks: eveningChecks },
    story: storyOf(recording.records, recording.startMs),
    begin: { tMs: 0, isPlaying: true, speed: 1, ...begin },
  });
  return { clock, player, recording };
}

function seen(player: ReplayPlayer) {
  const { replay, drones, phase, log, utcMs } = player.snapshot();
  const states = drones.map(({ record, isArmed }) => [record.id, record.isConnected, isArmed]);
  return { t: replay?.tMs, isPlaying: replay?.isPlaying, phase: phase.phase, states, utcMs, log };
}

describe('a recording that is played', () => {
  it('shows the fleet as it was at each moment, with what is derived from it', async () => {
    const { player, clock } = await play({ isPlaying: false });
    expect(seen(player)).toMatchObject({ phase: 'idle', t: 0 });
    player.take({ type: 'seek', byMs: 65_000 });
    await clock.advance(1);
    expect(seen(player)).toMatchObject({
      ...{ phase: 'running', utcMs: eveningUtcMs + 65_000 },
      states: [
        ['drone-1', true, true],
        ['drone-2', false, true],
      ],
    });
    expect(player.snapshot().drones[1]?.blockers[0]?.text).toMatch(/connection lost \(silence\)/);
    player.take({ type: 'seek', byMs: -50_000 });
    await clock.advance(1);
    const { drones, show, authorization } = player.snapshot();
    expect(drones.map(({ slot, proof, isReady }) => [slot, proof, isReady])).toEqual([
      ['a', 'match', true],
      ['b', 'none', false],
    ]);
    expect(show).toMatchObject({ name: 'circle', durationS: 60 });
    expect(show?.slots.length).toBe(3);
    expect(authorization).toMatchObject({ digest: '1a2b3c4d', leftS: 595 });
  });

  it('shows what was wrong, and what the fleet was held for', async () => {
    const { player, clock } = await play({ isPlaying: false });
    player.take({ type: 'seek', byMs: 65_000 });
    await clock.advance(1);
    const { alerts, held } = player.snapshot().oversight ?? {};
    expect(alerts).toEqual([
      {
        ...{ name: 'wind_high', measure: 'wind', level: 'alarm', action: 'hold_fleet', sinceMs: 20_000 },
        ...{ drones: ['drone-1', 'drone-2'], of: 2, isAccepted: false, text: 'wind 10.0 m/s or more' },
      },
    ]);
    expect(held?.reasons).toEqual(['wind 10.0 m/s or more']);
    player.take({ type: 'seek', byMs: -55_000 });
    await clock.advance(1);
    expect(player.snapshot().oversight).toMatchObject({ alerts: [], held: undefined });
  });

  it('holds drones against what they were held against then', async () => {
    const { player, clock } = await play({ isPlaying: false });
    player.take({ type: 'to', place: 'end' });
    await clock.advance(1);
    // 40 % left; the server of that evening asked for 30, this one may ask for anything.
    expect(player.snapshot().drones[0]?.checks.battery).toBe('ok');
  });

  it('tells the log up to the moment and no further', async () => {
    const { player, clock } = await play({ isPlaying: false });
    player.take({ type: 'seek', byMs: 25_000 });
    await clock.advance(1);
    expect(seen(player).log.at(-1)).toMatchObject({
      text: 'start: 2 of 2 ok',
      atUtcMs: eveningUtcMs + 20_000,
    });
    player.take({ type: 'to', place: 'start' });
    await clock.advance(1);
    expect(seen(player).log.at(-1)).toMatchObject({ text: 'drone-2 connected from 10.0.0.1:4000' });
  });

  it('plays on by its clock, tells whoever looks, says what comes next, and stops at the end', async () => {
    const { player, clock } = await play({ speed: 8 });
    let news = 0;
    player.onChange(() => {
      news += 1;
    });
    await clock.advance(4000);
    expect(seen(player)).toMatchObject({ t: 32_000, phase: 'running', isPlaying: true });
    expect(news).toBeGreaterThan(15);
    expect(player.snapshot().replay?.next).toMatchObject({ tMs: 50_000 });
    await clock.advance(20_000);
    expect(seen(player)).toMatchObject({ phase: 'idle', isPlaying: false });
    expect(clock.pending).toBe(0);
  });

  it('commands nothing', async () => {
    const { player } = await play();
    for (const command of [player.operate, player.loadShow, player.configs.read, player.configs.save])
      await expect(command()).rejects.toEqual(
        new RefusedError('recording', 'this is a recording: nothing can be commanded'),
      );
  });

  it('says while it reads that the fleet is still that of another moment, and reads the last place alone', async () => {
    const { player, clock, recording } = await play({ isPlaying: false });
    const read = recording.at.bind(recording);
    const asked: number[] = [];
    recording.at = (tMs) => {
      asked.push(tMs);
      return read(tMs);
    };
    for (let times = 0; times < 4; times++) player.take({ type: 'seek', byMs: 10_000 });
    expect(player.snapshot()).toMatchObject({ utcMs: eveningUtcMs, replay: { tMs: 40_000, isBehind: true } });
    await clock.advance(1);
    expect(player.snapshot()).toMatchObject({ utcMs: eveningUtcMs + 40_000, replay: { isBehind: false } });
    expect(asked).toEqual([10_000, 40_000]);
  });

  it('keeps a drone that has not changed the same object, so that nothing is derived anew', async () => {
    const { player, clock } = await play({ isPlaying: false });
    player.take({ type: 'seek', byMs: 3100 });
    await clock.advance(1);
    const [before] = player.snapshot().drones;
    player.take({ type: 'seek', byMs: 100 });
    await clock.advance(1);
    expect(player.snapshot().drones[0]).toBe(before);
  });

  it('pauses and says why when it can not be read any more, and goes on when it can', async () => {
    const { player, clock, recording } = await play();
    const read = recording.at.bind(recording);
    recording.at = () => Promise.reject(new Error('EIO: the stick was pulled'));
    await clock.advance(400);
    expect(player.snapshot().replay).toMatchObject({
      trouble: 'EIO: the stick was pulled',
      isPlaying: false,
    });
    recording.at = read;
    player.take({ type: 'seek', byMs: 32_000 });
    await clock.advance(1);
    expect(player.snapshot().replay?.trouble).toBeUndefined();
    expect(seen(player).phase).toBe('running');
  });

  it('says whether it is as it was written, also in the log where it is not', async () => {
    const { player, recording } = await play();
    expect(player.snapshot().replay?.chain.state).toBe('checking');
    player.setChain(chainViewOf(healthOf(recording, await recording.verify())));
    expect(player.snapshot().replay?.chain).toEqual({ state: 'intact', text: 'chain intact' });
    const forged = await eveningDisk((journal) => journal.replace('anna', 'anne'));
    const other = await Recording.open(forged.sessionFiles());
    player.setChain(chainViewOf(healthOf(other, await other.verify())));
    expect(player.snapshot().replay?.chain).toMatchObject({ state: 'broken' });
    expect(player.snapshot().log.at(-1)).toMatchObject({
      level: 'error',
      text: expect.stringMatching(
        /TAMPERED at journal, part 1, line \d+: record \d+.* was changed/,
      ) as string,
    });
  });
});
