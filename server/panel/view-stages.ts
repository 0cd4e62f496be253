/** The line of stages: what is done, what is next. Knows how it looks; not how it is found out. */
import { type ShowStage, stagesOf } from './stages.js';
import type { Context, PanelState } from './state.js';
import { lineWidth, type Role, type Span, type StyledLine, span } from './styled.js';

const looks: Readonly<Record<ShowStage['state'], { readonly mark: string; readonly role: Role }>> = {
  done: { mark: '✓', role: 'good' },
  next: { mark: '>', role: 'accent' },
  now: { mark: '●', role: 'accent' },
  open: { mark: '·', role: 'muted' },
};

/** Where not all fits, what was done long ago makes room. */
export function viewStages(state: PanelState, { snapshot, size }: Context): StyledLine {
  let stages = stagesOf(snapshot, state.selected, state.hasShowEnded);
  let line = lineOf(stages);
  while (lineWidth(line) > size.columns && stages[1]?.state === 'done') {
    stages = stages.slice(1);
    line = lineOf(stages);
  }
  return line;
}

function lineOf(stages: readonly ShowStage[]): StyledLine {
  return stages.flatMap(({ name, state, count }): Span[] => {
    const { mark, role } = looks[state];
    const isLoud = state === 'next' || state === 'now';
    const isCounted = isLoud && count && count.of > 0;
    const text = `${mark}${name}${isCounted ? ` ${count.done}/${count.of}` : ''}`;
    return [span(' '), { text: isLoud ? ` ${text} ` : text, role, isBold: isLoud, isInverse: isLoud }];
  });
}
