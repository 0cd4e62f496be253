/** What the completion of a real bash offers. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../bin/commands/completion.js';

const leaf = (name: string, ...long: string[]) => ({
  name: () => name,
  commands: [],
  options: long.map((each) => ({ long: each })),
});
const root = {
  name: () => 'starling',
  options: [{ long: '--version' }],
  commands: [
    leaf('server', '--port', '--open'),
    { ...leaf('show'), commands: [leaf('check', '--limits'), leaf('convert', '--to')] },
    leaf('ctl', '--all', '--json', '--delay', '--red'),
  ],
};

/** Asks a bash that has read the script, as it asks itself when Tab is pressed. */
function complete(...words: string[]): string[] {
  const line = ['starling', ...words].map((word) => `'${word}'`).join(' ');
  const asked = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _starling; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync('bash', ['-c', `${completionScript('bash', root)}\n${asked}`], {
    encoding: 'utf8',
  });
  return said.split('\n').filter(Boolean);
}

describe('the completion', () => {
  it('knows commands, actions and their own options', () => {
    expect(complete('')).toEqual(['server', 'show', 'ctl', '--version']);
    expect(complete('show', 'c')).toEqual(['check', 'convert']);
    expect(complete('show', 'check', '--')).toEqual(['--limits']);
    expect(complete('ctl', 'takeo')).toEqual(['takeoff', 'takeoff_z']);
    expect(complete('ctl', 'start', '--')).toEqual(['--delay', '--music', '--all', '--json']);
    expect(complete('ctl', 'land', 'drone-1', '--')).toEqual(['--all', '--json']);
    expect(complete('server', '--open', '--p')).toEqual(['--port']);
  });

  it('is made for bash and zsh alone', () => {
    expect(completionScript('zsh', root)).toContain('bashcompinit');
    expect(() => completionScript('fish', root)).toThrow('bash or zsh');
  });
});
