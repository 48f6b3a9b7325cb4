import { plainText } from '../../domain/words/plain-text.ts'
import { formatTime } from '../format.ts'
import type { ReportHeader } from './format.ts'

/** What a report says of itself, as sentences. */
export function headerWords({ asked, madeAt, head, archived, version }: ReportHeader): readonly string[] {
  return [
    `Asked for: ${asked.length === 0 ? 'every release' : asked.map((one) => plainText(one, 300)).join(', ')}.`,
    `Made ${formatTime(madeAt)} by Kedge ${version}. All times are UTC.`,
    head ? `Ledger head: record ${head.sequence}, ${head.hash}.` : 'The ledger has no record.',
    ...(archived
      ? [`Records up to ${archived.sequence} (${archived.hash}) were archived: releases that had ended before are in the archive alone.`]
      : []),
    'What nobody has told is said as not known. Times of pull requests are those at which Kedge opened them or saw them merged.',
  ]
}
