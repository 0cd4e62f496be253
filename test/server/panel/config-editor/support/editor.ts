/** An editor that is typed at, and what somebody sees of it. */
import type { ConfigModel } from '../../../../../server/panel/config-editor/model.js';
import { openEditor, reduceEditor } from '../../../../../server/panel/config-editor/reduce.js';
import type {
  EditorEffect,
  EditorInput,
  EditorState,
  EditorTarget,
} from '../../../../../server/panel/config-editor/state.js';
import { viewEditor } from '../../../../../server/panel/config-editor/view.js';
import type { Key } from '../../../../../server/panel/key-parser.js';
import type { Size } from '../../../../../server/panel/state.js';
import { plainText } from '../../../../../server/panel/styled.js';

const small: Size = { columns: 80, rows: 24 };

export class TypedEditor {
  state: EditorState;
  size: Size;
  /** Of all inputs so far. */
  readonly effects: EditorEffect[] = [];

  constructor(model: ConfigModel, target: Partial<EditorTarget> = {}, size = small) {
    this.size = size;
    this.state = openEditor(model, { how: 'send', canRestart: true, ...target }, size);
  }

  /** Keys one after the other. */
  press(...keys: Key[]): this {
    for (const key of keys) this.take({ type: 'key', key });
    return this;
  }

  /** Each character is a key. */
  type(text: string): this {
    return this.press(...text);
  }

  /** What is in the field makes place for `text`. */
  retype(text: string): this {
    return this.press('end', ...Array<Key>(80).fill('backspace'), ...text, 'enter');
  }

  /** The cursor on the first name that holds `name`. */
  find(name: string): this {
    return this.press('home', '/', ...name, 'enter');
  }

  take(input: EditorInput): this {
    const { state, effects } = reduceEditor(this.state, input, this.size);
    this.state = state;
    this.effects.push(...effects);
    return this;
  }

  lines(): string[] {
    return viewEditor(this.state, this.size).lines.map((line) => plainText(line).trimEnd());
  }

  screen(): string {
    return this.lines().join('\n');
  }
}
