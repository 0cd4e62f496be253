import { describe, expect, it } from 'vitest';
import type { Show, SlotShow } from '../../../lib/show/show.js';
import { Slots } from '../../../server/show-control/slots.js';

function showWith(pads: { readonly [slot: string]: number }): Show {
  const slot = (x: number): SlotShow => ({
    trajectory: { startS: 0, startM: { x, y: 0, z: 0 }, segments: [] },
    lights: { kind: 'step', timesS: new Float64Array(0), colors: new Uint8Array(0) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: { x, y: 0, z: 0 },
  });
  const slots = new Map(Object.entries(pads).map(([name, x]) => [name, slot(x)]));
  return { title: 't', slots, cues: [], segments: {}, limits: {} };
}

describe('the slots of a fleet', () => {
  const show = showWith({ 'drone-1': 0, 'spare.*': 10 });

  it('go by name, then by regular expression, as drones join', () => {
    const slots = new Slots();
    expect(slots.slotOf('spare-7', ['spare-7'], show)).toBe('spare.*');
    const ids = ['spare-7', 'drone-1', 'spare-8'];
    expect(ids.map((id) => slots.slotOf(id, ids, show))).toEqual(['spare.*', 'drone-1', undefined]);
  });

  it('as they were decided are taken over, but for a slot that the show has not', () => {
    const slots = new Slots();
    expect(slots.decided).toBeUndefined();
    slots.restore(
      [
        ['x', 'drone-1'],
        ['y', null],
        ['z', 'gone'],
      ],
      show,
    );
    const ids = ['x', 'y', 'z', 'drone-1', 'spare-7'];
    expect(ids.map((id) => slots.slotOf(id, ids, show))).toEqual(['drone-1', ...Array(4).fill(undefined)]);
    slots.replace({ out: 'x', spare: 'y' }, ids, show);
    const taken = new Slots();
    taken.restore(slots.decided ?? [], show);
    expect(ids.map((id) => taken.slotOf(id, ids, show))[1]).toBe('drone-1');
    expect(taken.decided).toEqual(slots.decided);
  });

  it('are worked out once for a list of drones: each of hundreds asks for its own, many times a second', () => {
    const slots = new Slots();
    let readings = 0;
    const counted: Show = {
      ...show,
      get slots() {
        readings += 1;
        return show.slots;
      },
    };
    const ids = Array.from({ length: 500 }, (_, i) => `drone-${i}`);
    for (const id of ids) slots.slotOf(id, ids, counted);
    expect(readings).toBe(1);
    slots.slotOf('drone-1', [...ids, 'newcomer'], counted);
    expect(readings).toBe(2);
  });

  it('go by where drones stand when they are told to, and stay so whoever joins', () => {
    const slots = new Slots();
    const places = new Map([
      ['p', { x: 9, y: 0, z: 0 }],
      ['q', { x: 1, y: 0, z: 0 }],
    ]);
    slots.assign('places', ['p', 'q'], { show, places });
    const ids = ['p', 'q', 'drone-1'];
    expect(ids.map((id) => slots.slotOf(id, ids, show))).toEqual(['spare.*', 'drone-1', undefined]);
    slots.forget();
    expect(slots.slotOf('drone-1', ids, show)).toBe('drone-1');
  });

  it('pass to a spare, and nobody else’s change', () => {
    const slots = new Slots();
    const ids = ['drone-1', 'spare-7', 'x'];
    slots.replace({ out: 'drone-1', spare: 'x' }, ids, show);
    expect(ids.map((id) => slots.slotOf(id, ids, show))).toEqual([undefined, 'spare.*', 'drone-1']);
    const replace = (out: string, spare: string) => slots.replace({ out, spare }, [...ids, 'y'], show);
    expect(() => replace('drone-1', 'x')).toThrow('has no slot');
    expect(() => replace('x', 'spare-7')).toThrow('not a spare');
    replace('x', 'y');
    expect(slots.slotOf('y', [...ids, 'y'], show)).toBe('drone-1');
  });
});
