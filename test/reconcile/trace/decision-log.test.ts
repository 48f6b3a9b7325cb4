import { expect, test } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Ledger } from '../../../src/ports/ledger.ts'
import { logDecisions } from '../../../src/reconcile/trace/decision-log.ts'
import { aLedger, NOW } from '../../http/fleet-fixture.ts'
import { theRelease } from '../../http/story.ts'
import { rememberLog } from '../../remember-log.ts'

const decided = (reason: string, at = NOW): Release =>
  theRelease({
    decision: {
      action: 'notify',
      reason,
      checks: [
        { id: 'P2', title: '', outcome: 'failed', detail: '' },
        { id: 'P1', title: '', outcome: 'passed', detail: '' },
      ],
      at,
    },
  })
const append = (ledger: Ledger, document: Release): Promise<void> =>
  ledger.append([{ kind: 'release', key: document.key, event: 'decided', document }])

test('each decision is one line with the keys of release and attempt, once it is durable', async () => {
  await using own = await aLedger()
  const { logger, lines } = rememberLog()
  const ledger = logDecisions(own, logger)
  await append(ledger, theRelease({ decision: null }))
  await append(ledger, decided('Mode is notify.'))
  await append(ledger, decided('Mode is notify.', NOW + 5_000))
  await append(ledger, decided('Somebody froze it.'))
  expect(lines.map(({ message, fields }) => [message, fields?.['reason']])).toEqual([
    ['decided', 'Mode is notify.'],
    ['decided', 'Somebody froze it.'],
  ])
  const { key, attempts } = theRelease()
  expect(lines[0]?.fields).toMatchObject({
    release: key,
    attempt: attempts.at(-1)?.key,
    rollout: 'east/shop/checkout',
    action: 'notify',
    failedChecks: ['P2'],
  })
})

test('a decision that could not be written is not told', async () => {
  await using own = await aLedger()
  const { logger, lines } = rememberLog()
  const ledger = logDecisions({ ...own, append: () => Promise.reject(new Error('disk full')) }, logger)
  await expect(append(ledger, decided('Mode is notify.'))).rejects.toThrow('disk full')
  expect(lines).toEqual([])
})
