import type { ChainPlace, ReportItem } from './contract.ts'

/** What a report says of itself, before its first release. */
export interface ReportHeader extends Readonly<{ head: ChainPlace | null; archived: ChainPlace | null; madeAt: number }> {
  /** What was asked for, in the words of the question: `from 2026-03-01`, `namespace shop`. */
  readonly asked: readonly string[]
  /** Of the program that made it. */
  readonly version: string
}

/** One way to write a report: piece by piece, so that a year of releases takes no more memory than one. */
export interface ReportFormat {
  /** With its character set. */
  readonly type: string
  begin(header: ReportHeader): string
  /** @param index from 0 */
  row(item: ReportItem, index: number): string
  end(count: number): string
}
