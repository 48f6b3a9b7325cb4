import type { CommandShape } from './shape.ts'

/** A completion script for bash 3.2 or newer: nothing in it is asked of a running Kedge. */
export function bashScript(shapes: readonly CommandShape[]): string {
  return `# Completion of kedge for bash: source <(kedge completion bash)
_kedge() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' i
  # \`--flag=value\` comes as three words.
  if [[ "$cur" == '=' ]]; then cur=''; elif [[ "$prev" == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${pathsOf(shapes)}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $prev" in
${valuesOf(shapes)}
  esac
  case "$path" in
${shapes.map(wordsOf).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _kedge kedge
`
}

/** How a path is told apart in the scripts: a space before each word. */
export function pathText(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('')
}

/** The paths of all commands but the program, as a pattern of \`case\`. */
export function pathsOf(shapes: readonly CommandShape[]): string {
  return shapes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `'${pathText(path)}'`)
    .join('|')
}

function valuesOf(shapes: readonly CommandShape[]): string {
  return shapes
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ flags, choices }) => {
          const pattern = flags.map((flag) => `'${pathText(path)} ${flag}'`).join('|')
          const reply = choices.length > 0 ? `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur"))` : 'COMPREPLY=()'
          return `    ${pattern}) ${reply}; return ;;`
        }),
    )
    .join('\n')
}

function wordsOf({ path, commands, options, words: values }: CommandShape): string {
  const words = [...commands.map(({ name }) => name), ...values, ...options.map(({ flags }) => flags.at(-1) ?? '')]
  return `    '${pathText(path)}') words='${words.join(' ')}' ;;`
}
