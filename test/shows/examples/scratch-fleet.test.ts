/** The example for TurboWarp: the committed file is what the generator makes, and is a whole Scratch project. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { readZip } from '../../../lib/show/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { parseGateways, readCues } from '../../../server/gateways/settings.js';
import { scratchFleet } from '../../../shows/examples/make-scratch-fleet.js';
import { flatten } from '../../../shows/examples/scratch/blocks.js';

type Block = {
  opcode: string;
  next: string | null;
  parent: string | null;
  inputs: Record<string, [number, ...unknown[]]>;
  fields: Record<string, [string, string | null]>;
  topLevel: boolean;
  mutation?: { proccode?: string };
};
type Target = {
  name: string;
  isStage: boolean;
  blocks: Record<string, Block>;
  variables: Record<string, [string, string]>;
  costumes: { name: string; assetId: string; dataFormat: string; md5ext: string }[];
  layerOrder: number;
};
type Project = {
  targets: Target[];
  monitors: { id: string; params: { VARIABLE: string } }[];
  extensions: string[];
  extensionURLs: Record<string, string>;
  meta: { semver: string };
};

const pathOf = (name: string) => new URL(`../../../shows/examples/${name}`, import.meta.url);
const files = readZip(readFileSync(pathOf('scratch-fleet.sb3')), 'scratch-fleet.sb3');
const project = JSON.parse(new TextDecoder().decode(files.get('project.json'))) as Project;
const [stage, ...sprites] = project.targets;
const everyBlock = project.targets.flatMap(({ name, blocks }) =>
  Object.entries(blocks).map(([id, block]) => ({ name, id, block, blocks })),
);

/** Ids of the blocks that stand in the holes of one, and the variables that do. */
function heldBy({ inputs }: Block): { ids: string[]; variables: [string, string][] } {
  const held = Object.values(inputs).flatMap(([, ...values]) => values);
  return {
    ids: held.filter((value): value is string => typeof value === 'string'),
    variables: held.flatMap((value): [string, string][] =>
      Array.isArray(value) && value[0] === 12 ? [[String(value[1]), String(value[2])]] : [],
    ),
  };
}

describe('the project', () => {
  it('that is committed is what the generator makes, every time the same', () => {
    expect(Buffer.from(scratchFleet()).equals(readFileSync(pathOf('scratch-fleet.sb3')))).toBe(true);
    expect(Buffer.from(scratchFleet()).equals(scratchFleet())).toBe(true);
  });

  it('has a stage first, then sprites in layers of their own', () => {
    expect(stage).toMatchObject({ name: 'Stage', isStage: true, layerOrder: 0 });
    expect(sprites.map(({ isStage, layerOrder }) => ({ isStage, layerOrder }))).toEqual(
      sprites.map((_, index) => ({ isStage: false, layerOrder: index + 1 })),
    );
    expect(project.meta.semver).toMatch(/^3\.\d+\.\d+$/);
  });

  it('has every picture under the MD5 of its bytes, and no file besides', () => {
    const costumes = project.targets.flatMap((target) => target.costumes);
    for (const { assetId, dataFormat, md5ext } of costumes) {
      expect(md5ext).toBe(`${assetId}.${dataFormat}`);
      const bytes = files.get(md5ext) ?? expect.fail(`${md5ext} is missing`);
      expect(createHash('md5').update(bytes).digest('hex')).toBe(assetId);
    }
    expect([...files.keys()].sort()).toEqual(
      [...new Set(['project.json', ...costumes.map(({ md5ext }) => md5ext)])].sort(),
    );
  });

  it('has blocks that all hang together: each is under, after or in the one that it names', () => {
    for (const { name, id, block, blocks } of everyBlock) {
      const where = `${name}, ${id} (${block.opcode})`;
      const { ids } = heldBy(block);
      for (const other of [...ids, ...(block.next === null ? [] : [block.next])])
        expect(blocks[other]?.parent, `${where} names ${other}`).toBe(id);
      expect(block.topLevel, where).toBe(block.parent === null);
      if (block.parent === null) continue;
      const parent = blocks[block.parent] ?? expect.fail(`${where}: no ${block.parent}`);
      expect([parent.next, ...heldBy(parent).ids], where).toContain(id);
    }
  });

  it('uses no variable, extension or block of its own that it does not have', () => {
    const variables = new Set(Object.entries(stage?.variables ?? {}).map(([id, [name]]) => `${name}=${id}`));
    const defined = everyBlock.flatMap(({ block }) =>
      block.opcode === 'procedures_prototype' ? [block.mutation?.proccode] : [],
    );
    const own = new Set('control data event looks motion operator procedures'.split(' '));
    for (const { block } of everyBlock) {
      const { VARIABLE } = block.fields;
      const used = heldBy(block).variables;
      for (const [name, id] of VARIABLE ? [...used, [VARIABLE[0], String(VARIABLE[1])] as const] : used)
        expect(variables).toContain(`${name}=${id}`);
      const [family = ''] = block.opcode.split('_');
      if (!own.has(family)) expect(project.extensions).toContain(family);
      if (block.opcode === 'procedures_call') expect(defined).toContain(block.mutation?.proccode);
    }
    for (const { id, params } of project.monitors) expect(variables).toContain(`${params.VARIABLE}=${id}`);
    expect(project.extensionURLs).toEqual({ cloudlink: 'https://extensions.turbowarp.org/cloudlink.js' });
  });
});

