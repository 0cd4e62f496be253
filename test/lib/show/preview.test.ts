import { describe, expect, it } from 'vitest';
import { type PreviewKey, PreviewKeys } from '../../../lib/show/preview/keys.js';
import { encodePreviewLine, type PreviewLine, paletteIndex } from '../../../lib/show/preview/lines.js';
import { momentOf, sceneOf } from '../../../lib/show/preview/scene.js';
import { advance, firstState, type PreviewState, reduce } from '../../../lib/show/preview/state.js';
import { view } from '../../../lib/show/preview/view.js';
import { smallShow, straightPart, twoDrones } from './small-shows.js';

const scene = sceneOf({ ...twoDrones, title: 'Two\u001b[2J', cues: [{ tS: 5, name: 'cross' }] });
const small = { columns: 80, rows: 24 };
const paused: PreviewState = { ...firstState(scene), isPlaying: false };

function textOf(line: PreviewLine | undefined): string {
  return (line ?? []).map(({ text }) => text).join('');
}

function linesAt(state: Partial<PreviewState>, size = small): string[] {
  return view(scene, { ...paused, ...state }, size).map(textOf);
}

describe('the preview of a show', () => {
  it.each([small, { columns: 200, rows: 60 }, { columns: 40, rows: 10 }, { columns: 20, rows: 3 }])(
    'fills a screen of %j exactly',
    (size) => {
      for (const side of ['top', 'side'] as const) {
        const lines = linesAt({ tS: 7, side }, size);
        expect(lines).toHaveLength(size.rows);
        expect(new Set(lines.map((line) => [...line].length))).toEqual(new Set([size.columns]));
      }
    },
  );

  it('shows title, time, cue, stage and the closest pair, and no commands to the terminal', () => {
    const text = linesAt({ tS: 7 }).join('\n');
    expect(text).toMatch(/^Two\?\[2J +paused 0:07\.0 of 0:17\.0/);
    expect(text).toContain('cue: cross');
    // a has crossed 1 m at 5 m, b has climbed to 4 m: √(1² + 3² + 1²).
    expect(text).toContain('route 1, take-off 1 │ closest 3.32 m: ');
    expect(text).toContain('highest 5.0 m');
    expect(linesAt({ tS: 4 }).join('\n')).not.toContain('cue: cross');
  });

  it('draws each drone where it is: x to the right, y or z upwards', () => {
    const at = (side: 'top' | 'side', tS: number, glyph: RegExp) =>
      linesAt({ side, tS })
        .slice(2, -3)
        .flatMap((line, row) => [...line.matchAll(glyph)].map(({ index }) => ({ row, column: index })));
    const [b, a] = at('top', 8, /[▀▄█]/g);
    expect(at('top', 8, /[▀▄█]/g)).toHaveLength(2);
    // From above b (y = 3) is higher than a (y = 0); a has gone 2 m, b not yet.
    expect(b?.row).toBeLessThan(a?.row ?? 0);
    expect(b?.column).toBeLessThan(a?.column ?? 0);
    const early = at('side', 2, /[▀▄█]/g)[0];
    const late = at('side', 6, /[▀▄█]/g)[0];
    expect(late?.row).toBeLessThan(early?.row ?? 0);
  });

  it('shows the colours of the light program, and grey for lights that are off', () => {
    const colors = view(scene, { ...paused, tS: 8 }, small)
      .flat()
      .flatMap(({ text, color }) => (/[▀▄]/.test(text) ? [color] : []));
    expect(colors).toEqual([
      { red: 255, green: 0, blue: 0 },
      { red: 255, green: 0, blue: 0 },
    ]);
    const dark = sceneOf(
      smallShow({
        a: straightPart(
          [
            [0, 0, 0, 0],
            [5, 0, 0, 5],
          ],
          {
            ...{ kind: 'step', timesS: new Float64Array(), colors: new Uint8Array() },
          },
        ),
      }),
    );
    const [seen] = view(dark, { ...paused, tS: 4 }, small)
      .flat()
      .filter(({ text }) => /[▀▄]/.test(text));
    expect(seen?.color).toEqual({ red: 78, green: 78, blue: 78 });
  });

  it('knows nobody near while all are on the ground', () => {
    expect(momentOf(scene, 0).closest).toBeUndefined();
    expect(momentOf(scene, 7).stages).toEqual(['route', 'takeoff']);
  });
});

describe('the keys of the preview', () => {
  function stateAfter(...keys: PreviewKey[]): PreviewState {
    return keys.reduce((state, key) => reduce(state, key, scene), { ...paused, tS: 7 });
  }

  it('jump by 5 s and by a frame, and stay within the show', () => {
    expect(stateAfter('forward').tS).toBe(12);
    expect(stateAfter('forward', 'forward', 'forward').tS).toBe(17);
    expect(stateAfter('back', 'back').tS).toBe(0);
    expect(stateAfter('frameForward').tS).toBeCloseTo(7.02);
    expect(stateAfter('frameBack').tS).toBeCloseTo(6.98);
    expect(stateAfter('start').tS).toBe(0);
    expect(stateAfter('end')).toMatchObject({ tS: 17, isPlaying: false });
  });

  it('pause, turn the view and end', () => {
    expect(stateAfter('play').isPlaying).toBe(true);
    expect(stateAfter('play', 'play').isPlaying).toBe(false);
    expect(stateAfter('play', 'frameForward').isPlaying).toBe(false);
    expect(stateAfter('view').side).toBe('side');
    expect(stateAfter('view', 'view').side).toBe('top');
    expect(stateAfter('quit').isOver).toBe(true);
    expect(stateAfter('end', 'play')).toMatchObject({ tS: 0, isPlaying: true });
  });

  it('play in real time, and stop at the end', () => {
    const playing = { ...paused, tS: 16.9, isPlaying: true };
    expect(advance(playing, 0.05, scene)).toMatchObject({ tS: expect.closeTo(16.95), isPlaying: true });
    expect(advance(playing, 0.5, scene)).toMatchObject({ tS: 17, isPlaying: false });
    expect(advance(paused, 1, scene)).toBe(paused);
  });

  it('are read from any split of their bytes, and Ctrl-C out of any sequence', () => {
    const bytes = Buffer.from(
      ' v,.\u001b[C\u001b[D\u001bOH\u001b[4~\u001b[1;5C\u001b[Aq\u001b[\u0003\u001bq',
    );
    const expected = [
      'play',
      'view',
      'frameBack',
      'frameForward',
      'forward',
      'back',
      'start',
      'end',
      'quit',
      'quit',
      'quit',
    ];
    expect(new PreviewKeys().push(bytes)).toEqual(expected);
    const single = new PreviewKeys();
    expect([...bytes].flatMap((byte) => single.push(Uint8Array.of(byte)))).toEqual(expected);
  });
});

describe('lines for a terminal', () => {
  const line = [
    { text: '▀', color: { red: 255, green: 0, blue: 0 }, ground: { red: 0, green: 0, blue: 255 } },
  ];

  it('have 24-bit colours, their nearest of 256, or none', () => {
    expect(encodePreviewLine(line, { colors: 'true', isUnicode: true })).toBe(
      '\u001b[0;38;2;255;0;0;48;2;0;0;255m▀\u001b[0m',
    );
    expect(encodePreviewLine(line, { colors: 256, isUnicode: true })).toBe(
      '\u001b[0;38;5;196;48;5;21m▀\u001b[0m',
    );
    expect(encodePreviewLine(line, { colors: 0, isUnicode: true })).toBe('\u001b[0m█\u001b[0m');
  });

  it('are plain ASCII on a screen without Unicode', () => {
    expect(encodePreviewLine([{ text: '▀━→ é' }], { colors: 0, isUnicode: false })).toBe(
      '\u001b[0m*-> ?\u001b[0m',
    );
  });

  it('choose greys for what is grey', () => {
    expect(paletteIndex({ red: 128, green: 128, blue: 128 })).toBe(244);
    expect(paletteIndex({ red: 255, green: 255, blue: 0 })).toBe(226);
  });
});
