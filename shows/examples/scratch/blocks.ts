/** Scratch blocks as nested values, and as the flat map that a project file (sb3) wants. Knows no project. */

/** What stands in a hole of a block: typed in, a variable, a menu of the block's own, or another block. */
export type Input =
  | string
  | number
  | { readonly variable: string }
  | { readonly menu: string; readonly field: string; readonly value: string; readonly under?: Input }
  | Block;

/** One block, with what is in it. */
export type Block = {
  readonly opcode: string;
  /** It fits into a hole with pointed ends. */
  readonly isCondition?: boolean;
  readonly inputs?: Readonly<Record<string, Input>>;
  /** Choices of its menus, by their names. `VARIABLE` is the name of a variable. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The blocks that it holds, by the names of its mouths. */
  readonly mouths?: Readonly<Record<string, readonly Block[]>>;
  readonly mutation?: Readonly<Record<string, string>>;
};

/** A pile of blocks and the place of its uppermost on the workspace, in its pixels; a remark stands beside it. */
export type Script = {
  readonly at: readonly [x: number, y: number];
  readonly blocks: readonly Block[];
  readonly remark?: string;
};

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Source: the kinds of typed-in values in scratch-parser's schema of sb3: number, positive, whole, colour, text. */
const kinds = { number: 4, positive: 5, whole: 6, colour: 9, text: 10 } as const;

/** Which kind of value a hole is for, by its name; all others: text. */
const holes: Readonly<Record<string, keyof typeof kinds>> = {
  ...{
    X: 'number',
    Y: 'number',
    NUM1: 'number',
    NUM2: 'number',
    FROM: 'number',
    TO: 'number',
    SIZE: 'number',
  },
  ...{ DURATION: 'positive', SECS: 'positive', TIMES: 'whole', COLOR: 'colour', VALUE: 'text' },
};

const variableKind = 12;

/** How a hole is filled: by what was typed in alone; by a block alone; by a block over what was typed in. */
const filled = { typed: 1, block: 2, over: 3 } as const;

/** Variables of the whole project: their ids are made from their names. */
export function variableId(name: string): string {
  return `variable ${name}`;
}

/** The map of a target's blocks, ids counted in the order of the scripts; and the remarks beside them. */
export function flatten(scripts: readonly Script[]): {
  readonly blocks: JsonObject;
  readonly remarks: JsonObject;
} {
  const sheet = new Sheet();
  const remarks = scripts.flatMap(({ at: [x, y], blocks, remark }, index): [string, Json][] => {
    sheet.pile(blocks, { parent: null, at: [x, y] });
    if (remark === undefined) return [];
    const place = { x: x + 420, y, width: 260, height: 150 };
    return [[`remark ${index + 1}`, { blockId: null, ...place, minimized: false, text: remark }]];
  });
  return { blocks: sheet.blocks, remarks: Object.fromEntries(remarks) };
}

type Place = { readonly parent: string | null; readonly at?: readonly [number, number] };

class Sheet {
  readonly #blocks = new Map<string, JsonObject>();
  #made = 0;

  get blocks(): JsonObject {
    return Object.fromEntries(this.#blocks);
  }

  /** Blocks one below the other; gives the id of the uppermost. */
  pile(blocks: readonly Block[], { parent, at }: Place): string | null {
    const ids = blocks.map(() => this.#nextId());
    blocks.forEach((block, index) => {
      const above = index === 0 ? parent : (ids[index - 1] ?? null);
      const place = index === 0 && at !== undefined ? { parent: above, at } : { parent: above };
      this.#put(ids[index] ?? '', block, { ...place, next: ids[index + 1] ?? null });
    });
    return ids[0] ?? null;
  }

  #put(id: string, block: Block, { parent, at, next }: Place & { readonly next: string | null }): void {
    const inputs = Object.entries(block.inputs ?? {}).map(([name, input]) => [
      name,
      this.#fill(id, name, input),
    ]);
    const mouths = Object.entries(block.mouths ?? {}).map(([name, blocks]) => [
      name,
      [filled.block, this.pile(blocks, { parent: id })],
    ]);
    const fields = Object.entries(block.fields ?? {}).map(([name, value]) => [
      name,
      [value, name === 'VARIABLE' ? variableId(value) : null],
    ]);
    this.#blocks.set(id, {
      ...{ opcode: block.opcode, next, parent },
      inputs: Object.fromEntries([...inputs, ...mouths]) as JsonObject,
      fields: Object.fromEntries(fields) as JsonObject,
      ...{ shadow: block.opcode === 'procedures_prototype', topLevel: at !== undefined },
      ...(at !== undefined && { x: at[0], y: at[1] }),
      ...(block.mutation && { mutation: { tagName: 'mutation', children: [], ...block.mutation } }),
    });
  }

  #fill(parent: string, name: string, input: Input): Json {
    const typed = (value: string): Json => [kinds[holes[name] ?? 'text'], value];
    if (typeof input !== 'object') return [filled.typed, typed(String(input))];
    const beneath = typed(holes[name] === 'colour' ? '#ffffff' : '');
    if ('variable' in input)
      return [filled.over, [variableKind, input.variable, variableId(input.variable)], beneath];
    if ('menu' in input) return this.#menu(parent, input);
    const id = this.#nextId();
    this.#put(id, input, { parent, next: null });
    if (input.isCondition) return [filled.block, id];
    return input.opcode === 'procedures_prototype' ? [filled.typed, id] : [filled.over, id, beneath];
  }

  #menu(parent: string, { menu, field, value, under }: Extract<Input, { menu: string }>): Json {
    const id = this.#nextId();
    const own = { opcode: menu, next: null, parent, inputs: {}, fields: { [field]: [value, null] } };
    this.#blocks.set(id, { ...own, shadow: true, topLevel: false });
    if (under === undefined) return [filled.typed, id];
    const [, over = null] = this.#fill(parent, field, under) as readonly Json[];
    return [filled.over, over, id];
  }

  #nextId(): string {
    this.#made++;
    return `block ${this.#made}`;
  }
}