describe('the configuration for a classroom', () => {
  const config = loadConfig(readFileSync(pathOf('classroom.ini'), 'utf8'), 'classroom.ini', serverConfigSpec);

  it('opens the port that the project connects to, on this machine alone', () => {
    const [gateway] = parseGateways(config.getString('GATEWAYS/listen'));
    expect(gateway).toEqual({ name: 'cloudlink', port: 3000 });
    const [, connect] = everyBlock
      .filter(({ block }) => block.opcode === 'cloudlink_openSocket')
      .flatMap(({ block }) => block.inputs.IP ?? []);
    expect(connect).toEqual([10, 'ws://127.0.0.1:3000/']);
    expect(config.getString('GATEWAYS/bind')).toBe('127.0.0.1');
  });

  it('has every cue that a button fires', () => {
    const cues = readCues(config).map(({ name }) => `/cue ${name}`);
    const sent = everyBlock
      .filter(({ block }) => block.opcode === 'cloudlink_sendGData')
      .map(({ block }) => (block.inputs.DATA?.[1] as [number, string] | undefined)?.[1]);
    expect(sent).toHaveLength(4);
    for (const text of sent) expect(cues).toContain(text);
  });

  it('lets guests neither stop nor land the fleet', () => {
    expect(config.getBoolean('GATEWAYS/guests_stop')).toBe(false);
    const operations = new Set(readCues(config).map(({ operation }) => operation));
    expect([...operations].sort()).toEqual(['led_fill', 'led_test', 'pause']);
  });
});

describe('blocks', () => {
  it('in a row, in a mouth and in a hole become the map that Scratch reads', () => {
    const say = { opcode: 'looks_say', inputs: { MESSAGE: { variable: 'a' } } };
    const test = { opcode: 'operator_not', isCondition: true };
    const loop = { opcode: 'control_if', inputs: { CONDITION: test }, mouths: { SUBSTACK: [say] } };
    const { blocks, remarks } = flatten([{ at: [1, 2], blocks: [{ opcode: 'hat' }, loop], remark: 'why' }]);
    const plain = { next: null, inputs: {}, fields: {}, shadow: false, topLevel: false };
    expect(blocks).toEqual({
      'block 1': { ...plain, opcode: 'hat', next: 'block 2', parent: null, topLevel: true, x: 1, y: 2 },
      'block 2': {
        ...{ ...plain, opcode: 'control_if', parent: 'block 1' },
        inputs: { CONDITION: [2, 'block 3'], SUBSTACK: [2, 'block 4'] },
      },
      'block 3': { ...plain, opcode: 'operator_not', parent: 'block 2' },
      'block 4': {
        ...{ ...plain, opcode: 'looks_say', parent: 'block 2' },
        inputs: { MESSAGE: [3, [12, 'a', 'variable a'], [10, '']] },
      },
    });
    expect(Object.values(remarks)).toMatchObject([{ text: 'why', y: 2 }]);
  });
});
