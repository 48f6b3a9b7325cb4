import type { Dora, Spread } from '../../domain/report/dora.ts'
import { NOT_KNOWN } from '../../domain/report/people.ts'
import { formatDuration, formatTime } from '../format.ts'

/** `/api/v1/dora`: how a period went. Times and lengths of time are milliseconds. */
export interface DoraAnswer extends Dora {
  /** Releases that were read. */
  read: number
  /** False where there are more than are read for one answer: then it is of the newest. */
  complete: boolean
  /** Epoch milliseconds. */
  madeAt: number
}

/** One measure for people: what it is called, what it comes to, and of how many. */
export interface DoraLine {
  readonly label: string
  readonly value: string
  readonly of: string
}

/** The measures as lines, in the order of docs/dora.md. */
export function doraLines(dora: Dora): readonly DoraLine[] {
  const { deployments, promoted, failed, undecided, days, deploymentsPerDay, changeFailureRate } = dora
  return [
    {
      label: 'Deployment frequency',
      value: `${decimal(deploymentsPerDay)} a day`,
      of: `${deployments} deployments in ${decimal(days)} days: ${promoted} promoted, ${failed} failed; ${undecided} undecided`,
    },
    {
      label: 'Change failure rate',
      value: changeFailureRate === null ? NOT_KNOWN : `${decimal(changeFailureRate * 100)} %`,
      of: `${failed} of ${deployments} deployments`,
    },
    { label: 'Lead time, commit to promotion', ...spreadWords(dora.leadTime) },
    { label: 'Failure until the cluster was safe', ...spreadWords(dora.clusterSafe) },
    { label: 'Failure until Git was honest', ...spreadWords(dora.gitHonest) },
  ]
}

/** Which period it is of, in one line. */
export function periodWords({ from, to, read, complete }: DoraAnswer): string {
  const period = from === null || to === null ? 'No release counts' : `${formatTime(from)} to ${formatTime(to)}`
  return `${period}. ${read} releases were read${complete ? '' : ', the newest: there are more'}.`
}

function spreadWords({ median, p90, measured, unknown, open }: Spread): Pick<DoraLine, 'value' | 'of'> {
  const value = median === null || p90 === null ? NOT_KNOWN : `median ${formatDuration(median)}, 90 % within ${formatDuration(p90)}`
  const beside = [open > 0 ? `${open} open still` : '', unknown > 0 ? `${unknown} not known` : ''].filter((part) => part !== '')
  return { value, of: [`${measured} measured`, ...beside].join(', ') }
}

function decimal(value: number): string {
  return String(Math.round(value * 100) / 100)
}
