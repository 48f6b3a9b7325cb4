import { Argument } from 'commander'
import { EXIT } from '../../domain/exit-code.ts'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { kubectlScript, kubectlWords } from '../completion/kubectl.ts'
import { shapesOf } from '../completion/shape.ts'
import { zshScript } from '../completion/zsh.ts'
import type { AddCommand } from '../context.ts'
import { helpWith } from '../options.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, kubectl: kubectlScript } as const

/**
 * `kedge completion`: prints a script that tells a shell every command, flag and word that there is, or kubectl where it runs Kedge as a
 * plugin. It asks nothing of anybody.
 */
export const addCompletion: AddCommand = (program, context, settle) => {
  program
    .command('completion')
    .description('a script that completes kedge in a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      helpWith([
        'kedge completion bash > /etc/bash_completion.d/kedge',
        'kedge completion fish | source',
        'kedge completion kubectl > ~/.local/bin/kubectl_complete-kedge',
      ]),
    )
    .action((shell: keyof typeof SCRIPTS) => {
      context.io.stdout(SCRIPTS[shell](shapesOf(program)))
      return settle(Promise.resolve(EXIT.fine))
    })
  program
    .command('__complete', { hidden: true })
    .description('the words that may stand here, for kubectl')
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((words: readonly string[]) => {
      context.io.stdout(kubectlWords(shapesOf(program), words))
      return settle(Promise.resolve(EXIT.fine))
    })
}
