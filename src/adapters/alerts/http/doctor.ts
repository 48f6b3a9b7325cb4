import type { AlertSource } from '../../../ports/alerts.ts'
import { fail, ok, warn, type Finding } from '../../../ports/finding.ts'

const ADVICE: Readonly<Record<'unreachable' | 'refused' | 'too-large' | 'malformed', string>> = {
  unreachable:
    'Check its `url` below `alerts`, the way to it (NetworkPolicy) and `caFile`. Until it answers, no alert makes a failed release.',
  refused: 'Check the token or password, and that the URL is that of the server and not of a page before it.',
  'too-large': 'Narrow it down: `filters` of Alertmanager, or fewer alerts in the namespaces with Rollouts.',
  malformed: 'The URL leads to something else: it has to be the root of the API.',
}

/** As far as the service asks. */
const PAST_MS = 25 * 3_600_000

/** Asks once, as the service does, for the alerts of no namespace in particular. */
export async function checkAlertSource(subject: string, source: AlertSource): Promise<readonly Finding[]> {
  const told = await source.alerts({ namespaces: ['kedge-doctor'] })
  if (told.result === 'unknown') {
    const finding = fail(subject, `${told.detail}.`, ADVICE[told.why])
    return [told.why === 'unreachable' ? { ...finding, unseen: true } : finding]
  }
  const answers = ok(subject, 'answers')
  if (source.keepsPast) {
    const trouble = await source.whyNoPast?.(Date.now() - PAST_MS)
    if (trouble === undefined) return [answers]
    return [
      answers,
      warn(
        subject,
        `cannot tell whether an alert has fired before: ${trouble}. So none opens a PR`,
        'It has to evaluate the rules itself, answer /api/v1/rules and range queries of a day, and scrape its own metrics.',
      ),
    ]
  }
  return [
    answers,
    warn(
      subject,
      'tells no alert that has ended: whether one has fired before a promotion is not known, so none opens a PR by it alone',
      'Where alerts are to open PRs, name the Prometheus that evaluates their rules among `alerts.sources`, too.',
    ),
  ]
}
