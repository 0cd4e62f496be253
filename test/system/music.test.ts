import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startMpv } from '../../server/music/adapters/mpv-player.js';
import type { MusicPlayer } from '../../server/music/music-player.js';
import { until } from '../support/until.js';

/** So many seconds of silence: PCM, 8 kHz, 8 bits, one channel. Source: RIFF WAVE. */
function silence(seconds: number): Buffer {
  const rate = 8000;
  const data = Buffer.alloc(rate * seconds, 0x80);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  for (const [value, at] of [
    [16, 16],
    [rate, 24],
    [rate, 28],
  ] as const)
    head.writeUInt32LE(value, at);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [1, 32],
    [8, 34],
  ] as const)
    head.writeUInt16LE(value, at);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

const clock = new SystemClock();

/** What the sound device without a sound buffers, s: positions are told less that. */
const bufferS = 0.25;

describe('mpv', () => {
  let folder: string;
  let song: string;
  let player: MusicPlayer | undefined;
  const failures: string[] = [];

  beforeEach(async () => {
    expect(spawnSync('mpv', ['--version']).status, 'mpv is not installed: apt-get install mpv').toBe(0);
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    song = join(folder, 'song.wav');
    writeFileSync(song, silence(30));
    failures.length = 0;
    player = await startMpv({
      ...{ clock, program: 'mpv', socketPath: join(folder, 'mpv.sock') },
      args: ['--ao=null'],
      onFailed: (reason) => failures.push(reason),
    });
  });

  afterEach(async () => {
    await player?.close();
    player = undefined;
    rmSync(folder, { recursive: true });
  });

  const position = async () => (await player?.positionS()) ?? Number.NaN;

  it('loads a song and holds it, plays from the given place in real time, and holds where it is', async () => {
    await player?.prepare(song, 5);
    expect(Math.abs((await position()) - 5)).toBeLessThan(bufferS);
    player?.play();
    const startedMs = clock.monotonicMs();
    await until(async () => (await position()) > 6);
    const passedS = (clock.monotonicMs() - startedMs) / 1000;
    expect(Math.abs(passedS - 1)).toBeLessThan(0.5);
    player?.hold();
    // What was on its way is over: it stands.
    let lastS = Number.NaN;
    await until(async () => {
      const beforeS = lastS;
      lastS = await position();
      return lastS === beforeS;
    });
    expect(lastS).toBeLessThan(8);
    await player?.prepare(song, 20);
    expect(Math.abs((await position()) - 20)).toBeLessThan(bufferS);
    player?.stop();
    expect(failures).toEqual([]);
  });

  it('refuses what is no music, and can play the next song', async () => {
    const text = join(folder, 'text.mp3');
    writeFileSync(text, 'no music');
    await expect(player?.prepare(text, 0)).rejects.toThrow('can not play');
    await player?.prepare(song, 0);
    expect(await position()).toBeCloseTo(0, 1);
  });

  it('that is killed is told of once, and disturbs nothing', async () => {
    await player?.prepare(song, 0);
    const [pid] = spawnSync('pgrep', ['-f', join(folder, 'mpv.sock')], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await until(() => failures.length > 0);
    player?.play();
    player?.hold();
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).toEqual(['mpv has ended (SIGKILL)']);
  });
});
