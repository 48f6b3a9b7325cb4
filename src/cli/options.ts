import { InvalidArgumentError, Option } from 'commander'
import type { Parsed } from '../api/filters.ts'
import type { Environment } from '../config/env.ts'
import { KedgeError } from '../domain/errors.ts'

/** Where a command asks when it is not told: the API listener of a `kedge serve` on this machine. */
const DEFAULT_SERVER = 'http://127.0.0.1:8484'

/** `--server URL`, or `KEDGE_SERVER`. */
export function serverOption(env: Environment): Option {
  return new Option('-s, --server <url>', 'API of a running Kedge; KEDGE_SERVER says it, too').default(
    env['KEDGE_SERVER'] || DEFAULT_SERVER,
  )
}

/** `-o FORMAT`, the first being what a person gets. */
export function outputOption(formats: readonly [string, ...string[]]): Option {
  return new Option('-o, --output <format>', 'how to print the answer').choices([...formats]).default(formats[0])
}

/** `--by NAME`: a person, as the ledger names them. */
export function byOption(): Option {
  return new Option('--by <name>', 'who wants it, for the ledger; your user name where nothing is said')
}

/** Of commands that change something. */
export const WHERE_ALLOWED = 'Works on the machine that Kedge runs on (kubectl port-forward does), or with KEDGE_ADMIN_TOKEN.'

/** A length of time such as `90s`, `10m` or `2h`, as seconds. */
export function parseSeconds(text: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,6})(s|m|h)?$/.exec(text) ?? []
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3_600 }[unit] ?? 1)
  if (number === '' || seconds === 0) throw new InvalidArgumentError('It is a time such as 90s, 10m or 2h.')
  return seconds
}

/** How many of something, 1 to 10,000. */
export function parseCount(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > 10_000) throw new InvalidArgumentError('It is a whole number from 1 to 10000.')
  return count
}

/** What a filter says; a fault in it is wrong use. @throws KedgeError E_HTTP_BAD_REQUEST */
export function accepted<T>(parsed: Parsed<T>): T {
  if ('value' in parsed) return parsed.value
  throw new KedgeError('E_HTTP_BAD_REQUEST', parsed.fault)
}

/** A port number; 0 takes a free one. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It is a number from 0 to 65535.')
  return port
}

/** What follows the options in the help of a command: a note where one is needed, and examples to copy. */
export function helpWith(examples: readonly string[], note?: string): string {
  const lines = examples.map((example) => `  $ ${example}\n`)
  return `${note === undefined ? '' : `\n${note}\n`}\nExamples:\n${lines.join('')}`
}
