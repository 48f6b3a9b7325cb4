import { createMarkdown } from '../../domain/words/markdown.ts'
import { COLUMNS, pullWords, type Column } from './columns.ts'
import type { ReportItem } from './contract.ts'
import type { ReportFormat } from './format.ts'
import { headerWords } from './header-words.ts'

const { inlineText, link } = createMarkdown((escaped) => escaped)
const HEADS = ['Service', 'Outcome', 'Times', 'Who', 'Pull requests', 'Proof']

/** A table for people: a row a release, what belongs together in one cell. Nothing from outside is markup in it. */
export const MARKDOWN: ReportFormat = {
  type: 'text/markdown; charset=utf-8',
  begin: (header) => `# Releases\n\n${headerWords(header).map(said).join('')}\n${rowOf(HEADS)}${rowOf(HEADS.map(() => '---'))}`,
  row: (item) =>
    rowOf([
      linesOf(COLUMNS.service, item),
      linesOf(COLUMNS.outcome, item),
      linesOf(COLUMNS.times, item),
      linesOf(COLUMNS.people, item),
      // Not even an address ends a cell.
      item.pullRequests.map((pull) => link(pullWords(pull), pull.url.replaceAll('|', '%7C'))).join('<br>'),
      linesOf(COLUMNS.proof, item),
    ]),
  end: (count) => `\n${count === 1 ? '1 release.' : `${count} releases.`}\n`,
}

function said(words: string): string {
  return `- ${inlineText(words, 500)}\n`
}

function linesOf(columns: readonly Column[], item: ReportItem): string {
  return columns
    .map(({ name, cell }) => [name, cell(item)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${inlineText(name)}: ${inlineText(value, 2_000)}`)
    .join('<br>')
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
