import { describe, expect, it } from 'vitest';
import { ObeyedOnce } from '../../../lib/emergency/obeyed-once.js';
import { RefusedError } from '../../../lib/errors.js';

function makeRig() {
  const once = new ObeyedOnce();
  const done: string[] = [];
  const obey = (command: string, what: 'stop' | 'land' | 'kill', way: 'link' | 'datagram') =>
    once.obey({ command, what }, way, () => void done.push(`${what} ${command}`));
  return { once, done, obey };
}

describe('a command that comes by two ways', () => {
  it('is obeyed once, and both get its outcome', async () => {
    const { once, done, obey } = makeRig();
    await obey('a-1', 'land', 'datagram');
    expect(once.stateOf('a-1')).toEqual({ state: 'done' });
    await obey('a-1', 'land', 'link');
    expect(done).toEqual(['land a-1']);
    let runs = 0;
    const refuse = () => {
      runs += 1;
      throw new RefusedError('refused', 'in the air');
    };
    for (const way of ['link', 'datagram'] as const)
      await expect(once.obey({ command: 'a-2', what: 'disarm' }, way, refuse)).rejects.toThrow('in the air');
    expect(runs).toBe(1);
    expect(once.stateOf('a-2')).toEqual({ state: 'refused', code: 'refused', message: 'in the air' });
  });

  it('is heard while it is not done', async () => {
    const { once } = makeRig();
    let end: () => void = () => undefined;
    const done = once.obey(
      { command: 'a-1', what: 'land' },
      'link',
      () => new Promise((resolve) => (end = resolve)),
    );
    expect(once.stateOf('a-1')).toEqual({ state: 'heard' });
    end();
    await done;
    expect(once.stateOf('a-1')).toEqual({ state: 'done' });
    expect(once.stateOf('a-2')).toBeUndefined();
  });

  it('keeps what the connection brings from undoing it until the same command has come that way, or the link is new', async () => {
    const { once, obey } = makeRig();
    await obey('a-1', 'land', 'link');
    expect(once.isAheadOfLink).toBe(false);
    await obey('a-2', 'land', 'datagram');
    expect(once.isAheadOfLink).toBe(true);
    await obey('a-2', 'land', 'link');
    expect(once.isAheadOfLink).toBe(false);
    await obey('a-3', 'land', 'datagram');
    once.linkRenewed();
    expect(once.isAheadOfLink).toBe(false);
  });
});

describe('a command that a later one of its server has overtaken', () => {
  it('is refused', async () => {
    const { once, done, obey } = makeRig();
    await obey('a-10', 'stop', 'datagram');
    await expect(obey('a-9', 'land', 'link')).rejects.toMatchObject({ code: 'overtaken' });
    expect(once.stateOf('a-9')).toMatchObject({ state: 'refused', code: 'overtaken' });
    await obey('b-1', 'land', 'link');
    expect(done).toEqual(['stop a-10', 'land b-1']);
  });

  it('is obeyed all the same when motors are to be off', async () => {
    const { done, obey } = makeRig();
    await obey('a-10', 'stop', 'datagram');
    await obey('a-9', 'kill', 'link');
    expect(done).toEqual(['stop a-10', 'kill a-9']);
  });
});

describe('its memory', () => {
  it('is bounded, and the newest stays in it', async () => {
    const { once, obey } = makeRig();
    for (let number = 1; number <= 300; number += 1) await obey(`a-${number}`, 'stop', 'datagram');
    expect(once.stateOf('a-1')).toBeUndefined();
    expect(once.stateOf('a-300')).toEqual({ state: 'done' });
  });
});
