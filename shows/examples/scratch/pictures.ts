/** The pictures of the example, as SVG texts. Knows no block. */

/** `center` is what is placed and turned, in the picture's pixels. */
export type Picture = {
  readonly name: string;
  readonly svg: string;
  readonly center: readonly [x: number, y: number];
};

/** The stage's size in its pixels, and how many of them are a metre. */
const stageSize = { width: 480, height: 360 } as const;
export const pixelsPerM = 24;

/** Where the origin of the show is on the stage: to the right of the variables. */
export const origin = { x: 130, y: 15 } as const;

/** Seen from above: a square is a metre. */
export function backdrop(): Picture {
  const { width, height } = stageSize;
  const [x0, y0] = [width / 2 + origin.x, height / 2 - origin.y];
  const meters = [-9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
  const lines = meters.flatMap((meter) => {
    const [x, y] = [x0 + meter * pixelsPerM, y0 + meter * pixelsPerM];
    const paint = meter === 0 ? '#46598c' : '#212d52';
    const upright = x > 150 && x < width ? [`<path d="M${x} 0V${height - 55}" stroke="${paint}"/>`] : [];
    const level = y > 0 && y < height - 55 ? [`<path d="M150 ${y}H${width}" stroke="${paint}"/>`] : [];
    return [...upright, ...level];
  });
  const ground = `<rect width="${width}" height="${height}" fill="#141b33"/>`;
  const note = text({ at: [width - 8, 14], size: 10, fill: '#8ea2dd', anchor: 'end' }, '1 square = 1 m');
  return { name: 'sky', svg: svg(width, height, `${ground}${lines.join('')}${note}`), center: [240, 180] };
}

/** A button with a word on it. */
export function button(word: string, fill: string): Picture {
  const box = `<rect x="1" y="1" width="98" height="36" rx="10" fill="${fill}" stroke="#ffffff"/>`;
  const label = text({ at: [50, 24.5], size: 16, fill: '#ffffff', anchor: 'middle' }, word);
  return { name: word, svg: svg(100, 38, `${box}${label}`), center: [50, 19] };
}

/** A drone from above, in the colour of what the show does. */
export function droneIcon(name: string, fill: string): Picture {
  const rotors = [14, 50].flatMap((x) =>
    [14, 50].map((y) => `<circle cx="${x}" cy="${y}" r="11" fill="none" stroke="${fill}" stroke-width="4"/>`),
  );
  const arms = `<path d="M14 14L50 50M50 14L14 50" stroke="${fill}" stroke-width="5"/>`;
  const body = `<rect x="22" y="22" width="20" height="20" rx="6" fill="${fill}" stroke="#ffffff"/>`;
  return { name, svg: svg(64, 64, `${arms}${rotors.join('')}${body}`), center: [32, 32] };
}

/** Nothing to be seen: what holds the pen. */
export function pen(): Picture {
  return { name: 'pen', svg: svg(2, 2, ''), center: [1, 1] };
}

type Lettering = {
  readonly at: readonly [x: number, y: number];
  readonly size: number;
  readonly fill: string;
  readonly anchor: 'middle' | 'end';
};

function text({ at: [x, y], size, fill, anchor }: Lettering, words: string): string {
  const font = `font-family="Sans Serif" font-size="${size}"`;
  return `<text x="${x}" y="${y}" ${font} fill="${fill}" text-anchor="${anchor}">${words}</text>`;
}

function svg(width: number, height: number, content: string): string {
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" ${box}>${content}</svg>`;
}
