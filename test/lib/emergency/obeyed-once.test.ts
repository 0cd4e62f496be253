import { describe, expect, it } from 'vitest';
import { covers, type EmergencyAction, emergencyActions } from '../../../lib/emergency/emergency-wire.js';
import { ObeyedOnce } from '../../../lib/emergency/obeyed-once.js';
import { RefusedError } from '../../../lib/errors.js';
import { FakeClock } from '../../support/fake-clock.js';

function makeRig() {
  const clock = new FakeClock();
  const once = new ObeyedOnce(() => clock.monotonicMs());
  const done: string[] = [];
  const obey = (command: string, what: EmergencyAction, way: 'link' | 'datagram') =>
    once.obey({ command, what }, way, () => void done.push(`${what} ${command}`));
  return { clock, once, done, obey };
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

  it('is not waited for any more when a later one of its server has come through the connection', async () => {
    const { once, obey } = makeRig();
    await obey('a-2', 'land', 'datagram');
    await obey('b-7', 'stop', 'link');
    await obey('a-1', 'stop', 'link').catch(() => undefined);
    expect(once.isAheadOfLink).toBe(true);
    await obey('a-3', 'stop', 'link');
    expect(once.isAheadOfLink).toBe(false);
  });

  it('is not waited for when no connection can bring it any more', async () => {
    const { clock, once, obey } = makeRig();
    await obey('a-2', 'land', 'datagram');
    await clock.advance(14_999);
    expect(once.isAheadOfLink).toBe(true);
    await clock.advance(1);
    expect(once.isAheadOfLink).toBe(false);
  });
});

describe('a command that comes after a later one of its server', () => {
  it('is refused when that one makes it needless', async () => {
    const { once, done, obey } = makeRig();
    await obey('a-10', 'land', 'datagram');
    await expect(obey('a-9', 'stop', 'link')).rejects.toMatchObject({ code: 'overtaken' });
    expect(once.stateOf('a-9')).toMatchObject({ state: 'refused', code: 'overtaken' });
    await obey('b-1', 'land', 'link');
    await obey('a-11', 'stop', 'link');
    expect(done).toEqual(['land a-10', 'land b-1', 'stop a-11']);
  });

  it('is obeyed when that one is weaker: no gentler word takes it back', async () => {
    const { done, obey } = makeRig();
    await obey('a-10', 'stop', 'datagram');
    await obey('a-9', 'land', 'datagram');
    await obey('a-8', 'kill', 'link');
    expect(done).toEqual(['stop a-10', 'land a-9', 'kill a-8']);
  });

  it('is obeyed when the drone has refused that one', async () => {
    const { done, once, obey } = makeRig();
    const refuse = () => {
      throw new RefusedError('refused', 'in the air');
    };
    await expect(once.obey({ command: 'a-10', what: 'disarm' }, 'link', refuse)).rejects.toThrow();
    await obey('a-9', 'stop', 'datagram');
    expect(done).toEqual(['stop a-9']);
  });

  it('is needless as it is written here', () => {
    const needless = (later: EmergencyAction) =>
      emergencyActions.filter((earlier) => covers(later, earlier)).join(' ');
    expect(emergencyActions.map((later) => `${later}: ${needless(later)}`)).toEqual([
      'stop: stop',
      'land: stop land',
      'emergency_land: stop land emergency_land',
      'disarm: stop disarm',
      'kill: stop land emergency_land disarm kill',
    ]);
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
