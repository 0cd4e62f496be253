import { describe, expect, it } from 'vitest';
import type { PortState } from '../../../lib/doctor/port.js';
import { enroll, type Fleet } from '../../../lib/security/fleet-secret.js';
import {
  judgeFleet,
  judgeMusic,
  judgeNtpPort,
  judgeOwnServer,
  judgeSecretError,
  ownHolder,
} from '../../../server/doctor/judge-server.js';

const runs = { kind: 'runs', server: { version: '1.0', address: '10.0.0.1:25000', phase: 'idle' } } as const;
const free: PortState = { port: 123, protocol: 'UDP', refusal: undefined, holder: undefined };
const taken: PortState = { ...free, refusal: 'EADDRINUSE' };

describe('what a server needs', () => {
  it('is the version that runs now: after an update it is started again', () => {
    expect(judgeOwnServer(runs, '1.0').verdict).toBe('ok');
    expect(judgeOwnServer(runs, '1.1')).toMatchObject({
      verdict: 'warning',
      todo: expect.stringContaining('start it again'),
    });
    expect(judgeOwnServer({ kind: 'none' }, '1.1').verdict).toBe('ok');
    expect(judgeOwnServer({ kind: 'other', why: 'bad token' }, '1.1').todo).toContain('--state');
  });

  it('is a port of its own: held by itself, not by a stranger', () => {
    const port = { ...taken, port: 25_000 };
    expect(ownHolder(runs, port)).toContain('our own server');
    expect(ownHolder(runs, { ...port, port: 5000 })).toBeUndefined();
    expect(ownHolder({ kind: 'none' }, port)).toBeUndefined();
  });

  it('is a place to tell the time from, on either of two ports', () => {
    const held = { ...taken, holder: { pid: 3, command: 'chronyd' } };
    const denied = { ...free, refusal: 'EACCES' };
    expect(judgeNtpPort({ usual: free, other: free }, false).verdict).toBe('ok');
    expect(judgeNtpPort({ usual: denied, other: free }, false).text).toContain('123 needs privileges');
    expect(judgeNtpPort({ usual: held, other: held }, false)).toMatchObject({ verdict: 'warning' });
    expect(judgeNtpPort({ usual: held, other: taken }, true).verdict).toBe('ok');
    expect(judgeNtpPort({ usual: held, other: held }, true).verdict).toBe('warning');
  });

  it('is a fleet with drones in it, or the knowledge that anybody may come in', () => {
    const empty: Fleet = { secret: Buffer.alloc(32, 7), enrolments: new Map() };
    const fleet = enroll(empty, 'drone-1');
    expect(judgeFleet(fleet, false)).toMatchObject([
      { verdict: 'ok', text: expect.stringContaining('1 drone enrolled') },
    ]);
    expect(judgeFleet(empty, false)[0]?.todo).toContain('starling fleet enroll');
    expect(judgeFleet(undefined, false)[0]?.verdict).toBe('warning');
    expect(judgeFleet(fleet, true)[0]?.text).toContain('open');
    const newest = { id: 'other-1', epoch: 99 };
    expect(judgeFleet({ ...fleet, newest }, false)[1]?.todo).toContain('starling takeover');
  });

  it('is a secret that its user alone can read, with advice for each way in which it is not', () => {
    const todoOf = (text: string) => judgeSecretError(text).todo;
    expect(todoOf('f can be read or written by others (mode 644)')).toContain('chmod 600');
    expect(todoOf('f can not be read: EACCES: permission denied')).toContain('run this as the user');
    expect(todoOf('f is no fleet file')).toContain('copy of it back');
  });

  it('is a program that plays music, where it is wanted', () => {
    expect(judgeMusic(true, 'mpv').verdict).toBe('ok');
    expect(judgeMusic(false, undefined).verdict).toBe('ok');
    expect(judgeMusic(true, undefined).todo).toContain('apt install mpv');
  });
});
