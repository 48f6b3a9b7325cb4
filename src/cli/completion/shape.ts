import type { Command } from 'commander'

/** One command as a shell has to know it. */
export interface CommandShape {
  /** Its words after the program's name: `ledger`, `verify`. None: the program itself. */
  path: readonly string[]
  commands: readonly { name: string; description: string }[]
  options: readonly OptionShape[]
  /** What its arguments may be; none where they may be anything. */
  words: readonly string[]
}

export interface OptionShape {
  /** `-n`, `--namespace`. */
  flags: readonly string[]
  description: string
  /** Whether the next word is its value. One that may do without leaves the next word open. */
  takesValue: boolean
  /** What the value may be; none where it may be anything. */
  choices: readonly string[]
}

/** What a word may be that goes into a script: ours all are, and nothing else ever gets in. */
const WORD = /^[\w.,:/-]+$/

/** A program and all that is below it, each before what is below it. */
export function shapesOf(command: Command, path: readonly string[] = []): readonly CommandShape[] {
  const below = command.commands.filter((one) => WORD.test(one.name()) && !one.name().startsWith('__'))
  const shape: CommandShape = {
    path,
    commands: below.map((one) => ({ name: one.name(), description: one.description() })),
    options: [
      ...command.options
        .filter(({ hidden }) => !hidden)
        .map(({ short, long, description, required, argChoices }) => ({
          flags: [short, long].filter((flag) => flag !== undefined && WORD.test(flag)) as string[],
          description,
          takesValue: required,
          choices: (argChoices ?? []).filter((choice) => WORD.test(choice)),
        })),
      { flags: ['-h', '--help'], description: 'print help for a command', takesValue: false, choices: [] },
    ],
    words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []).filter((choice) => WORD.test(choice)),
  }
  return [shape, ...below.flatMap((one) => shapesOf(one, [...path, one.name()]))]
}
