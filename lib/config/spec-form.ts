/** Takes one option's specification apart, as it is written: `float(default=0.5, min=0)`. Knows no kinds and no values. */

/** A text, or what stands in `list(…)`. */
export type FormArgument = string | readonly string[];

/** `named` are those with a `name=` before them. */
export type SpecForm = {
  readonly kind: string;
  readonly positional: readonly FormArgument[];
  readonly named: ReadonlyMap<string, FormArgument>;
};

type Token = { readonly text: string; readonly is: 'word' | 'quoted' | 'sign' };

/** Longer ones nobody has written. */
const maxLength = 4096;

const tokenPattern = /\s*(?:"([^"]*)"|'([^']*)'|([,()=])|([^\s,()="'][^,()=]*))/y;

/** Undefined when the text has another shape. */
export function readForm(text: string): SpecForm | undefined {
  const tokens = text.length > maxLength ? undefined : tokensOf(text.trim());
  const kind = tokens?.[0];
  if (!tokens || kind?.is !== 'word') return undefined;
  const positional: FormArgument[] = [];
  const named = new Map<string, FormArgument>();
  const form = { kind: kind.text, positional, named };
  if (tokens.length === 1) return form;
  if (!isSign(tokens[1], '(') || !isSign(tokens.at(-1), ')')) return undefined;
  for (const part of splitAtCommas(tokens.slice(2, -1))) {
    const isNamed = isSign(part[1], '=') && part[0]?.is === 'word';
    const argument = argumentOf(isNamed ? part.slice(2) : part);
    if (argument === undefined) return undefined;
    if (isNamed) named.set(part[0]?.text ?? '', argument);
    else positional.push(argument);
  }
  return form;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = new RegExp(tokenPattern);
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, double, single, sign, word = ''] = match;
    const quoted = double ?? single;
    if (quoted !== undefined) tokens.push({ text: quoted, is: 'quoted' });
    else if (sign !== undefined) tokens.push({ text: sign, is: 'sign' });
    else tokens.push({ text: word.trim(), is: 'word' });
  }
  return tokens;
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.is === 'sign' && token.text === sign;
}

/** Commas inside brackets do not count. Nothing at all is no part. */
function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSign(token, '(')) depth++;
    if (isSign(token, ')')) depth--;
    if (depth === 0 && isSign(token, ',')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return tokens.length === 0 ? [] : parts;
}

/** A text (nothing is an empty one), or `list(…)`. */
function argumentOf(tokens: readonly Token[]): FormArgument | undefined {
  const [first] = tokens;
  if (!first) return '';
  if (tokens.length === 1) return first.is === 'sign' ? undefined : first.text;
  if (first.text !== 'list' || !isSign(tokens[1], '(') || !isSign(tokens.at(-1), ')')) return undefined;
  const items = splitAtCommas(tokens.slice(2, -1)).map((part) => argumentOf(part));
  return items.every((item) => typeof item === 'string') ? items : undefined;
}
