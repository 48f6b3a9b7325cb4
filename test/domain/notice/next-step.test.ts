import { expect, it } from 'vitest'
import { BACK_IN_GIT } from '../../../src/domain/decision/back-in-git.ts'
import { CHECK_IDS, type Check } from '../../../src/domain/decision/check.ts'
import { nextStep } from '../../../src/domain/notice/next-step.ts'
import type { KeptWish, Release } from '../../../src/domain/release/release.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt, burning } from '../an-attempt.ts'

const check = (id: Check['id'], outcome: Check['outcome'] = 'failed', detail = ''): Check => ({ id, title: '', outcome, detail })
const notified = (...checks: Check[]): Partial<Release> => ({ decision: { action: 'notify', reason: 'why', checks, at: 0 } })
const failed = (fields: Partial<Release> = {}): Release => aRelease({ key: 'k', attempts: [anAttempt()], ...notified(), ...fields })
const wish = (state: KeptWish['state']): { wish: KeptWish } => ({ wish: { state, revisions: [], podTemplateHash: null, images: [] } })

const BY_SYNC = 'A sync brings what Git asks for by now.'
const NOT_KNOWN = 'What Git asks for now is not known: look at Argo CD first.'
const STILL_ASKS = 'Git still asks for the failed version: try it again, revert it there, or release a mended one.'
const UNKNOWN_SOURCE = 'Kedge cannot tell what to revert: take it back where it was changed, or release a mended version.'

it.each<[string, Release]>([
  ['', failed()],
  ['', failed({ decision: null })],
  ['', failed({ decision: { action: 'open-revert', reason: '', checks: [check('P9')], at: 0 } })],
  ['', failed({ ...notified(check('P9')), state: 'rolling' })],
  ['', failed(notified(check('P9', 'passed'), check('P10', 'skipped')))],
  [STILL_ASKS, failed(notified(check('P1', 'passed'), check('P9'), check('P10', 'skipped')))],
  ['A sync brings it to the cluster: then this is over.', failed(notified(check('P5', 'failed', BACK_IN_GIT)))],
  [BY_SYNC, failed({ ...notified(check('P9')), ...wish('waiting-for-sync') })],
  [NOT_KNOWN, failed({ ...notified(check('P9')), ...wish('unknown') })],
  [BY_SYNC, failed({ serving: 'undone', cause: 'undone', ...wish('undone') })],
  [NOT_KNOWN, failed({ serving: 'undone', cause: 'undone', ...wish('unknown') })],
  [
    'Sync it, and it comes back; or let Git follow: kedge adopt opens a PR that takes it back there.',
    failed({ serving: 'undone', cause: 'undone' }),
  ],
  ['', failed({ serving: 'undone', cause: 'undone', adoptedBy: 'ana' })],
  ['', failed({ serving: 'undone' })],
  ['', failed({ serving: 'aborting' })],
  [
    'It does not run again, whatever its spec says by now: give a mended one another name in Git, or take it out there.',
    failed({ rollout: 'experiment:web-ab', serving: 'unknown' }),
  ],
  [
    'Git asks for it and the cluster runs it: revert it in Git, turn its flag off, or release a mended one.',
    burning({}, notified(check('P9'))),
  ],
  ['', burning({}, { ...notified(check('P9')), serving: 'split' })],
])('what a person can do: %s', (sentence, release) => {
  expect(nextStep(release)).toBe(sentence)
})

it('each check that fails has its own advice where Git still asks for what failed', () => {
  const own: Partial<Record<Check['id'], string>> = { P5: 'If what Git asks for now does not mend it, revert by hand.', P8: '' }
  for (const id of ['P2', 'P3', 'P4', 'P6', 'P7'] as const) own[id] = UNKNOWN_SOURCE
  expect(CHECK_IDS.map((id) => nextStep(failed(notified(check(id)))))).toEqual(CHECK_IDS.map((id) => own[id] ?? STILL_ASKS))
})
