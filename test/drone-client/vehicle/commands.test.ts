import { describe, expect, it } from 'vitest';
import {
  type CommandOutcome,
  type CommandRequest,
  CommandTracker,
} from '../../../drone-client/vehicle/mavlink/commands.js';

const arm: CommandRequest = { command: 400, params: [1] };
const disarm: CommandRequest = { command: 400, params: [0] };
const mode: CommandRequest = { command: 176, params: [1, 6, 0] };
const landMode: CommandRequest = { command: 176, params: [1, 4, 6] };
const interval = (messageId: number): CommandRequest => ({ command: 511, params: [messageId, 50_000] });

function bench() {
  const sent: { at: number; request: CommandRequest; confirmation: number }[] = [];
  const outcomes: [string, CommandOutcome][] = [];
  let nowMs = 0;
  const tracker = new CommandTracker((request, confirmation) =>
    sent.push({ at: nowMs, request, confirmation }),
  );
  return {
    sent,
    outcomes,
    tracker,
    submit: (name: string, request: CommandRequest, isUrgent = false) =>
      tracker.submit(request, { nowMs, isUrgent, settle: (outcome) => outcomes.push([name, outcome]) }),
    ack: (command: number, result: number) => tracker.acknowledged({ command, result }, nowMs),
    runTo(untilMs: number) {
      for (; nowMs < untilMs; nowMs += 50) tracker.tick(nowMs);
      tracker.tick(nowMs);
    },
  };
}

describe('commands to the autopilot', () => {
  it('are sent once when they are answered', () => {
    const { sent, outcomes, submit, ack, runTo } = bench();
    submit('arm', arm);
    ack(400, 0);
    runTo(5000);
    expect(sent).toEqual([{ at: 0, request: arm, confirmation: 0 }]);
    expect(outcomes).toEqual([['arm', { type: 'accepted' }]]);
  });

  it('are sent again every 0.5 s with a rising confirmation, five times, then given up', () => {
    const { sent, outcomes, submit, runTo } = bench();
    submit('arm', arm);
    runTo(10_000);
    expect(sent.map(({ at, confirmation }) => [at, confirmation])).toEqual([
      [0, 0],
      [500, 1],
      [1000, 2],
      [1500, 3],
      [2000, 4],
      [2500, 5],
    ]);
    expect(outcomes).toEqual([['arm', { type: 'timedOut', afterMs: 3000 }]]);
  });

  it('end by the answer to any copy', () => {
    const { sent, outcomes, submit, ack, runTo } = bench();
    submit('arm', arm);
    runTo(1200);
    ack(400, 1);
    runTo(4000);
    expect(sent).toHaveLength(3);
    expect(outcomes).toEqual([['arm', { type: 'rejected', result: 1 }]]);
  });

  it('are told apart by their id when answers come interleaved', () => {
    const { outcomes, submit, ack } = bench();
    submit('arm', arm);
    submit('mode', mode);
    ack(176, 1);
    ack(21, 0);
    ack(400, 0);
    expect(outcomes).toEqual([
      ['mode', { type: 'rejected', result: 1 }],
      ['arm', { type: 'accepted' }],
    ]);
  });

  it('of one id go one after the other', () => {
    const { sent, outcomes, submit, ack } = bench();
    submit('first', interval(30));
    submit('second', interval(32));
    expect(sent.map(({ request }) => request.params[0])).toEqual([30]);
    ack(511, 0);
    expect(sent.map(({ request }) => request.params[0])).toEqual([30, 32]);
    ack(511, 3);
    expect(outcomes.map(([name, { type }]) => [name, type])).toEqual([
      ['first', 'accepted'],
      ['second', 'rejected'],
    ]);
  });

  it('wait without sending again while the autopilot says IN_PROGRESS', () => {
    const { sent, outcomes, submit, ack, runTo } = bench();
    submit('arm', arm);
    runTo(400);
    ack(400, 5);
    runTo(2900);
    ack(400, 5);
    runTo(5000);
    expect(sent).toHaveLength(1);
    ack(400, 0);
    expect(outcomes).toEqual([['arm', { type: 'accepted' }]]);
  });

  it('are given up when an autopilot in progress falls silent', () => {
    const { outcomes, submit, ack, runTo } = bench();
    submit('arm', arm);
    ack(400, 5);
    runTo(3100);
    expect(outcomes).toEqual([['arm', { type: 'timedOut', afterMs: 3000 }]]);
  });

  it('that are urgent go out at once and supersede the others of their id, sent or waiting', () => {
    const { sent, outcomes, submit } = bench();
    submit('offboard', mode);
    submit('hold', { command: 176, params: [1, 4, 3] });
    submit('land', landMode, true);
    expect(sent.map(({ request }) => request)).toEqual([mode, landMode]);
    expect(outcomes).toEqual([
      ['offboard', { type: 'superseded' }],
      ['hold', { type: 'superseded' }],
    ]);
  });

  it('that are not urgent never overtake an urgent one', () => {
    const { sent, submit, ack } = bench();
    submit('disarm', disarm, true);
    submit('arm', arm);
    expect(sent.map(({ request }) => request)).toEqual([disarm]);
    ack(400, 0);
    expect(sent.map(({ request }) => request)).toEqual([disarm, arm]);
  });

  it('are not settled by the late answer to an earlier one of the same id', () => {
    const { sent, outcomes, submit, ack, runTo } = bench();
    submit('offboard', mode);
    submit('land', landMode, true);
    ack(176, 1);
    expect(outcomes).toEqual([['offboard', { type: 'superseded' }]]);
    ack(176, 0);
    expect(outcomes).toEqual([
      ['offboard', { type: 'superseded' }],
      ['land', { type: 'accepted' }],
    ]);
    runTo(3000);
    expect(sent).toHaveLength(2);
  });

  it('are still settled when the earlier answer was lost, one resend later', () => {
    const { outcomes, submit, ack, runTo } = bench();
    submit('offboard', mode);
    submit('land', landMode, true);
    ack(176, 0);
    runTo(500);
    ack(176, 0);
    expect(outcomes.at(-1)).toEqual(['land', { type: 'accepted' }]);
  });

  it('that are withdrawn are not sent again and have no outcome', () => {
    const { sent, outcomes, submit, runTo } = bench();
    const withdraw = submit('arm', arm);
    withdraw();
    withdraw();
    runTo(3000);
    expect(sent).toHaveLength(1);
    expect(outcomes).toEqual([]);
  });

  it('all end when the autopilot is lost', () => {
    const { sent, outcomes, tracker, submit, runTo } = bench();
    submit('first', interval(30));
    submit('second', interval(32));
    submit('arm', arm);
    tracker.disconnect();
    runTo(5000);
    expect(outcomes.map(([name, { type }]) => [name, type])).toEqual([
      ['first', 'disconnected'],
      ['arm', 'disconnected'],
      ['second', 'disconnected'],
    ]);
    expect(sent).toHaveLength(2);
  });
});
