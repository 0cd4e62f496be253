import { describe, expect, it } from 'vitest';
import { TaskQueue } from '../../../drone-client/player/task-queue.js';

function queueOf(...tasks: [atMs: number, priority: number, name: string][]) {
  const queue = new TaskQueue();
  for (const [atMs, priority, name] of tasks) queue.add({ atMs, priority, name, run: () => undefined });
  return queue;
}

function takeAll(queue: TaskQueue, nowMs: number): string[] {
  const names: string[] = [];
  for (let task = queue.takeDue(nowMs); task; task = queue.takeDue(nowMs)) names.push(task.name);
  return names;
}

describe('the task queue', () => {
  it('gives tasks by time, then priority, and none before its time', () => {
    const queue = queueOf([200, 0, 'c'], [100, 5, 'b'], [100, 1, 'a']);
    expect(takeAll(queue, 99)).toEqual([]);
    expect(takeAll(queue, 150)).toEqual(['a', 'b']);
    expect(queue.next?.name).toBe('c');
    expect(takeAll(queue, 200)).toEqual(['c']);
  });

  it('holds what falls due after the pause, however long', () => {
    const queue = queueOf([100, 0, 'a'], [200, 0, 'b']);
    queue.pause(150);
    expect(takeAll(queue, 10_000)).toEqual(['a']);
  });

  it('goes on so that the next task runs at the given time and the rest keeps its distance', () => {
    const queue = queueOf([100, 0, 'a'], [130, 0, 'b']);
    queue.pause(50);
    expect(queue.resume(1000)).toBe(900);
    expect(takeAll(queue, 999)).toEqual([]);
    expect(takeAll(queue, 1029)).toEqual(['a']);
    expect(takeAll(queue, 1030)).toEqual(['b']);
  });

  it("changes nothing when it is resumed for a time before the task's own", () => {
    const queue = queueOf([100, 0, 'a']);
    queue.pause(50);
    expect(queue.resume(80)).toBe(0);
    expect(queue.next?.atMs).toBe(100);
  });

  it('can go on as if no time had passed', () => {
    const queue = queueOf([100, 0, 'a']);
    queue.pause(60);
    expect(queue.continueAt(500)).toBe(440);
    expect(queue.next?.atMs).toBe(540);
  });

  it('is not moved by a resume without a pause, and a second pause keeps the first moment', () => {
    const queue = queueOf([100, 0, 'a']);
    expect(queue.resume(1000)).toBe(0);
    queue.pause(60);
    queue.pause(90);
    expect(queue.heldSinceMs).toBe(60);
  });

  it('forgets its tasks and its pause when it is cleared', () => {
    const queue = queueOf([100, 0, 'a']);
    queue.pause(0);
    queue.clear();
    expect(queue.next).toBeUndefined();
    expect(queue.heldSinceMs).toBeUndefined();
  });
});
