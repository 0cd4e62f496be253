import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatParameterFile, parseParameterFile } from '../../../lib/parameters/parameter-file.js';
import type { Parameter } from '../../../lib/parameters/parameter-value.js';

const qgc = `# Onboard parameters for Vehicle 1
#
# Stack: PX4 Pro
# Vehicle-Id Component-Id Name Value Type
1\t1\tCOM_OBL_RC_ACT\t4\t6
1\t1\tCOM_OF_LOSS_T\t1.000000000000000000\t9

1\t1\tMINUS\t-3\t2
`;

describe('a parameter file', () => {
  it("is read in QGroundControl's format, with the types", () => {
    expect(parseParameterFile(qgc, 'a.params')).toEqual({
      format: 'qgroundcontrol',
      lines: [
        { id: 'COM_OBL_RC_ACT', value: 4, type: 'integer', line: 5 },
        { id: 'COM_OF_LOSS_T', value: 1, type: 'real', line: 6 },
        { id: 'MINUS', value: -3, type: 'integer', line: 8 },
      ],
      problems: [],
    });
  });

  it.each([
    ['commas', '#NOTE: saved\nFS_GCS_ENABLE,5\nGUID_TIMEOUT,1.5\n'],
    ['blanks', 'FS_GCS_ENABLE 5\n\n  GUID_TIMEOUT   1.500000  # seconds\n'],
    ['tabs and Windows line ends', '\uFEFFFS_GCS_ENABLE\t5\r\nGUID_TIMEOUT\t1.5e0\r\n'],
    ['a comma and a blank', 'FS_GCS_ENABLE, 5\nGUID_TIMEOUT , +1.5'],
  ])("is read in ArduPilot's format with %s, whatever it is called", (_, text) => {
    const { format, lines, problems } = parseParameterFile(text, 'a.params');
    expect(problems).toEqual([]);
    expect(format).toBe('ardupilot');
    expect(lines.map(({ id, value }) => [id, value])).toEqual([
      ['FS_GCS_ENABLE', 5],
      ['GUID_TIMEOUT', 1.5],
    ]);
  });

  it.each([
    ['A,1\nB,', 2, 'NAME,VALUE'],
    ['A,1\nB,one', 2, 'B: "one" is not a number'],
    ['A,1\nB,0x10', 2, 'not a number'],
    ['A,1\nB,NaN', 2, 'not a number'],
    ['A,1\nB,1e40', 2, 'beyond a 32-bit float'],
    ['A,1\nB,1,2', 2, 'NAME,VALUE'],
    ['A,1\nlower,1', 2, '"lower" can not be a parameter'],
    ['A,1\nA_NAME_THAT_IS_TOO_LONG,1', 2, '"A_NAME_THAT_IS_TOO_L…" can not be a parameter'],
    ['A,1\nA,2', 2, 'A stands in line 1 already'],
    ['1\t1\tA\t1\t6\n1\t1\tB\t1', 2, 'five fields'],
    ['1\t1\tA\t1\t6\n1\t1\tB\t1\t6\t7', 2, 'five fields'],
    ['1\t1\tA\t1\t6\n1\t1\tB\t1.5\t6', 2, 'B: 1.5 is not a whole number'],
    ['1\t1\tA\t1\t6\n1\t1\tB\t1\t99', 2, 'type "99"'],
    ['1\t1\tA\t1\t6\n1\t1\tB\t1\t10', 2, 'type "10"'],
    ['1\t1\tA\t1\t6\n1\t100\tB\t1\t6', 2, 'component 100'],
    ['1\t1\tA\t1\t6\nB,5', 2, 'five fields'],
    ['', 0, 'no parameter'],
    ['# nothing\n', 0, 'no parameter'],
  ])('says file and line of what is wrong in %j', (text, line, problem) => {
    const { problems } = parseParameterFile(text, 'my.param');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(line > 0 ? `my.param:${line}: ` : 'my.param: ');
    expect(problems[0]).toContain(problem);
  });

  it('says every wrong line, and reads the others', () => {
    const { lines, problems } = parseParameterFile('A,1\nB\nC,x\nD,4\n', 'my.param');
    expect(problems.map((problem) => problem.slice(0, 11))).toEqual(['my.param:2:', 'my.param:3:']);
    expect(lines.map(({ id }) => id)).toEqual(['A', 'D']);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { lines, problems } = parseParameterFile(text, 'x');
        expect(lines.length + problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it('is written as QGroundControl reads it', () => {
    const parameters: Parameter[] = [
      { id: 'COM_OF_LOSS_T', value: Math.fround(0.85), type: 'real' },
      { id: 'MINUS', value: -3, type: 'integer' },
    ];
    expect(
      formatParameterFile({ autopilot: 'PX4', atUtcMs: 0, parameters }, { systemId: 7 }).split('\n'),
    ).toEqual([
      '# Onboard parameters for Vehicle 7',
      '#',
      '# Stack: PX4',
      '# Saved by Starling: 1970-01-01T00:00:00.000Z',
      '#',
      '# Vehicle-Id Component-Id Name Value Type',
      '7\t1\tCOM_OF_LOSS_T\t0.85\t9',
      '7\t1\tMINUS\t-3\t6',
      '',
    ]);
  });

  it('comes back as it was written, to the bit', () => {
    const parameter = fc.oneof(
      fc.record({ type: fc.constant('integer' as const), value: fc.integer() }),
      fc.record({
        type: fc.constant('real' as const),
        value: fc.float({ noNaN: true, noDefaultInfinity: true }),
      }),
    );
    fc.assert(
      fc.property(fc.array(parameter, { minLength: 1, maxLength: 20 }), (rows) => {
        const parameters = rows.map((row, index) => ({ id: `P_${index}`, ...row }));
        const text = formatParameterFile({ autopilot: 'PX4', atUtcMs: 0, parameters });
        const { lines, problems } = parseParameterFile(text, 'x');
        expect(problems).toEqual([]);
        expect(lines.map(({ id, type }) => ({ id, type }))).toEqual(
          parameters.map(({ id, type }) => ({ id, type })),
        );
        for (const [index, { value }] of lines.entries())
          expect(Math.fround(value) + 0 === Math.fround(parameters[index]?.value ?? 0) + 0).toBe(true);
      }),
    );
  });
});
