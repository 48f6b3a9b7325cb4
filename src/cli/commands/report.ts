import { Option } from 'commander'
import { createClient, type Client } from '../../api/client.ts'
import { parsePeriodFilter, parseReleaseFilter } from '../../api/filters.ts'
import type { ReportItem, ReportPage } from '../../api/report/contract.ts'
import { doraLines, periodWords } from '../../api/report/dora.ts'
import { REPORT_FORMAT_NAMES, REPORT_FORMATS, writeReport, type ReportFormatName } from '../../api/report/formats.ts'
import { KedgeError } from '../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { VERSION } from '../../domain/program-version.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { accepted, helpWith, serverOption } from '../options.ts'
import { withReleaseFilters, type ReleaseFilterFlags } from '../release-filters.ts'
import type { CliIo } from '../terminal/io.ts'
import { formatTable } from '../terminal/table.ts'

interface ReportFlags extends ReleaseFilterFlags {
  server: string
  output?: ReportFormatName
  dora?: true
}

/** `kedge report` and its flags. */
export const addReport: AddCommand = (program, context, settle) => {
  withReleaseFilters(program.command('report'))
    .description('what auditors ask of each release: who, what, when, why, and the records that prove it')
    .addOption(serverOption(context.env))
    .addOption(new Option('-o, --output <format>', 'how to write it; csv where nothing is said').choices(REPORT_FORMAT_NAMES))
    .option('--dora', 'the four keys of these releases instead, with the time until the cluster was safe and until Git was honest')
    .addHelpText(
      'after',
      helpWith(
        [
          'kedge report --from 2026-01-01 --to 2026-03-31 > q1.csv',
          'kedge report -n shop --from 2026-03-01 -o html > march.html',
          'kedge report --dora --from 2026-03-01',
        ],
        'Every release is in it once, newest first. What nobody has told is "not known".',
      ),
    )
    .action((flags: ReportFlags) => settle(runReport(flags, context)))
}

/**
 * `kedge report`: every release that matches, written as it is read.
 * @returns 0 whatever there is
 */
async function runReport({ server, output, search, open, dora, ...filter }: ReportFlags, { io }: CliContext): Promise<ExitCode> {
  const asked = { ...filter, q: search, open: open && 'true' }
  accepted(dora ? parsePeriodFilter(asked) : parseReleaseFilter(asked))
  const client = createClient(server, undefined)
  if (dora) return runDora(client, { asked, output }, io)
  const first = await client.report(asked, undefined)
  const { head, archived, madeAt } = first
  const header = { asked: askedWords(asked), head, archived, madeAt, version: VERSION }
  for await (const piece of writeReport(REPORT_FORMATS[output ?? 'csv'], header, itemsFrom(client, asked, first))) {
    io.stdout(piece)
    await io.drained?.()
  }
  if (archived) io.stderr(`Records up to ${archived.sequence} were archived: releases that had ended before are in the archive alone.\n`)
  return EXIT.fine
}

/** @throws KedgeError E_HTTP_BAD_REQUEST for a format that a few numbers are not written in */
async function runDora(
  client: Client,
  { asked, output }: { asked: Readonly<Record<string, string | undefined>>; output: ReportFormatName | undefined },
  io: CliIo,
): Promise<ExitCode> {
  if (output !== undefined && output !== 'json') throw new KedgeError('E_HTTP_BAD_REQUEST', `--dora is a table, or JSON, and not ${output}`)
  const answer = await client.dora(asked)
  if (output === 'json') io.stdout(`${JSON.stringify(answer, undefined, 2)}\n`)
  else
    io.stdout(
      `${periodWords(answer)}\n${formatTable(
        DORA_COLUMNS,
        doraLines(answer).map(({ label, value, of }) => [{ text: label }, { text: value }, { text: of }]),
      )}`,
    )
  return EXIT.fine
}

const DORA_COLUMNS = ['MEASURE', 'VALUE', 'OF']

async function* itemsFrom(
  client: Client,
  asked: Readonly<Record<string, string | undefined>>,
  first: ReportPage,
): AsyncGenerator<ReportItem> {
  let page = first
  while (true) {
    yield* page.items
    if (page.continue === null) return
    page = await client.report(asked, page.continue)
  }
}

function askedWords(asked: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(asked).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]))
}
