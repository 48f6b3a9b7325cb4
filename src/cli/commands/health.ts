import { KedgeError } from '../../domain/errors.ts'
import { EXIT, exitCodeOf, standingOfHealth, type ExitCode } from '../../domain/exit-code.ts'
import type { HealthStatus } from '../../domain/health/health.ts'
import { HEALTH_KINDS } from '../../domain/health/kinds.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { AddCommand } from '../context.ts'
import type { Manifest, ManifestObject } from '../manifests.ts'
import { helpWith, outputOption } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'
import { formatTable } from '../terminal/table.ts'

/** `kedge health` and its flags. */
export const addHealth: AddCommand = (program, context, settle) => {
  program
    .command('health')
    .description('what Argo CD would say of Rollouts, AnalysisRuns and Experiments in files')
    .requiredOption('-f, --filename <file...>', 'files, folders, or - for standard input')
    .addOption(outputOption(['table', 'json']))
    .addHelpText('after', helpWith(['kubectl get rollout checkout -o yaml | kedge health -f -', 'kedge health -f rollouts/ -o json']))
    .action(({ filename, output }: { filename: string[]; output: 'table' | 'json' }) =>
      settle(runHealth({ files: filename, output }, context.io)),
    )
}

/** Longest message in the table, in characters; `-o json` never cuts. */
const MAX_TABLE_MESSAGE = 2_000

interface HealthLine {
  file: string
  kind: string
  namespace: string
  name: string
  status: HealthStatus
  message: string
}

/**
 * `kedge health -f FILE…`: what Argo CD with lua-health would say of each Rollout, AnalysisRun and Experiment in files, folders and
 * standard input (`-`). Other kinds are passed over. The table is for people and says Paused; JSON has Argo CD's own word, Suspended.
 * @returns 0 fine, 1 something is Degraded or Missing, 2 a file cannot be read or there is nothing to judge, 3 something is Unknown
 */
export async function runHealth(options: { files: string[]; output: 'table' | 'json' }, io: CliIo): Promise<ExitCode> {
  const { assessHealth } = await import('../../domain/health/health.ts')
  const { manifests, faults } = await readAll(options.files, io)
  for (const { message, advice } of faults) io.stderr(`kedge: ${plainText(message)}\n${advice}\n`)
  const lines = manifests.filter(hasRule).map(({ file, object }) => ({ file, ...nameOf(object), ...assessHealth(object) }))
  if (options.output === 'json') io.stdout(`${JSON.stringify(lines, undefined, 2)}\n`)
  else if (lines.length > 0) io.stdout(table(lines))
  if (faults.length > 0) return EXIT.misuse
  if (lines.length > 0) return exitCodeOfHealth(lines)
  io.stderr('kedge: no Rollout, AnalysisRun or Experiment (argoproj.io) to judge; name files, folders or - with -f\n')
  return EXIT.misuse
}

/** Reads as much as can be read: one bad file does not hide what the others say. */
async function readAll(paths: readonly string[], io: CliIo): Promise<{ manifests: Manifest[]; faults: KedgeError[] }> {
  const { filesAt, readManifests } = await import('../manifests.ts')
  const manifests: Manifest[] = []
  const faults: KedgeError[] = []
  for (const path of paths) {
    for (const file of await entriesOrFault(() => filesAt(path), faults)) {
      manifests.push(...(await entriesOrFault(() => readManifests(file, io), faults)))
    }
  }
  return { manifests, faults }
}

async function entriesOrFault<T>(read: () => T[] | Promise<T[]>, faults: KedgeError[]): Promise<T[]> {
  try {
    return await read()
  } catch (fault) {
    if (!(fault instanceof KedgeError)) throw fault
    faults.push(fault)
    return []
  }
}

function hasRule({ object: { apiVersion, kind } }: Manifest): boolean {
  return HEALTH_KINDS.some((known) => known === kind) && typeof apiVersion === 'string' && apiVersion.startsWith('argoproj.io/')
}

function nameOf({ kind, metadata }: ManifestObject): Pick<HealthLine, 'kind' | 'namespace' | 'name'> {
  const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown }
  return { kind: String(kind), namespace: typeof namespace === 'string' ? namespace : '', name: typeof name === 'string' ? name : '' }
}

/** As Argo CD counts, where Unknown is worse than Degraded. */
function exitCodeOfHealth(lines: readonly HealthLine[]): ExitCode {
  const standings = lines.map(({ status }) => standingOfHealth(status))
  return standings.includes('unseen') ? EXIT.unseen : exitCodeOf(standings)
}

function table(lines: readonly HealthLine[]): string {
  const isManyFiles = new Set(lines.map(({ file }) => file)).size > 1
  const header = ['STATUS', 'KIND', 'NAMESPACE', 'NAME', ...(isManyFiles ? ['FILE'] : []), 'MESSAGE']
  const rows = lines.map((line) => [
    { text: line.status === 'Suspended' ? 'Paused' : line.status },
    { text: line.kind },
    { text: plainText(line.namespace, 63) || '-' },
    { text: plainText(line.name, 253) || '-' },
    ...(isManyFiles ? [{ text: plainText(line.file) }] : []),
    { text: plainText(line.message, MAX_TABLE_MESSAGE) },
  ])
  return formatTable(header, rows)
}
