/** A password from the terminal, unseen, or as the first line of stdin. Knows nothing of what it opens. */
import { UsageError } from '../../lib/errors.js';

/** More than any password has, bytes. */
const maxStdinBytes = 4096;

export type PasswordSource = {
  /** Takes the first line of stdin. */
  readonly isStdin: boolean;
  /** Asks twice: a new one is not seen either. */
  readonly isNew: boolean;
  readonly prompt: string;
};

/** @throws UsageError without a terminal, when the two differ, or when it is broken off. */
export async function readPassword({ isStdin, isNew, prompt }: PasswordSource): Promise<string> {
  if (isStdin) return firstLine();
  if (!process.stdin.isTTY)
    throw new UsageError('a password is typed at a terminal: run this in one, or add --password-stdin');
  const password = await ask(`${prompt}: `);
  if (isNew && (await ask('once more: ')) !== password)
    throw new UsageError('the two passwords differ: nothing is changed');
  return password;
}

async function firstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > maxStdinBytes) throw new UsageError('stdin holds no password: its line is too long');
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line === '') throw new UsageError('stdin holds no password');
  return line;
}

/** Takes what is typed until Enter, and shows none of it. */
function ask(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (end: () => void): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      end();
    };
    const takeOne = (character: string): boolean => {
      if (character === '\r' || character === '\n') finish(() => resolve(text));
      else if (character === '\u0003' || character === '\u0004')
        finish(() => reject(new UsageError('broken off: nothing is changed')));
      else if (character === '\u007f' || character === '\b') text = [...text].slice(0, -1).join('');
      else text += character;
      return '\r\n\u0003\u0004'.includes(character);
    };
    const take = (typed: string): void => void [...typed].some(takeOne);
    stdin.on('data', take);
    stdin.resume();
  });
}
