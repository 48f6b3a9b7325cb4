import type { CommandShape, OptionShape } from './shape.ts'

/** A completion script for fish, with what each word means. */
export function fishScript(shapes: readonly CommandShape[]): string {
  const lines = shapes.flatMap((shape) => [
    ...shape.commands.map(
      ({ name, description }) => `complete -c kedge -f -n ${conditionOf(shape, true)} -a ${name} -d ${quoted(description)}`,
    ),
    ...(shape.words.length > 0 ? [`complete -c kedge -f -n ${conditionOf(shape, true)} -a ${quoted(shape.words.join(' '))}`] : []),
    ...shape.options.map(
      (option) => `complete -c kedge -n ${conditionOf(shape, false)} ${flagsOf(option)} -d ${quoted(option.description)}`,
    ),
  ])
  return `# Completion of kedge for fish: kedge completion fish | source\n${lines.join('\n')}\n`
}

/** While exactly this command was named; \`isOpen\`: and none of those below it yet. */
function conditionOf({ path, commands }: CommandShape, isOpen: boolean): string {
  if (path.length === 0) return '__fish_use_subcommand'
  const named = path.map((word) => `__fish_seen_subcommand_from ${word}`)
  const names = commands.map(({ name }) => name).join(' ')
  return quoted([...named, ...(isOpen && names ? [`not __fish_seen_subcommand_from ${names}`] : [])].join('; and '))
}

function flagsOf({ flags, takesValue, choices }: OptionShape): string {
  const spelt = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const value = choices.length > 0 ? `-x -a ${quoted(choices.join(' '))}` : takesValue ? '-r' : '-f'
  return [...spelt, value].join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
