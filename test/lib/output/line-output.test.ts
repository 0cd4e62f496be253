import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineOutput, lineWriter } from '../../../lib/output/adapters/line-output.js';
import { until } from '../../support/until.js';

describe('what a program says', () => {
  let folder: string;
  const open: number[] = [];

  function fdOf(path: string, flags: number | string): number {
    const fd = openSync(path, flags);
    open.push(fd);
    return fd;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  });

  afterEach(() => {
    for (const fd of open.splice(0)) closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  it('arrives whole and in order', async () => {
    const path = join(folder, 'log');
    const say = lineWriter(fdOf(path, 'a'), 'starling sim');
    for (let n = 0; n < 1000; n++) say(`é ${n}`);
    const all = Array.from({ length: 1000 }, (_, n) => `starling sim: é ${n}\n`).join('');
    await until(() => readFileSync(path, 'utf8') === all);
  });

  it('is lost on a full disk, and nothing else is', async () => {
    const say = lineWriter(fdOf('/dev/full', 'w'));
    for (let n = 0; n < 100; n++) say('lost');
    await new Promise((resolve) => setImmediate(resolve));
    say('lost');
  });

  it('is not lost where the other end makes a writer try again', async () => {
    const path = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const reader = fdOf(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = fdOf(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const filling = Buffer.alloc(4096, 'x');
    expect(() => {
      for (;;) writeSync(fd, filling);
    }).toThrow('EAGAIN');
    new LineOutput(fd).write('the end\n');
    await writeFile(join(folder, 'later'), 'the first try is over');
    let read = '';
    const buffer = Buffer.alloc(65_536);
    await until(() => {
      try {
        read += buffer.toString('latin1', 0, readSync(reader, buffer));
      } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN' });
      }
      return read.endsWith('xthe end\n');
    });
  });

  it('does not wait for a reader who does not read, nor fills the memory for one', async () => {
    const path = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const reader = fdOf(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = new LineOutput(fdOf(path, constants.O_WRONLY));
    const line = `${'x'.repeat(999)}\n`;
    const startedMs = performance.now();
    for (let n = 0; n < 3000; n++) output.write(line);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    let bytes = 0;
    const buffer = new Uint8Array(65_536);
    const readSome = () => {
      try {
        bytes += readSync(reader, buffer);
      } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN' });
      }
      return bytes >= 1_048_000;
    };
    await until(readSome);
    output.write('the end\n');
    await until(() => readSome() && Buffer.from(buffer).includes('the end'));
    expect(bytes % 1000).toBe('the end\n'.length);
    expect(bytes).toBeLessThan(1_100_000);
  });
});
