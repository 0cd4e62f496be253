import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { version } from '../../bin/version.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { readToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
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

  it('plays what an operator chooses by ctl, from where it is told to, without a show', async ({
    onTestFinished,
  }) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'mpv'), `#!/bin/sh\nPATH=${process.env.PATH}\nexec mpv --ao=null "$@"\n`);
    chmodSync(join(bin, 'mpv'), 0o755);
    const { PATH } = process.env;
    process.env.PATH = bin;
    const server = await startServer({
      ...{ clock, version, stateFolder: join(folder, 'state'), isHeadless: true, isOpen: true },
      ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false },
    }).finally(() => {
      process.env.PATH = PATH;
    });
    onTestFinished(() => server.close());
    const token = await readToken(server.tokenPath);
    const ctl = async (action: string, ...words: string[]) => {
      const lines: string[] = [];
      const to = { token, host: '127.0.0.1', port: server.controlPort };
      const code = await runCtl({ action, words, ...to, write: (line) => lines.push(line) });
      return `${code} ${lines.join(' ')}`;
    };
    const property = (name: string) => propertyOf(join(folder, 'state', 'music', 'player-1.sock'), name);
    expect(await ctl('music_choose', join(folder, 'none.wav'))).toMatch(/^1 .*none\.wav can not be read/);
    expect(await ctl('music_choose', song)).toBe('0 from now on the music is song.wav, played by mpv');
    expect(await property('pause')).toBe(true);
    expect(await ctl('music_play', '12')).toBe('0 song.wav plays from 12 s');
    await until(async () => Number(await property('time-pos')) > 12.5);
    expect(await property('pause')).toBe(false);
    expect(await ctl('music_hold')).toMatch(/^0 the music is held/);
    await until(async () => (await property('pause')) === true);
    expect(Number(await property('time-pos'))).toBeLessThan(25);
    expect(await ctl('music_stop')).toBe('0 the music is stopped');
    await until(async () => (await property('idle-active')) === true);
  });
});

/** What mpv itself says at its socket. */
async function propertyOf(socketPath: string, name: string): Promise<unknown> {
  const socket = connect(socketPath).setEncoding('utf8');
  await once(socket, 'connect');
  socket.write(`${JSON.stringify({ command: ['get_property', name], request_id: 1 })}\n`);
  let text = '';
  for await (const more of socket) {
    text += String(more);
    const lines = text.split('\n').slice(0, -1);
    const answer = lines.map((line) => JSON.parse(line)).find(({ request_id }) => request_id === 1);
    if (answer) return answer.data;
  }
  throw new Error('mpv has closed its socket');
}
