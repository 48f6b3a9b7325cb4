import { configFileOf, type Environment } from '../../config/env.ts'
import { ERRORS } from '../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import type { AddCommand } from '../context.ts'
import { helpWith, outputOption } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'

/** `kedge config`, its subcommands and their flags. */
export const addConfig: AddCommand = (program, context, settle) => {
  const config = program.command('config').description('check a configuration, or print the schema of one')
  config
    .command('validate')
    .description('tell every fault at once, and start nothing')
    .option('-c, --config <file>', 'configuration; KEDGE_CONFIG says it, too, else kedge.yaml')
    .option('--secrets', 'look for the secrets that it names, too')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge config validate --config kedge.yaml', 'kedge config validate --secrets -o json']))
    .action(({ config: file, secrets, output }: { config?: string; secrets?: boolean; output: 'text' | 'json' }) =>
      settle(runConfigValidate({ file: configFileOf(file, context.env), output, ...(secrets && { env: context.env }) }, context.io)),
    )
  config
    .command('schema')
    .description('print the JSON Schema, for editors and Helm')
    .addHelpText('after', helpWith(['kedge config schema > kedge.schema.json']))
    .action(() => settle(runConfigSchema(context.io)))
}

/**
 * `kedge config validate`: every fault of the file at once. With `env`, the secrets are looked for too.
 * @returns 0 it can be used, 2 it cannot
 */
export async function runConfigValidate(
  options: { file: string; env?: Environment; output?: 'text' | 'json' },
  io: CliIo,
): Promise<ExitCode> {
  const { checkConfig, describeFaults } = await import('../../config/load.ts')
  const { spellFault } = await import('../../config/faults.ts')
  const { file, env = {} } = options
  const { faults, warnings } = checkConfig({ file, env }, { secrets: options.env !== undefined })
  if (options.output === 'json') {
    io.stdout(`${JSON.stringify({ file, valid: faults.length === 0, faults, warnings })}\n`)
  } else if (faults.length === 0) {
    for (const warning of warnings) io.stderr(`warning: ${spellFault(warning)}\n`)
    io.stdout(`${file} is valid${options.env === undefined ? '; secrets were not looked for' : ''}\n`)
  } else {
    io.stderr(`E_CONFIG_INVALID: ${describeFaults(file, faults)}\n${ERRORS.E_CONFIG_INVALID.advice}\n`)
  }
  return faults.length === 0 ? EXIT.fine : EXIT.misuse
}

/** `kedge config schema`: the JSON Schema of the file, for editors and Helm. @returns 0 */
export async function runConfigSchema(io: CliIo): Promise<ExitCode> {
  const { configJsonSchema } = await import('../../config/schema.ts')
  io.stdout(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
  return EXIT.fine
}
