/** `starling completion`: a script for the shell that completes words of the command line. Knows the command tree as data. */
import { UsageError } from '../../lib/errors.js';
import { operationNames, operations } from '../../lib/operations/catalogue.js';
import { ctlActions } from '../../lib/protocols/tpp/ctl-call.js';

/** A command: its options, its subcommands. Commander's own commands have this shape. */
export type CommandTree = {
  name(): string;
  readonly commands: readonly CommandTree[];
  readonly options: readonly { readonly long?: string | undefined }[];
};

const shells = ['bash', 'zsh'] as const;

/** @throws UsageError for a shell that nothing is known of. */
export function completionScript(shell: string, root: CommandTree): string {
  if (!shells.some((known) => known === shell))
    throw new UsageError(`there is no completion for "${shell}": bash or zsh`);
  const cases = [...wordsByPath(root)].map(
    ([path, words]) => `      '${path}') words='${words.join(' ')}';;`,
  );
  return (shell === 'zsh' ? zshHead : '') + bashScript(cases.join('\n'));
}

const zshHead = `autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
`;

/** Behind the words of a command stand its arguments: what completes is what belongs to the longest command there is. */
function bashScript(cases: string): string {
  return `_starling() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="$path\${path:+ }$word";; esac
  done
  while true; do
    case "$path" in
${cases}
    esac
    [ -n "$words" ] || [ -z "$path" ] && break
    case "$path" in *" "*) path="\${path% *}";; *) path="";; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _starling starling
`;
}

/** What may stand behind the words of a path: `''`, `show`, `show convert`, `ctl land`. */
function wordsByPath(root: CommandTree): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  const visit = (command: CommandTree, path: string) => {
    const options = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
    const inner = command.commands.map((each) => each.name());
    paths.set(path, [...inner, ...(path === 'ctl' ? ctlActions : []), ...options]);
    for (const each of command.commands) visit(each, `${path}${path === '' ? '' : ' '}${each.name()}`);
  };
  visit(root, '');
  for (const [path, words] of ctlPaths(paths.get('ctl') ?? [])) paths.set(path, words);
  return paths;
}

/** Of each action only its own arguments, and what goes with all of them. */
function ctlPaths(words: readonly string[]): [string, string[]][] {
  const own = new Set(
    operationNames.flatMap((name) => operations[name].arguments.map((spec) => `--${spec.name}`)),
  );
  const common = words.filter((word) => word.startsWith('--') && !own.has(word));
  return operationNames.map((name) => [
    `ctl ${name}`,
    [...operations[name].arguments.map((spec) => `--${spec.name}`), ...common],
  ]);
}
