import { Option } from 'commander'
import { createClient } from '../../api/client.ts'
import type { ReleaseSummary } from '../../api/contract.ts'
import { parseReleaseFilter } from '../../api/filters.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { accepted, helpWith, outputOption, parseCount, serverOption } from '../options.ts'
import { withReleaseFilters, type ReleaseFilterFlags } from '../release-filters.ts'
import { createPaint } from '../terminal/paint.ts'
import { RELEASE_COLUMNS, releaseRow } from '../terminal/release-row.ts'
import { formatTable } from '../terminal/table.ts'

interface ReleasesFlags extends ReleaseFilterFlags {
  limit: number
  server: string
  output: 'table' | 'json'
}

/** `kedge releases` and its flags. */
export const addReleases: AddCommand = (program, context, settle) => {
  withReleaseFilters(program.command('releases'))
    .description('every release that was recorded, newest first, promoted ones too')
    .addOption(new Option('--limit <count>', 'so many at most').argParser(parseCount).default(50))
    .addOption(serverOption(context.env))
    .addOption(outputOption(['table', 'json']))
    .addHelpText('after', helpWith(['kedge releases', 'kedge releases -n shop --from 2026-03-01 --to 2026-03-31 -o json']))
    .action((flags: ReleasesFlags) => settle(runReleases(flags, context)))
}

/**
 * `kedge releases`: what was released, newest first.
 * @returns 0 whatever there is
 */
async function runReleases({ server, output, limit, search, open, ...filter }: ReleasesFlags, context: CliContext): Promise<ExitCode> {
  const asked = { ...filter, q: search, open: open && 'true' }
  accepted(parseReleaseFilter(asked))
  const { items, hasMore } = await createClient(server, undefined).releases(asked, limit)
  const { io } = context
  if (output === 'json') io.stdout(`${JSON.stringify(items, undefined, 2)}\n`)
  else if (items.length === 0) io.stderr('No release matches.\n')
  else io.stdout(releaseTable(items, context))
  if (hasMore) io.stderr(`There are older ones: --limit ${limit * 2} shows more, --to goes further back.\n`)
  return EXIT.fine
}

function releaseTable(items: readonly ReleaseSummary[], context: CliContext): string {
  const paint = createPaint(context)
  return formatTable(
    RELEASE_COLUMNS,
    items.map((one) => releaseRow(one, paint)),
    context.columns(),
  )
}
