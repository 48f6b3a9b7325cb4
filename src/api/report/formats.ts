import { CSV } from './csv.ts'
import type { ReportFormat } from './format.ts'
import { HTML } from './html.ts'
import { JSON_REPORT } from './json.ts'
import { MARKDOWN } from './markdown.ts'

/** Every way to write a report, by the word and the ending of its file. */
export const REPORT_FORMATS = { csv: CSV, json: JSON_REPORT, md: MARKDOWN, html: HTML } as const satisfies Record<string, ReportFormat>

export type ReportFormatName = keyof typeof REPORT_FORMATS

/** Their words. */
export const REPORT_FORMAT_NAMES = Object.keys(REPORT_FORMATS) as readonly ReportFormatName[]

/** A report piece by piece: `items` is read as it is written, so no more than a page of it is in memory. */
export async function* writeReport(
  format: ReportFormat,
  header: Parameters<ReportFormat['begin']>[0],
  items: AsyncIterable<Parameters<ReportFormat['row']>[0]>,
): AsyncGenerator<string> {
  yield format.begin(header)
  let count = 0
  for await (const item of items) {
    yield format.row(item, count)
    count += 1
  }
  yield format.end(count)
}
