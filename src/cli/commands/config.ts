import type { Environment } from '../../config/env.ts'
import { checkConfig, describeFaults } from '../../config/load.ts'
import { configJsonSchema } from '../../config/schema.ts'
import { ERRORS } from '../../domain/errors.ts'
import type { CliIo } from '../terminal/io.ts'

/**
 * `kedge config validate`: every fault of the file at once. With `env`, the secrets are looked for too.
 * @returns 0 it can be used, 2 it cannot
 */
export function runConfigValidate(options: { file: string; env?: Environment; output?: 'text' | 'json' }, io: CliIo): number {
  const { file, env = {} } = options
  const { faults } = checkConfig({ file, env }, { secrets: options.env !== undefined })
  if (options.output === 'json') {
    io.stdout(`${JSON.stringify({ file, valid: faults.length === 0, faults })}\n`)
  } else if (faults.length === 0) {
    io.stdout(`${file} is valid${options.env === undefined ? '; secrets were not looked for' : ''}\n`)
  } else {
    io.stderr(`E_CONFIG_INVALID: ${describeFaults(file, faults)}\n${ERRORS.E_CONFIG_INVALID.advice}\n`)
  }
  return faults.length === 0 ? 0 : 2
}

/** `kedge config schema`: the JSON Schema of the file, for editors and Helm. @returns 0 */
export function runConfigSchema(_options: Readonly<Record<string, never>>, io: CliIo): number {
  io.stdout(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`)
  return 0
}
