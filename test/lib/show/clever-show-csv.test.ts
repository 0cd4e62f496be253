/** The animation file: what is read, and what each mistake is told as. */
import { describe, expect, it } from 'vitest';
import { ShowError } from '../../../lib/errors.js';
import { type Animation, parseCleverShowCsv, toCleverShowCsv } from '../../../lib/show/index.js';

const parse = (text: string) => parseCleverShowCsv(text, 'drone-1.csv', { frameDelayS: 0.1 });
const row = '1,0.5,-1.25,2e0,3.14,255,0,7';

describe('an animation file', () => {
  it('is read with its id and frames', () => {
    expect(parse(`my show\n${row}\n`)).toEqual({
      id: 'my show',
      frames: [
        {
          positionM: { x: 0.5, y: -1.25, z: 2 },
          yawRad: 3.14,
          color: { red: 255, green: 0, blue: 7 },
          durationS: 0.1,
        },
      ],
    });
  });

  it('has a stand-in id without an id row, also when a delay row is first', () => {
    expect(parse(row).id).toBe('No animation id');
    expect(parse(`delay,0.5\n${row}`)).toMatchObject({ id: 'No animation id', frames: [{ durationS: 0.5 }] });
  });

  it('changes the frame delay from a delay row on, wherever it stands', () => {
    const { frames } = parse(`id\n,0.2\n${row}\nx,0.05\n${row}\n${row}`);
    expect(frames.map(({ durationS }) => durationS)).toEqual([0.2, 0.05, 0.05]);
  });

  it('is read with empty rows, any line ends, a byte order mark and quoted cells', () => {
    const text = `\uFEFF|a, b|\r\n\r\n${row}\r\n\n|2|,| 1|,0,0,nan,0,0,0\r\n`;
    expect(parse(text)).toMatchObject({
      id: 'a, b',
      frames: [{}, { positionM: { x: 1 }, yawRad: Number.NaN }],
    });
  });

  it.each([
    ['', /drone-1\.csv: the file is empty/],
    ['\n\n', /the file is empty/],
    ['id only\n', /no frames/],
    ['delay,0.1\n', /no frames/],
    [`id\n\n${row}\n1,2,3\n`, /drone-1\.csv, line 4: expected 8 cells .*found 3/],
    [`${row}\nid\n`, /line 2: expected 8 cells .*found 1/],
    [`${row},9`, /line 1: .*found 9/],
    ['1.0,0,0,0,0,0,0,0', /line 1: number "1\.0" .*an integer/],
    ['1,0,0,0,0,1.0,0,0', /line 1: red "1\.0" .*an integer/],
    ['1,0,0,0,0,0,256,0', /green "256" .*0 to 255/],
    ['1,0,0,0,0,0,0,-1', /blue "-1" .*0 to 255/],
    ['1,zero,0,0,0,0,0,0', /x "zero" .*metres/],
    ['1,0,nan,0,0,0,0,0', /y "nan" .*metres/],
    ['1,0,0,,0,0,0,0', /z "" .*metres/],
    ['1,0,0,0,left,0,0,0', /yaw "left" .*radians/],
    [`a,0\n${row}`, /line 1: frame delay "0" .*0\.01/],
    [`${row}\n|never closed`, /drone-1\.csv, line 2: .*[Qq]uote/],
  ])('%j is refused with its place', (text, message) => {
    expect(() => parse(text)).toThrow(ShowError);
    expect(() => parse(text)).toThrow(message);
  });

  it('is written so that it is read as the same', () => {
    const animation: Animation = {
      id: 'one, two | three',
      frames: [0.1, 0.1, 0.25, 0.1].map((durationS, i) => ({
        positionM: { x: i, y: -0.12345, z: 2.5 },
        yawRad: i === 3 ? Number.NaN : 1,
        color: { red: i, green: 0, blue: 255 },
        durationS,
      })),
    };
    expect(parse(toCleverShowCsv(animation))).toEqual(animation);
  });

  it('is written without negative zeros', () => {
    const [frame] = parse('0,-0.000001,0,0,0,0,0,0').frames;
    expect(toCleverShowCsv({ id: 'a', frames: frame ? [frame] : [] })).toBe(
      'a\n0,0.00000,0.00000,0.00000,0.00000,0,0,0\n',
    );
  });
});

it('an animation reads the same with quotes as without', () => {
  const body = '\r\ndelay,0.25\n\n1,0.5,-1,2,0.1,1,2,3\r2, 1 ,2,3,nan,4,5,6\n';
  const [plain, quoted] = ['\uFEFFcats', '|cats|'].map((id) =>
    parseCleverShowCsv(`${id}${body}`, 'a.csv', { frameDelayS: 0.1 }),
  );
  expect(plain).toEqual(quoted);
  expect(plain?.frames).toHaveLength(2);
  for (const id of ['cats', '|cats|'])
    expect(() => parseCleverShowCsv(`${id}\n\n1,2,3\n`, 'a.csv', { frameDelayS: 0.1 })).toThrow(
      'a.csv, line 3:',
    );
});
