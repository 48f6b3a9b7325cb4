import { pathsOf, pathText } from './bash.ts'
import type { CommandShape } from './shape.ts'

/** A completion script for zsh, with what each word means. */
export function zshScript(shapes: readonly CommandShape[]): string {
  return `#compdef kedge
# Completion of kedge for zsh: source <(kedge completion zsh), or as a file _kedge on fpath
_kedge() {
  local place='' i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$place \${words[i]}" in
      ${pathsOf(shapes)}) place="$place \${words[i]}" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${valuesOf(shapes)}
  esac
  case "$place" in
${shapes.map(wordsOf).join('\n')}
  esac
  [[ "\${words[CURRENT]}" == -* ]] || _files
}
if [ "$funcstack[1]" = "_kedge" ]; then
  _kedge "$@"
else
  compdef _kedge kedge
fi
`
}

function valuesOf(shapes: readonly CommandShape[]): string {
  return shapes
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ flags, choices }) => {
          const pattern = flags.map((flag) => `'${pathText(path)} ${flag}'`).join('|')
          return `    ${pattern}) ${choices.length > 0 ? `compadd -- ${choices.join(' ')}` : '_files'}; return ;;`
        }),
    )
    .join('\n')
}

function wordsOf({ path, commands, options, words }: CommandShape): string {
  const flags = options.map((option) => ({ name: option.flags.at(-1) ?? '', description: option.description }))
  const told = (those: typeof flags): string => those.map(({ name, description }) => `'${name}:${quoted(description)}'`).join(' ')
  const below = commands.length > 0 ? `found=(${told([...commands])}); _describe command found; ` : ''
  const values = words.length > 0 ? `compadd -- ${words.join(' ')}; ` : ''
  return `    '${pathText(path)}') ${below}${values}found=(${told(flags)}); _describe -o option found ;;`
}

/** Within single quotes, where a colon parts a word from what it means. */
function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(':', '\\:').replaceAll("'", `'\\''`)
}
