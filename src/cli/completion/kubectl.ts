import type { CommandShape, OptionShape } from './shape.ts'

/** What kubectl calls when somebody completes `kubectl kedge …`, where it finds it under the name below on its PATH. */
export function kubectlScript(): string {
  return `#!/bin/sh
# Completion of kubectl kedge: an executable kubectl_complete-kedge on the PATH, beside kubectl-kedge
exec kubectl-kedge __complete "$@"
`
}

/** `cobra.ShellCompDirectiveNoFileComp` and `…Default`: whether files are offered where nothing else is. */
const NO_FILES = ':4'
const FILES = ':0'

/**
 * What kubectl reads from a completing plugin (its `pkg/cmd/plugin/plugin_completion.go`): a word a line, after a tab what it means; and
 * in the last line whether a file may stand there.
 *
 * @param words what was typed after `kubectl kedge`; the last is the one to complete, and may be empty
 */
export function kubectlWords(shapes: readonly CommandShape[], words: readonly string[]): string {
  const typed = words.at(-1) ?? ''
  const shape = shapeAt(shapes, words.slice(0, -1))
  const offers = offersAt(shape, words.at(-2), typed)
  if (offers === undefined) return `${FILES}\n`
  const lines = offers
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, description }) => (description ? `${name}\t${description}` : name))
  return `${[...lines, NO_FILES].join('\n')}\n`
}

interface Offer {
  name: string
  description?: string
}

/** The command that the words lead to. */
function shapeAt(shapes: readonly CommandShape[], words: readonly string[]): CommandShape | undefined {
  let path: readonly string[] = []
  for (const word of words) {
    const next = [...path, word]
    if (shapes.some((shape) => shape.path.join(' ') === next.join(' '))) path = next
  }
  return shapes.find((shape) => shape.path.join(' ') === path.join(' '))
}

/** Undefined where a file may stand, or anything else that nobody can list. */
function offersAt(shape: CommandShape | undefined, before: string | undefined, typed: string): readonly Offer[] | undefined {
  if (shape === undefined) return undefined
  const [, flag, sign] = /^(--[^=]+)(=)/.exec(typed) ?? []
  const option = shape.options.find(({ flags, takesValue }) => takesValue && flags.includes((sign ? flag : before) ?? ''))
  if (option !== undefined) return valuesOf(option, sign ? `${flag}=` : '')
  if (typed.startsWith('-')) return shape.options.map(({ flags, description }) => ({ name: flags.at(-1) ?? '', description }))
  const offers = [...shape.commands, ...shape.words.map((name) => ({ name }))]
  return offers.length > 0 ? offers : undefined
}

function valuesOf({ choices }: OptionShape, prefix: string): readonly Offer[] | undefined {
  return choices.length > 0 ? choices.map((choice) => ({ name: `${prefix}${choice}` })) : undefined
}
